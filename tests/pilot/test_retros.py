"""In a pilot people look back: at the end of weeks 4, 8 and 12, and after two and four cycles of a ritual."""

from dataclasses import replace

import pytest

from bot import app
from bot.db import Database
from bot.pilot import facts, progress, retros
from bot.reviews import retros as ritual_retros
from bot.reviews.retros import Said
from tests.people import ALICE, BOB, CHARLIE
from tests.pilot.world import definitions, pilot
from tests.updates.team import RITUAL, Week, berlin

WEEK_4 = "Look back on week 4 of the pilot"
AFTER_TWO = "Weekly product update, after 2 cycles: how does it go?"


@pytest.fixture
def week(db: Database) -> Week:
    links = replace(app.LINKS, holds_back=(progress.holds_back, retros.after_cycles))
    week = Week(db, definitions(), links=links)
    week.run(retros.keep_in_step)
    return week


def asked(week: Week, person: str) -> list[str]:
    return [each.title for each in week.run(retros.obligations, person)]


def test_at_the_end_of_a_week_those_in_the_pilot_are_asked_to_look_back(week: Week) -> None:
    week.until(berlin(9, 18, month=12))
    assert WEEK_4 not in asked(week, ALICE)
    week.until(berlin(10, 12, month=12))

    assert WEEK_4 in asked(week, ALICE)
    assert WEEK_4 in asked(week, BOB)
    assert asked(week, CHARLIE) == [], "who is no part of it until week 8, when partners are asked, too"
    assert any(WEEK_4 in message.text for message in week.asking(ALICE))


@pytest.mark.parametrize(
    ("begins", "looked_back"),
    [(16, (12, 10)), (17, (12, 10)), (18, (12, 17)), (19, (12, 17)), (20, (12, 17)), (21, (12, 17)), (22, (12, 17))],
)
def test_a_week_that_begins_late_is_looked_back_on_once_something_of_it_has_happened(
    week: Week, begins: int, looked_back: tuple[int, int]
) -> None:
    month, day = looked_back
    found = retros._end_of(week.house, pilot(begins=f"2026-11-{begins}"), 4)

    assert found == berlin(day, 9, month=month)


def test_whoever_has_looked_back_is_asked_no_more_and_the_gate_knows_it(week: Week) -> None:
    week.until(berlin(10, 12, month=12))
    said = Said("The digest", "That it takes four minutes", "", "", "")
    week.run(ritual_retros.say, ALICE, f"ritual:{RITUAL}", said)

    assert asked(week, ALICE) == []
    assert WEEK_4 in asked(week, BOB)
    with week.db.transaction() as session:
        assert facts._retro(session, week.house, pilot(), "4").holds is True
    assert any("thank you" in message.text for message in week.asking(ALICE))


@pytest.mark.proves("R51")
def test_after_two_cycles_those_it_asks_say_how_it_goes(week: Week) -> None:
    week.until(berlin(2, 9, month=12))
    assert AFTER_TWO not in asked(week, ALICE)
    week.until(berlin(9, 12, month=12))

    assert AFTER_TWO in asked(week, ALICE)


def test_once_the_pilot_is_over_nobody_is_asked(week: Week) -> None:
    week.house = replace(week.house, definitions=definitions("try", "widen"))
    week.until(berlin(10, 12, month=12))

    assert asked(week, ALICE) == []
