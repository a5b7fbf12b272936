"""What people change about a ritual while it runs: pause and resume it, move its next occurrence."""

from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select

from bot.audit import Event
from bot.db import Database
from bot.errors import FieldErrors, UserError
from bot.home.page import home_view
from bot.rituals.listeners import calendar_pages, tables
from bot.rituals.model import CLOSED, NEVER, PROMPTED, SCHEDULED
from bot.updates.model import ANSWERED
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import Keyboard
from tests.rituals.desk import Desk, berlin, ritual
from tests.updates.team import GOOD, RITUALS, Week, definitions

WEDNESDAY, THURSDAY, FRIDAY = date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27)


@pytest.fixture
def desk(db: Database) -> Desk:
    desk = Desk(db)
    desk.plan()
    return desk


def pause(desk: Desk, until: date | None, reason: str = "company retreat") -> None:
    desk.run(desk.rituals.pause, desk.ritual(), BOB, until, reason)


def move(desk: Desk, day: date, at: time | None = None, reason: str = "") -> None:
    desk.run(desk.rituals.move_next, desk.ritual(), BOB, day, at, reason)


# Pausing.


def test_a_paused_ritual_is_held_again_after_its_last_day(any_db: Database) -> None:
    desk = Desk(any_db)
    desk.plan()
    pause(desk, date(2026, 12, 4))
    assert desk.states() == [("9 Dec", SCHEDULED)]
    desk.until(berlin(9, 10, month=12))
    assert desk.diary.entries == ["open 2026-12-09"]


def test_a_pause_until_the_day_before_changes_nothing(desk: Desk) -> None:
    pause(desk, date(2026, 11, 24))
    assert desk.states() == [("25 Nov", SCHEDULED)]


def test_what_is_open_goes_on_while_its_ritual_is_paused(desk: Desk) -> None:
    desk.until(berlin(25, 10))
    pause(desk, date(2026, 12, 4))
    desk.until(berlin(26, 16))
    assert desk.states() == [("25 Nov", CLOSED), ("9 Dec", SCHEDULED)]
    assert desk.diary.entries == ["open 2026-11-25", "cutoff 2026-11-25", "publish 2026-11-25"]


def test_without_a_last_day_nothing_happens_until_somebody_resumes_it(desk: Desk) -> None:
    pause(desk, None)
    desk.until(berlin(10, 12, month=12))
    desk.plan()
    assert desk.diary.entries == []
    desk.run(desk.rituals.resume, desk.ritual(), BOB)
    desk.until(berlin(16, 10, month=12))
    assert desk.diary.entries == ["open 2026-12-16"]


def test_resumed_after_its_hour_it_waits_for_the_next_week(desk: Desk) -> None:
    pause(desk, None)
    desk.until(berlin(25, 15))
    desk.run(desk.rituals.resume, desk.ritual(), BOB)
    assert [(each.day, each.opens_at) for each in desk.occurrences()] == [(date(2026, 12, 2), berlin(2, 10, month=12))]


def test_an_early_answer_outlives_a_pause(db: Database) -> None:
    week = Week(db, definitions())
    week.submit("billing", GOOD)
    week.run(RITUALS.pause, week.ritual(), BOB, None, "reorganisation")
    week.until(berlin(2, 12, month=12))
    week.run(RITUALS.resume, week.ritual(), BOB)
    week.until(berlin(9, 10, month=12))
    assert week.ask("billing").state == ANSWERED


def test_a_second_pause_replaces_the_first(desk: Desk) -> None:
    pause(desk, date(2026, 12, 4))
    pause(desk, date(2026, 11, 24), "shorter after all")
    assert desk.states() == [("25 Nov", SCHEDULED)]


def test_a_pause_needs_a_reason_and_a_day_that_is_not_over(desk: Desk) -> None:
    with pytest.raises(UserError, match="Say why"):
        pause(desk, None, "  ")
    with pytest.raises(UserError, match="is over already"):
        pause(desk, date(2026, 11, 22))


def test_what_is_not_paused_cannot_be_resumed(desk: Desk) -> None:
    with pytest.raises(UserError, match="is not paused"):
        desk.run(desk.rituals.resume, desk.ritual(), BOB)
    paused = {"pauses": [{"from": "2026-11-20", "until": "2026-12-04", "reason": "planning"}]}
    desk.change(ritual(schedule=paused))
    with pytest.raises(UserError, match="in calendar"):
        desk.run(desk.rituals.resume, desk.ritual(), BOB)


def test_a_paused_ritual_is_not_run(desk: Desk) -> None:
    pause(desk, None)
    with pytest.raises(UserError, match="/cadence resume standing"):
        desk.run(desk.rituals.run_now, desk.ritual(), BOB)


