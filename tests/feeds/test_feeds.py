"""Calendar feeds: what stands in them, how they follow what changes, and who gets at them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from bot.db import Database
from bot.errors import UserError
from bot.feeds import events, flow
from bot.feeds.events import Numbered
from bot.feeds.ics import as_ics
from bot.feeds.listeners import TABLES
from bot.feeds.model import Feed
from bot.house import House, Links, Obligation
from bot.people.directory import Directory, keep, keep_member
from bot.people.model import People
from tests.people import ALICE, BOB, CHARLIE, UPDATES
from tests.releases.launch import Keyboard
from tests.rituals.desk import Desk, berlin, ritual
from tests.updates.team import BERLIN, NEW_YORK, RITUALS, Week, definitions, member

AGENDA = ["15 min. What we learned; and what not", "45 min. Ünïcode, and a line long enough to be folded " * 4]


@pytest.fixture
def week(db: Database) -> Week:
    week = Week(db, definitions())
    week.house = replace(week.house, feed_url="https://drumbeat.example.com")
    return week


def of(week: Week | Desk, slack_id: str) -> list[Numbered]:
    def told(session: Any, house: House) -> list[Numbered]:
        person = People(session, house).by_slack(slack_id)
        assert person is not None
        return events.of_person(session, house, person)

    return week.run(told)


def read(told: list[Numbered]) -> list[Any]:
    """The events, as a calendar program reads them."""
    return list(Calendar.from_ical(as_ics("Acme", BERLIN, told)).walk("VEVENT"))


def test_each_person_has_their_own_times(week: Week) -> None:
    alice, charlie = read(of(week, ALICE)), read(of(week, CHARLIE))
    assert alice[0].decoded("dtstart") == berlin(25, 10)
    assert charlie[0].decoded("dtstart").astimezone(NEW_YORK).hour == 10
    assert [str(each["summary"]) for each in alice[:2]] == [
        "Write: Weekly product update",
        "Answers end: Weekly product update",
    ]
    assert alice[1].decoded("dtend") == charlie[1].decoded("dtend") == berlin(26, 14)


def test_weeks_ahead_are_in_it_and_the_clocks_change_with_them(db: Database) -> None:
    week = Week(db, definitions(), start=datetime(2026, 10, 19, 6, tzinfo=UTC))
    starts = [each.decoded("dtstart") for each in read(of(week, ALICE)) if "Write" in each["summary"]]
    assert len(starts) == 8
    assert {each.astimezone(BERLIN).hour for each in starts} == {10}
    assert {each.hour for each in starts} == {8, 9}


def test_a_meeting_takes_its_time_and_carries_agenda_and_artifact(db: Database) -> None:
    desk = meeting(db)
    (event, *_) = read(desk.run(events.of_channel, UPDATES))
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (berlin(25, 10), berlin(25, 11))
    assert (event["transp"], event["status"], str(event["summary"])) == ("OPAQUE", "CONFIRMED", "Roadmap review")
    description = str(event["description"])
    assert "It leaves: A page" in description
    assert all(point.strip() in description for point in AGENDA)


def test_a_meeting_begins_at_one_moment_also_for_those_to_whom_it_is_night(db: Database) -> None:
    """13:00 in Berlin is 4:00 in Los Angeles; neither Tuesday nor nine o'clock there is when people meet."""
    roadmap = ritual("roadmap", owner=CHARLIE, agenda=AGENDA, schedule={"prompt": "13:00", "cutoff": "17:00"})
    desk = Desk(db, roadmap)
    desk.run(keep_member, member(CHARLIE, "Charlie", "America/Los_Angeles"))
    starts = [each.decoded("dtstart") for each in read(of(desk, CHARLIE))]
    assert starts[:2] == [berlin(25, 13), berlin(2, 13, month=12)]


def test_without_minutes_in_its_agenda_a_meeting_takes_up_no_time(db: Database) -> None:
    desk = Desk(db, ritual("roadmap", channel=UPDATES, schedule={"cutoff": "+1 day 11:00"}))
    desk.plan()
    event = read(desk.run(events.of_channel, UPDATES))[0]
    assert (event.decoded("dtend"), event["transp"]) == (berlin(25, 10, 15), "TRANSPARENT")


def test_the_file_keeps_the_rules_of_the_standard(db: Database) -> None:
    desk = meeting(db)
    ics = as_ics("Acme", BERLIN, desk.run(events.of_channel, UPDATES))
    assert ics.startswith(b"BEGIN:VCALENDAR\r\n")
    assert ics.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in ics.replace(b"\r\n", b"")
    assert max(len(line) for line in ics.split(b"\r\n")) <= 75
    assert b"VERSION:2.0" in ics and b"PRODID:" in ics and b"METHOD:PUBLISH" in ics
    found: list[Any] = list(Calendar.from_ical(ics).walk("VEVENT"))
    uids = [str(each["uid"]) for each in found]
    assert len(set(uids)) == len(uids) > 1
    assert all(each["dtstamp"].dt.tzinfo is not None for each in found)
    assert not any(each.errors for each in found)
    assert b"X-PUBLISHED-TTL:PT1H\r\n" in ics


