"""Which days are worked, and counting in them: the one calendar behind every prompt, reminder and waiting time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from bot.definitions.holidays import holiday_name

DAY = timedelta(days=1)
MAX_SHIFT = 31
"""Days within which the nearest working day must lie; where a month holds none, the next day has to do."""

WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Yearly:
    """A day of every year; 29 February only in years that have one."""

    month: int
    day: int

    def __str__(self) -> str:
        return f"{self.month:02}-{self.day:02}"


@dataclass(frozen=True)
class DayOff:
    """Why a day is not worked, and the setting that says so."""

    because: str
    setting: str


@dataclass(frozen=True)
class WorkDays:
    """The days somebody works: some weekdays, less public holidays and the company's own days."""

    weekdays: frozenset[int]
    """As Python counts them: Monday is 0."""
    holidays: str | None = None
    company_days: tuple[tuple[date | Yearly, str], ...] = ()
    """Days the whole company has off, each with its name."""

    def __hash__(self) -> int:
        # Asked for often, and the rest hardly ever tells two apart.
        return hash((self.weekdays, self.holidays))

    def why_off(self, day: date) -> DayOff | None:
        """Why `day` is not a working day, or None when it is one."""
        if not self.off(day):
            return None
        if name := holiday_name(self.holidays, day):
            return DayOff(name, f"`holidays: {self.holidays}`")
        if name := self.company_day(day):
            return DayOff(name, "`company_days`")
        return DayOff(f"{WEEKDAY_NAMES[day.weekday()]} is not a working day", "`working_hours`")

    def holiday(self, day: date) -> str | None:
        """The name of the public holiday or company day on `day`; weekends have none."""
        return holiday_name(self.holidays, day) or self.company_day(day)

    def company_day(self, day: date) -> str | None:
        """The name of the company's own day off on `day`."""
        if not self.company_days:
            return None
        return self._by_date.get(day) or self._by_date.get(Yearly(day.month, day.day))

    def off(self, day: date) -> bool:
        known = self._off.get(day)
        if known is None:
            known = self._off[day] = day.weekday() not in self.weekdays or self.holiday(day) is not None
        return known

    def nearest(self, day: date, step: int) -> date | None:
        """The first working day after `day` (`step` 1) or before it (-1); None when a month holds none."""
        for _ in range(MAX_SHIFT):
            day += step * DAY
            if not self.off(day):
                return day
        return None

    def nth(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, or before it for a negative count; `day` itself for 0."""
        step = 1 if count > 0 else -1
        for _ in range(abs(count)):
            day = self.nearest(day, step) or day + step * DAY
        return day

    def among(self, day: date, step: int, last: date) -> Iterator[date]:
        """The working days from `day` to `last`, both included, forwards (`step` 1) or backwards (-1)."""
        while (day <= last) if step > 0 else (day >= last):
            if not self.off(day):
                yield day
            day += step * DAY

    @cached_property
    def _off(self) -> dict[date, bool]:
        # Plans ask for the same few hundred days over and over.
        return {}

    @cached_property
    def _by_date(self) -> dict[date | Yearly, str]:
        return dict(self.company_days)


EVERY_DAY = WorkDays(frozenset(range(7)))
"""For what ignores holidays and weekends."""
