"""What a measure comes to in a period: a number, of how many things it is computed, and what stands beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import ceil
from statistics import median

from bot.definitions.measures import SHARE, Unit
from bot.definitions.working_time import to_utc
from bot.house import House

A_WEEK, A_MONTH = 1, 4
"""Whole weeks in a period."""
PERIODS = 8
FEWEST = 5
"""Of fewer people no answer and no load is shown, since it would be somebody's."""
MOST_BUT = 0.85


@dataclass(frozen=True, order=True)
class Period:
    """Some days in the workspace's zone, the first and the last included."""

    first: date
    last: date

    def begin(self, house: House) -> datetime:
        return _midnight(house, self.first)

    def end(self, house: House) -> datetime:
        """Its last instant."""
        return _midnight(house, self.last + timedelta(days=1)) - timedelta(microseconds=1)


@dataclass(frozen=True)
class Figure:
    value: float | None
    """As a share of 1, or in its unit; none when there is nothing to compute it from, or too few people."""
    n: int
    """Of how many things it is computed; of a survey, how many people."""
    unit: Unit = SHARE
    most: float | None = None
    """Of a median: what 85 of 100 do not exceed."""
    few: bool = False
    """Whether it is not shown since too few people stand behind it."""
    beside: Mapping[str, "Figure"] = field(default_factory=dict)
    """What is looked at with it, by a word that a template knows."""


@dataclass(frozen=True)
class Details:
    """What a measure is made up of in a period."""

    rows: Sequence[tuple[str, Figure]] = ()
    """Each part by its name, or by a word that a template knows."""
    lines: Sequence[str] = ()
    """Things by name, as plain text."""


def periods(house: House, weeks: int, count: int = PERIODS) -> list[Period]:
    """The last periods of so many whole weeks, from Monday to Sunday, up to the last Sunday; the oldest first."""
    today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
    monday = today - timedelta(days=today.weekday())
    starts = [monday - timedelta(weeks=weeks * n) for n in range(count, 0, -1)]
    return [Period(start, start + timedelta(days=7 * weeks - 1)) for start in starts]


def share(part: int, of: int, **beside: Figure) -> Figure:
    return Figure(part / of if of else None, of, beside=beside)


def spread(numbers: Sequence[float], unit: Unit, **beside: Figure) -> Figure:
    """The number in the middle, and the one that 85 of 100 do not exceed."""
    if not numbers:
        return Figure(None, 0, unit, beside=beside)
    ordered = sorted(numbers)
    return Figure(
        float(median(ordered)), len(ordered), unit, most=float(ordered[ceil(MOST_BUT * len(ordered)) - 1]),
        beside=beside,
    )  # fmt: skip


def without_number(n: int, unit: Unit = SHARE, **beside: Figure) -> Figure:
    """Too few people stand behind it."""
    return Figure(None, n, unit, few=True, beside=beside)


def _midnight(house: House, day: date) -> datetime:
    return to_utc(datetime.combine(day, time()), house.definitions.organisation.zone)
