"""From moments to days: on which days somebody who is away for some hours counts as away."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.definitions import WorkingHours


def covers_day(day: date, start: datetime | None, end: datetime, hours: WorkingHours, zone: ZoneInfo) -> bool:
    """Whether the time from `start` (none: since long ago) to `end` takes half the working hours of `day` or more."""
    begins = datetime.combine(day, hours.start, tzinfo=zone)
    ends = datetime.combine(day, hours.end, tzinfo=zone)
    taken = min(end, ends) - (begins if start is None else max(start, begins))
    return taken * 2 >= ends - begins


def days_covered(start: datetime, end: datetime, hours: WorkingHours, zone: ZoneInfo) -> Iterator[date]:
    """The days of a person's calendar that the time from `start` to `end` makes days away."""
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        if covers_day(day, start, end, hours, zone):
            yield day
        day += timedelta(days=1)
