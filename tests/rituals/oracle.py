"""A second, slow opinion on when rituals fall: it walks day by day, looks at clocks, and shares no code with them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

DAY = timedelta(days=1)
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip

Falls = Callable[["World", date], bool]


@dataclass(frozen=True)
class World:
    """Where a ritual lives."""

    code: str | None = None
    company: frozenset[date] = field(default_factory=frozenset)
    fiscal: int = 1

    def off(self, day: date) -> bool:
        return day.weekday() > 4 or day in self.company or (self.code is not None and day in _holidays(self.code))


@dataclass(frozen=True)
class Saying:
    """A rule in words, and whether it falls on a day."""

    words: str
    falls: Falls
    starts: date | None = None


def daily(every: int, starts: date) -> Saying:
    words = "every day" if every == 1 else f"every {every} days"
    return Saying(words, lambda _world, day: day >= starts and (day - starts).days % every == 0, starts)


def working_daily() -> Saying:
    return Saying("every working day", lambda _world, day: day.weekday() < 5)


def weekly(weekdays: list[int], every: int = 1, starts: date | None = None) -> Saying:
    names = " and ".join(NAMES[each] for each in weekdays)

    def falls(_world: World, day: date) -> bool:
        if starts and day < starts:
            return False
        weeks = (day.toordinal() - 1) // 7 - ((starts or day).toordinal() - 1) // 7
        return day.weekday() in weekdays and weeks % every == 0

    return Saying(f"every {names}" if every == 1 else f"every {every} weeks on {names}", falls, starts)


def once(on: date) -> Saying:
    return Saying(f"once on {on}", lambda _world, day: day == on)


def within(n: int, what: str, kind: str, short: str = "") -> Saying:
    """The n-th day, working day or weekday of each period; from its end when negative."""
    words = f"{_nth(n)} {what} of the {kind}{short}"

    def falls(world: World, day: date) -> bool:
        period = _periods(kind, world.fiscal)[_label(day, kind, world.fiscal)]
        if what == "working day":
            those = [each for each in period if not world.off(each)]
        elif what == "day":
            those = period
        else:
            those = [each for each in period if NAMES[each.weekday()] == what]
        if abs(n) > len(those):
            return "last" in short and day == period[-1]
        return day == those[n - 1 if n > 0 else n]

    return Saying(words, falls)


def from_edge(count: int, unit: str, side: str, edge: str, kind: str) -> Saying:
    """So many days, weeks or working days from the first or last day of each period."""

    @cache
    def found(world: World) -> frozenset[date]:
        edges = (days[0 if edge == "start" else -1] for days in _periods(kind, world.fiscal).values())
        return frozenset(_walk(each, count, unit, side, world) for each in edges)

    return Saying(f"{count} {unit}s {side} the {edge} of the {kind}", lambda world, day: day in found(world))


def held(saying: Saying, world: World, rule: str, first: date, last: date) -> list[tuple[date, date]]:
    """Each held occurrence's own day and the day it is held on, by own day, for own days from `first` to `last`."""
    own = [day for day in _walked(first, last) if saying.falls(world, day)]
    found = []
    for i, day in enumerate(own):
        if rule == "ignore" or not world.off(day):
            found.append((day, day))
        elif rule != "skip":
            to = day
            while world.off(to):
                to += -DAY if rule == "earlier" else DAY
            beside = own[max(0, i - 1) : i] + own[i + 1 : i + 2]
            if not any(day < each <= to or to <= each < day for each in beside):
                found.append((day, to))
    return found


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first minute at which clocks in `zone` show that time, else the earliest later time they show."""
    wall = datetime.combine(day, at)
    # Every clock change in use is a multiple of five minutes, and so are the times asked for.
    steps = (wall.replace(tzinfo=UTC) + n * timedelta(minutes=5) for n in range(-16 * 12, 16 * 12))
    shown = [(step.astimezone(zone).replace(tzinfo=None), step) for step in steps]
    exact = [step for local, step in shown if local == wall]
    return exact[0] if exact else min((local, step) for local, step in shown if local > wall)[1]


def _walked(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def _walk(day: date, count: int, unit: str, side: str, world: World) -> date:
    step = -DAY if side == "before" else DAY
    if unit != "working day":
        return day + step * count * (7 if unit == "week" else 1)
    while count:
        day += step
        count -= not world.off(day)
    return day


@cache
def _periods(kind: str, fiscal: int) -> dict[tuple[int, int], list[date]]:
    """Every period by its name, with its days."""
    periods: dict[tuple[int, int], list[date]] = {}
    for day in _walked(date(2023, 1, 1), date(2036, 12, 31)):
        periods.setdefault(_label(day, kind, fiscal), []).append(day)
    return periods


def _label(day: date, kind: str, fiscal: int) -> tuple[int, int]:
    """Names the period a day is in."""
    if kind == "month":
        return day.year, day.month
    year = day.year if day.month >= fiscal else day.year - 1
    since = (day.month - fiscal) % 12
    return year, since // 3 if kind == "quarter" else 0


def _nth(n: int) -> str:
    if n < 0:
        return "last" if n == -1 else f"{_nth(-n)} last"
    return {1: "1st", 2: "2nd", 3: "3rd", 21: "21st", 22: "22nd", 23: "23rd", 31: "31st"}.get(n, f"{n}th")


@cache
def _holidays(code: str) -> frozenset[date]:
    country, _, part = code.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=range(2024, 2036), expand=False))