def test_what_counts_from_a_paused_ritual_rests_with_it(db: Database) -> None:
    before = ritual("before", schedule={"repeats": "1 day before standing"})
    desk = Desk(db, ritual(), before)
    desk.plan()
    pause(desk, date(2026, 12, 4))
    assert desk.states() == [("8 Dec", SCHEDULED), ("9 Dec", SCHEDULED)]


# Moving.


def test_a_moved_occurrence_keeps_its_slot_and_takes_its_times_along(any_db: Database) -> None:
    desk = Desk(any_db)
    desk.plan()
    move(desk, THURSDAY)
    (moved,) = desk.occurrences()
    assert (moved.slot, moved.day) == ("2026-11-25T10:00", THURSDAY)
    assert (moved.opens_at, moved.cutoff_at, moved.publish_at) == (berlin(26, 10), berlin(27, 14), berlin(27, 16))
    desk.until(berlin(27, 16))
    assert desk.states() == [("26 Nov", CLOSED), ("2 Dec", SCHEDULED)]


def test_a_new_time_shifts_the_cutoff_and_the_publishing_as_well(desk: Desk) -> None:
    move(desk, THURSDAY, time(11, 30))
    (moved,) = desk.occurrences()
    assert (moved.opens_at, moved.cutoff_at) == (berlin(26, 11, 30), berlin(27, 15, 30))


def test_it_may_be_moved_to_an_earlier_day(desk: Desk) -> None:
    move(desk, date(2026, 11, 24))
    desk.until(berlin(24, 10))
    assert desk.states() == [("24 Nov", PROMPTED), ("2 Dec", SCHEDULED)]


def test_moved_back_it_is_not_moved_any_more(desk: Desk) -> None:
    move(desk, THURSDAY)
    move(desk, WEDNESDAY)
    (occurrence,) = desk.occurrences()
    assert (occurrence.opens_at, occurrence.moved_at) == (berlin(25, 10), None)


def test_a_restart_and_a_changed_calendar_leave_it_where_it_was_moved(desk: Desk) -> None:
    move(desk, THURSDAY)
    desk.plan()
    desk.change(ritual(schedule={"prompt": "11:00"}))
    assert [each.opens_at for each in desk.occurrences()] == [berlin(26, 11)]


def test_a_calendar_that_holds_it_no_more_drops_the_move_and_says_so(desk: Desk) -> None:
    move(desk, THURSDAY)
    desk.change(ritual(schedule={"repeats": "every Friday"}))
    assert [(each.day, each.moved_at) for each in desk.occurrences()] == [(FRIDAY, None)]
    assert "occurrence.move_dropped" in events(desk.db)


@pytest.mark.parametrize(
    ("day", "at", "why"),
    [
        (date(2026, 12, 2), None, "also falls on"),
        (date(2026, 12, 3), None, "also falls on"),
        (date(2026, 11, 18), None, "also falls on"),
        (date(2026, 11, 23), time(7, 30), "is over already"),
    ],
)
def test_it_is_not_moved_past_a_neighbour_or_into_the_past(desk: Desk, day: date, at: time | None, why: str) -> None:
    with pytest.raises(UserError, match=why):
        move(desk, day, at)
    assert [each.opens_at for each in desk.occurrences()] == [berlin(25, 10)]


def test_an_open_occurrence_is_not_moved_but_the_next_is(desk: Desk) -> None:
    desk.until(berlin(25, 10))
    move(desk, date(2026, 12, 3))
    assert desk.states() == [("25 Nov", PROMPTED), ("3 Dec", SCHEDULED)]


def test_what_counts_from_a_moved_ritual_moves_with_it(db: Database) -> None:
    desk = Desk(db, ritual(), ritual("before", schedule={"repeats": "1 day before standing"}))
    desk.plan()
    move(desk, FRIDAY)
    assert desk.states() == [("26 Nov", SCHEDULED), ("27 Nov", SCHEDULED)]


def test_people_are_asked_on_the_day_it_was_moved_to(db: Database) -> None:
    week = Week(db, definitions())
    week.run(RITUALS.move_next, week.ritual(), BOB, THURSDAY)
    week.until(berlin(25, 20))
    assert week.prompts(ALICE) == []
    week.until(berlin(26, 10))
    (prompt,) = week.prompts(ALICE)
    assert "Due Fri 27 Nov, 14:00" in prompt.text


def test_a_new_time_shifts_the_reminder_too(db: Database) -> None:
    week = Week(db, definitions())
    week.run(RITUALS.move_next, week.ritual(), BOB, THURSDAY, time(13))
    week.until(berlin(27, 12, 59))
    assert week.reminders(ALICE) == []
    week.until(berlin(27, 13))
    assert week.prompt("billing").reminded_at == berlin(27, 13)


# In Slack.


def does(desk: Desk, verb: str, text: str, user: str = BOB) -> str:
    keyboard = Keyboard(user)
    keyboard.does(desk.house, tables(desk.rituals).verbs[verb].handler, text=text)
    return str(keyboard.replies[-1]["text"])


