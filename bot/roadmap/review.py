"""What the roadmap is to the review in which people talk about it: since when things have moved, and what it leaves."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
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


def since(session: Session, house: House, before: Occurrence | None = None) -> Since:
    """The end of the last closed review, or of the one before an occurrence of it; two weeks ago without one."""
    query = select(Occurrence).where(
        Occurrence.workspace_id == house.workspace_id,
        Occurrence.ritual_id == ritual_id(house),
        Occurrence.state == CLOSED,
    )
    if before is not None:
        query = query.where(Occurrence.slot < before.slot)
    last = session.scalars(query.order_by(Occurrence.slot.desc()).limit(1)).first()
    if last is None or last.ended_at is None:
        return Since(house.clock.now() - WITHOUT_REVIEW, reviewed=False)
    return Since(last.ended_at, reviewed=True)
