"""Events as an iCalendar file (RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from bot.feeds.events import Numbered

REFRESH = timedelta(hours=1)
"""How often a calendar should ask again, where it lets us say."""


def as_ics(name: str, zone: ZoneInfo, events: Iterable[Numbered]) -> bytes:
    """The file. Times are in UTC, so that no reader needs our zones; `zone` is the one they are thought in."""
    calendar = Calendar()
    calendar.add("prodid", "-//Drumbeat//Cadence//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", zone.key)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for each in events:
        calendar.add_component(_event(each))
    return bytes(calendar.to_ical())


def _event(each: Numbered) -> Event:
    entry, event = each.entry, Event()
    event.add("uid", entry.uid)
    # Of the last change, not of now: the same events are the same file.
    event.add("dtstamp", each.changed_at.astimezone(UTC))
    event.add("last-modified", each.changed_at.astimezone(UTC))
    event.add("sequence", each.sequence)
    event.add("dtstart", entry.begins.astimezone(UTC))
    event.add("dtend", entry.ends.astimezone(UTC))
    event.add("summary", entry.title)
    if entry.about:
        event.add("description", entry.about)
    if entry.place:
        event.add("location", entry.place)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE" if entry.busy and not entry.cancelled else "TRANSPARENT")
    return event
