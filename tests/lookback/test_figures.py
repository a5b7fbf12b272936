"""The measures: what counts, and when."""

from datetime import date, timedelta

from bot.actions import flow
from bot.db import Database
from bot.house import House
from bot.lookback import actions, awareness, figures, surprises
from bot.lookback.figures import Figures
from tests.fakes import StoppedClock
from tests.lookback.after import THURSDAY, atlas, go_live
from tests.people import ALICE, BOB
from tests.prompts.asking import turn_to
from tests.releases.launch import DANA, ERIN

FIRST, LAST = date(2026, 11, 1), date(2026, 12, 31)


def found(house: House, first: date = FIRST, last: date = LAST) -> Figures:
    with house.db.transaction() as session:
        return figures.between(session, house, first, last)


def test_a_release_that_somebody_did_not_know_of_is_a_surprise(db: Database, house: House, clock: StoppedClock) -> None:
    go_live(house)
    turn_to(house, clock, THURSDAY)
    assert (found(house).polled, found(house).asked) == (0, 0), "nobody has answered"
    with db.transaction() as session:
        awareness.answer(session, house, DANA, str(atlas(session, house).id), "too_late")
    of_all = found(house)
    assert (of_all.polled, of_all.surprised, of_all.answered, of_all.asked) == (1, ("Atlas",), 1, 2)
    with db.transaction() as session:
        awareness.answer(session, house, DANA, str(atlas(session, house).id), "in_time")
    assert (found(house).polled, found(house).surprised) == (1, ())
    assert found(house, last=date(2026, 11, 24)).polled == 0


def test_what_turned_out_to_be_a_release_that_nobody_registered_is_counted(db: Database, house: House) -> None:
    with db.transaction() as session:
        for name in ("first", "second"):
            surprise = surprises.report(session, house, DANA, "none", name)
            surprises.settle(session, house, BOB, str(surprise.id), 1, ALICE, "", "")
            if name == "first":
                surprises.confirm(session, house, ALICE, str(surprise.id))
    assert found(house).unregistered == 1
    assert found(house, first=date(2026, 11, 26)).unregistered == 0


def test_an_action_counts_as_done_if_it_was_done_in_time(db: Database, house: House, clock: StoppedClock) -> None:
    go_live(house)
    with db.transaction() as session:
        release_id = str(atlas(session, house).id)
        kept = [
            str(actions.agree(session, house, ALICE, release_id, what, ERIN, "2026-11-27")[1].id)
            for what in ("In time", "Late", "Dropped")
        ]
        flow.done(session, house, ERIN, kept[0])
        flow.drop(session, house, ERIN, kept[2], "No need")
    clock.turn(timedelta(days=5))
    with db.transaction() as session:
        flow.done(session, house, ERIN, kept[1])
    assert (found(house).actions_due, found(house).actions_done_in_time) == (2, 1)


def test_what_became_of_each_release_and_how_long_it_took(db: Database, house: House) -> None:
    go_live(house)
    assert found(house).days_to_live == {"medium": 0.0}
    (outcome,) = found(house).outcomes
    assert (outcome.name, outcome.met, outcome.load) == ("Atlas", "", "")
