"""When rituals happen: from a recurrence rule, a zone and the holidays to moments in UTC. Pure.

A slot is one day a ritual falls on, in local wall time; a moment is where that lies in UTC for one zone.
Local times that a clock change skips become the next minute that exists; repeated ones happen once, at first.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from heapq import merge
from itertools import groupby, islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.definitions import Offset, Organisation, Ritual, WorkingHours
from bot.definitions.rules import Relative, shifted
from bot.definitions.working_days import DAY, EVERY_DAY, MAX_SHIFT, DayOff, WorkDays
from bot.definitions.working_time import last_working_moment, next_working_moment, to_utc

__all__ = [
    "MAX_SHIFT",
    "Fall",
    "Slot",
    "Times",
    "WorkDays",
    "coming",
    "last_working_moment",
    "next_slot",
    "next_working_moment",
    "prompt_at",
    "reminder_at",
    "slots",
    "times",
    "to_utc",
    "until_next",
]

GIVE_UP = timedelta(days=15 * 366)
"""A ritual that was not held once in this time is never held."""
AFTER_PROMPT = timedelta(hours=2)
BEFORE_CUTOFF = timedelta(hours=1)
"""A reminder leaves people this long after the prompt, and this long to answer."""


def never(_day: date) -> bool:
    """No day is off."""
    return False


@dataclass(frozen=True)
class Slot:
    """One occurrence's day and local prompt time, and why it is not where the rule would have it."""

    day: date
    prompt: time
    moved_from: date | None = None
    moved_because: str | None = None
    skipped_because: str | None = None
    """Set when the slot is not held; then only `day`, `key` and the reason mean anything."""
    set_by: str | None = None
    """The settings that moved it or left it out, and where they stand."""
    work_days: WorkDays | None = field(default=None, repr=False)
    """What `+1 day` counts: working days, or calendar days without this."""
    shift: timedelta = timedelta(0)
    """By how much somebody has moved all its times of the day."""
    moved_by_hand: bool = False

    @property
    def key(self) -> str:
        """Names the occurrence, moved or not: the wall-clock time it would have had, `2026-11-25T10:00`."""
        return f"{self.moved_from or self.day}T{self.prompt:%H:%M}"

    @property
    def why(self) -> str | None:
        """In one sentence what moved it or left it out, and which settings did; None when nothing did."""
        if self.skipped_because:
            return f"Not held on {self.day:%a %Y-%m-%d}: {self.skipped_because} (set by {self.set_by})."
        if self.moved_from:
            days = f"from {self.moved_from:%a %Y-%m-%d} to {self.day:%a %Y-%m-%d}"
            return f"Moved {days}: {self.moved_because} (set by {self.set_by})."
        if self.moved_because:
            begins = datetime.combine(self.day, self.prompt) + self.shift
            return f"Moved to {begins:%H:%M} on {self.day:%a %Y-%m-%d}: {self.moved_because} (set by {self.set_by})."
        return None

    def at(self, offset: Offset, zone: ZoneInfo) -> datetime:
        """The UTC moment `offset` after this slot's day, on clocks in `zone`."""
        day = (self.work_days or EVERY_DAY).nth(self.day, offset.days)
        return to_utc(datetime.combine(day, offset.at) + self.shift, zone)

    def held_on(self, day: date, shift: timedelta, because: str) -> "Slot":
        """This slot where somebody has moved it."""
        original = self.moved_from or self.day
        return replace(
            self,
            day=day,
            moved_from=original if day != original else None,
            moved_because=because,
            set_by="`/cadence move`",
            shift=shift,
            moved_by_hand=True,
        )


@dataclass(frozen=True)
class Times:
    """One occurrence for one person, in UTC."""

    prompt: datetime
    reminder: datetime | None
    cutoff: datetime
    publish: datetime


def slots(ritual: Ritual, organisation: Organisation, start: date) -> Iterator[Slot]:
    """The ritual's slots from `start` on, in order; days strictly increase.

    A slot that is not held comes with `skipped_because`. One that would move onto or past its neighbour is
    not held either, so that no two occurrences share a day. They end where none was held for many years.
    """
    work_days = ritual.work_days(organisation)
    falling = _falling(ritual, organisation, _look_back(ritual, work_days, start))
    before: Fall | None = None
    fall = next(falling, None)
    held = start
    while fall is not None and fall.day - held < GIVE_UP:
        after = next(falling, None)
        neighbours = before and before.day, after and after.day
        slot = _moved_by_hand(ritual, _slot(ritual, organisation, work_days, fall, *neighbours), *neighbours)
        if not slot.skipped_because:
            held = slot.day
        if slot.day >= start:
            yield slot
        before, fall = fall, after


