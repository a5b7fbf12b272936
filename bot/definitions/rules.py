"""The days a ritual falls on, as people say them: `every Wednesday`, `last working day of the quarter`.

Read strictly, printed back by `str`, and worked out without walking the years. `recurrence` holds the other
form, the rules of calendars (`FREQ=WEEKLY;BYDAY=WE`).
"""

import calendar
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import count
from typing import Literal

from bot.definitions import recurrence
from bot.definitions.recurrence import Complaint
from bot.definitions.working_days import DAY, WEEKDAY_NAMES, WorkDays
from bot.yamlfile import nearest

MONTH_NAMES = tuple(calendar.month_name[1:])
SPANS = {"month": 1, "quarter": 3, "year": 12}
"""Months in each period."""
SHORTEST = {"month": 28, "quarter": 90, "year": 365}
MOST = {
    "day": {"month": 31, "quarter": 92, "year": 366},
    "working day": {"month": 23, "quarter": 66, "year": 262},
    "weekday": {"month": 5, "quarter": 14, "year": 53},
}
"""The largest ordinal that any period holds."""
MOST_APART = {"day": 366, "working day": 260, "week": 52, "hour": 24 * 14}
MOST_EVERY = 100
LAST_DAY = date(2200, 1, 1)
"""No rule looks further than the days that definitions may name."""

EXAMPLES = "write for example `every Wednesday`, `2nd Thursday of the month` or `last working day of the quarter`"


class NotARule(Exception):
    """These words are not a rule: what is wrong with them, and what to write instead."""

    def __init__(self, message: str, mend: str = EXAMPLES) -> None:
        super().__init__(message)
        self.message, self.mend = message, mend


@dataclass(frozen=True)
class Setting:
    """What a rule needs to know to become days."""

    work_days: WorkDays
    starts: date | None = None
    fiscal_year_starts: int = 1
    """The month, from 1, with which years and quarters begin."""


