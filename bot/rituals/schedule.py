"""When rituals happen: from a recurrence rule, a zone and the holidays to moments in UTC. Pure.

A slot is one day a ritual falls on, in local wall time; a moment is where that lies in UTC for one zone.
Local times that a clock change skips become the next minute that exists; repeated ones happen once, at first.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.definitions import Offset, Organisation, Ritual, WorkingHours, holiday_name, is_holiday
from bot.definitions.recurrence import days

MINUTE = timedelta(minutes=1)
MAX_SHIFT = 31
"""Days within which a moved slot must find a working day."""
AFTER_PROMPT = timedelta(hours=2)
BEFORE_CUTOFF = timedelta(hours=1)
"""A reminder leaves people this long after the prompt, and this long to answer."""

WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def never(_day: date) -> bool:
    """No day is off."""
    return False


def to_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """When a clock in `zone` first shows `local` (naive), or, if it never does, the next minute it shows."""
    first = local.replace(tzinfo=zone, fold=0)
    moment = first.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local:
        return moment
    return _next_valid_minute(first.replace(fold=1).astimezone(UTC), moment, zone)


@dataclass(frozen=True)
class WorkDays:
    """Which days people work, as far as slots are concerned."""

    weekdays: frozenset[int]
    holidays: str | None

    def why_off(self, day: date) -> str | None:
        """Why `day` is not a working day, or None when it is one."""
        if name := holiday_name(self.holidays, day):
            return name
        return None if day.weekday() in self.weekdays else f"{WEEKDAY_NAMES[day.weekday()]} is not a working day"

    def off(self, day: date) -> bool:
        return self.why_off(day) is not None


@dataclass(frozen=True)
class Slot:
    """One occurrence's day and local prompt time."""

    day: date
    prompt: time
    moved_from: date | None = None
    moved_because: str | None = None
    skipped_because: str | None = None
    """Set when the slot is not held; then only `day`, `key` and the reason mean anything."""
    work_days: WorkDays | None = field(default=None, repr=False)
    """What `+1 day` counts: working days, or calendar days without this."""

    @property
    def key(self) -> str:
        """Names the occurrence, moved or not: the wall-clock time it would have had, `2026-11-25T10:00`."""
        return f"{self.moved_from or self.day}T{self.prompt:%H:%M}"

    def at(self, offset: Offset, zone: ZoneInfo) -> datetime:
        """The UTC moment `offset` after this slot's day, on clocks in `zone`."""
        is_off = self.work_days.off if self.work_days else never
        return to_utc(datetime.combine(_nth_working_day(self.day, offset.days, is_off), offset.at), zone)


@dataclass(frozen=True)
class Times:
    """One occurrence for one person, in UTC."""

    prompt: datetime
    reminder: datetime | None
    cutoff: datetime
    publish: datetime


def slots(ritual: Ritual, organisation: Organisation, start: date) -> Iterator[Slot]:
    """The ritual's slots from `start` on, in order, after the holiday rule; days strictly increase.

    A slot that is not held comes with `skipped_because`. One that would move onto or past its neighbour is
    not held either, so that no two occurrences share a day.
    """
    schedule = ritual.schedule
    work_days = _work_days(organisation)
    before: date | None = None
    falling = days(schedule.repeats, schedule.starts, start - timedelta(days=MAX_SHIFT))
    day = next(falling, None)
    while day is not None:
        after = next(falling, None)
        slot = _slot(ritual, work_days, before, day, after)
        if slot.day >= start:
            yield slot
        before, day = day, after


def coming(ritual: Ritual, organisation: Organisation, after: datetime) -> Iterator[Slot]:
    """The slots, in order, whose cutoff is later than `after`, with those not held from that day on."""
    schedule, zone = ritual.schedule, ritual.zone_for(organisation)
    today = after.astimezone(zone).date()
    is_off = never if ritual.holidays == "ignore" else _work_days(organisation).off
    for slot in slots(ritual, organisation, _earliest_open(today, schedule.cutoff.days, is_off)):
        if slot.day >= today if slot.skipped_because else slot.at(schedule.cutoff, zone) > after:
            yield slot


def next_slot(ritual: Ritual, organisation: Organisation, after: datetime) -> Slot | None:
    """The first slot that is held and whose cutoff is later than `after`; None when the rule has ended."""
    return next((slot for slot in coming(ritual, organisation, after) if not slot.skipped_because), None)


