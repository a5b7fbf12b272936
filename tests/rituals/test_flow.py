"""The calendar becomes occurrences: planned once, opened once, caught up after downtime, moved when it changes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.db import Database
from bot.errors import UserError
from bot.people.directory import Directory, keep
from bot.rituals.flow import MISSED, REMOVED
from bot.rituals.model import AWAITING_OUTPUT, CLOSED, PROMPTED, SCHEDULED, SKIPPED
from tests.aloud import read_aloud
from tests.fakes import promised
from tests.people import BOB, PRODUCT_OPS
from tests.rituals.desk import BERLIN, RITUAL, Desk, berlin, definitions, ritual

DAILY = {"repeats": "FREQ=DAILY", "cutoff": "12:00", "publish": "13:00"}


@pytest.fixture
def desk(db: Database) -> Desk:
    desk = Desk(db)
    desk.plan()
    return desk


def test_the_next_occurrence_is_planned_once_however_often_it_is_planned(any_db: Database) -> None:
    desk, other = Desk(any_db), Desk(any_db)
    for node in (desk, other, desk, other):
        node.plan()
    assert desk.states() == [("25 Nov", SCHEDULED)]


@pytest.mark.proves("R30")
def test_it_opens_reaches_its_cutoff_and_is_published_and_the_next_is_planned(desk: Desk) -> None:
    desk.until(berlin(25, 10))
    assert desk.states() == [("25 Nov", PROMPTED), ("2 Dec", SCHEDULED)]
    desk.until(berlin(26, 14))
    assert desk.states()[0] == ("25 Nov", AWAITING_OUTPUT)
    desk.until(berlin(26, 16))
    assert desk.states()[0] == ("25 Nov", CLOSED)
    assert desk.diary.entries == ["open 2026-11-25", "cutoff 2026-11-25", "publish 2026-11-25"]


def test_two_nodes_fire_one_opening(any_db: Database) -> None:
    """The second takes the timer over when the first one's lease has ended; then both fire."""
    first, second = Desk(any_db), Desk(any_db)
    first.plan()
    for node in (first, second):
        node.clock.set(berlin(25, 10))
    (slow,) = first.claim("node-a")
    assert second.claim("node-b") == []
    second.clock.turn(timedelta(seconds=13))
    (quick,) = second.claim("node-b")
    assert second.fire(quick)
    assert not first.fire(slow)
    assert first.diary.entries + second.diary.entries == ["open 2026-11-25"]
    assert first.states() == [("25 Nov", PROMPTED), ("2 Dec", SCHEDULED)]


def test_opening_twice_asks_once(desk: Desk) -> None:
    desk.until(berlin(25, 10))
    (opened, _next) = desk.occurrences()
    desk.run(desk.rituals.on_open, str(opened.id))
    desk.run(desk.rituals.on_cutoff, str(opened.id))
    desk.run(desk.rituals.on_cutoff, str(opened.id))
    assert desk.diary.entries == ["open 2026-11-25", "cutoff 2026-11-25"]


def test_a_publishing_timer_that_comes_first_does_the_cutoff_too(desk: Desk) -> None:
    desk.until(berlin(25, 10))
    desk.run(desk.rituals.on_publish, str(desk.occurrences()[0].id))
    assert desk.diary.entries[1:] == ["cutoff 2026-11-25", "publish 2026-11-25"]


@pytest.mark.parametrize("rule", ["all", "latest", "report"])
def test_minutes_of_downtime_change_nothing(db: Database, rule: str) -> None:
    desk = Desk(db, ritual(catch_up=rule))
    desk.plan()
    desk.down_until(berlin(25, 10, 9))
    assert desk.states()[0] == ("25 Nov", PROMPTED)
    assert promised(db) == []


@pytest.mark.parametrize(
    ("rule", "state", "told"),
    [("all", PROMPTED, []), ("latest", PROMPTED, []), ("report", SKIPPED, ["25 November"])],
)
def test_hours_of_downtime_follow_the_rule(db: Database, rule: str, state: str, told: list[str]) -> None:
    desk = Desk(db, ritual(catch_up=rule))
    desk.plan()
    desk.down_until(berlin(26, 9))
    assert desk.states() == [("25 Nov", state), ("2 Dec", SCHEDULED)]
    assert [each.channel for each in promised(db)] == [BOB] * len(told)
    assert all(day in each.text for each, day in zip(promised(db), told, strict=True))


