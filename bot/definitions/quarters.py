"""The quarters of a company's own year."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.definitions.organisation import Organisation


@dataclass(frozen=True)
class Quarter:
    """Three months, by their first and their last day."""

    first: date
    last: date

    def __str__(self) -> str:
        """`January to March 2027`; with both years where it goes over the end of one."""
        begins = f"{self.first:%B}" if self.first.year == self.last.year else f"{self.first:%B %Y}"
        return f"{begins} to {self.last:%B %Y}"


def quarter_of(organisation: Organisation, day: date) -> Quarter:
    """The one that a day lies in, by `fiscal_year_starts`."""
    first = _first_of(day, -((day.month - organisation.fiscal_month) % 3))
    return Quarter(first, _first_of(first, 3) - timedelta(days=1))


def quarter_after(organisation: Organisation, day: date) -> Quarter:
    """The one that follows the quarter of a day."""
    return quarter_of(organisation, quarter_of(organisation, day).last + timedelta(days=1))


def _first_of(day: date, months: int) -> date:
    """The first day of the month so many months later."""
    month = day.year * 12 + day.month - 1 + months
    return date(month // 12, month % 12 + 1, 1)
