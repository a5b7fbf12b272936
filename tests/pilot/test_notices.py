"""Nobody is asked by a ritual that is new to them before somebody has told them what changes, and why."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from bot import app, versions
from bot.db import Database
from bot.definitions import Definitions
from bot.errors import FieldErrors, UserError
from bot.pilot import notices, passing
from bot.prompts.model import Prompt
from bot.rituals.model import Occurrence
from tests.people import ALICE, BOB, CHARLIE, WORKSPACE
from tests.pilot.world import box, definitions
from tests.updates import team
from tests.updates.team import RITUAL, Week, berlin

TELL = ("You write an update every Wednesday.", "So that nobody is surprised.", "2026-11-25", BOB)
WEDNESDAY = berlin(25, 12)


def starting(db: Database, **changes: object) -> Week:
    """A week in which the weekly update is held for the first time."""
    return Week(db, definitions(**changes), links=app.LINKS)


def tell(week: Week, **changes: str) -> list[str]:
    fields = dict(zip(("what", "why", "first_day", "ask"), TELL, strict=True)) | changes
    return [person.name for person in week.run(notices.send, BOB, RITUAL, *fields.values())]


def first(week: Week) -> Occurrence:
    with week.db.transaction() as session:
        found = session.scalar(select(Occurrence).order_by(Occurrence.slot).limit(1))
        assert found is not None
        return found


def news(week: Week, person: str) -> list[str]:
    with week.db.transaction() as session:
        rows = session.scalars(select(Prompt).where(Prompt.person == person, Prompt.kind == "news").order_by(Prompt.id))
        return [row.news["title"] for row in rows if row.news]


def rules(week: Week) -> list[tuple[str, str]]:
    with week.db.transaction() as session:
        return [(each.rule, each.message) for each in notices.findings(session, week.house)]


@pytest.mark.proves("R57", "IM06")
def test_a_ritual_asks_nobody_who_was_not_told_and_product_ops_hears_it(db: Database) -> None:
    week = starting(db)
    assert rules(week) == [
        ("IM06", "1 person gets prompts of Weekly product update on Wed 25 Nov 2026 and was not told: Alice.")
    ]
    week.until(WEDNESDAY)

    assert (first(week).state, first(week).reason) == ("skipped", "nobody had told Alice what changes")
    assert week.prompts(ALICE) == []
    assert "Weekly product update of Wed 25 Nov 2026 was not held" in news(week, BOB)


@pytest.mark.proves("R57")
def test_told_on_the_working_day_before_they_are_asked(db: Database) -> None:
    week = starting(db)
    week.until(berlin(24, 11))
    assert tell(week) == ["Alice"]
    assert rules(week) == []
    week.until(WEDNESDAY)

    assert first(week).state == "prompted"
    assert news(week, ALICE) == ["From Wed 25 Nov 2026: Weekly product update"]


@pytest.mark.parametrize(("at", "state"), [(berlin(24, 23), "prompted"), (berlin(25, 0, 30), "skipped")])
def test_the_day_itself_is_too_late(db: Database, at: datetime, state: str) -> None:
    week = starting(db)
    week.until(at)
    tell(week)
    week.until(WEDNESDAY)

    assert first(week).state == state


def test_everybody_is_told_once(db: Database) -> None:
    week = starting(db)
    tell(week)

    with pytest.raises(UserError, match="still to be told"):
        tell(week)


@pytest.mark.proves("R57")
def test_a_notice_says_who_does_what_why_from_when_and_whom_to_ask(db: Database) -> None:
    week = starting(db)

    with pytest.raises(FieldErrors) as wrong:
        tell(week, what=" ", why="", first_day="", ask="U0NOBODY")
    assert set(wrong.value.fields) == {"what", "why", "first_day", "ask"}
    with pytest.raises(UserError, match="Only product ops may write a change notice"):
        week.run(notices.send, CHARLIE, RITUAL, *TELL)


def test_product_ops_hears_ahead_of_time_whom_nobody_has_told(db: Database) -> None:
    week = starting(db)
    week.run(app.adopt)

    assert "1 person would be asked on Wed 25 Nov 2026 and was not told" in news(week, BOB)


def test_what_a_company_held_before_is_not_held_back(db: Database) -> None:
    week = Week(db, team.definitions(), links=app.LINKS)
    week.until(berlin(26, 17))
    week.house = replace(week.house, definitions=definitions())

    assert rules(week) == []
    assert news(week, BOB) == []


def test_without_a_pilot_nobody_is_held_back(db: Database) -> None:
    week = Week(db, team.definitions(), links=app.LINKS)

    assert rules(week) == []
    week.until(WEDNESDAY)
    assert first(week).state == "prompted"


def test_those_to_whom_a_gate_widens_it_are_told_first(db: Database) -> None:
    week = starting(db)
    tell(week)
    week.until(berlin(26, 17))
    widen(week, "Two teams wait for it, and we watch it.")
    assert [message for _rule, message in rules(week)] == [
        "1 person gets prompts of Weekly product update on Wed 2 Dec 2026 and was not told: Charlie."
    ]
    assert tell(week) == ["Charlie"], "and not Alice, who has been asked before"
    week.until(berlin(2, 22, month=12))

    assert {week.ask(area).area_id for area in ("billing", "exports", "help")} == {"billing", "exports", "help"}


def widen(week: Week, reason: str) -> None:
    """Pass the gate of the first box, and run by what follows."""
    with week.db.transaction() as session:
        version = versions.store(session, WORKSPACE, week.clock.now(), {"a": "file"}, after=0, author=BOB)
        week.house = replace(week.house, version=version)
        without_other_rooms = replace(week.house, links=replace(week.house.links, adopt=None))
        passing.pass_gate(session, without_other_rooms, BOB, "try", reason)
    passed: Definitions = replace(week.house.definitions, gates_passed=("try",))
    week.house = replace(week.house, definitions=passed, version=0)


def test_who_only_reads_or_comes_later_needs_no_notice(db: Database) -> None:
    week = starting(db, boxes=[box("before", "-5 to 0"), box("try", "0 to 90", rituals=[RITUAL])])

    assert rules(week) == []
