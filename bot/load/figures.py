"""How many messages people got and how many minutes they were asked for, by week; what many let pass; busy channels."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil
from statistics import median

from sqlalchemy.orm import Session

from bot import fills
from bot.definitions.budget import Load
from bot.definitions.working_time import to_utc
from bot.delivery import outbox
from bot.house import House
from bot.prompts import model as prompts

WEEKS = 4
"""Whole ones, from Monday to Sunday, up to the last Sunday."""
A_WEEK, A_DAY = timedelta(days=7), timedelta(days=1)
FEWEST = 5
"""Of fewer people no number is shown, since it would be somebody's."""
MOST_BUT = 0.85
IGNORED, CYCLES = 0.3, 3
"""What so many of those who are asked let pass, so many times in a row, is wrongly asked."""
LOOKED_BACK = timedelta(days=120)
FORMS = {
    "update": "updates.submit",
    "review": "reviews.close",
    "decision": "decisions.decide",
    "decision-view": "decisions.view",
    "decision-review": "decisions.review",
    "capture": "lookback.captured",
}
"""By kind of prompt: the form in which it is answered, whose time is measured."""


@dataclass(frozen=True)
class Spread:
    """Of many people's numbers: the one in the middle, and the one that 85 of 100 do not exceed."""

    middle: int
    most: int


@dataclass(frozen=True)
class Team:
    """Of everybody who got anything lately, without names: the last week."""

    people: int
    messages: Spread | None
    """None, as `minutes`, when they are too few."""
    minutes: Spread | None
    asked: int
    """Things with a deadline in the last week."""
    answered: int
    """In time."""


@dataclass(frozen=True)
class Busy:
    """A channel (its Slack id) in the last week."""

    channel: str
    full_days: int
    """On which it got as many routine posts as it may."""
    in_threads: int
    """Routine posts that went into a thread, since there were so many."""


@dataclass(frozen=True)
class Ignored:
    """A sort of thing that is let pass by many, time after time: the last share first."""

    kind: str
    shares: Sequence[float]


def weeks(house: House, last: date | None = None) -> list[date]:
    """The Mondays of the last whole weeks in the workspace's zone, the oldest first; of those up to a Monday `last`."""
    if last is not None:
        return [last - n * A_WEEK for n in range(WEEKS - 1, -1, -1)]
    today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
    this = today - today.weekday() * A_DAY
    return [this - n * A_WEEK for n in range(WEEKS, 0, -1)]


def by_person(session: Session, house: House, last: date | None = None) -> list[dict[str, Load]]:
    """For each of these weeks what each person (Slack id) was sent; who was sent nothing is left out."""
    measured = _measured(session, house)
    return [_week(session, house, monday, measured) for monday in weeks(house, last)]


def team(session: Session, house: House, found: Sequence[Mapping[str, Load]], monday: date | None = None) -> Team:
    """Of all weeks by person, the last one (which begins on `monday`) without names."""
    people = {person for week in found for person in week}
    last = [found[-1].get(person, Load()) for person in people]
    monday = weeks(house, monday)[-1]
    passing = prompts.let_pass(session, house, _begin(house, monday), _begin(house, monday + A_WEEK))
    asked, passed = sum(each[2] for each in passing), sum(each[3] for each in passing)
    enough = len(people) >= FEWEST
    return Team(
        people=len(people),
        messages=_spread([each.messages for each in last]) if enough else None,
        minutes=_spread([each.minutes for each in last]) if enough else None,
        asked=asked if enough else 0,
        answered=asked - passed if enough else 0,
    )


def busy(session: Session, house: House) -> list[Busy]:
    """The channels that got all they may on some day of the last seven, the busiest first."""
    today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
    most = house.definitions.organisation.channel_posts_a_day
    days: dict[str, int] = defaultdict(int)
    threads: dict[str, int] = defaultdict(int)
    for each in outbox.routine_posts(session, house, today - 6 * A_DAY):
        if each.day <= today:
            days[each.channel] += each.posts >= most
            threads[each.channel] += each.in_threads
    found = [Busy(channel, count, threads[channel]) for channel, count in days.items() if count]
    return sorted(found, key=lambda each: (-each.in_threads, -each.full_days, each.channel))


def ignored(session: Session, house: House) -> list[Ignored]:
    """What at least 30 % of those who were asked let pass, three times in a row."""
    now = house.clock.now()
    shares: dict[str, list[float]] = defaultdict(list)
    for kind, _deadline, asked, passed in prompts.let_pass(session, house, now - LOOKED_BACK, now):
        if asked >= FEWEST:
            shares[kind].append(passed / asked)
    latest = {kind: of_kind[:CYCLES] for kind, of_kind in shares.items()}
    return [Ignored(kind, last) for kind, last in latest.items() if len(last) == CYCLES and min(last) >= IGNORED]


def _week(session: Session, house: House, monday: date, measured: Mapping[str, int]) -> dict[str, Load]:
    messages = prompts.messages_between(session, house, monday, monday + 6 * A_DAY)
    minutes: dict[str, int] = defaultdict(int)
    asked = prompts.asked_between(session, house, _begin(house, monday), _begin(house, monday + A_WEEK))
    for person, kind, count, noted in asked:
        minutes[person] += count * measured[kind] if kind in measured else noted
    return {person: Load(messages.get(person, 0), minutes[person]) for person in [*messages, *minutes]}


def _measured(session: Session, house: House) -> dict[str, int]:
    """How many minutes each kind of prompt takes, where its form was filled in often enough to tell."""
    found = {each.form: each for each in fills.measured(session, house) if each.opened >= fills.FEWEST}
    known = {kind: found[form].minutes for kind, form in FORMS.items() if form in found}
    return {kind: max(1, round(minutes)) for kind, minutes in known.items() if minutes is not None}


def _begin(house: House, day: date) -> datetime:
    return to_utc(datetime.combine(day, time()), house.definitions.organisation.zone)


def _spread(numbers: Sequence[int]) -> Spread:
    ordered = sorted(numbers)
    return Spread(round(median(ordered)), ordered[ceil(MOST_BUT * len(ordered)) - 1])