def times(
    slot: Slot,
    ritual: Ritual,
    organisation: Organisation,
    zone: ZoneInfo | None = None,
    holidays: str | None = None,
) -> Times:
    """One person's times in an occurrence; `zone` and `holidays` are theirs, else the workspace's count.

    Somebody so far west that their morning comes after the cutoff is asked when the workspace is.
    """
    schedule, shared = ritual.schedule, ritual.zone_for(organisation)
    own = zone if zone and schedule.zone == "person" else shared
    cutoff = slot.at(schedule.cutoff, shared)
    prompt = slot.at(schedule.prompt, own)
    if prompt > cutoff - AFTER_PROMPT:
        prompt = min(prompt, slot.at(schedule.prompt, shared))
    reminder = (
        None
        if schedule.reminder is None
        else reminder_at(
            slot.day,
            schedule.reminder,
            prompted=prompt,
            cutoff=cutoff,
            zone=own,
            hours=organisation.working_hours,
            is_off=lambda day: is_holiday(holidays or organisation.holidays, day),
        )
    )
    return Times(prompt, reminder, cutoff, slot.at(schedule.publish, shared))


def reminder_at(
    day: date,
    reminder: Offset,
    *,
    prompted: datetime,
    cutoff: datetime,
    zone: ZoneInfo,
    hours: WorkingHours,
    is_off: Callable[[date], bool] = never,
) -> datetime | None:
    """When to remind a person in `zone` about the slot on `day`: at their own time, if before the cutoff.

    Otherwise as late as their working hours allow, at least two hours after the prompt and one before the
    cutoff; None when there is no such moment. `is_off` knows their holidays.
    """
    on = _nth_working_day(day, reminder.days, lambda each: each.weekday() not in hours.weekdays or is_off(each))
    usual = to_utc(datetime.combine(on, reminder.at), zone)
    if prompted < usual < cutoff:
        return usual
    latest = last_working_moment(cutoff - BEFORE_CUTOFF, zone, hours, is_off)
    return latest if latest and latest >= prompted + AFTER_PROMPT else None


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


def _work_days(organisation: Organisation) -> WorkDays:
    return WorkDays(organisation.working_hours.weekdays, organisation.holidays)


def _earliest_open(today: date, count: int, is_off: Callable[[date], bool]) -> date:
    """The first day whose `count`-th working day may be `today`; one earlier for zones that skip a day."""
    for _ in range(count):
        today = _nearest_working_day(today, -1, is_off) or today - timedelta(days=1)
    return today - timedelta(days=1)


def _slot(ritual: Ritual, work_days: WorkDays, before: date | None, day: date, after: date | None) -> Slot:
    prompt = ritual.schedule.prompt.at
    if ritual.holidays == "ignore":
        return Slot(day, prompt)
    reason = work_days.why_off(day)
    if reason is None:
        return Slot(day, prompt, work_days=work_days)
    if ritual.holidays == "skip":
        return Slot(day, prompt, skipped_because=reason)
    moved = _nearest_working_day(day, -1 if ritual.holidays == "earlier" else 1, work_days.off)
    if moved is None:
        return Slot(day, prompt, skipped_because=f"{reason}, and no working day is near")
    if (before and moved <= before) or (after and moved >= after):
        return Slot(day, prompt, skipped_because=f"{reason}, and the next working day has its own")
    return Slot(moved, prompt, moved_from=day, moved_because=reason, work_days=work_days)


def _nth_working_day(day: date, count: int, is_off: Callable[[date], bool]) -> date:
    """The `count`-th working day after `day`; where a month holds none, the next day has to do."""
    for _ in range(count):
        day = _nearest_working_day(day, 1, is_off) or day + timedelta(days=1)
    return day


def _nearest_working_day(day: date, step: int, is_off: Callable[[date], bool]) -> date | None:
    nearby = (day + timedelta(days=n * step) for n in range(1, MAX_SHIFT + 1))
    return next((each for each in nearby if not is_off(each)), None)


def _hours_on(day: date, zone: ZoneInfo, hours: WorkingHours) -> tuple[datetime, datetime]:
    return to_utc(datetime.combine(day, hours.start), zone), to_utc(datetime.combine(day, hours.end), zone)
