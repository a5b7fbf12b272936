"""Scorings of the rubric: who gave what, and which of them counts."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, insert_or_ignore, workspace_column
from bot.house import House
from bot.rubric.scales import DIMENSIONS

OPEN, DONE = "open", "done"
HEAD, MANAGER = "head", "manager"
"""As whom somebody scores: as the head of product, or as the one product manager."""
LIMIT = 600
"""Characters of a comment."""
WAITS = timedelta(days=30)
"""So long what one of them gave waits for the other; then both begin again, by the facts of then."""


class Scoring(Base):
    """One time that the operating system is scored."""

    __tablename__ = "rubric_scoring"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    number: Mapped[int]
    """Counts the scorings of a workspace from 1."""
    scale: Mapped[str] = mapped_column(String(8))
    """`R-A` or `R-B`."""
    opened_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8), default=OPEN)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    """When both had scored."""

    __table_args__ = (UniqueConstraint("workspace_id", "number"),)


class Scores(Base):
    """What one of the two gave."""

    __tablename__ = "rubric_scores"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    scoring_id: Mapped[int] = mapped_column(ForeignKey("rubric_scoring.id", ondelete="CASCADE"))
    seat: Mapped[str] = mapped_column(String(8))
    person: Mapped[str] = mapped_column(String(32))
    """Slack user id."""
    given_at: Mapped[datetime]
    given: Mapped[dict[str, Any]]
    """By dimension: `score`, `most` (what the facts allowed), `because` (why they did), `comment` (theirs)."""

    __table_args__ = (UniqueConstraint("scoring_id", "seat"),)

    @property
    def scores(self) -> Mapping[str, int]:
        return {dimension: self.given[dimension]["score"] for dimension in DIMENSIONS}


# Built once, since Home is drawn after every press on it.
_WAITING = (
    select(Scoring)
    .where(
        Scoring.workspace_id == bindparam("workspace_id"),
        Scoring.state == OPEN,
        Scoring.opened_at >= bindparam("since"),
    )
    .order_by(Scoring.number.desc())
    .limit(1)
)
_HELD = _WAITING.with_for_update().execution_options(populate_existing=True)


def waiting(session: Session, house: House, *, hold: bool = False) -> Scoring | None:
    """The one that waits for a second person; with `hold` nobody else changes it until the transaction ends."""
    which = {"workspace_id": house.workspace_id, "since": house.clock.now() - WAITS}
    return session.scalar(_HELD if hold else _WAITING, which)


def begin(session: Session, house: House, number: int, scale: str) -> None:
    """Open the scoring of this number, unless somebody else is doing so at this moment."""
    values = {"number": number, "scale": scale, "opened_at": house.clock.now(), "state": OPEN}
    insert_or_ignore(session, Scoring, workspace_id=house.workspace_id, **values)


def next_number(session: Session, house: House) -> int:
    query = select(func.max(Scoring.number)).where(Scoring.workspace_id == house.workspace_id)
    return (session.scalar(query) or 0) + 1


def last_done(session: Session, house: House, most: int) -> list[Scoring]:
    """The last ones that both have scored, the newest first."""
    query = select(Scoring).where(Scoring.workspace_id == house.workspace_id, Scoring.state == DONE)
    return list(session.scalars(query.order_by(Scoring.number.desc()).limit(most)))


def last_given(session: Session, house: House) -> dict[str, datetime]:
    """When each person scored last, by Slack id."""
    query = select(Scores.person, func.max(Scores.given_at)).where(Scores.workspace_id == house.workspace_id)
    return {person: at for person, at in session.execute(query.group_by(Scores.person))}


def given(session: Session, house: House, scoring_ids: Sequence[int]) -> dict[int, dict[str, Scores]]:
    """What was given in these scorings, by scoring and seat."""
    found: dict[int, dict[str, Scores]] = {id: {} for id in scoring_ids}
    query = select(Scores).where(Scores.workspace_id == house.workspace_id, Scores.scoring_id.in_(scoring_ids))
    for each in session.scalars(query.execution_options(populate_existing=True)):
        found[each.scoring_id][each.seat] = each
    return found
