"""Recurrence rules as calendars write them (`FREQ=WEEKLY;BYDAY=WE`): is one sensible, and when does it fall.

Rules are about days only; the times of a day stand in the schedule.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from threading import Lock

from dateutil.rrule import rrulestr

from bot.yamlfile import nearest

UNITS = {"DAILY": "days", "WEEKLY": "weeks", "MONTHLY": "months", "YEARLY": "years"}
DAYS = ("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO")
PARTS = ("FREQ", "INTERVAL", *DAYS, "BYMONTH", "BYSETPOS", "WKST", "UNTIL", "COUNT")
LONG = ("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS")
LARGEST = {"INTERVAL": 100, "COUNT": 1000}
EXAMPLE = "write it as in calendars, such as FREQ=WEEKLY;BYDAY=WE"
HORIZON = timedelta(days=366 * 30)
"""A rule that does not fall once in this time never falls."""


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a rule; `key` is the schedule's key to mend."""

    message: str
    mend: str
    key: str = "repeats"


def check_rule(rule: str, starts: date | None) -> Complaint | None:
    """The first thing that is wrong with a rule, or None."""
    parts = _parts(rule)
    return (
        _unreadable(rule, parts)
        or _not_in_days(dict(parts))
        or _unanchored(dict(parts), starts)
        or _refused_or_never(dict(parts), starts)
    )


def days(rule: str, starts: date | None, first: date) -> Iterator[date]:
    """The days a checked rule falls on, in order, from `first` on."""
    recurrence = _recurrence(rule, starts or date(first.year - 1, 1, 1))
    index = recurrence.index_of(first)
    while (day := recurrence.day(index)) is not None:
        yield day
        index += 1


def _parts(rule: str) -> list[tuple[str, str]]:
    return [(key, value) for key, _, value in (part.partition("=") for part in rule.split(";"))]


def _unreadable(rule: str, parts: list[tuple[str, str]]) -> Complaint | None:
    if rule != rule.upper() or " " in rule or not all(value for _, value in parts):
        return Complaint(f"`{rule}` is not a recurrence rule", EXAMPLE)
    keys = [key for key, _ in parts]
    for key in keys:
        if key in ("BYHOUR", "BYMINUTE", "BYSECOND", "DTSTART"):
            return Complaint(f"{key} does not belong in the rule", "times stand in `prompt`, the first day in `starts`")
        if key not in PARTS:
            return Complaint(f"`{key}` is not a part of a recurrence rule", nearest(key, PARTS))
        if keys.count(key) > 1:
            return Complaint(f"{key} stands in the rule twice", "keep one of them")
    return None if "FREQ" in keys else Complaint("the rule has no FREQ", EXAMPLE)


def _not_in_days(rule: dict[str, str]) -> Complaint | None:
    if rule["FREQ"] in ("HOURLY", "MINUTELY", "SECONDLY"):
        return Complaint("a ritual happens at most once a day", "write FREQ=DAILY, WEEKLY, MONTHLY or YEARLY")
    if rule["FREQ"] not in UNITS:
        return Complaint(f"`{rule['FREQ']}` is not a frequency", nearest(rule["FREQ"], UNITS))
    for key, largest in LARGEST.items():
        if key in rule and rule[key] not in map(str, range(1, largest + 1)):
            return Complaint(f"{key}={rule[key]} is not a sensible number", f"write {key}=2, or up to {largest}")
    if rule.keys() >= {"COUNT", "UNTIL"}:
        return Complaint("COUNT and UNTIL both end the rule", "keep one of them")
    if "UNTIL" in rule and not re.fullmatch(r"\d{8}", rule["UNTIL"]):
        return Complaint(f"UNTIL={rule['UNTIL']} is not a day", "write year, month and day, such as UNTIL=20271231")
    short = rule["FREQ"] in ("DAILY", "WEEKLY")
    if short and (counted := next((each for each in LONG if each in rule), None)):
        return Complaint(f"{counted} counts within a month or a year", "write FREQ=MONTHLY or FREQ=YEARLY")
    if short and re.search(r"\d", rule.get("BYDAY", "")):
        message = f"BYDAY={rule['BYDAY']} counts weekdays, which only months and years do"
        return Complaint(message, "write BYDAY=WE, or FREQ=MONTHLY for the n-th weekday of a month")
    return None


def _unanchored(rule: dict[str, str], starts: date | None) -> Complaint | None:
    if starts:
        return None
    if rule.get("INTERVAL", "1") != "1":
        message = f"every {rule['INTERVAL']} {UNITS[rule['FREQ']]}, counted from when?"
        return Complaint(message, "add `starts` with the first day, such as starts: 2026-01-07")
    if "COUNT" in rule:
        return Complaint("COUNT counts from a first day", "add `starts` with that day, such as starts: 2026-01-07")
    if rule["FREQ"] != "DAILY" and not rule.keys() & set(DAYS):
        return Complaint("the rule does not say on which day", "add BYDAY=WE, or BYMONTHDAY=1 for a day of the month")
    return None


def _refused_or_never(rule: dict[str, str], starts: date | None) -> Complaint | None:
    first = starts or date(2000, 1, 1)
    last = min(rule.get("UNTIL", "99991231"), f"{first + HORIZON:%Y%m%d}")
    # The search for the first day should not go on to the year 9999, nor count up to COUNT.
    endless = {key: value for key, value in rule.items() if key != "COUNT"}
    text = ";".join(f"{key}={value}" for key, value in (endless | {"UNTIL": last}).items())
    try:
        falls = next(iter(rrulestr(text, dtstart=datetime.combine(first, time()))), None)
    except Exception:
        # The parser raises whatever its insides happen to hit: a ValueError, but also others.
        return Complaint("this cannot be read as a recurrence rule", EXAMPLE)
    return None if falls else Complaint("the rule never falls on any day", "check its months and days")


class _Recurrence:
    """One rule's days, each computed once and kept: a fresh iterator starts from the first day again."""

    def __init__(self, rule: str, first: date) -> None:
        self._coming = iter(rrulestr(rule, dtstart=datetime.combine(first, time())))
        self._days: list[date] = []
        self._ended = False
        self._lock = Lock()

    def index_of(self, first: date) -> int:
        """The index of the first day that is not before `first`."""
        while not self._ended and (not self._days or self._days[-1] < first):
            self._extend(len(self._days))
        return bisect_left(self._days, first)

    def day(self, index: int) -> date | None:
        if index >= len(self._days) and not self._ended:
            self._extend(index)
        return self._days[index] if index < len(self._days) else None

    def _extend(self, index: int) -> None:
        with self._lock:
            while len(self._days) <= index and not self._ended:
                coming = next(self._coming, None)
                if coming is None:
                    self._ended = True
                else:
                    self._days.append(coming.date())


@lru_cache(maxsize=256)
def _recurrence(rule: str, first: date) -> _Recurrence:
    return _Recurrence(rule, first)
