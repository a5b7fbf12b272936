"""IM09: nobody has scored it for a hundred days, or what they scored is below the bar; and which rubric counts."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.db import Database
from bot.errors import FieldErrors, UserError
from bot.house import Finding, House
from bot.people.directory import keep
from bot.rubric import flow, model
from bot.rubric.caps import Cap
from bot.rubric.scales import DIMENSIONS
from bot.versions import Version
from tests.fakes import StoppedClock, make_house
from tests.people import ALICE, CHARLIE, WORKSPACE
from tests.rubric.team import led
from tests.updates.team import directory

HELD = (Cap("insights", 2, "IN03: some insights go nowhere"),)


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    house = make_house(db, led(), clock=clock)
    with db.transaction() as session:
        keep(session, house, directory())
    return house


def give(house: House, who: str, score: int, number: int = 1, caps: Sequence[Cap] = (), **other: int) -> None:
    """Score the same in each dimension but in the others."""
    scores = {each: str(other.get(each, score)) for each in DIMENSIONS}
    with house.db.transaction() as session:
        flow.score(session, house, who, number, caps, scores, {})


def found(house: House) -> list[Finding]:
    with house.db.transaction() as session:
        return list(flow.findings(session, house))


@pytest.mark.proves("R58", "IM09")
def test_what_was_never_scored_is_found_after_a_hundred_days(house: House, clock: StoppedClock) -> None:
    assert found(house) == []
    with house.db.transaction() as session:
        _first_version(session, house)
    clock.turn(timedelta(days=99))
    assert found(house) == []
    clock.turn(timedelta(days=1))
    (finding,) = found(house)
    assert (finding.rule, finding.owner) == ("IM09", CHARLIE)
    assert finding.message == "Nobody has ever scored the operating system."


def test_a_score_is_found_again_after_a_hundred_days(house: House, clock: StoppedClock) -> None:
    give(house, CHARLIE, 4)
    give(house, ALICE, 4)
    assert found(house) == []
    clock.turn(timedelta(days=100))
    assert [each.message for each in found(house)] == ["The operating system was scored last 100 days ago."]


@pytest.mark.proves("R58", "IM09")
def test_a_score_below_the_bar_is_found_with_what_is_weakest(house: House) -> None:
    give(house, CHARLIE, 4, insights=2)
    give(house, ALICE, 4, insights=3)
    assert [each.message for each in found(house)] == ["The rubric says 18 of 25: Insights drive action has 2."]


def test_one_person_alone_scores_nothing(house: House) -> None:
    give(house, CHARLIE, 5)
    give(house, CHARLIE, 4)
    with house.db.transaction() as session:
        assert flow.latest(session, house) is None
        assert flow.still_to_score(session, house) == ["manager"]


def test_what_waits_for_the_other_for_a_month_is_over(house: House, clock: StoppedClock) -> None:
    give(house, CHARLIE, 5)
    clock.turn(timedelta(days=31))
    with pytest.raises(UserError, match="That scoring is over"):
        give(house, ALICE, 4)
    give(house, ALICE, 4, number=2)
    with house.db.transaction() as session:
        assert flow.latest(session, house) is None
        assert flow.still_to_score(session, house) == ["head"]


def test_above_a_cap_nobody_goes_without_a_reason(house: House) -> None:
    give(house, CHARLIE, 4, caps=HELD, insights=2)
    with pytest.raises(FieldErrors) as refused:
        give(house, ALICE, 4, caps=HELD, insights=3)
    assert set(refused.value.fields) == {"comment_insights"}
    assert "At most 2: IN03: some insights go nowhere" in refused.value.fields["comment_insights"]


def test_the_charter_chooses_the_rubric(house: House) -> None:
    house = house.by(led(rubric="R-B"))
    with pytest.raises(FieldErrors):
        give(house, CHARLIE, 4)
    give(house, CHARLIE, 2)
    give(house, ALICE, 2, insights=1, adoption=1)
    with house.db.transaction() as session:
        card = flow.latest(session, house)
    assert card is not None
    assert (card.scale.id, card.total, card.passes) == ("R-B", 8, True)


def test_a_scoring_that_has_begun_ends_by_its_own_rubric(house: House) -> None:
    give(house, CHARLIE, 4)
    give(house.by(led(rubric="R-B")), ALICE, 4)
    with house.db.transaction() as session:
        (scoring,) = model.last_done(session, house, 1)
    assert scoring.scale == "R-A"


def _first_version(session: Session, house: House) -> None:
    session.add(
        Version(
            workspace_id=WORKSPACE, number=1, applied_at=house.clock.now(), author=ALICE, files={}, fingerprint="f",
            changes=[],
        )
    )  # fmt: skip