def test_the_commands_say_what_they_did(desk: Desk) -> None:
    said = does(desk, "pause", "standing until 4 December company retreat")
    assert "paused by Bob until Fri 2026-12-04: company retreat" in said
    assert "The next one opens on Wed 9 Dec, 10:00 (Europe/Berlin)." in said
    assert "The next one opens on Wed 25 Nov, 10:00" in does(desk, "resume", "standing")
    said = does(desk, "move", "standing to sunday 12:00 because of the conference")
    assert "of Wed 25 Nov 2026 is held on Sun 29 Nov, 12:00" in said
    assert "Mind: Sun 29 November is a day off, Sunday is not a working day." in said
    said = does(desk, "pause", "standing because nobody needs it")
    assert "Nothing is planned until /cadence resume standing." in said


def test_the_calendar_and_home_show_it_to_everybody(desk: Desk) -> None:
    move(desk, THURSDAY, reason="conference")
    (page,) = desk.run(calendar_pages, CHARLIE)
    assert "Next: Thu 26 Nov, 10:00 (moved from Wed 25 Nov by Bob: conference)" in page.text
    assert "moved from Wed 25 Nov by Bob: conference" in str(desk.run(home_view, CHARLIE).payload())
    pause(desk, None)
    (page,) = desk.run(calendar_pages, CHARLIE)
    assert "Now paused by Bob: company retreat" in page.text
    assert "Next:" not in page.text
    assert "Standing: paused by Bob: company retreat" in str(desk.run(home_view, CHARLIE).payload())


@pytest.mark.parametrize("verb", ["pause", "resume", "move", "run", "close"])
def test_only_product_ops_and_the_owner_may(db: Database, verb: str) -> None:
    desk = Desk(db, ritual(owner=ALICE))
    desk.plan()
    with pytest.raises(UserError, match="and Alice, who owns Standing"):
        does(desk, verb, "standing to friday", user=CHARLIE)


def test_the_owner_pauses_their_own_ritual(db: Database) -> None:
    desk = Desk(db, ritual(owner=ALICE))
    desk.plan()
    assert "paused by Alice" in does(desk, "pause", "standing until friday on holiday", user=ALICE)


def test_home_offers_a_menu_to_those_in_charge_only(desk: Desk) -> None:
    assert "rituals.manage" in str(desk.run(home_view, BOB).payload())
    assert "rituals.manage" not in str(desk.run(home_view, CHARLIE).payload())


@pytest.mark.parametrize(
    ("verb", "fields", "day"),
    [
        ("pause", {"until": "2026-12-04", "reason": "retreat"}, "9 Dec"),
        ("move", {"day": "2026-11-26", "time": "12:00"}, "26 Nov"),
        ("skip", {"reason": "retreat"}, "2 Dec"),
    ],
)
def test_the_forms_on_home_do_the_same(desk: Desk, verb: str, fields: dict[str, str], day: str) -> None:
    room, keyboard = tables(desk.rituals), Keyboard(BOB)
    keyboard.does(desk.house, room.actions["rituals.manage"], value=f"{verb}:standing", trigger="1.2")
    view = keyboard.opened[-1]
    assert view["callback_id"] == f"rituals.{verb}"
    keyboard.submits(desk.house, room.views[f"rituals.{verb}"], view, **fields)
    assert desk.states()[-1] == (day, SCHEDULED)


def test_what_is_wrong_in_a_form_is_shown_at_its_field(desk: Desk) -> None:
    form = {"private_metadata": "standing"}
    with pytest.raises(FieldErrors) as caught:
        Keyboard(BOB).submits(desk.house, tables(desk.rituals).views["rituals.move"], form, day="2026-12-03")
    assert "also falls on" in caught.value.fields["day"]


def test_the_audit_trail_says_who_did_what_and_why(desk: Desk) -> None:
    move(desk, THURSDAY, reason="conference")
    pause(desk, None)
    desk.run(desk.rituals.resume, desk.ritual(), None)
    found = events(desk.db)
    assert found["occurrence.moved"][0] == BOB
    assert found["occurrence.moved"][1]["reason"] == "conference"
    assert found["ritual.paused"] == (BOB, {"reason": "company retreat"})
    assert found["ritual.resumed"] == (None, {})


def test_an_endless_pause_keeps_the_occurrence_for_its_answers(desk: Desk) -> None:
    (before,) = desk.occurrences()
    pause(desk, None)
    assert [(each.id, each.opens_at) for each in desk.occurrences()] == [(before.id, NEVER)]


def events(db: Database) -> dict[str, tuple[str | None, dict[str, Any]]]:
    with db.transaction() as session:
        return {each.kind: (each.actor, each.detail) for each in session.scalars(select(Event).order_by(Event.id))}
