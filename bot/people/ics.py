"""Reads iCalendar files: when events happen, and whom they are about. Knows nothing of who is who here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Any, cast

from dateutil.rrule import rrule, rruleset, rrulestr
from icalendar import Calendar

from bot.errors import UserError

MOST_STEPS = 40_000
"""How often one event may recur before what is asked for; a century of days fits in."""
TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")
DAY = timedelta(days=1)


class NoCalendar(UserError):
    """What was read is no calendar: what is wrong with it."""


@dataclass(frozen=True)
class Entry:
    """One time that an event happens. Days without times are dates, of which the last is the first one after it.

    Times without a zone are those of whoever is away.
    """

    uid: str
    begins: date
    ends: date
    """As `begins`, a date or a datetime."""
    title: str
    attendees: tuple[str, ...]
    """Addresses in small letters, less those who declined."""
    organizer: str
    is_free: bool
    """Marked as not taking up time."""
    out_of_office: bool | None
    """None when the calendar does not say."""

    @property
    def key(self) -> str:
        """Tells this time of this event from every other."""
        return f"{self.uid[:200]}@{self.begins.isoformat()}"


@dataclass(frozen=True)
class Read:
    entries: tuple[Entry, ...]
    unreadable: int
    """How many events could not be understood."""


def read(text: bytes, first: date, last: date) -> Read:
    """Every time between two days, both included, at which something happens that is not cancelled.

    Raises NoCalendar when it is no iCalendar file, or none of its events can be read.
    """
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise NoCalendar("it is no iCalendar file. Give the address or file that ends in .ics.") from error
    if not calendars:
        raise NoCalendar("it is empty, or no iCalendar file.")
    entries: list[Entry] = []
    unreadable = events = 0
    for calendar in calendars:
        if str(calendar.get("METHOD", "")).upper() == "CANCEL":
            continue
        for series in _series(calendar):
            events += 1
            try:
                entries += _times(series, first, last)
            except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
                unreadable += 1
    if events and unreadable == events:
        raise NoCalendar("none of its events has a time that can be read.")
    return Read(tuple(entries), unreadable)


def _series(calendar: Any) -> list[list[Any]]:
    """The events, those of one UID together: a recurring event, and the times of it that differ."""
    by_uid: dict[str, list[Any]] = {}
    for number, event in enumerate(calendar.walk("VEVENT")):
        by_uid.setdefault(str(event.get("UID") or f"without-{number}"), []).append(event)
    return list(by_uid.values())


def _times(series: Sequence[Any], first: date, last: date) -> Iterator[Entry]:
    changed = {_moment(event, "RECURRENCE-ID"): event for event in series if "RECURRENCE-ID" in event}
    masters = [event for event in series if "RECURRENCE-ID" not in event]
    # A later version of the same event is the one that counts.
    masters = sorted(masters, key=lambda event: int(event.get("SEQUENCE", 0)))[-1:]
    found = [
        _entry(event, begins)
        for event in masters
        if not _is_cancelled(event)
        for begins in _beginnings(event, first, last)
        if _plain(begins) not in {_plain(moment) for moment in changed}
    ]
    found += [_entry(event, _moment(event, "DTSTART")) for event in changed.values() if not _is_cancelled(event)]
    for entry in found:
        if _day(entry.begins) <= last and _day(entry.ends) >= first:
            yield entry


def _beginnings(event: Any, first: date, last: date) -> Iterator[date]:
    """When the event begins, each time. Recurring keeps the hour on the clock of the event's own zone."""
    start = _moment(event, "DTSTART")
    if "RRULE" not in event and "RDATE" not in event:
        yield start
        return
    zone = start.tzinfo if isinstance(start, datetime) else None
    times = rruleset()
    for rule in _each(event, "RRULE"):
        times.rrule(cast("rrule", rrulestr(_rule(rule, zone), dtstart=_wall(start, zone))))
    if "RRULE" not in event:
        times.rdate(_wall(start, zone))
    for moment in _dates(event, "RDATE"):
        times.rdate(_wall(moment, zone))
    left_out = {_wall(moment, zone) for moment in _dates(event, "EXDATE")}
    days_out = {moment for moment in _dates(event, "EXDATE") if not isinstance(moment, datetime)}
    early = datetime.combine(first, time.min) - _length(event) - 2 * DAY
    late = datetime.combine(last + 2 * DAY, time.min)
    for wall in islice(iter(times), MOST_STEPS):
        if wall > late:
            return
        if wall >= early and wall not in left_out and wall.date() not in days_out:
            yield wall.replace(tzinfo=zone) if isinstance(start, datetime) else wall.date()