def until_next(ritual: Ritual, organisation: Organisation, day: date) -> timedelta:
    """From the ritual's first slot on `day` or later to the next: how far its first digest looks back. Else a week."""
    days = [slot.day for slot in islice(slots(ritual, organisation, day), 2)]
    return days[1] - days[0] if len(days) == 2 else timedelta(days=7)


def coming(ritual: Ritual, organisation: Organisation, after: datetime) -> Iterator[Slot]:
    """The slots, in order, whose cutoff is later than `after`, with those not held from that day on."""
    schedule, zone = ritual.schedule, ritual.zone_for(organisation)
    today = after.astimezone(zone).date()
    counted = EVERY_DAY if ritual.holidays == "ignore" else ritual.work_days(organisation)
    # One day earlier for zones that skip a day.
    for slot in slots(ritual, organisation, counted.nth(today, -schedule.cutoff.days) - DAY):
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

    They are asked and reminded within their working hours. Somebody to whom those leave too little before the
    cutoff, since they are far west, is asked on a working day before. A meeting is at one moment, and reminds nobody.
    """
    schedule, shared = ritual.schedule, ritual.zone_for(organisation)
    zone = zone or organisation.zone
    cutoff = slot.at(schedule.cutoff, shared)
    prompt = prompt_at(slot, ritual, organisation, zone, holidays)
    reminder = (
        reminder_at(
            slot.day,
            schedule.reminder,
            prompted=prompt,
            cutoff=cutoff,
            clock=zone if schedule.zone == "person" else shared,
            zone=zone,
            hours=organisation.working_hours,
            is_off=organisation.work_days(holidays).off,
            shift=slot.shift,
        )
        if schedule.reminder and ritual.asks_each
        else None
    )
    return Times(prompt, reminder, cutoff, slot.at(schedule.publish, shared))


def prompt_at(
    slot: Slot, ritual: Ritual, organisation: Organisation, zone: ZoneInfo, holidays: str | None = None
) -> datetime:
    """Of these times the first alone, which is looked for far more often."""
    schedule, shared = ritual.schedule, ritual.zone_for(organisation)
    begins = slot.at(schedule.prompt, shared)
    if not ritual.asks_each:
        return begins
    hours, clock = organisation.working_hours, zone if schedule.zone == "person" else shared
    # Whoever has a day off then is away, and others are asked: that is no reason to ask them later.
    prompt = next_working_moment(slot.at(schedule.prompt, clock), zone, hours, never)
    latest = max(slot.at(schedule.cutoff, shared) - AFTER_PROMPT, begins)
    if prompt <= latest:
        return prompt
    return _asked_before(slot, schedule.prompt, latest, zone, hours, organisation.work_days(holidays))


def reminder_at(
    day: date,
    reminder: Offset,
    *,
    prompted: datetime,
    cutoff: datetime,
    clock: ZoneInfo,
    zone: ZoneInfo,
    hours: WorkingHours,
    is_off: Callable[[date], bool] = never,
    shift: timedelta = timedelta(0),
) -> datetime | None:
    """When to remind a person in `zone` about the slot on `day`: at the time that clocks in `clock` show, if before the
    cutoff and within their working hours.

    Otherwise when those next begin, or as late as they allow: at least two hours after the prompt and one before the
    cutoff; None when there is no such moment. `is_off` knows their holidays, `shift` is the slot's.
    """
    on = _nth_working_day(day, reminder.days, lambda each: each.weekday() not in hours.weekdays or is_off(each))
    usual = to_utc(datetime.combine(on, reminder.at) + shift, clock)
    next = next_working_moment(usual, zone, hours, is_off)
    if next == usual and prompted < usual < cutoff:
        return usual
    if prompted + AFTER_PROMPT <= next <= cutoff - BEFORE_CUTOFF:
        return next
    latest = last_working_moment(cutoff - BEFORE_CUTOFF, zone, hours, is_off)
    return latest if latest and latest >= prompted + AFTER_PROMPT else None


def _asked_before(
    slot: Slot, prompt: Offset, latest: datetime, zone: ZoneInfo, hours: WorkingHours, work_days: WorkDays
) -> datetime:
    """The last working day of a person in `zone` on which they can be asked by `latest`, at the prompt's time there."""
    at = (datetime.combine(slot.day, prompt.at) + slot.shift).time()
    day = slot.day
    while True:
        day = work_days.nearest(day, -1) or day - DAY
        there = to_utc(datetime.combine(day, at), zone)
        moment = last_working_moment(there, zone, hours, work_days.off) or there
        if moment <= latest:
            return moment


