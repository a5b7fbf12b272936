"""Calendars as other programs write them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.people.ics import Entry, NoCalendar, read
from tests.people_room.calendar_files import OFFICE, calendar

FIRST, LAST = date(2026, 11, 1), date(2027, 10, 31)
BERLIN = ZoneInfo("Europe/Berlin")


def entries(*events: str, head: str = "") -> tuple[Entry, ...]:
    found = read(calendar(*events, head=head), FIRST, LAST)
    assert found.unreadable == 0
    return found.entries


def test_days_without_times_end_before_the_day_they_name() -> None:
    (entry,) = entries("SUMMARY:Alice\nDTSTART;VALUE=DATE:20261221\nDTEND;VALUE=DATE:20270105")
    assert (entry.begins, entry.ends, entry.title) == (date(2026, 12, 21), date(2027, 1, 5), "Alice")


@pytest.mark.parametrize("more", ["", "\nDTEND;VALUE=DATE:20261221", "\nDURATION:P1D"])
def test_a_day_without_an_end_is_one_day(more: str) -> None:
    (entry,) = entries(f"DTSTART;VALUE=DATE:20261221{more}")
    assert (entry.begins, entry.ends) == (date(2026, 12, 21), date(2026, 12, 22))


@pytest.mark.parametrize(
    ("start", "end", "utc"),
    [
        ("DTSTART:20261125T080000Z", "DTEND:20261125T170000Z", 8),
        ("DTSTART;TZID=Europe/Berlin:20261125T090000", "DTEND;TZID=Europe/Berlin:20261125T180000", 8),
        ("DTSTART;TZID=Our Office:20261125T090000", "DTEND;TZID=Our Office:20261125T180000", 8),
        ("DTSTART;TZID=W. Europe Standard Time:20261125T090000", "DURATION:PT9H", 8),
        ("DTSTART;TZID=America/New_York:20261125T090000", "DURATION:PT9H", 14),
    ],
)
def test_times_are_in_the_zone_that_stands_there(start: str, end: str, utc: int) -> None:
    (entry,) = entries(f"{start}\n{end}", head=OFFICE)
    assert isinstance(entry.begins, datetime)
    assert isinstance(entry.ends, datetime)
    assert entry.begins.astimezone(ZoneInfo("UTC")).hour == utc
    assert entry.ends - entry.begins == timedelta(hours=9)


def test_a_time_without_a_zone_stays_without() -> None:
    (entry,) = entries("DTSTART:20261125T090000\nDTEND:20261125T180000")
    assert isinstance(entry.begins, datetime)
    assert entry.begins.tzinfo is None


def test_what_recurs_keeps_its_hour_when_the_clocks_change_and_ends_when_it_says() -> None:
    found = entries(
        "DTSTART;TZID=Europe/Berlin:20270301T090000\nDURATION:PT8H\nRRULE:FREQ=WEEKLY;UNTIL=20270405T070000Z"
    )
    assert [f"{entry.begins:%m-%d %H:%M}" for entry in found] == [
        "03-01 09:00", "03-08 09:00", "03-15 09:00", "03-22 09:00", "03-29 09:00", "04-05 09:00",
    ]  # fmt: skip


def test_times_that_are_left_out_added_moved_or_cancelled() -> None:
    found = entries(
        "UID:a\nDTSTART;VALUE=DATE:20261201\nRRULE:FREQ=DAILY;COUNT=5\nEXDATE;VALUE=DATE:20261202\n"
        "RDATE;VALUE=DATE:20261224",
        "UID:a\nRECURRENCE-ID;VALUE=DATE:20261203\nDTSTART;VALUE=DATE:20261213",
        "UID:a\nRECURRENCE-ID;VALUE=DATE:20261204\nDTSTART;VALUE=DATE:20261204\nSTATUS:CANCELLED",
    )
    assert [f"{entry.begins:%d}" for entry in found] == ["01", "05", "24", "13"]


def test_what_is_cancelled_does_not_happen() -> None:
    assert entries("DTSTART;VALUE=DATE:20261201\nSTATUS:CANCELLED") == ()
    assert entries("DTSTART;VALUE=DATE:20261201", head="METHOD:CANCEL\n") == ()


def test_the_latest_version_of_an_event_counts() -> None:
    old = "UID:a\nSEQUENCE:1\nDTSTART;VALUE=DATE:20261201"
    new = "UID:a\nSEQUENCE:2\nDTSTART;VALUE=DATE:20261208"
    assert entries(new, old) == entries(old, new)
    assert [entry.begins.day for entry in entries(new, old)] == [8]


def test_what_recurs_for_ever_since_long_ago_is_read_only_around_now() -> None:
    found = entries("DTSTART;VALUE=DATE:19800105\nDTEND;VALUE=DATE:19800108\nRRULE:FREQ=YEARLY")
    assert [entry.begins for entry in found] == [date(2027, 1, 5)]
    begun = entries("DTSTART;VALUE=DATE:20261020\nDTEND;VALUE=DATE:20261110")
    assert [entry.begins for entry in begun] == [date(2026, 10, 20)]


def test_who_takes_part_and_how_busy_it_makes_them() -> None:
    (entry,) = entries(
        "DTSTART;VALUE=DATE:20261201\nORGANIZER:MAILTO:Bob@Example.com\nATTENDEE;PARTSTAT=ACCEPTED:mailto:A@b.co\n"
        "ATTENDEE;PARTSTAT=DECLINED:mailto:c@b.co\nTRANSP:TRANSPARENT\nX-MICROSOFT-CDO-BUSYSTATUS:OOF"
    )
    assert (entry.organizer, entry.attendees) == ("bob@example.com", ("a@b.co",))
    assert (entry.is_free, entry.out_of_office) == (True, True)


@pytest.mark.parametrize(
    "text", [b"", b"hello", b"<html>Sign in</html>", b"BEGIN:VCALENDAR\r\n", b"\xff\xfe\x00", b"PK\x03\x04"]
)
def test_what_is_no_calendar_is_refused_in_words(text: bytes) -> None:
    with pytest.raises(NoCalendar, match="no iCalendar file"):
        read(text, FIRST, LAST)


def test_one_event_that_makes_no_sense_does_not_hide_the_others() -> None:
    broken = ("DTSTART:nonsense", "SUMMARY:no time", "DTSTART;VALUE=DATE:20261201\nRRULE:FREQ=SECONDLY")
    found = read(calendar(*broken, "DTSTART;VALUE=DATE:20261224"), FIRST, LAST)
    assert [entry.begins.day for entry in found.entries] == [24]
    assert found.unreadable == len(broken)
    with pytest.raises(NoCalendar, match="none of its events"):
        read(calendar(*broken), FIRST, LAST)
