"""How fresh an artifact is: by its ritual's calendar with its pauses, or as stated; a stale one is told once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import app
from bot.artifacts import freshness, model
from bot.artifacts.facts import DUE, FRESH, NONE, STALE
from bot.db import Database
from bot.definitions import Artifact, Definitions
from bot.house import Checked
from tests.artifacts.test_going_out import news
from tests.artifacts.world import DECISION, DIGEST, definitions
from tests.people import ALICE, BOB, CHARLIE
from tests.prompts.asking import turn_to
from tests.updates.team import RITUALS, Week, berlin

POSTED = berlin(26, 16)
"""When the digest of the week of 25 November is posted."""


def artifact(week: Week, id: str = "weekly-digest") -> Artifact:
    library = week.house.definitions.artifacts
    found = library.of(id) if library else None
    assert found is not None
    return found


def stands(week: Week, id: str = "weekly-digest") -> str:
    issues = week.run(model.last_issues, id, 1)
    return week.run(freshness.of, artifact(week, id), issues[0] if issues else None)


def later(week: Week, **more: Any) -> str:
    """So long after the digest nothing new has come."""
    week.clock.set(POSTED + timedelta(**more))
    return stands(week)


def test_what_never_went_out_is_neither_fresh_nor_stale(week: Week) -> None:
    assert stands(week) == NONE


def test_it_is_due_after_its_cadence_and_stale_when_half_as_old_again(week: Week) -> None:
    week.until(POSTED)
    assert later(week, days=7) == FRESH
    assert later(week, days=7, seconds=1) == DUE
    assert later(week, days=10, hours=12) == DUE
    assert later(week, days=10, hours=12, seconds=1) == STALE


def test_a_pause_makes_it_wait_longer(week: Week) -> None:
    week.until(POSTED)
    assert later(week, days=11) == STALE
    week.clock.set(POSTED)
    until = berlin(9, 12, month=12).date()
    week.run(RITUALS.pause, week.ritual(), BOB, until, "a retreat")
    assert later(week, days=11) == FRESH, "the next one is held on 16 December"
    week.run(RITUALS.resume, week.ritual(), BOB)
    assert later(week, days=11) == STALE


def test_what_is_paused_for_good_is_not_missed(week: Week) -> None:
    week.until(POSTED)
    week.run(RITUALS.pause, week.ritual(), BOB, None, "we try without")
    assert later(week, days=90) == FRESH


@pytest.mark.parametrize(("cadence", "days"), [("2 weeks", 14), ("30 days", 30)])
def test_a_stated_cadence_counts_before_that_of_the_ritual(db: Database, cadence: str, days: int) -> None:
    week = Week(db, definitions({**DIGEST, "cadence": cadence}), links=app.LINKS)
    week.until(POSTED)
    assert later(week, days=days) == FRESH
    assert later(week, days=1.5 * days, seconds=1) == STALE


def test_what_comes_with_an_event_has_no_cadence(week: Week) -> None:
    keep(week, "decision:D-1")
    week.clock.set(POSTED + timedelta(days=300))
    assert stands(week, "decision-record") == FRESH


def keep(week: Week, ref: str) -> None:
    assert week.house.links.library is not None
    week.run(week.house.links.library.issued, Checked("decision-recorded", ref), None)


def stale(week: Week, person: str) -> int:
    return news(week.db, person).count("*Weekly digest is stale*")


def every_four_weeks(cadence: str) -> Definitions:
    """A digest that is expected more often than its ritual is held."""
    schedule = {"repeats": "every 4 weeks on Wednesday", "starts": "2026-11-25"}
    return definitions({**DIGEST, "cadence": cadence}, schedule=schedule)


@pytest.fixture
def quiet(db: Database) -> Week:
    """A digest is expected every week, and comes once."""
    quiet = Week(db, every_four_weeks("7 days"))
    # A week knows less of the whole.
    quiet.house = replace(quiet.house, links=app.LINKS)
    return quiet


def turn(week: Week, to: Any) -> None:
    """As `Week.until`, with the timers of the whole."""
    turn_to(week.house, week.clock, to)


def test_its_owner_hears_once_that_it_is_stale_and_nobody_else(quiet: Week) -> None:
    turn(quiet, berlin(6, 12, month=12))
    assert stale(quiet, CHARLIE) == 0
    turn(quiet, berlin(21, 12, month=12))
    assert stale(quiet, CHARLIE) == 1
    assert "The last one is 10 days old; one is due every 7 days." in news(quiet.db, CHARLIE)
    assert stale(quiet, BOB) == stale(quiet, ALICE) == 0


def test_what_was_paused_when_it_would_have_been_stale_is_looked_at_again(db: Database) -> None:
    week = Week(db, definitions(DIGEST))
    week.house = replace(week.house, links=app.LINKS)
    turn(week, POSTED)
    week.run(app.RITUALS.pause, week.ritual(), BOB, None, "we try without")
    turn(week, berlin(20, 12, month=12))
    assert stale(week, CHARLIE) == 0
    week.run(app.RITUALS.resume, week.ritual(), BOB)
    # It is looked at each week from Monday 7 December on; the first one after the pause comes on Thursday.
    turn(week, berlin(22, 18, month=12))
    assert stale(week, CHARLIE) == 1


def test_a_new_one_takes_away_what_nobody_was_shown(quiet: Week) -> None:
    turn(quiet, berlin(7, 6, month=12))
    # In New York it became stale on Sunday evening, so it is to be told on Monday.
    assert quiet.house.links.library is not None
    quiet.run(quiet.house.links.library.issued, Checked("ritual:weekly-update", "occurrence:900"), None)
    turn(quiet, berlin(10, 18, month=12))
    assert stale(quiet, CHARLIE) == 0


def test_other_definitions_make_it_stale_sooner(quiet: Week) -> None:
    quiet.house = replace(quiet.house, definitions=every_four_weeks("30 days"))
    turn(quiet, berlin(27, 12))
    quiet.house = replace(quiet.house, definitions=every_four_weeks("7 days"))
    quiet.run(app.adopt)
    turn(quiet, berlin(8, 18, month=12))
    assert stale(quiet, CHARLIE) == 1


def test_other_definitions_make_it_stale_at_once_and_that_is_told_once(quiet: Week) -> None:
    quiet.house = replace(quiet.house, definitions=every_four_weeks("30 days"))
    turn(quiet, berlin(16, 12, month=12))
    assert stale(quiet, CHARLIE) == 0
    for _ in range(2):
        quiet.house = replace(quiet.house, definitions=every_four_weeks("7 days"))
        quiet.run(app.adopt)
        turn(quiet, quiet.clock.now() + timedelta(days=1))
    assert stale(quiet, CHARLIE) == 1


def test_other_definitions_make_it_stale_later(quiet: Week) -> None:
    turn(quiet, berlin(27, 12))
    quiet.house = replace(quiet.house, definitions=every_four_weeks("14 days"))
    turn(quiet, berlin(8, 18, month=12))
    assert stale(quiet, CHARLIE) == 0
    turn(quiet, berlin(18, 18, month=12))
    assert stale(quiet, CHARLIE) == 1


def test_what_the_library_no_longer_has_is_told_to_nobody(quiet: Week) -> None:
    turn(quiet, POSTED)
    quiet.house = replace(quiet.house, definitions=replace(quiet.house.definitions, artifacts=None))
    quiet.run(freshness.on_stale, "artifact:weekly-digest")
    quiet.house = replace(quiet.house, definitions=definitions(DECISION))
    quiet.run(freshness.on_stale, "artifact:weekly-digest")
    turn(quiet, berlin(10, 18, month=12))
    assert stale(quiet, CHARLIE) == 0