def test_the_same_calendar_is_the_same_file(week: Week) -> None:
    before = as_ics("Acme", BERLIN, of(week, ALICE))
    week.clock.turn(timedelta(hours=2))
    assert as_ics("Acme", BERLIN, of(week, ALICE)) == before


def test_what_is_moved_keeps_its_uid_and_counts_on(any_db: Database) -> None:
    week = Week(any_db, definitions())
    before = read(of(week, ALICE))[0]
    week.run(RITUALS.move_next, week.ritual(), BOB, date(2026, 11, 26), None, "conference")
    after = next(each for each in read(of(week, ALICE)) if each["uid"] == before["uid"])
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after.decoded("dtstart") == berlin(26, 10)
    assert "Moved: conference" in after["description"]


def test_what_is_skipped_is_cancelled_with_the_reason(week: Week) -> None:
    of(week, ALICE)
    week.run(RITUALS.skip, week.ritual(), BOB, "company retreat")
    first = read(of(week, ALICE))[0]
    assert (first["status"], first["sequence"]) == ("CANCELLED", 1)
    assert "Skipped: company retreat" in first["description"]


def test_a_pause_cancels_what_was_told_and_resuming_brings_it_back(week: Week) -> None:
    of(week, ALICE)
    week.run(RITUALS.pause, week.ritual(), BOB, None, "reorganisation")
    paused = read(of(week, ALICE))
    assert {each["status"] for each in paused} == {"CANCELLED"}
    assert "paused by Bob: reorganisation" in paused[0]["description"]
    week.run(RITUALS.resume, week.ritual(), BOB)
    resumed = read(of(week, ALICE))
    assert {(each["status"], each["sequence"]) for each in resumed} == {("CONFIRMED", 2)}


def test_what_was_never_told_is_not_cancelled(week: Week) -> None:
    week.run(RITUALS.pause, week.ritual(), BOB, None, "reorganisation")
    assert read(of(week, ALICE)) == []


def test_what_the_calendar_holds_no_more_is_cancelled(week: Week) -> None:
    before = {str(each["uid"]) for each in read(of(week, ALICE))}
    week.change(definitions(schedule={"repeats": "every Friday"}))
    statuses = {str(each["uid"]): str(each["status"]) for each in read(of(week, ALICE))}
    assert {statuses[uid] for uid in before} == {"CANCELLED"}
    assert "CONFIRMED" in statuses.values()


def test_due_dates_are_in_it_until_they_are_settled(db: Database) -> None:
    waiting = [Obligation("Decide D-1", berlin(27, 12), "decisions.decide", "1"), Obligation("Some day", None)]
    week = Week(db, definitions(), Links(obligations=(lambda *_: list(waiting),)))
    (due,) = [each for each in read(of(week, ALICE)) if "Due" in each["summary"]]
    assert (str(due["summary"]), due.decoded("dtend")) == ("Due: Decide D-1", berlin(27, 12))
    waiting.clear()
    assert [each["status"] for each in read(of(week, ALICE)) if "Due" in each["summary"]] == ["CANCELLED"]


# Addresses.


def says(week: Week, text: str = "", user: str = ALICE) -> str:
    keyboard = Keyboard(user)
    keyboard.does(week.house, TABLES.verbs["feed"].handler, text=text, channel=UPDATES)
    return str(keyboard.replies[-1]["text"])


def token_in(said: str) -> str:
    return said.split("/feeds/")[1].split(".ics")[0]


def test_the_address_is_shown_once_and_serves_the_calendar(week: Week) -> None:
    token = token_in(says(week))
    assert "You have had a feed since" in says(week)
    served = week.run(flow.served, token)
    assert served is not None
    assert b"SUMMARY:Write: Weekly product update" in served
    with week.db.transaction() as session:
        assert token not in str([vars(feed) for feed in session.scalars(select(Feed))])


def test_a_new_address_ends_the_one_before_and_off_ends_it_for_good(week: Week) -> None:
    first = token_in(says(week))
    second = token_in(says(week, "new"))
    assert [week.run(flow.served, each) is None for each in (first, second)] == [True, False]
    assert "Ended" in says(week, "off")
    assert week.run(flow.served, second) is None
    assert "no feed to end" in says(week, "off")


def test_another_workspace_is_served_nothing(week: Week) -> None:
    token = token_in(says(week))
    assert week.elsewhere().run(flow.served, token) is None


def test_who_has_left_is_served_nothing(week: Week) -> None:
    token = token_in(says(week))
    week.run(keep, Directory(members=({"id": BOB},), channels=()))
    assert week.run(flow.served, token) is None


def test_a_channels_feed_is_product_ops_to_make(week: Week) -> None:
    with pytest.raises(UserError, match="Only product ops may make or end"):
        says(week, "here")
    assert week.run(flow.served, token_in(says(week, "here", BOB))) is not None


def test_without_an_address_of_its_own_none_is_made(week: Week) -> None:
    week.house = replace(week.house, feed_url=None)
    with pytest.raises(UserError, match="FEED_URL"):
        says(week)


def meeting(db: Database) -> Desk:
    roadmap = ritual(
        "roadmap",
        name="Roadmap review",
        channel=UPDATES,
        agenda=AGENDA,
        schedule={"cutoff": "11:00", "publish": "12:00"},
    )
    desk = Desk(db, roadmap)
    desk.plan()
    return desk