@pytest.mark.parametrize("rule", ["all", "latest", "report"])
def test_weeks_of_downtime_are_told_once_and_flood_nobody(db: Database, rule: str) -> None:
    desk = Desk(db, ritual(catch_up=rule))
    desk.plan()
    desk.down_until(berlin(17, 9, month=12))
    opened = PROMPTED if rule != "report" else SKIPPED
    assert desk.states() == [
        ("25 Nov", SKIPPED),
        ("2 Dec", SKIPPED),
        ("9 Dec", SKIPPED),
        ("16 Dec", opened),
        ("23 Dec", SCHEDULED),
    ]
    assert all(each.reason == MISSED for each in desk.occurrences() if each.state == SKIPPED)
    (report,) = promised(db)
    days = "25 November, 2 December and 9 December"
    if opened == SKIPPED:
        days = "25 November, 2 December, 9 December and 16 December"
    assert f"was due on {days}, so those were skipped" in report.text
    assert ("The latest one is open now." in report.text) == (opened == PROMPTED)
    desk.until(berlin(18, 12, month=12))
    assert len(promised(db)) == 1


def test_the_rule_all_opens_each_that_still_takes_answers(db: Database) -> None:
    long = {"repeats": "FREQ=DAILY", "cutoff": "+3 days 12:00", "publish": "+3 days 13:00"}
    desk = Desk(db, ritual(schedule=long, catch_up="all"))
    desk.plan()
    desk.down_until(berlin(27, 11, 30))
    assert desk.states() == [
        ("23 Nov", SKIPPED),
        ("24 Nov", PROMPTED),
        ("25 Nov", PROMPTED),
        ("26 Nov", PROMPTED),
        ("27 Nov", PROMPTED),
        ("30 Nov", SCHEDULED),
    ]
    (report,) = promised(db)
    assert "was due on 23 November, so that one was skipped" in report.text


def test_a_ritual_that_is_new_begins_ahead_and_nobody_missed_anything(db: Database) -> None:
    desk = Desk(db, start=berlin(26, 9))
    desk.plan()
    desk.until(berlin(26, 17))
    assert desk.states() == [("2 Dec", SCHEDULED)]
    assert promised(db) == []


def test_what_was_open_when_it_went_down_is_published_late(desk: Desk) -> None:
    desk.until(berlin(25, 12))
    desk.down_until(berlin(27, 9))
    assert desk.states()[0] == ("25 Nov", CLOSED)
    assert desk.diary.entries == ["open 2026-11-25", "cutoff 2026-11-25", "publish 2026-11-25"]


def test_a_changed_calendar_moves_what_has_not_opened(desk: Desk) -> None:
    (before,) = desk.occurrences()
    desk.change(ritual(schedule={"repeats": "FREQ=WEEKLY;BYDAY=TH", "prompt": "11:00"}))
    (after,) = desk.occurrences()
    assert (after.id, after.slot, after.opens_at) == (before.id, "2026-11-26T11:00", berlin(26, 11))
    desk.until(berlin(26, 11))
    assert desk.diary.entries == ["open 2026-11-26"]


def test_a_changed_calendar_opens_no_second_occurrence_on_the_day_of_one_that_is_open(desk: Desk) -> None:
    desk.until(berlin(25, 10))
    running = desk.occurrences()[0]
    desk.change(ritual(schedule={"prompt": "12:00"}))
    assert desk.occurrences()[0].cutoff_at == running.cutoff_at
    desk.until(berlin(26, 16))
    assert desk.states() == [("25 Nov", CLOSED), ("2 Dec", SCHEDULED)]
    assert desk.occurrences()[1].opens_at == berlin(2, 12, month=12)


def test_a_ritual_that_becomes_daily_begins_today(desk: Desk) -> None:
    desk.change(ritual(schedule=DAILY))
    assert desk.states() == [("23 Nov", SCHEDULED)]


def test_a_time_brought_forward_past_now_still_happens_today(desk: Desk) -> None:
    desk.until(berlin(25, 9, 30))
    desk.change(ritual(schedule={"prompt": "09:00"}))
    desk.until(berlin(25, 9, 31))
    assert desk.states() == [("25 Nov", PROMPTED), ("2 Dec", SCHEDULED)]


def test_a_removed_ritual_is_no_longer_planned_and_comes_back_when_it_does(desk: Desk) -> None:
    desk.change(ritual("another"))
    assert [each.ritual_id for each in desk.occurrences()] == ["another"]
    desk.change(ritual())
    assert desk.states() == [("25 Nov", SCHEDULED)]


