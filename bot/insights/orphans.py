"""What nobody has, and what somebody has and is late: nothing that anybody told us is left without an owner.

`IN02` and the like are the checks of the design.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, TextClause, func, select
from sqlalchemy.orm import Session

from bot.house import House
from bot.insights import asking, clocks
from bot.insights.model import ACKNOWLEDGED, NEW, ROUTED, TRIAGED, UNTOLD, Insight
from bot.insights.telling import TOLD_WITHIN
from bot.people.model import People

UNTRIAGED, NO_OWNER, NOT_SEEN, NOT_ANSWERED, NOT_TOLD = "untriaged", "no_owner", "not_seen", "not_answered", "not_told"
NOT_SAID_MORE = "not_said_more"
"""Past its time to be triaged; sorted, but nobody is found to answer it, or they have left; routed and not acknowledged
in time; not answered in time; answered long ago, and not everybody was told; researched or parked until a day that is
over, or accepted with a release that was cancelled, and not answered anew."""
NOBODYS = (UNTRIAGED, NO_OWNER)
"""These are orphans: nobody has them."""
SHOWN = 5

Conditions = Sequence[ColumnElement[bool] | TextClause]


@dataclass(frozen=True)
class Stuck:
    """Insights that wait for the same sort of thing, the oldest first."""

    kind: str
    count: int
    oldest: tuple[tuple[Insight, datetime | date], ...]
    """The first few, each with since when."""


def look(session: Session, house: House, seen: ColumnElement[bool] | None) -> list[Stuck]:
    """Of each sort those there are, as far as they are `seen`."""
    return [
        Stuck(kind, count, _oldest(session, where, since))
        for kind, where, since in _sorts(session, house, seen)
        if (count := _count(session, where))
    ]


def count(session: Session, house: House, seen: ColumnElement[bool] | None) -> int:
    """How many nobody has."""
    sorts = _sorts(session, house, seen)
    return sum(_count(session, where) for kind, where, _since in sorts if kind in NOBODYS)


def _sorts(session: Session, house: House, seen: ColumnElement[bool] | None) -> list[tuple[str, Conditions, Any]]:
    """Each sort, what is of it, and since when one is."""
    always: list[ColumnElement[bool]] = [Insight.workspace_id == house.workspace_id, *([] if seen is None else [seen])]
    is_late = Insight.due_at < house.clock.now()
    long_ago = clocks.days_before(house, house.clock.now(), TOLD_WITHIN)
    untold = (UNTOLD, Insight.decided_at < long_ago)
    gone = _gone(session, house)
    left = [
        (NO_OWNER, [*always, Insight.state.in_((ROUTED, ACKNOWLEDGED)), Insight.owner.in_(gone)], Insight.routed_at)
    ]
    has_owner = [Insight.owner.not_in(gone)] if gone else []
    return [
        (UNTRIAGED, [*always, Insight.state == NEW, is_late], Insight.due_at),
        (NO_OWNER, [*always, Insight.state == TRIAGED], Insight.triaged_at),
        *(left if gone else []),
        (NOT_SEEN, [*always, Insight.state == ROUTED, is_late, *has_owner], Insight.due_at),
        (NOT_ANSWERED, [*always, Insight.state == ACKNOWLEDGED, is_late, *has_owner], Insight.due_at),
        (NOT_TOLD, [*always, *untold], Insight.decided_at),
        (NOT_SAID_MORE, [*always, *asking.came_back(_today(house))], Insight.answer_by),
    ]


def _today(house: House) -> date:
    return house.clock.now().astimezone(house.definitions.organisation.zone).date()


def _gone(session: Session, house: House) -> list[str]:
    """Who has something to answer and is not among the people any more."""
    query = select(Insight.owner).where(
        Insight.workspace_id == house.workspace_id, Insight.state.in_((ROUTED, ACKNOWLEDGED))
    )
    people = People(session, house)
    return sorted(each for each in session.scalars(query.distinct()) if each and people.by_slack(each) is None)


def _count(session: Session, where: Conditions) -> int:
    return session.scalar(select(func.count()).select_from(Insight).where(*where)) or 0


def _oldest(session: Session, where: Conditions, since: Any) -> tuple[tuple[Insight, datetime | date], ...]:
    found = session.scalars(select(Insight).where(*where).order_by(since, Insight.id).limit(SHOWN))
    return tuple((each, getattr(each, since.key)) for each in found)
