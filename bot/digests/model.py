"""The records of digests: what somebody chose, each issue as it was posted, and whom it was promised to."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, insert_or_ignore, workspace_column
from bot.house import House

KIND = "digest"


class Subscription(Base):
    """That somebody chose to have a digest, or not to have it. Who chose nothing has it if its audience names them."""

    __tablename__ = "digest_subscription"

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    ritual_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    person: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Slack user id."""
    wanted: Mapped[bool]
    chosen_at: Mapped[datetime]


class Issue(Base):
    """One digest as it went out, or as it was corrected since."""

    __tablename__ = "digest_issue"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    ritual_id: Mapped[str] = mapped_column(String(80))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id", ondelete="CASCADE"), unique=True)
    readers: Mapped[str] = mapped_column(String(40))
    """For whom it was worded."""
    since: Mapped[datetime]
    """What happened after this moment is news in it."""
    at: Mapped[datetime]
    says: Mapped[dict[str, Any]]
    """Its `title`, its `lines` at most five, its `whole` text, and what it was told `of_areas`."""
    message_id: Mapped[int | None] = mapped_column(default=None)
    """Its copy in a channel; none when it goes to its subscribers alone."""
    edited_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (Index("ix_digest_issue_ritual", "workspace_id", "ritual_id", "at"),)


class Copy(Base):
    """That an issue was promised to a person, in their day message."""

    __tablename__ = "digest_copy"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    issue_id: Mapped[int] = mapped_column(ForeignKey("digest_issue.id", ondelete="CASCADE"))
    person: Mapped[str] = mapped_column(String(32))
    """Slack user id."""

    __table_args__ = (UniqueConstraint("issue_id", "person"),)

    @property
    def key(self) -> str:
        return key(self.issue_id, self.person)


def key(issue_id: int, person: str) -> str:
    """Under which somebody's (Slack id) day message tells of an issue."""
    return f"digest:{issue_id}:{person}"


def choices(session: Session, house: House, ritual_id: str) -> dict[str, bool]:
    """What people chose about a digest, by Slack id."""
    query = select(Subscription.person, Subscription.wanted).where(
        Subscription.workspace_id == house.workspace_id, Subscription.ritual_id == ritual_id
    )
    return {person: wanted for person, wanted in session.execute(query)}


def choose(session: Session, house: House, ritual_id: str, person: str, *, wanted: bool) -> None:
    """Keep what somebody chose last."""
    key = {"workspace_id": house.workspace_id, "ritual_id": ritual_id, "person": person}
    said = {"wanted": wanted, "chosen_at": house.clock.now()}
    if not insert_or_ignore(session, Subscription, **key, **said):
        session.execute(update(Subscription).filter_by(**key).values(said))


def last(session: Session, house: House, ritual_id: str) -> Issue | None:
    query = select(Issue).where(Issue.workspace_id == house.workspace_id, Issue.ritual_id == ritual_id)
    return session.scalars(query.order_by(Issue.at.desc(), Issue.id.desc()).limit(1)).first()


def of_id(session: Session, house: House, id: int) -> Issue | None:
    return session.scalar(select(Issue).where(Issue.workspace_id == house.workspace_id, Issue.id == id))


def copies(session: Session, house: House, issue_id: int) -> list[Copy]:
    query = select(Copy).where(Copy.workspace_id == house.workspace_id, Copy.issue_id == issue_id)
    return list(session.scalars(query.order_by(Copy.id)))
