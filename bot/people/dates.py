"""Days as people write them in a command."""

import re
from datetime import date, timedelta

from bot.errors import UserError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
SHORTEST_NAME = 3
YEARS_AHEAD = 8
"""Within so many years every date comes, 29 February too, also around 2100, which has none."""

_HOW_LONG = re.compile(r"\bfor (?:an?|the next|one|two|three|four|five|six|\d+) ?(?:day|week|month)s?\b", re.IGNORECASE)
_BEFORE_A_DATE = re.compile(r"([a-z]+)[.,]*\s+(?=\S)")
_DAY_AND_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.? (?:of )?([a-z]+)\.?(?:,? (\d{4}))?")
_MONTH_AND_DAY = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?")
_SPAN = re.compile(r"(?:from )?(.+?) (?:to|until|till|through|-|–) (.+)", re.IGNORECASE)
_NUMBERS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?")


class OtherWeekday(UserError):
    """A date does not fall on the weekday that stands before it."""


def read_day(words: str, today: date) -> date:
    """`today`, `tomorrow`, a weekday (the next one), `2026-12-04`, `4 December` or `4.12.`, else a `UserError`.

    A day without its year is the next one, today included. Before a date its weekday may stand, if it is that.
    """
    text = " ".join(words.lower().split()).removeprefix("the ").rstrip(",;:")
    if day := _relative(text, today):
        return day
    named = _BEFORE_A_DATE.match(text)
    weekday = _named(named[1], WEEKDAYS) if named else None
    date_text = text[named.end() :].removeprefix("the ") if named and weekday is not None else text
    day = _iso(date_text) or _written(date_text, today)
    if day is None:
        raise UserError(
            f"I can not read “{words[:40]}” as a day. Write it like `2026-12-04`, `friday` or `4 December`."
        )
    if weekday is not None and day.weekday() != weekday:
        raise OtherWeekday(f"{day:%-d %B %Y} is a {day:%A}, not a {WEEKDAYS[weekday].capitalize()}.")
    return day


def read_days(words: str, today: date) -> tuple[date, date]:
    """`X to Y`, `on X`, or `until X`, which begins today, as the first and the last day; else a `UserError`.

    A last day without its year is the next one after the first day, so that an absence may run into a new year. A day
    alone could be the last one or the only one, so it is asked which.
    """
    text = " ".join(words.split())
    refuse_length(text)
    if span := _SPAN.fullmatch(text):
        first_day = read_day(span[1], today)
        return first_day, read_day(span[2], first_day)
    if text.lower().startswith("on "):
        day = read_day(text[len("on ") :], today)
        return day, day
    if until := re.match(r"(until|till) ", text, re.IGNORECASE):
        return today, read_day(text[until.end() :], today)
    day = read_day(text, today)
    if day != today:
        raise UserError(f"“{text}” can mean two things: `until {text}`, from today on, or `on {text}`, that day alone.")
    return day, day


def refuse_length(words: str) -> None:
    """A `UserError` where words say how long, as in `for two weeks`, and a last day belongs."""
    if found := _HOW_LONG.search(words):
        raise UserError(f"Say until which day instead of “{found[0]}”, such as `until friday` or `until 4 December`.")


def _relative(text: str, today: date) -> date | None:
    if text in ("today", "tomorrow"):
        return today + timedelta(days=text == "tomorrow")
    weekday = _named(text.removesuffix("."), WEEKDAYS)
    return None if weekday is None else today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _iso(text: str) -> date | None:
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    return _day(*map(int, found.groups())) if found else None


def _written(text: str, today: date) -> date | None:
    if found := _DAY_AND_MONTH.fullmatch(text):
        day, month, year = int(found[1]), _named(found[2], MONTHS), found[3]
    elif found := _MONTH_AND_DAY.fullmatch(text):
        day, month, year = int(found[2]), _named(found[1], MONTHS), found[3]
    elif found := _NUMBERS.fullmatch(text):
        day, month, year = int(found[1]), int(found[2]) - 1, found[3]
    else:
        return None
    if month is None:
        return None
    if year:
        return _day(int(year), month + 1, day)
    candidates = (_day(today.year + ahead, month + 1, day) for ahead in range(YEARS_AHEAD + 1))
    return next((each for each in candidates if each and each >= today), None)


def _named(text: str, names: tuple[str, ...]) -> int | None:
    """Which of `names` the text is or begins, with three letters or more."""
    found = [n for n, name in enumerate(names) if len(text) >= SHORTEST_NAME and name.startswith(text)]
    return found[0] if found else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