class Fall(NamedTuple):
    """A day the rule falls on, before holidays are looked at."""

    day: date
    original: date
    """The day it has where the ritual it counts from is not moved."""
    because: str | None = None
    """Why the two differ."""
    skipped: str | None = None
    """Why the ritual it counts from is not held."""
    other: date | None = None
    """The day of the ritual it counts from."""


def _look_back(ritual: Ritual, work_days: WorkDays, start: date) -> date:
    """The first day that matters for slots from `start` on: by itself none moves over a working day."""
    moved_here = [day for day, move in ritual.changes.moves.items() if day < start <= move.day]
    if ritual.holidays == "ignore":
        return min([start, *moved_here])
    return min([work_days.nearest(start, -1) or start - MAX_SHIFT * DAY, *moved_here])


def _falling(ritual: Ritual, organisation: Organisation, first: date) -> Iterator[Fall]:
    own = (Fall(day, day) for day in ritual.falls(organisation, first))
    if not isinstance(ritual.schedule.rule, Relative):
        return own
    both = merge(own, _following(ritual, organisation, ritual.schedule.rule, first), key=lambda fall: fall.day)
    return (_first_held(same) for _day, same in groupby(both, key=lambda fall: fall.day))


def _following(ritual: Ritual, organisation: Organisation, rule: Relative, first: date) -> Iterator[Fall]:
    """The days from `first` on that another ritual's slots lead to; two slots that lead to one day share it."""
    led = groupby(_led_to(ritual, organisation, rule, first), key=lambda fall: fall.original)
    return (fall for _original, same in led if (fall := _first_held(same)).day >= first)


def _first_held(falls: Iterable[Fall]) -> Fall:
    """Of those that share a day, the first that is held; the first when none is."""
    first, *others = falls
    return next((fall for fall in (first, *others) if not fall.skipped), first)


def _led_to(ritual: Ritual, organisation: Organisation, rule: Relative, first: date) -> Iterator[Fall]:
    """Where each slot of the other ritual leads, also those that lead to one day."""
    other, schedule, work_days = ritual.other, ritual.schedule, ritual.work_days(organisation)
    if other is None:
        return
    prompt = other.schedule.prompt.at
    for slot in slots(other, organisation, _other_from(rule, work_days, first)):
        day = rule.day(slot.day, prompt, work_days)
        original = rule.day(slot.moved_from or slot.day, prompt, work_days)
        if schedule.ends and original > schedule.ends:
            return
        if schedule.starts and original < schedule.starts:
            continue
        if slot.skipped_because:
            yield Fall(day, original, skipped=f"{other.name} is not held: {slot.skipped_because}", other=slot.day)
        elif day == original:
            yield Fall(day, day, other=slot.day)
        else:
            yield Fall(day, original, because=f"{other.name} is moved: {slot.moved_because}", other=slot.day)


