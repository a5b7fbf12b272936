"""Local times as moments in UTC, and the hours in which people may be written to."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.definitions.organisation import WorkingHours
from bot.definitions.working_days import DAY, MAX_SHIFT

MINUTE = timedelta(minutes=1)
LAST_MINUTE = time(23, 59)
"""Working hours that end then end at midnight: no time of day is later."""


def to_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """When a clock in `zone` first shows `local` (naive), or, if it never does, the next minute it shows."""
    first = local.replace(tzinfo=zone, fold=0)
    moment = first.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local:
        return moment
    return _next_valid_minute(first.replace(fold=1).astimezone(UTC), moment, zone)


def next_working_moment(at: datetime, zone: ZoneInfo, hours: WorkingHours, is_off: Callable[[date], bool]) -> datetime:
    """`at` itself within working hours, else when they next begin; `at`, too, if a month brings none."""
    today = at.astimezone(zone).date()
    for day in (today + timedelta(days=n) for n in range(MAX_SHIFT)):
        if day.weekday() in hours.weekdays and not is_off(day):
            begin, end = _hours_on(day, zone, hours)
            if at < end:
                return max(at, begin)
    return at


def last_working_moment(
    at: datetime, zone: ZoneInfo, hours: WorkingHours, is_off: Callable[[date], bool]
) -> datetime | None:
    """`at` itself within working hours, else their last minute; None if a month holds no working day."""
    today = at.astimezone(zone).date()
    for day in (today - timedelta(days=n) for n in range(MAX_SHIFT)):
        if day.weekday() in hours.weekdays and not is_off(day):
            begin, end = _hours_on(day, zone, hours)
            if at >= begin:
                return min(at, end - timedelta(minutes=1))
    return None


def after_work(
    at: datetime, worked: timedelta, zone: ZoneInfo, hours: WorkingHours, is_off: Callable[[date], bool]
) -> datetime:
    """When so much working time has passed since `at`; as if every day were one if a month brings none."""
    left, now = worked, next_working_moment(at, zone, hours, is_off)
    while True:
        day = now.astimezone(zone).date()
        _begin, end = _hours_on(day, zone, hours)
        if left <= end - now:
            return now + left
        left -= max(end - now, timedelta())
        tomorrow = to_utc(datetime.combine(day + DAY, time()), zone)
        now = next_working_moment(tomorrow, zone, hours, is_off)


def work_between(
    start: datetime, end: datetime, zone: ZoneInfo, hours: WorkingHours, is_off: Callable[[date], bool]
) -> timedelta:
    """How much working time lies between two moments."""
    total, day, last = timedelta(), start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        if day.weekday() in hours.weekdays and not is_off(day):
            begin, close = _hours_on(day, zone, hours)
            total += max(min(close, end) - max(begin, start), timedelta())
        day += DAY
    return total


def working_day(hours: WorkingHours) -> timedelta:
    """How much working time one day holds."""
    day = date(2026, 1, 1)
    begin, end = _hours_on(day, ZoneInfo("UTC"), hours)
    return end - begin


def _next_valid_minute(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first minute after the gap that lies between two moments: halve until the offset changes."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > MINUTE:
        middle = before + (after - before) // MINUTE // 2 * MINUTE
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def _hours_on(day: date, zone: ZoneInfo, hours: WorkingHours) -> tuple[datetime, datetime]:
    end = datetime.combine(day, hours.end) if hours.end < LAST_MINUTE else datetime.combine(day + DAY, time())
    return to_utc(datetime.combine(day, hours.start), zone), to_utc(end, zone)