def test_a_ritual_removed_while_it_was_due_and_drumbeat_down_comes_back_too(desk: Desk) -> None:
    desk.house = replace(desk.house, definitions=definitions(ritual("another")))
    desk.down_until(berlin(25, 12))
    desk.change(ritual())
    desk.until(berlin(2, 10, month=12))
    assert desk.states() == [("25 Nov", SKIPPED), ("2 Dec", PROMPTED), ("9 Dec", SCHEDULED)]


def test_a_ritual_that_was_away_for_weeks_missed_nothing(desk: Desk) -> None:
    desk.until(berlin(27, 12))
    desk.change(ritual("another"))
    desk.until(berlin(16, 12, month=12))
    desk.change(ritual())
    desk.until(berlin(17, 12, month=12))
    ours = [(f"{each.day:%-d %b}", each.state) for each in desk.occurrences() if each.ritual_id == RITUAL]
    assert ours == [("25 Nov", CLOSED), ("23 Dec", SCHEDULED)]
    assert promised(desk.db) == []


def test_what_was_missed_is_told_to_product_ops_when_slack_does_not_know_the_owner(db: Database) -> None:
    desk = Desk(db, ritual(catch_up="report"))
    desk.plan()
    desk.run(keep, Directory(members=(), channels=()))
    desk.down_until(berlin(26, 9))
    (report,) = promised(db, "ritual.missed")
    read_aloud(report)
    assert report.channel == PRODUCT_OPS
    assert "was due on 25 November" in report.text


def test_a_ritual_removed_while_open_ends_at_its_time_with_that_reason(desk: Desk) -> None:
    desk.until(berlin(25, 12))
    desk.change(ritual("another"))
    desk.until(berlin(26, 16))
    ended = next(each for each in desk.occurrences() if each.ritual_id == RITUAL)
    assert (ended.state, ended.reason) == (SKIPPED, REMOVED)


def test_the_hour_that_repeats_in_autumn_happens_once(db: Database) -> None:
    """On 25 October 2026 clocks in Berlin show 02:30 twice."""
    night = {"repeats": "FREQ=DAILY", "prompt": "02:30", "cutoff": "03:30", "publish": "04:00"}
    desk = Desk(db, ritual(schedule=night, holidays="ignore"), start=berlin(24, 12, month=10))
    desk.plan()
    desk.until(berlin(25, 12, month=10))
    assert [entry for entry in desk.diary.entries if entry.startswith("open")] == ["open 2026-10-25"]
    (first, _next) = desk.occurrences()
    assert first.opened_at == berlin(25, 2, 30, month=10)
    assert first.opened_at.astimezone(BERLIN).fold == 0


def test_the_hour_missing_in_spring_happens_once_at_the_next_minute_there_is(db: Database) -> None:
    """On 28 March 2027 clocks in Berlin jump from 02:00 to 03:00."""
    night = {"repeats": "FREQ=DAILY", "prompt": "02:30", "cutoff": "04:30", "publish": "05:00"}
    desk = Desk(db, ritual(schedule=night, holidays="ignore"), start=berlin(27, 12, month=3, year=2027))
    desk.plan()
    desk.until(berlin(28, 12, month=3, year=2027))
    assert [entry for entry in desk.diary.entries if entry.startswith("open")] == ["open 2027-03-28"]
    assert desk.occurrences()[0].opened_at == berlin(28, 3, month=3, year=2027)


def test_a_ritual_whose_rule_has_ended_is_planned_no_more(db: Database) -> None:
    desk = Desk(db, ritual(schedule={"repeats": "FREQ=WEEKLY;BYDAY=WE;UNTIL=20261126"}))
    desk.plan()
    desk.until(berlin(27, 12))
    desk.plan()
    assert desk.states() == [("25 Nov", CLOSED)]
    with pytest.raises(UserError, match="no occurrence left in the calendar"):
        desk.run(desk.rituals.run_now, desk.ritual(), BOB)


def test_run_on_a_friday_it_ends_on_the_next_working_day(db: Database) -> None:
    desk = Desk(db)
    desk.plan()
    desk.until(berlin(27, 11))
    occurrence = desk.run(desk.rituals.run_now, desk.ritual(), BOB)
    assert occurrence.day.isoformat() == "2026-12-02"
    assert occurrence.cutoff_at == berlin(30, 14)
    assert occurrence.publish_at == berlin(30, 16)


def test_an_occurrence_that_began_a_moment_before_the_first_start_is_held(db: Database) -> None:
    desk = Desk(db, start=berlin(25, 10) + timedelta(seconds=40))
    desk.plan()
    desk.until(berlin(25, 10, 2))
    assert desk.diary.entries == ["open 2026-11-25"]
