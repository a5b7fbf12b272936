"""Whom Drumbeat has introduced itself to, and how far a workspace is with its first steps."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, UniqueConstraint, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, insert_or_ignore, workspace_column
from bot.house import House


class Introduction(Base):
    """Drumbeat has said in a channel what it does there; it never does so again."""

    __tablename__ = "introduction"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    channel: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("workspace_id", "channel"),)


class Acquaintance(Base):
    """How often a person has seen the hello on Home, and was answered of late; nothing of what they wrote."""

    __tablename__ = "acquaintance"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    slack_id: Mapped[str] = mapped_column(String(32))
    seen: Mapped[int] = mapped_column(default=0)
    seen_at: Mapped[datetime | None] = mapped_column(default=None)
    dismissed_at: Mapped[datetime | None] = mapped_column(default=None)
    """When they pressed *Got it*."""
    helped_at: Mapped[datetime | None] = mapped_column(default=None)
    """When they were last told all that Drumbeat does."""
    answered_from: Mapped[datetime | None] = mapped_column(default=None)
    answers: Mapped[int] = mapped_column(default=0)
    """How often they were answered since then."""

    __table_args__ = (UniqueConstraint("workspace_id", "slack_id"),)


class FirstSteps(Base):
    """A workspace's first steps: since when there are any, and whether they still stand on Home."""

    __tablename__ = "first_steps"

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_by: Mapped[str | None] = mapped_column(String(32), default=None)
    """Slack id of who hid them; none when all were done."""


# Built once: to build them takes longer than to ask them.
_GREETED = select(Acquaintance.seen, Acquaintance.seen_at, Acquaintance.dismissed_at).where(
    Acquaintance.workspace_id == bindparam("workspace_id"), Acquaintance.slack_id == bindparam("slack_id")
)
_ENDED_AT = select(FirstSteps.ended_at).where(FirstSteps.workspace_id == bindparam("workspace_id"))


def introduce(session: Session, house: House, channel: str) -> bool:
    """Note that Drumbeat introduces itself there now; false when it has before."""
    now = house.clock.now()
    return insert_or_ignore(session, Introduction, workspace_id=house.workspace_id, channel=channel, at=now)


def acquaintance(session: Session, house: House, slack_id: str) -> Acquaintance:
    """What is known of this person, held until the transaction ends."""
    whose = {"workspace_id": house.workspace_id, "slack_id": slack_id}
    insert_or_ignore(session, Acquaintance, **whose, seen=0, answers=0)
    return session.scalars(select(Acquaintance).filter_by(**whose).with_for_update()).one()


@dataclass(frozen=True)
class Greeted:
    """How a person stands to the hello."""

    seen: int = 0
    seen_at: datetime | None = None
    dismissed_at: datetime | None = None


def greeted(session: Session, house: House, slack_id: str) -> Greeted:
    """Read only, since Home asks it of everybody who looks."""
    known = session.execute(_GREETED, {"workspace_id": house.workspace_id, "slack_id": slack_id}).first()
    return Greeted(*known) if known else Greeted()


def begin(session: Session, house: House) -> bool:
    """Note that there are first steps; false when that was noted before."""
    return insert_or_ignore(session, FirstSteps, workspace_id=house.workspace_id, begun_at=house.clock.now())


def have_ended(session: Session, house: House) -> bool:
    return session.scalar(_ENDED_AT, {"workspace_id": house.workspace_id}) is not None


def end(session: Session, house: House, by: str | None) -> bool:
    """Take the first steps off Home; false when they are off already."""
    begin(session, house)
    ending = (
        update(FirstSteps)
        .where(FirstSteps.workspace_id == house.workspace_id, FirstSteps.ended_at.is_(None))
        .values(ended_at=house.clock.now(), ended_by=by)
        .returning(FirstSteps.workspace_id)
    )
    return session.execute(ending).first() is not None
