"""How somebody's areas stand: their colours, what is to be decided and answered, what has moved, what goes out next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select

from bot.decisions.model import PROPOSED, Decision
from bot.definitions import Area
from bot.home.colours import Colours
from bot.home.look import Look
from bot.home.releases import Near
from bot.insights import model as insights
from bot.insights import rights
from bot.insights.model import Insight
from bot.roadmap import places, review
from bot.roadmap.model import ADDED, UNCHANGED, RoadmapChange, RoadmapItem

MOST_SHOWN = 6


@dataclass(frozen=True)
class Decisions:
    count: int
    overdue: int
    first: date | None
    """By when the first is needed; none where none has a day."""


@dataclass(frozen=True)
class Insights:
    count: int
    late: int


@dataclass(frozen=True)
class Moves:
    """What has moved on the roadmap since its last review."""

    items: int
    last: str
    """The last move, such as `R-3 Rounding: Next → Later`."""


@dataclass(frozen=True)
class AreaStands:
    area: Area
    is_deputy: bool
    colours: Colours
    ask: int | None
    """The request for an update that waits for the reader."""
    decisions: Decisions | None
    insights: Insights | None
    moves: Moves | None
    release: Near | None
    """The next that goes out."""


@dataclass(frozen=True)
class Areas:
    shown: Sequence[AreaStands]
    others: Sequence[str]
    """The names of those that are not shown; the first ones asked for an update are."""
    reviewed: bool
    """Whether moves are counted since a review of the roadmap; else since two weeks ago."""


def read(look: Look) -> Areas:
    asked = sorted(look.areas, key=lambda area: area.id not in look.asked)
    chosen = asked[:MOST_SHOWN]
    ids = [area.id for area in chosen]
    decisions, waiting = _decisions(look, ids), _insights(look, ids)
    since = review.since(look.session, look.house)
    moves = _moves(look, ids, since)
    shown = [
        AreaStands(
            area=area,
            is_deputy=area not in look.house.definitions.organisation.owned_by(look.person.ref if look.person else ""),
            colours=look.colours[area.id],
            ask=look.asked.get(area.id),
            decisions=decisions.get(area.id),
            insights=waiting.get(area.id),
            moves=moves.get(area.id),
            release=look.releases.next_of.get(area.id),
        )
        for area in chosen
    ]
    return Areas(shown, [area.name for area in asked[MOST_SHOWN:]], since.reviewed)


# Built once, since Home is drawn after every press on it.
_OPEN = (
    select(
        Decision.area_id,
        func.count(),
        func.count().filter(Decision.needed_by < bindparam("today")),
        func.min(Decision.needed_by),
    )
    .where(
        Decision.workspace_id == bindparam("workspace_id"),
        Decision.state == PROPOSED,
        Decision.area_id.in_(bindparam("area_ids", expanding=True)),
    )
    .group_by(Decision.area_id)
)
_WAITING = (
    select(Insight.area_id, func.count(), func.count().filter(Insight.due_at < bindparam("now")))
    .where(
        Insight.workspace_id == bindparam("workspace_id"),
        Insight.state.in_(insights.WAITING),
        Insight.area_id.in_(bindparam("area_ids", expanding=True)),
        insights.IS_VISIBLE,
    )
    .group_by(Insight.area_id)
)
_MOVED = (
    select(
        RoadmapItem.area_id,
        RoadmapItem.number,
        RoadmapItem.name,
        RoadmapChange.kind,
        RoadmapChange.before,
        RoadmapChange.after,
    )
    .join(RoadmapChange, RoadmapChange.item_id == RoadmapItem.id)
    .where(
        RoadmapItem.workspace_id == bindparam("workspace_id"),
        RoadmapItem.area_id.in_(bindparam("area_ids", expanding=True)),
        RoadmapChange.at > bindparam("since"),
        RoadmapChange.kind != UNCHANGED,
    )
    .order_by(RoadmapChange.id)
)


def _decisions(look: Look, ids: Sequence[str]) -> Mapping[str, Decisions]:
    rows = look.session.execute(_OPEN, _of(look, ids) | {"today": look.today})
    return {id: Decisions(count, overdue, first) for id, count, overdue, first in rows}


def _insights(look: Look, ids: Sequence[str]) -> Mapping[str, Insights]:
    """Of those that the reader may see."""
    if look.house.definitions.insights is None:
        return {}
    is_reader = rights.is_reader(look.session, look.house, look.slack_id)
    which = _of(look, ids) | {"now": look.now, "slack_id": look.slack_id, "is_reader": is_reader}
    rows = look.session.execute(_WAITING, which)
    return {id: Insights(count, late) for id, count, late in rows}


def _moves(look: Look, ids: Sequence[str], since: review.Since) -> Mapping[str, Moves]:
    moved: dict[str, set[int]] = {}
    last: dict[str, str] = {}
    for area_id, number, name, *change in look.session.execute(_MOVED, _of(look, ids) | {"since": since.at}):
        moved.setdefault(area_id, set()).add(number)
        last[area_id] = f"R-{number} {name}: {_in_words(*change)}"
    return {id: Moves(len(numbers), last[id]) for id, numbers in moved.items()}


def _of(look: Look, ids: Sequence[str]) -> dict[str, Any]:
    return {"workspace_id": look.house.workspace_id, "area_ids": ids}


def _in_words(kind: str, before: str, after: str) -> str:
    """`Next → Later`, `new in Now`, `scope in Next`."""
    place = places.in_words(after)
    if kind == ADDED:
        return f"new in {place}"
    return f"{places.in_words(before)} → {place}" if before != after else f"{kind} in {place}"
