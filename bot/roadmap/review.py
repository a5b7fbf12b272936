"""What the roadmap is to the review in which people talk about it: since when things have moved, and what it leaves."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.definitions import DecisionClass
from bot.house import House
from bot.rituals.model import CLOSED, Occurrence

TOPIC = "roadmap"
WITHOUT_REVIEW = timedelta(days=14)


@dataclass(frozen=True)
class Since:
    """The moment from which on moves are news."""

    at: datetime
    reviewed: bool
    """Whether it is the end of the last review; else it is two weeks ago."""


def decision_class(house: House) -> DecisionClass | None:
    """The class of decision for a change of the roadmap: the one that people ask for by that word."""
    return house.definitions.class_about(TOPIC)


def ritual_id(house: House) -> str:
    return house.definitions.forum_of(TOPIC)


# Built once, since Home is drawn after every press on it.
_LAST = (
    select(Occurrence.ended_at)
    .where(
        Occurrence.workspace_id == bindparam("workspace_id"),
        Occurrence.ritual_id == bindparam("ritual_id"),
        Occurrence.state == CLOSED,
    )
    .order_by(Occurrence.slot.desc())
    .limit(1)
)
_LAST_BEFORE = _LAST.where(Occurrence.slot < bindparam("slot"))


def since(session: Session, house: House, before: Occurrence | None = None) -> Since:
    """The end of the last closed review, or of the one before an occurrence of it; two weeks ago without one."""
    which = {"workspace_id": house.workspace_id, "ritual_id": ritual_id(house)}
    if before is None:
        ended_at = session.scalar(_LAST, which)
    else:
        ended_at = session.scalar(_LAST_BEFORE, which | {"slot": before.slot})
    if ended_at is None:
        return Since(house.clock.now() - WITHOUT_REVIEW, reviewed=False)
    return Since(ended_at, reviewed=True)