def _other_from(rule: Relative, work_days: WorkDays, first: date) -> date:
    """From where the other ritual's slots lead to `first` and later, with some before for days that are shared."""
    if rule.side == "before":
        return first - MAX_SHIFT * DAY
    unit, length = ("day", rule.count // 24 + 1) if rule.unit == "hour" else (rule.unit, rule.count)
    return shifted(first, length, unit, -1, work_days) - MAX_SHIFT * DAY


def _slot(
    ritual: Ritual, organisation: Organisation, work_days: WorkDays, fall: Fall, before: date | None, after: date | None
) -> Slot:
    prompt = ritual.schedule.prompt.at
    if fall.skipped:
        return Slot(fall.original, prompt, skipped_because=fall.skipped, set_by=_setting("repeats"))
    if rest := _rest(ritual, organisation, fall.day) or _left_out(ritual, fall):
        return Slot(fall.original, prompt, skipped_because=rest.because, set_by=rest.setting)
    if ritual.holidays == "ignore":
        return _led(Slot(fall.day, prompt), fall)
    off = work_days.why_off(fall.day)
    if off is None:
        return _led(Slot(fall.day, prompt, work_days=work_days), fall)
    set_by = _both_settings(ritual, off)
    if ritual.holidays == "skip":
        return Slot(fall.original, prompt, skipped_because=off.because, set_by=set_by)
    moved = _moved(ritual, work_days, fall)
    if moved is None:
        reason = f"{off.because}, and no working day is near"
        return Slot(fall.original, prompt, skipped_because=reason, set_by=set_by)
    if (before and moved <= before) or (after and moved >= after):
        reason = f"{off.because}, and the next working day has its own"
        return Slot(fall.original, prompt, skipped_because=reason, set_by=set_by)
    if rest := _rest(ritual, organisation, moved):
        reason = f"{off.because}, and on {moved:%a %Y-%m-%d}: {rest.because}"
        return Slot(fall.original, prompt, skipped_because=reason, set_by=f"{set_by} and {rest.setting}")
    because = f"{fall.because}; {off.because}" if fall.because else off.because
    if moved == fall.original:
        return Slot(moved, prompt, work_days=work_days)
    return Slot(moved, prompt, moved_from=fall.original, moved_because=because, set_by=set_by, work_days=work_days)


def _moved_by_hand(ritual: Ritual, slot: Slot, before: date | None, after: date | None) -> Slot:
    """The slot where somebody has moved it; where it was, if a neighbour stands there or in between by now."""
    move = ritual.changes.moves.get(slot.moved_from or slot.day)
    if move is None or slot.skipped_because:
        return slot
    if (before and move.day <= before) or (after and move.day >= after):
        return slot
    return slot.held_on(move.day, move.shift, move.because)


def _led(slot: Slot, fall: Fall) -> Slot:
    """The slot where the ritual it counts from leads it."""
    if fall.because is None:
        return slot
    return replace(slot, moved_from=fall.original, moved_because=fall.because, set_by=_setting("repeats"))


def _left_out(ritual: Ritual, fall: Fall) -> DayOff | None:
    left_out = ritual.schedule.left_out
    if fall.original in left_out or fall.day in left_out:
        return DayOff("left out in the calendar", _setting("except"))
    return None


def _rest(ritual: Ritual, organisation: Organisation, day: date) -> DayOff | None:
    """Why the ritual rests on `day`: a pause of its own, or a freeze."""
    for paused in ritual.changes.pauses:
        if day in paused:
            return DayOff(paused.because, "`/cadence pause`")
    for pause in ritual.schedule.pauses:
        if day in pause:
            return DayOff(f"paused until {pause.last:%a %Y-%m-%d}: {pause.reason}", _setting("pauses"))
    freeze = organisation.freeze_on(day) if organisation.freezes and ritual.freezes == "skip" else None
    if freeze is None:
        return None
    return DayOff(f"freeze until {freeze.last:%a %Y-%m-%d}: {freeze.name}", "`freezes` in organisation.yaml")


def _moved(ritual: Ritual, work_days: WorkDays, fall: Fall) -> date | None:
    """The nearest working day as the ritual says; what comes before (or after) another ritual stays there."""
    step = -1 if ritual.holidays == "earlier" else 1
    moved = work_days.nearest(fall.day, step)
    rule = ritual.schedule.rule
    if moved is None or fall.other is None or not isinstance(rule, Relative) or not rule.count:
        return moved
    passes = moved >= fall.other if rule.side == "before" else moved <= fall.other
    return work_days.nearest(fall.day, -step) if passes else moved


def _setting(key: str) -> str:
    return f"`{key}` in calendar.yaml"


def _both_settings(ritual: Ritual, off: DayOff) -> str:
    source = f"{off.setting} in organisation.yaml"
    if ritual.holiday_calendar and off.setting.startswith("`holidays"):
        source = f"`holiday_calendar: {ritual.holiday_calendar}`"
    return f"`holidays: {ritual.holidays}` in calendar.yaml with {source}"


def _nth_working_day(day: date, count: int, is_off: Callable[[date], bool]) -> date:
    """The `count`-th working day after `day`; where a month holds none, the next day has to do."""
    for _ in range(count):
        day = _nearest_working_day(day, 1, is_off) or day + timedelta(days=1)
    return day


def _nearest_working_day(day: date, step: int, is_off: Callable[[date], bool]) -> date | None:
    nearby = (day + timedelta(days=n * step) for n in range(1, MAX_SHIFT + 1))
    return next((each for each in nearby if not is_off(each)), None)
