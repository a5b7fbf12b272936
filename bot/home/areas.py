"""How somebody's areas stand: their colours, what is to be decided and answered, what has moved, what goes out next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

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


def _decisions(look: Look, ids: Sequence[str]) -> Mapping[str, Decisions]:
    query = select(
        Decision.area_id,
        func.count(),
        func.count().filter(Decision.needed_by < look.today),
        func.min(Decision.needed_by),
    ).where(Decision.workspace_id == look.house.workspace_id, Decision.state == PROPOSED, Decision.area_id.in_(ids))
    rows = look.session.execute(query.group_by(Decision.area_id))
    return {id: Decisions(count, overdue, first) for id, count, overdue, first in rows}


def _insights(look: Look, ids: Sequence[str]) -> Mapping[str, Insights]:
    """Of those that the reader may see."""
    if look.house.definitions.insights is None:
        return {}
    seen = insights.visible(rights.is_reader(look.session, look.house, look.slack_id), look.slack_id)
    query = select(Insight.area_id, func.count(), func.count().filter(Insight.due_at < look.now)).where(
        Insight.workspace_id == look.house.workspace_id,
        Insight.state.in_(insights.WAITING),
        Insight.area_id.in_(ids),
        *([] if seen is None else [seen]),
    )
    rows = look.session.execute(query.group_by(Insight.area_id))
    return {id: Insights(count, late) for id, count, late in rows}


def _moves(look: Look, ids: Sequence[str], since: review.Since) -> Mapping[str, Moves]:
    query = (
        select(RoadmapItem.area_id, RoadmapItem.number, RoadmapItem.name, RoadmapChange)
        .join(RoadmapChange, RoadmapChange.item_id == RoadmapItem.id)
        .where(
            RoadmapItem.workspace_id == look.house.workspace_id,
            RoadmapItem.area_id.in_(ids),
            RoadmapChange.at > since.at,
            RoadmapChange.kind != UNCHANGED,
        )
        .order_by(RoadmapChange.id)
    )
    moved: dict[str, set[int]] = {}
    last: dict[str, str] = {}
    for area_id, number, name, change in look.session.execute(query):
        moved.setdefault(area_id, set()).add(number)
        last[area_id] = f"R-{number} {name}: {_in_words(change)}"
    return {id: Moves(len(numbers), last[id]) for id, numbers in moved.items()}


def _in_words(change: RoadmapChange) -> str:
    """`Next → Later`, `new in Now`, `scope in Next`."""
    after = places.in_words(change.after)
    if change.kind == ADDED:
        return f"new in {after}"
    return f"{places.in_words(change.before)} → {after}" if change.before != change.after else f"{change.kind}, {after}"
