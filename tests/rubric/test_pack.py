"""The scorecard in the pack: what counts, what holds it down, and how it went before."""

from datetime import timedelta
from typing import Any

import pytest

from bot.db import Database
from bot.house import House
from bot.pack_parts import Trend
from bot.rubric import model
from bot.rubric.model import DONE, HEAD, MANAGER, Scores, Scoring
from bot.rubric.pack import parts
from bot.rubric.scales import DIMENSIONS
from tests.decisions.classes import DANA, house_with_classes
from tests.fakes import StoppedClock
from tests.people import ALICE


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return house_with_classes(db, clock)


def scored(house: House, head: list[int], manager: list[int], *, days_ago: int = 0, scale: str = "R-A") -> None:
    with house.db.transaction() as session:
        at = house.clock.now() - timedelta(days=days_ago)
        number = model.next_number(session, house)
        scoring = Scoring(
            workspace_id=house.workspace_id, number=number, scale=scale, opened_at=at, state=DONE, done_at=at
        )
        session.add(scoring)
        session.flush()
        for seat, person, scores in ((HEAD, DANA, head), (MANAGER, ALICE, manager)):
            given: dict[str, Any] = {
                id: {"score": score, "most": 5, "because": "", "comment": ""}
                for id, score in zip(DIMENSIONS, scores, strict=True)
            }
            given["adoption"] |= {"because": "IM02: no measure is whole", "comment": f"{person} says so"}
            session.add(
                Scores(workspace_id=house.workspace_id, scoring_id=scoring.id, seat=seat, person=person, given_at=at,
                       given=given)
            )  # fmt: skip


def test_before_anybody_has_scored_there_is_nothing(house: House) -> None:
    assert house.db.call(parts, house) == []


def test_of_two_scores_the_lower_one_counts_and_what_is_too_low_is_marked(house: House) -> None:
    scored(house, [5, 4, 4, 4, 3], [4, 5, 4, 4, 2])
    (part,) = house.db.call(parts, house)
    (table,) = part.tables

    assert part.says[0] == "18 of 25 by R-A: below the bar. The bar is 20, with none below 3."
    assert table.rows[0][:4] == ("Charter and boundaries", "4", "5", "4")
    assert table.rows[4][4] == ["IM02: no measure is whole", "Dana: U0DANA says so", "Alice: U0ALICE says so"]
    assert list(table.marked) == [4]


def test_the_trend_goes_from_the_oldest_to_the_last_of_the_same_scale(house: House) -> None:
    scored(house, [2] * 5, [2] * 5, days_ago=200, scale="R-B")
    scored(house, [3] * 5, [3] * 5, days_ago=100)
    scored(house, [5, 4, 4, 4, 4], [5, 4, 4, 4, 4])
    (part,) = house.db.call(parts, house)
    (trend,) = part.charts

    assert isinstance(trend, Trend)
    assert list(trend.lines) == [("17 Aug 2026", "15 of 25"), ("25 Nov 2026", "21 of 25")]
    assert trend.target == 20
