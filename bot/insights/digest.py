"""The digest of insights as data: what was said most, what became of it, what is open. Pure reading; nothing is said.

What is restricted is in no part of it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot import versions
from bot.definitions import Definitions
from bot.errors import UserError
from bot.house import House, ReleaseFacts
from bot.insights import figures
from bot.insights.figures import NOT_RESTRICTED, Figures
from bot.insights.model import (
    CLOSED,
    DECIDED,
    DISPOSITIONS,
    MERGED,
    OUT_OF_SCOPE,
    WAITING,
    Insight,
    Spike,
    Submission,
    Told,
)
from bot.insights.rights import rules_of
from bot.insights.routing import release_of
from bot.people.model import People

MOST_THEMES, MOST_REFS, MOST_LINES = 5, 4, 5
PERIODS = 6
"""How many times as long is looked back for the trend, with this one."""
OPEN = "open"


@dataclass(frozen=True)
class Theme:
    """What was said about one theme in one area."""

    area: str
    theme: str
    count: int
    accounts: int
    counts: tuple[int, ...]
    """How many there were in each period of the same length, the last is this one."""
    refs: Sequence[str]
    """The evidence: those of most accounts first."""
    owner: str
    answers: Sequence[tuple[str, int]]
    """How many are open, and how many were answered how."""
    is_owned: bool
    """Whether somebody who is there owns its area, or is to answer what is open of it by a day; or nothing is open."""

    @property
    def before(self) -> int:
        return self.counts[-2]

    @property
    def more(self) -> int:
        return self.count - len(self.refs)


@dataclass(frozen=True)
class Change:
    """What insights are sorted by was changed: a theme, an area, a segment, a source."""

    what: str
    how: str
    """`added`, `gone` or `renamed`."""
    name: str
    before: str = ""


@dataclass(frozen=True)
class Digest:
    since: datetime
    until: datetime
    count: int
    accounts: int
    themes: Sequence[Theme]
    of_themes: int
    """How many there were in all."""
    unsorted: int
    """How many have no theme yet."""
    spikes: Sequence[Spike]
    loops: Sequence[tuple[Insight, ReleaseFacts | None]]
    """What was asked for and went live."""
    answers: Sequence[tuple[str, int]]
    """How many were answered how."""
    oldest: Sequence[tuple[Insight, str]]
    """What is open the longest, each with whose it is."""
    changes: Sequence[Change]
    figures: Figures


def compile(session: Session, house: House, since: datetime, until: datetime, version: int = 0) -> Digest:
    """What happened between two moments; `version` is that of the definitions at the first, when it is known."""
    pairs = _pairs(session, house, since, until)
    known = [pair for pair in pairs if pair[1]]
    largest = sorted(known, key=lambda pair: (-pairs[pair][1], -pairs[pair][0], pair))[:MOST_THEMES]
    people = People(session, house)
    return Digest(
        since=since,
        until=until,
        count=sum(count for count, _accounts in pairs.values()),
        accounts=sum(accounts for _count, accounts in pairs.values()),
        themes=[_theme(session, house, people, pair, pairs[pair], since, until) for pair in largest],
        of_themes=len(known),
        unsorted=sum(count for (_area, theme), (count, _accounts) in pairs.items() if not theme),
        spikes=spikes(session, house, since, until),
        loops=loops(session, house, since, until),
        answers=answers(session, house, since, until),
        oldest=_oldest(session, house, people),
        changes=list(_changes(session, house, version)),
        figures=figures.now(session, house),
    )


def came(session: Session, house: House, since: datetime, until: datetime) -> int:
    """How many insights came between two moments."""
    return session.scalar(select(func.count(Insight.id)).where(*_came(house, since, until))) or 0


Pair = tuple[str, str]
"""An area and a theme, by their ids; empty for what nobody has said yet."""


def _pairs(session: Session, house: House, since: datetime, until: datetime) -> dict[Pair, tuple[int, int]]:
    """Of each pair how many insights came, and of how many accounts."""
    query = (
        select(Insight.area_id, Insight.theme_id, func.count(Insight.id.distinct()), func.sum(Submission.accounts))
        .join(Submission, Submission.insight_id == Insight.id)
        .where(*_came(house, since, until))
        .group_by(Insight.area_id, Insight.theme_id)
    )
    return {(area, theme): (count, int(accounts)) for area, theme, count, accounts in session.execute(query)}


def _came(house: House, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Insight.workspace_id == house.workspace_id,
        Insight.captured_at > since,
        Insight.captured_at <= until,
        Insight.state.not_in((MERGED, OUT_OF_SCOPE)),
        NOT_RESTRICTED,
    )


def _theme(
    session: Session, house: House, people: People, pair: Pair, sums: tuple[int, int], since: datetime, until: datetime
) -> Theme:
    length = until - since
    of_pair = (Insight.area_id == pair[0], Insight.theme_id == pair[1])
    accounts = func.sum(Submission.accounts)
    rows = session.execute(
        select(Insight.number, Insight.state, Insight.disposition, Insight.owner, Insight.due_at)
        .join(Submission, Submission.insight_id == Insight.id)
        .where(*_came(house, since, until), *of_pair)
        .group_by(Insight.id)
        .order_by(accounts.desc(), Insight.number.desc())
    ).all()
    times = session.scalars(select(Insight.captured_at).where(*_came(house, until - length * PERIODS, until), *of_pair))
    ago = Counter(int((until - at) / length) for at in times)
    area, theme = house.definitions.organisation.area(pair[0]), rules_of(house).theme(pair[1])
    return Theme(
        area=area.name if area else pair[0],
        theme=theme.name if theme else pair[1],
        count=sums[0],
        accounts=sums[1],
        counts=tuple(ago[n] for n in reversed(range(PERIODS))),
        refs=[f"I-{row.number}" for row in rows[:MOST_REFS]],
        owner=people.named(area.owner) if area else "",
        answers=_in_order(Counter(_stands(row.state, row.disposition) for row in rows)),
        is_owned=(area is not None and people.by_ref(area.owner) is not None)
        or all(_is_answered_by_a_day(people, row) for row in rows if _stands(row.state, row.disposition) == OPEN),
    )


def _is_answered_by_a_day(people: People, row: Any) -> bool:
    return people.by_slack(row.owner) is not None and row.due_at is not None


def _stands(state: str, disposition: str) -> str:
    return disposition if state in (DECIDED, CLOSED) else OPEN


def _in_order(counts: Counter[str]) -> list[tuple[str, int]]:
    return [(each, counts[each]) for each in (OPEN, *DISPOSITIONS) if counts[each]]


def spikes(session: Session, house: House, since: datetime, until: datetime) -> list[Spike]:
    query = select(Spike).where(
        Spike.workspace_id == house.workspace_id, Spike.found_at > since, Spike.found_at <= until
    )
    return list(session.scalars(query.order_by(Spike.accounts.desc(), Spike.id).limit(MOST_LINES)))


def loops(
    session: Session, house: House, since: datetime, until: datetime
) -> list[tuple[Insight, ReleaseFacts | None]]:
    ids = select(Told.insight_id).where(
        Told.workspace_id == house.workspace_id, Told.at > since, Told.at <= until, Told.what.like("live:%")
    )
    query = select(Insight).where(Insight.workspace_id == house.workspace_id, Insight.id.in_(ids), NOT_RESTRICTED)
    found = session.scalars(query.order_by(Insight.number)).all()
    return [(each, release_of(session, house, each.linked_release)) for each in found]


def answers(session: Session, house: House, since: datetime, until: datetime) -> list[tuple[str, int]]:
    query = (
        select(Insight.disposition, func.count())
        .where(
            Insight.workspace_id == house.workspace_id,
            Insight.decided_at > since,
            Insight.decided_at <= until,
            Insight.state.in_((DECIDED, CLOSED)),
            NOT_RESTRICTED,
        )
        .group_by(Insight.disposition)
    )
    return _in_order(Counter({disposition: count for disposition, count in session.execute(query)}))


def _oldest(session: Session, house: House, people: People) -> list[tuple[Insight, str]]:
    query = (
        select(Insight)
        .where(Insight.workspace_id == house.workspace_id, Insight.state.in_(WAITING), NOT_RESTRICTED)
        .order_by(Insight.captured_at, Insight.id)
        .limit(MOST_LINES)
    )
    return [(each, people.called(each.owner) if each.owner else "") for each in session.scalars(query)]


def _changes(session: Session, house: House, version: int) -> Iterator[Change]:
    if not version or version == house.version:
        return
    try:
        then = _sorted_by(versions.definitions(session, house.workspace_id, version))
    except UserError:
        # This program cannot read it any more; what is shown elsewhere does not hang on it.
        return
    for what, names in _sorted_by(house.definitions).items():
        before = then[what]
        for id, name in names.items():
            if id not in before:
                yield Change(what, "added", name)
            elif before[id] != name:
                yield Change(what, "renamed", name, before[id])
        yield from (Change(what, "gone", name) for id, name in before.items() if id not in names)


def _sorted_by(definitions: Definitions) -> dict[str, dict[str, str]]:
    """What insights are sorted by, by its name: the names by their ids."""
    rules, organisation = definitions.insights, definitions.organisation
    return {
        "theme": {each.id: each.name for each in rules.themes} if rules else {},
        "area": {each.id: each.name for each in organisation.areas},
        "segment": {each.id: each.name for each in rules.segments} if rules else {},
        "source": {each.id: each.name for each in rules.sources} if rules else {},
    }
