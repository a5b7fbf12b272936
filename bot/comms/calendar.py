"""The launch calendar: the releases of the coming weeks, and what gets in their way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.comms import audience, clashes, proof
from bot.comms.audience import FUNCTION
from bot.comms.clashes import Clash
from bot.definitions.organisation import Freeze
from bot.errors import UserError
from bot.house import House
from bot.people.flow import nearest, require_person
from bot.releases import model as releases
from bot.releases import report, standing
from bot.releases.report import Report

USUAL_DAYS, MOST_DAYS = 90, 365
MOST_RELEASES = 30
"""Releases that are shown; how ready the others are is not computed, since that takes time."""


@dataclass(frozen=True)
class Entry:
    """One release, with what is in its way: each clash with the names of those whom both releases name."""

    report: Report
    clashes: Sequence[tuple[Clash, Sequence[str]]]


@dataclass(frozen=True)
class Week:
    """From a Monday on."""

    first: date
    entries: Sequence[Entry]
    freezes: Sequence[Freeze]
    """Those that begin in it, or before the calendar does."""


@dataclass(frozen=True)
class Calendar:
    days: int
    function: str
    """The name of the function whose releases are shown; empty for all."""
    weeks: Sequence[Week]
    more: int
    """Releases that are not shown."""
    unnamed: int
    """Releases of this time that do not say yet who needs to know, left out where one function's are shown."""


def look(session: Session, house: House, slack_id: str, words: str) -> Calendar:
    """The calendar for what was typed after the command: a function, a number of days, both or nothing."""
    require_person(session, house, slack_id)
    rules = standing.rules_of(house)
    function, days = _read(house, words)
    first = standing.today(house)
    last = first + timedelta(days=days)
    # One of several days may have begun already.
    began = releases.planned(session, house, first - releases.LATELY, last)
    found = [each for each in began if each.last_day >= first and each.state != releases.LIVE]
    unnamed = sum(not audience.named(rules, each) for each in found) if function else 0
    if function:
        found = [each for each in found if f"{FUNCTION}{function}" in audience.named(rules, each)]
    shown = found[:MOST_RELEASES]
    in_the_way = clashes.of(session, house, shown)
    entries = [
        (
            each.target,
            Entry(found, [(clash, proof.names(session, house, clash.shared)) for clash in in_the_way[each.id]]),
        )
        for each, found in zip(shown, report.compile_all(session, house, shown), strict=True)
    ]
    name = standing.function_name(house.definitions.organisation, function) if function else ""
    return Calendar(days, name, _weeks(house, entries, first, last), len(found) - len(shown), unnamed)


def _read(house: House, words: str) -> tuple[str, int]:
    """The function's id, empty for all, and the days."""
    names, days = [], USUAL_DAYS
    for word in words.split():
        if word.isascii() and word.isdecimal():
            days = int(word[:6])
            if not 1 <= days <= MOST_DAYS:
                raise UserError(f"Write a number of days from 1 to {MOST_DAYS}, such as `/cadence launches 30`.")
        elif word.lower() not in ("day", "days"):
            names.append(word)
    if not names:
        return "", days
    functions = {each.id: each.name for each in house.definitions.organisation.functions}
    return nearest(" ".join(names), functions, "function", f"There are: {', '.join(functions)}."), days


def _weeks(house: House, entries: Sequence[tuple[date, Entry]], first: date, last: date) -> list[Week]:
    freezes = [each for each in house.definitions.organisation.freezes if each.first <= last and each.last >= first]
    mondays = {_monday(day) for day, _entry in entries} | {_monday(max(each.first, first)) for each in freezes}
    return [
        Week(
            monday,
            [entry for day, entry in entries if _monday(day) == monday],
            [each for each in freezes if _monday(max(each.first, first)) == monday],
        )
        for monday in sorted(mondays)
    ]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