@dataclass(frozen=True)
class Daily:
    every: int = 1

    def __str__(self) -> str:
        return "every day" if self.every == 1 else f"every {self.every} days"

    def days(self, first: date, setting: Setting) -> Iterator[date]:
        anchor = setting.starts or first
        ahead = max(0, (first - anchor).days)
        yield from _stepping(anchor + -(-ahead // self.every) * self.every * DAY, self.every * DAY)


@dataclass(frozen=True)
class WorkingDaily:
    """Every weekday that is worked; what becomes of holidays is the ritual's own rule."""

    def __str__(self) -> str:
        return "every working day"

    def days(self, first: date, setting: Setting) -> Iterator[date]:
        worked = setting.work_days.weekdays
        return (day for day in _stepping(first, DAY) if day.weekday() in worked)


@dataclass(frozen=True)
class Weekly:
    weekdays: tuple[int, ...]
    every: int = 1

    def __str__(self) -> str:
        names = _listed([WEEKDAY_NAMES[each] for each in self.weekdays])
        return f"every {names}" if self.every == 1 else f"every {self.every} weeks on {names}"

    def days(self, first: date, setting: Setting) -> Iterator[date]:
        anchor = _monday(setting.starts or first)
        weeks = max(0, (_monday(first) - anchor).days // 7)
        for monday in _stepping(anchor + -(-weeks // self.every) * self.every * 7 * DAY, self.every * 7 * DAY):
            for weekday in self.weekdays:
                if (day := monday + weekday * DAY) >= first:
                    yield day


@dataclass(frozen=True)
class Period:
    """Months, quarters or years, every one of them, every n-th, or only some months."""

    kind: Literal["month", "quarter", "year"]
    every: int = 1
    months: tuple[int, ...] = ()

    def __str__(self) -> str:
        if self.months:
            return _listed([MONTH_NAMES[each - 1] for each in self.months])
        return f"the {self.kind}" if self.every == 1 else f"every {self.every} {self.kind}s"

    @cached_property
    def shortest(self) -> int:
        """How many days the shortest of these periods has."""
        return min((calendar.monthrange(2026, each)[1] for each in self.months), default=SHORTEST[self.kind])

    def around(self, first: date, setting: Setting) -> Iterator[tuple[date, date]]:
        """The first and last day of the periods, from the one `first` lies in."""
        span = SPANS[self.kind]
        shift = (setting.fiscal_year_starts - 1) % span
        anchor = (_month_number(setting.starts or first) - shift) // span
        begin = (_month_number(first) - shift) // span
        for index in count(begin):
            month = index * span + shift
            if month >= 12 * LAST_DAY.year:
                return
            if (index - anchor) % self.every or (self.months and month % 12 + 1 not in self.months):
                continue
            yield _first_of(month), _first_of(month + span) - DAY


@dataclass(frozen=True)
class Within:
    """Days counted within each period, from its start or, negative, from its end."""

    nth: tuple[int, ...]
    what: str
    """`day`, `working day` or the name of a weekday."""
    period: Period
    short: Literal["", "last", "none"] = ""
    """For a day that shorter periods do not have: their last day, or none."""

    def __str__(self) -> str:
        short = {"": "", "last": " or the last day", "none": " or not at all"}[self.short]
        return f"{_listed([_ordinal(n) for n in self.nth])} {self.what} of {self.period}{short}"

    def days(self, first: date, setting: Setting) -> Iterator[date]:
        for begin, end in self.period.around(first, setting):
            yield from (day for day in self._in_period(begin, end, setting.work_days) if day >= first)

    def _in_period(self, begin: date, end: date, work_days: WorkDays) -> list[date]:
        found = (self._one(n, begin, end, work_days) for n in self.nth)
        return sorted({day for day in found if day is not None})

    def _one(self, n: int, begin: date, end: date, work_days: WorkDays) -> date | None:
        start, last, step = (begin, end, 1) if n > 0 else (end, begin, -1)
        if self.what == "working day":
            return next((day for i, day in enumerate(work_days.among(start, step, last), 1) if i == abs(n)), None)
        if self.what == "day":
            day = start + step * (abs(n) - 1) * DAY
        else:
            ahead = (WEEKDAY_NAMES.index(self.what) - start.weekday()) * step % 7
            day = start + step * (ahead + 7 * (abs(n) - 1)) * DAY
        return day if begin <= day <= end else end if self.short == "last" else None


@dataclass(frozen=True)
class FromEdge:
    """So many days before or after the first or the last day of each period."""

    count: int
    unit: str
    side: Literal["before", "after"]
    edge: Literal["start", "end"]
    period: Period

    def __str__(self) -> str:
        return f"{_amount(self.count, self.unit)} {self.side} the {self.edge} of {self.period}"

    def days(self, first: date, setting: Setting) -> Iterator[date]:
        # A day after an edge may lie in a later period than the edge.
        back = shifted(first, self.count, self.unit, -1, setting.work_days) - DAY if self.side == "after" else first
        sign = 1 if self.side == "after" else -1
        before = None
        for begin, end in self.period.around(back, setting):
            day = shifted(begin if self.edge == "start" else end, self.count, self.unit, sign, setting.work_days)
            if day >= first and (before is None or day > before):
                yield day
                before = day


@dataclass(frozen=True)
class Relative:
    """So long before or after each occurrence of another ritual; a count of 0 is the same day."""

    count: int
    unit: str
    side: Literal["before", "after"]
    ritual: str

    def __str__(self) -> str:
        if not self.count:
            return f"same day as {self.ritual}"
        return f"{_amount(self.count, self.unit)} {self.side} {self.ritual}"

    @property
    def sign(self) -> int:
        return -1 if self.side == "before" else 1

    def day(self, other: date, at: time, work_days: WorkDays) -> date:
        """The day for the other ritual's day; hours count from `at`, its prompt."""
        if self.unit == "hour":
            return self.moment(datetime.combine(other, at)).date()
        return shifted(other, self.count, self.unit, self.sign, work_days)

    def moment(self, other: datetime) -> datetime:
        """The wall-clock time for the other's, for a rule in hours."""
        return other + self.sign * timedelta(hours=self.count)


@dataclass(frozen=True)
class Once:
    day: date

    def __str__(self) -> str:
        return f"once on {self.day}"

    def days(self, first: date, _setting: Setting) -> Iterator[date]:
        if self.day >= first:
            yield self.day


@dataclass(frozen=True)
class Calendars:
    """A rule as calendars write it."""

    text: str

    def __str__(self) -> str:
        said = _in_words(dict(part.split("=") for part in self.text.split(";")))
        return str(said) if said else f"by the calendar rule {self.text}"

    def days(self, first: date, setting: Setting) -> Iterator[date]:
        return recurrence.days(self.text, setting.starts, first)


Rule = Daily | WorkingDaily | Weekly | Within | FromEdge | Relative | Once | Calendars


def describe(rule: Rule) -> str:
    """The rule in words; those that were read from words can be read again."""
    return str(rule)


@lru_cache(maxsize=4096)
def parse(text: str) -> Rule:
    """The rule that `text` says; raises NotARule."""
    if "=" in text or text.isupper():
        return Calendars(text)
    return _Reading(text).rule()


def check(text: str, starts: date | None, ends: date | None = None) -> Complaint | None:
    """The first thing that is wrong with a rule, or None."""
    try:
        rule = parse(text)
    except NotARule as wrong:
        return Complaint(wrong.message, wrong.mend)
    if isinstance(rule, Calendars) and (complaint := recurrence.check_rule(rule.text, starts)):
        return complaint
    if isinstance(rule, Once) and starts:
        return Complaint("what happens once needs no `starts`", "remove `starts`", "starts")
    if not starts and (unit := _unanchored(rule)):
        return Complaint(f"{unit}, counted from when?", "add `starts` with the first day, such as starts: 2026-01-07")
    if isinstance(rule, Relative):
        return None
    begin = starts or date(2000, 1, 1)
    falls = next(days(rule, begin, Setting(WorkDays(frozenset(range(5))), starts)), None)
    if falls is None or (ends and falls > ends) or (starts and falls - starts > recurrence.HORIZON):
        return Complaint("the rule never falls on any day", "check its months and days")
    return None


def days(rule: Rule, first: date, setting: Setting) -> Iterator[date]:
    """The days a checked rule falls on, strictly increasing, from `first` and from `starts` on.

    A Relative rule has no days of its own: they are the other ritual's.
    """
    if isinstance(rule, Relative):
        return iter(())
    return rule.days(max(first, setting.starts or first), setting)


def shifted(day: date, count: int, unit: str, sign: int, work_days: WorkDays) -> date:
    """`day`, `count` days, weeks or working days later (`sign` 1) or earlier (-1)."""
    if unit == "working day":
        return work_days.nth(day, sign * count)
    return day + sign * count * (7 if unit == "week" else 1) * DAY


def _unanchored(rule: Rule) -> str | None:
    every = rule.period.every if isinstance(rule, Within | FromEdge) else getattr(rule, "every", 1)
    if every == 1:
        return None
    unit = {Daily: "day", Weekly: "week"}.get(type(rule)) or rule.period.kind  # type: ignore[union-attr] # the rest has one
    return f"every {every} {unit}s"


def _stepping(day: date, step: timedelta) -> Iterator[date]:
    while day < LAST_DAY:
        yield day
        day += step


def _monday(day: date) -> date:
    return day - day.weekday() * DAY


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _amount(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _ordinal(n: int) -> str:
    if n < 0:
        return "last" if n == -1 else f"{_ordinal(-n)} last"
    return f"{n}{'th' if 10 <= n % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
WEEKDAYS = {name.casefold(): i for i, name in enumerate(WEEKDAY_NAMES)}
SHORT_WEEKDAYS = {name[:3]: i for name, i in WEEKDAYS.items()}
MONTHS = {name.casefold(): i for i, name in enumerate(MONTH_NAMES, 1)}
UNITS = {"hour": "hour", "hours": "hour", "day": "day", "days": "day", "week": "week", "weeks": "week"}
PERIODS = {word: kind for kind in SPANS for word in (kind, f"{kind}s")}
ASKED_OTHERWISE = {
    "daily": "write `every day` or `every working day`",
    "weekdays": "write `every working day`",
    "weekly": "write the weekday, such as `every Wednesday`",
    "biweekly": "write `every 2 weeks on Wednesday`, and `starts`",
    "fortnightly": "write `every 2 weeks on Wednesday`, and `starts`",
    "monthly": "write which day, such as `2nd Thursday of the month` or `day 15 of the month`",
    "quarterly": "write which day, such as `1st working day of the quarter`",
    "yearly": "write which day, such as `day 15 of January`",
    "annually": "write which day, such as `day 15 of January`",
}


class _Reading:
    """Takes one word after the other; each method reads one phrase."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = re.findall(r"[^\s,]+", text.casefold())
        self._at = 0

    def rule(self) -> Rule:
        if not self._words:
            raise NotARule("the rule is empty")
        found = self._sentence()
        if self._word:
            raise NotARule(f"`{self._rest}` makes no sense after `{found}`", f"write `{found}` alone")
        return found

    def _sentence(self) -> Rule:
        self._maybe("on")
        self._maybe("the")
        if self._maybe("once"):
            return self._once()
        if self._maybe("every", "each"):
            return self._every()
        if self._maybe("same"):
            self._must("day")
            self._must("as")
            return Relative(0, "day", "after", self._ritual())
        if self._word in ("day", "days") or self._is_ordinal():
            return self._within()
        if (number := self._number()) is not None:
            return self._apart(number)
        word = self._word
        if word in ASKED_OTHERWISE:
            raise NotARule(f"`{word}` does not say on which day", ASKED_OTHERWISE[word])
        if (weekday := _weekday(word.removesuffix("s"))) is not None:
            raise NotARule(f"`{self._text}` does not say how often", f"write `every {WEEKDAY_NAMES[weekday]}`")
        known = ["every", "once", "last", "first", "same", "day", *ASKED_OTHERWISE]
        mend = nearest(word, known)
        raise NotARule(f"`{self._text}` is not a rule", EXAMPLES if "one of" in mend else f"{mend} for `{word}`")

    def _once(self) -> Rule:
        self._must("on")
        word = self._next("a date, such as 2026-12-04")
        try:
            if re.fullmatch(r"(19|20|21)\d{2}-\d{2}-\d{2}", word):
                return Once(date.fromisoformat(word))
        except ValueError:
            pass
        raise NotARule(f"`{word}` is not a date", "write year, month and day, such as `once on 2026-12-04`")

    def _every(self) -> Rule:
        if self._maybe("day"):
            return Daily()
        if self._maybe("working"):
            self._must("day")
            return WorkingDaily()
        if self._word in ("weekday", "workday", "business"):
            raise NotARule(f"`every {self._word}` is not known here", "write `every working day`")
        if self._is_ordinal() and _weekday(self._peek(1)) is not None:
            day = WEEKDAY_NAMES[_weekday(self._peek(1)) or 0]
            mend = f"write `every 2 weeks on {day}` or `2nd {day} of the month`"
            raise NotARule(f"`{self._text}` can mean two things", mend)
        every = 2 if self._maybe("other", "second", "2nd") else self._number()
        if every is None and _weekday(self._word) is not None:
            return Weekly(self._weekdays())
        every = 1 if every is None else self._sensible(every, MOST_EVERY)
        unit = self._next("day, week, month, quarter or year")
        if unit in ("day", "days"):
            return Daily(every)
        if unit in ("week", "weeks"):
            self._must("on")
            return Weekly(self._weekdays(), every)
        if unit in PERIODS:
            self._must("on")
            self._maybe("the")
            return self._within(Period(PERIODS[unit], every))  # type: ignore[arg-type] # the values of PERIODS
        known = [*WEEKDAY_NAMES, "day", "working day", "week", "month", "quarter", "year"]
        raise NotARule(f"`{unit}` is neither a weekday nor a period", nearest(unit, known))

    def _weekdays(self) -> tuple[int, ...]:
        found = []
        while True:
            word = self._next("a weekday, such as Wednesday")
            day = _weekday(word)
            if day is None:
                raise NotARule(f"`{word}` is not a weekday", nearest(word, WEEKDAY_NAMES))
            if day in found:
                raise NotARule(f"{WEEKDAY_NAMES[day]} stands in the rule twice", "keep one of them")
            found.append(day)
            if not self._maybe("and") and _weekday(self._word) is None:
                return tuple(sorted(found))

    def _within(self, period: Period | None = None) -> Rule:
        what = None
        if self._maybe("day", "days"):
            what, nth = "day", self._day_numbers()
        else:
            nth = self._ordinals()
            what = self._what() if period is None or self._word not in ("", "or") else "day"
        if period is None:
            self._must("of")
            period = self._period()
        _check_counts(nth, what, period)
        return _with_short(Within(tuple(sorted(nth, key=_in_period_order)), what, period), self._short())

    def _what(self) -> str:
        if self._word == "of":
            return "day"
        if self._maybe("working"):
            self._must("day", "days")
            return "working day"
        word = self._next("day, working day or a weekday")
        if word in ("day", "days"):
            return "day"
        if (weekday := _weekday(word)) is not None:
            return WEEKDAY_NAMES[weekday]
        raise NotARule(f"`{word}` is not a kind of day", nearest(word, ["day", "working day", *WEEKDAY_NAMES]))

    def _day_numbers(self) -> list[int]:
        return self._several(self._number, "a number, such as `day 15 of the month`")

    def _ordinals(self) -> list[int]:
        return self._several(self._one_ordinal, "which one: 1st, 2nd, last, …")

    def _several(self, one: Callable[[], int | None], expected: str) -> list[int]:
        found: list[int] = []
        while (n := one()) is not None:
            if n in found:
                raise NotARule(f"{_ordinal(n)} stands in the rule twice", "keep one of them")
            found.append(n)
            self._maybe("and")
        if not found:
            raise NotARule(
                f"`{self._text}` lacks {expected}" if not self._word else f"`{self._word}` is not {expected}"
            )
        return found

    def _one_ordinal(self) -> int | None:
        n = _ordinal_value(self._word)
        if n is None:
            return None
        self._at += 1
        if n == -1:
            return -1
        return -n if self._maybe("last") else n

    def _period(self) -> Period:
        if self._maybe("every", "each"):
            every = 2 if self._maybe("other", "second", "2nd") else self._number() or 1
            self._sensible(every, MOST_EVERY)
        else:
            self._maybe("the", "a")
            every = 1
        word = self._next("month, quarter, year or the name of a month")
        if word in PERIODS:
            return Period(PERIODS[word], every)  # type: ignore[arg-type] # the values of PERIODS
        if every > 1:
            raise NotARule(f"`every {every} {word}` counts no period", "write month, quarter or year after the number")
        months = []
        while True:
            if word not in MONTHS:
                known = ["month", "quarter", "year", *MONTH_NAMES]
                raise NotARule(f"`{word}` is not a month, quarter or year", nearest(word, known))
            months.append(MONTHS[word])
            if not self._maybe("and") and self._word not in MONTHS:
                return Period("month", months=tuple(sorted(set(months))))
            word = self._next("the name of a month")

    def _short(self) -> Literal["", "last", "none"]:
        if not self._maybe("or"):
            return ""
        self._maybe("the", "on")
        self._maybe("the")
        if self._maybe("last"):
            self._must("day")
            return "last"
        if self._maybe("not"):
            self._must("at")
            self._must("all")
            return "none"
        raise NotARule(f"`or {self._rest}` is not known here", "write `or the last day` or `or not at all`")

    def _apart(self, number: int) -> Rule:
        if self._maybe("working"):
            self._must("day", "days")
            unit = "working day"
        else:
            word = self._next("hours, days, working days or weeks")
            if word not in UNITS:
                known = ["hours", "days", "working days", "weeks"]
                raise NotARule(f"`{word}` is not a length of time here", nearest(word, known))
            unit = UNITS[word]
        self._sensible(number, MOST_APART[unit])
        side = self._next("before or after")
        if side not in ("before", "after"):
            raise NotARule(f"`{side}` is neither before nor after", nearest(side, ["before", "after"]))
        way: Literal["before", "after"] = "before" if side == "before" else "after"
        if self._maybe("the"):
            return self._from_edge(number, unit, way)
        return Relative(number, unit, way, self._ritual())

    def _from_edge(self, number: int, unit: str, side: Literal["before", "after"]) -> Rule:
        edge = self._next("start or end")
        if edge not in ("start", "end"):
            mend = f"write `{_amount(number, unit)} {side} the end of the month`, or a ritual's id without `the`"
            raise NotARule(f"`the {edge}` is neither the start nor the end of a period", mend)
        if unit == "hour":
            raise NotARule("hours count from another ritual only", "write days, working days or weeks")
        self._must("of")
        return FromEdge(number, unit, side, "start" if edge == "start" else "end", self._period())

    def _ritual(self) -> str:
        word = self._next("the id of another ritual")
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", word):
            raise NotARule(f"`{word}` is not the id of a ritual", "write its `id`, such as roadmap-review")
        return word

    def _is_ordinal(self) -> bool:
        return _ordinal_value(self._word) is not None

    def _number(self) -> int | None:
        word = self._word
        if re.fullmatch(r"[0-9]{1,4}", word):
            self._at += 1
            return int(word)
        if word in NUMBERS:
            self._at += 1
            return NUMBERS.index(word) + 1
        if word in ("a", "an"):
            self._at += 1
            return 1
        return None

    def _sensible(self, number: int, most: int) -> int:
        if not 1 <= number <= most:
            raise NotARule(f"{number} is not a sensible number here", f"write a number from 1 to {most}")
        return number

    @property
    def _word(self) -> str:
        return self._peek(0)

    @property
    def _rest(self) -> str:
        return " ".join(self._words[self._at :])

    def _peek(self, ahead: int) -> str:
        return self._words[self._at + ahead] if self._at + ahead < len(self._words) else ""

    def _maybe(self, *words: str) -> bool:
        taken = self._word in words
        self._at += taken
        return taken

    def _must(self, *words: str) -> None:
        if not self._maybe(*words):
            found = f"`{self._word}` stands where `{words[0]}` belongs" if self._word else f"`{words[0]}` is missing"
            raise NotARule(f"{found} in `{self._text}`")

    def _next(self, expected: str) -> str:
        word = self._word
        if not word:
            raise NotARule(f"`{self._text}` ends too early: {expected} is missing")
        self._at += 1
        return word


def _weekday(word: str) -> int | None:
    return WEEKDAYS.get(word, SHORT_WEEKDAYS.get(word))


def _ordinal_value(word: str) -> int | None:
    if word == "last":
        return -1
    if word in ORDINALS:
        return ORDINALS.index(word) + 1
    found = re.fullmatch(r"([0-9]{1,3})(st|nd|rd|th)(-last)?", word)
    return (-int(found[1]) if found[3] else int(found[1])) if found else None


def _in_period_order(n: int) -> tuple[bool, int]:
    return n < 0, n


def _check_counts(nth: Iterable[int], what: str, period: Period) -> None:
    most = MOST["weekday" if what in WEEKDAY_NAMES else what][period.kind]
    for n in nth:
        if not 1 <= abs(n) <= most:
            raise NotARule(f"no {period.kind} has a {_ordinal(n)} {what}", f"write at most {_ordinal(most)}, or `last`")


def _with_short(rule: Within, short: Literal["", "last", "none"]) -> Within:
    """What happens in periods that lack the day is stated where some do, and only there."""
    lacking = [n for n in rule.nth if abs(n) > rule.period.shortest] if rule.what == "day" else []
    if lacking and not short:
        some = f"{'not every' if rule.period.shortest < 365 else 'not each'} {rule.period.kind}"
        options = " or ".join(f"`{replace(rule, short=each)}`" for each in ("last", "none"))
        raise NotARule(f"{some} has a {_ordinal(lacking[0])} day", f"say what happens then: {options}")
    if short and not lacking:
        raise NotARule(f"`or …` does not apply: {rule} needs no other day", f"write `{rule}`")
    return replace(rule, short=short)


CALENDAR_DAYS = {name[:2].upper(): i for i, name in enumerate(WEEKDAY_NAMES)}


def _in_words(parts: dict[str, str]) -> Rule | None:
    """The same days as a plain rule, for the calendar rules that are used most; None for the others."""
    every, keys = int(parts.get("INTERVAL", "1")), parts.keys() - {"INTERVAL"}
    frequency, named = parts.get("FREQ"), parts.get("BYDAY", "").split(",")
    if frequency == "DAILY" and keys == {"FREQ"}:
        return Daily(every)
    if frequency == "WEEKLY" and keys == {"FREQ", "BYDAY"}:
        return Weekly(tuple(sorted(CALENDAR_DAYS[each] for each in named)), every)
    if frequency != "MONTHLY":
        return None
    if keys == {"FREQ", "BYMONTHDAY"}:
        nth = tuple(sorted(map(int, parts["BYMONTHDAY"].split(",")), key=_in_period_order))
        return Within(nth, "day", Period("month", every), "none" if any(abs(n) > 28 for n in nth) else "")
    found = [re.fullmatch(r"([+-]?[1-5])([A-Z]{2})", each) for each in named]
    if keys == {"FREQ", "BYDAY"} and len(found) == 1 and found[0]:
        return Within((int(found[0][1]),), WEEKDAY_NAMES[CALENDAR_DAYS[found[0][2]]], Period("month", every))
    return None
