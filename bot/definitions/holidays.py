"""Public holidays, by country (`DE`) or part of a country (`DE-BY`)."""

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

import holidays


def is_holiday(code: str | None, day: date) -> bool:
    """Whether `day` is a public holiday; without a code no day is."""
    return holiday_name(code, day) is not None


def holiday_name(code: str | None, day: date) -> str | None:
    """The holiday's name, in English where it is known."""
    return None if code is None else _holidays_of(code, day.year).get(day)


@cache
def known_codes() -> frozenset[str]:
    """Every code that has holidays: `DE`, `DE-BY`, …"""
    countries = holidays.list_supported_countries(include_aliases=False)
    return frozenset(countries) | {f"{country}-{part}" for country, parts in countries.items() for part in parts}


# One finished year at a time: the package's own objects fill themselves on first use, which another
# thread could see half done.
@lru_cache(maxsize=1024)
def _holidays_of(code: str, year: int) -> Mapping[date, str]:
    country, _, part = code.partition("-")
    found = holidays.country_holidays(country, subdiv=part or None, years=year, expand=False, language="en_US")
    return dict(found.items())