def _rule(rule: Any, zone: tzinfo | None) -> str:
    """A recurrence rule on the wall clock: its end, if it has one, told in the event's own zone."""
    if {str(each).upper() for each in rule.get("FREQ", [])} & set(TOO_OFTEN):
        raise ValueError("an absence does not recur every hour")
    ends = rule.get("UNTIL")
    if ends:
        until = ends[0] if isinstance(ends, list) else ends
        wall = _wall(until, zone) if isinstance(until, datetime) else datetime.combine(until, time.max)
        parts = [f"{name}={','.join(map(str, value))}" for name, value in _listed(rule) if name != "UNTIL"]
        return ";".join([*parts, f"UNTIL={wall:%Y%m%dT%H%M%S}"])
    return ";".join(f"{name}={','.join(map(str, value))}" for name, value in _listed(rule))


def _listed(rule: Any) -> Iterator[tuple[str, list[Any]]]:
    for name, value in rule.items():
        yield str(name), value if isinstance(value, list) else [value]


def _dates(event: Any, name: str) -> Iterator[date]:
    for listed in _each(event, name):
        for each in getattr(listed, "dts", [listed]):
            value = each.dt
            # A period begins at its first part.
            yield value[0] if isinstance(value, tuple) else value


def _each(event: Any, name: str) -> list[Any]:
    value = event.get(name)
    return [] if value is None else value if isinstance(value, list) else [value]


def _moment(event: Any, name: str) -> date:
    value = event[name].dt
    if not isinstance(value, date):
        raise ValueError(f"{name} is no time")
    return value


def _length(event: Any) -> timedelta:
    start = _moment(event, "DTSTART")
    if "DTEND" in event:
        return max(_elapsed(start, _moment(event, "DTEND")), timedelta())
    if "DURATION" in event and isinstance(event["DURATION"].dt, timedelta):
        return max(event["DURATION"].dt, timedelta())
    return timedelta() if isinstance(start, datetime) else DAY


def _elapsed(start: date, end: date) -> timedelta:
    """On the wall clock, when both are told in one zone: a night in which the clocks change is a night."""
    if isinstance(start, datetime) and isinstance(end, datetime):
        if start.tzinfo is not None and end.tzinfo is not None:
            return _wall(end, start.tzinfo) - _wall(start, start.tzinfo)
        return end.replace(tzinfo=None) - start.replace(tzinfo=None)
    return _day(end) - _day(start)


def _entry(event: Any, begins: date) -> Entry:
    length = _length(event)
    if not isinstance(begins, datetime):
        length = max(length, DAY)
    busy = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS") or event.get("X-MICROSOFT-CDO-INTENDEDSTATUS") or "").upper()
    return Entry(
        uid=str(event.get("UID") or event.get("SUMMARY") or "event"),
        begins=begins,
        ends=begins + length,
        title=str(event.get("SUMMARY") or ""),
        attendees=tuple(
            address
            for each in _each(event, "ATTENDEE")
            if (address := _address(each)) and str(each.params.get("PARTSTAT", "")).upper() != "DECLINED"
        ),
        organizer=_address(event.get("ORGANIZER")),
        is_free=str(event.get("TRANSP") or "").upper() == "TRANSPARENT" or busy == "FREE",
        out_of_office=busy == "OOF" if busy else None,
    )


def _is_cancelled(event: Any) -> bool:
    return str(event.get("STATUS") or "").upper() == "CANCELLED"


def _address(value: Any) -> str:
    return str(value or "").strip().lower().removeprefix("mailto:").strip()


def _wall(moment: date, zone: tzinfo | None) -> datetime:
    """What a clock in `zone` shows; without a zone, what the calendar wrote."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.min)
    if moment.tzinfo is not None and zone is not None:
        moment = moment.astimezone(zone)
    return moment.replace(tzinfo=None)


def _plain(moment: date) -> str:
    """For telling two moments apart, however their zones are written."""
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.astimezone(UTC).isoformat()
    return moment.isoformat()


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
