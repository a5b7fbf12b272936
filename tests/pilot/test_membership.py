"""While a pilot runs, its rituals ask its own areas alone, and say of the others that they are not in it yet."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot import app
from bot.db import Database
from bot.pilot import listeners, progress
from bot.rituals.model import Occurrence
from bot.updates.model import Ask
from tests.fakes import promised
from tests.people import ALICE, CHARLIE
from tests.pilot.world import box, definitions, pilot
from tests.simulate import company
from tests.updates import team
from tests.updates.team import RITUAL, Week, berlin


def held_by(db: Database, *passed: str, **changes: object) -> Week:
    """The week of the team, of whom everybody has been told."""
    week = Week(db, definitions(*passed, **changes), links=replace(app.LINKS, holds_back=(progress.holds_back,)))
    week.until(berlin(26, 17))
    return week


def asked(week: Week) -> set[str]:
    """The areas whose updates somebody was asked for."""
    with week.db.transaction() as session:
        return set(session.scalars(select(Ask.area_id)))


@pytest.mark.proves("R51")
def test_only_the_areas_of_the_pilot_are_asked(db: Database) -> None:
    week = held_by(db)

    assert asked(week) == {"billing", "exports"}
    assert promised(db, channel=CHARLIE) == []


def test_the_digest_says_of_the_others_that_they_are_not_in_it_yet(db: Database) -> None:
    digest = held_by(db).digest()[0]

    assert "0 of 2 areas answered" in digest
    assert "Not in the pilot yet: Help" in digest
    assert "⚪ Help" not in digest


def test_once_the_gate_is_passed_everybody_is_asked(db: Database) -> None:
    week = held_by(db, "try")

    assert asked(week) == {"billing", "exports", "help"}
    assert "Not in the pilot" not in week.digest()[0]


def test_without_a_pilot_everybody_is_asked(db: Database) -> None:
    week = Week(db, team.definitions(), links=app.LINKS)
    week.until(berlin(26, 17))

    assert asked(week) == {"billing", "exports", "help"}


def test_a_ritual_of_a_later_box_is_not_held_before_that(db: Database) -> None:
    week = held_by(db, boxes=[box("before", "-5 to 0"), box("try", "0 to 90", rituals=[RITUAL])])

    assert asked(week) == set()
    with db.transaction() as session:
        first = session.query(Occurrence).order_by(Occurrence.slot).first()
        assert first is not None
        assert (first.state, first.reason) == ("skipped", "it begins with a later step of the pilot: Try")


def test_home_has_a_line_of_it_for_those_in_it_alone(db: Database) -> None:
    week = held_by(db)

    with db.transaction() as session:
        (line,) = listeners.on_home(session, week.house, ALICE)
        assert listeners.on_home(session, week.house, CHARLIE) == []
    assert "Pilot, Try: day 10 of 90. /cadence progress shows" in str(line)


def test_who_owns_only_areas_that_are_not_in_it_yet_comes_to_no_review(db: Database) -> None:
    review = company.review("roadmap", "every Friday")

    def audience(*passed: str) -> tuple[str, ...]:
        plain = definitions(*passed)
        calendar = type(plain.calendar).model_validate({"rituals": [review]})
        return replace(plain, calendar=calendar).calendar.rituals[0].audience

    assert audience() == (ALICE,), "and not Charlie, who owns Help"
    assert audience("try") == (ALICE, CHARLIE)


def test_boxes_follow_one_another() -> None:
    running = pilot()

    assert [running.current(passed) for passed in ((), ("try",), ("try", "widen"))] == [*running.boxes, None]
    assert [running.is_for_everybody(passed) for passed in ((), ("try",))] == [False, True]
