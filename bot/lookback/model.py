"""The records of looking back: what was captured, escaped, known, aimed at and surprising."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.actions import model as all_actions
from bot.actions.model import Action
from bot.db import Base, BigId, workspace_column
from bot.errors import UserError
from bot.house import House

ACTIONS = "release"
"""The first part of the `source` of an action that comes from a release; the second is the release's id."""
SEVERITIES = ("low", "medium", "high", "critical")
FOUND, SEARCHED, CONFIRMED, EXPLAINED = "found", "searched", "confirmed", "explained"
"""How a surprise stands: about a known release; its owner is searched; there was no release; it was something else."""


class LookBack(Base):
    """That a release is looked back on, since it went live."""

    __tablename__ = "look_back"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"), unique=True)
    live_on: Mapped[date]
    tier: Mapped[str] = mapped_column(String(8))
    functions: Mapped[list[str]]
    """Ids of those that it affects, as it went live."""
    items: Mapped[dict[str, Any]]
    """By the id of each readiness item it was asked for: whether that held it up or came late."""
    report_id: Mapped[int | None] = mapped_column(default=None)
    """The message that is its report, once it is posted."""


class Captured(Base):
    """One function's answers of one capture; without answers while they are not known."""

    __tablename__ = "look_back_capture"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"))
    capture_id: Mapped[str] = mapped_column(String(80))
    day: Mapped[int]
    function: Mapped[str] = mapped_column(String(80))
    """Its id, or `release-owner`."""
    due_on: Mapped[date]
    asked: Mapped[list[str]]
    """Slack ids of who was asked; nobody before its day."""
    answers: Mapped[dict[str, Any]]
    """By question, in order: its `label`, the `answer` as text, and what it `means`."""
    answered_by: Mapped[str | None] = mapped_column(String(32), default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    message_id: Mapped[int | None] = mapped_column(default=None)
    """What tells it in the thread."""
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (UniqueConstraint("release_id", "capture_id", "function"),)


class Escape(Base):
    """A defect that was found once the release was live."""

    __tablename__ = "look_back_escape"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(String(10))
    item_id: Mapped[int | None] = mapped_column(default=None)
    """The readiness item that should have caught it; none when none could have."""
    reported_by: Mapped[str] = mapped_column(String(32))
    reported_at: Mapped[datetime]


class Awareness(Base):
    """What one person answered when asked whether they knew of a release. Shown as counts alone."""

    __tablename__ = "look_back_awareness"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"))
    person: Mapped[str] = mapped_column(String(32))
    """Slack user id."""
    function: Mapped[str] = mapped_column(String(80))
    answer: Mapped[str] = mapped_column(String(10), default="")
    """Empty while they have not answered."""

    __table_args__ = (UniqueConstraint("release_id", "person"),)


class Aim(Base):
    """The number that a release is to move."""

    __tablename__ = "look_back_aim"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"), unique=True)
    metric: Mapped[str] = mapped_column(String(120))
    baseline: Mapped[str] = mapped_column(String(60))
    target: Mapped[str] = mapped_column(String(60))
    until: Mapped[date]
    set_by: Mapped[str] = mapped_column(String(32))
    set_at: Mapped[datetime]
    afterwards: Mapped[bool] = mapped_column(default=False)
    """Whether it was only said once the release was live."""
    version: Mapped[int] = mapped_column(default=1)


class Surprise(Base):
    """That somebody came upon a change they had not heard of."""

    __tablename__ = "surprise"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    state: Mapped[str] = mapped_column(String(12))
    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id", ondelete="SET NULL"), index=True)
    words: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str] = mapped_column(Text, default="")
    """To the message they came upon."""
    reported_by: Mapped[str] = mapped_column(String(32))
    reported_at: Mapped[datetime]
    owner: Mapped[str | None] = mapped_column(String(32), default=None)
    """Slack user id of whom product ops asks whether it is theirs."""
    outcome: Mapped[str] = mapped_column(Text, default="")
    ended_by: Mapped[str | None] = mapped_column(String(32), default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1)


def look_back(session: Session, house: House, release_id: int) -> LookBack | None:
    """Whether and how a release is looked back on; the release is held, or is only shown."""
    query = select(LookBack).where(LookBack.workspace_id == house.workspace_id, LookBack.release_id == release_id)
    return session.scalar(query)


def captures(session: Session, house: House, release_id: int) -> list[Captured]:
    """Every capture of a release, the first due first."""
    query = select(Captured).where(Captured.workspace_id == house.workspace_id, Captured.release_id == release_id)
    return list(session.scalars(query.order_by(Captured.day, Captured.id)))


def captured(session: Session, house: House, id: str) -> Captured:
    """A capture by its id; a `UserError` for anything else that Slack sends back."""
    found = session.get(Captured, _number(id))
    if found is None or found.workspace_id != house.workspace_id:
        raise UserError("I do not know that question any more.")
    return found


def escapes(session: Session, house: House, release_id: int) -> list[Escape]:
    query = select(Escape).where(Escape.workspace_id == house.workspace_id, Escape.release_id == release_id)
    return list(session.scalars(query.order_by(Escape.id)))


def escapes_since(session: Session, house: House, moment: datetime) -> list[Escape]:
    """Those of any release that were reported after a moment, the latest first."""
    query = select(Escape).where(Escape.workspace_id == house.workspace_id, Escape.reported_at > moment)
    return list(session.scalars(query.order_by(Escape.id.desc())))


def awareness(session: Session, house: House, release_id: int) -> list[Awareness]:
    """Everybody who was asked whether they knew of a release."""
    query = select(Awareness).where(Awareness.workspace_id == house.workspace_id, Awareness.release_id == release_id)
    return list(session.scalars(query.order_by(Awareness.id)))


def aim(session: Session, house: House, release_id: int) -> Aim | None:
    return session.scalar(select(Aim).where(Aim.workspace_id == house.workspace_id, Aim.release_id == release_id))


def actions(session: Session, house: House, release_id: int) -> list[Action]:
    """Those of a release, the first due first."""
    return all_actions.of(session, house, f"{ACTIONS}:{release_id}")


def surprises(session: Session, house: House, release_id: int) -> list[Surprise]:
    query = select(Surprise).where(Surprise.workspace_id == house.workspace_id, Surprise.release_id == release_id)
    return list(session.scalars(query.order_by(Surprise.id)))


def surprises_since(session: Session, house: House, moment: datetime) -> list[Surprise]:
    """Those that were reported after a moment, the latest first; without what turned out to be something else."""
    query = select(Surprise).where(
        Surprise.workspace_id == house.workspace_id, Surprise.reported_at > moment, Surprise.state != EXPLAINED
    )
    return list(session.scalars(query.order_by(Surprise.id.desc())))


def surprise(session: Session, house: House, id: str, *, hold: bool = False) -> Surprise:
    """A surprise by its id, with `hold` until the transaction ends; a `UserError` for anything else."""
    query = select(Surprise).where(Surprise.id == _number(id), Surprise.workspace_id == house.workspace_id)
    found = session.scalar(query.with_for_update() if hold else query)
    if found is None:
        raise UserError("I do not know that report any more.")
    return found


def _number(id: str) -> int:
    """As a database takes it; 0, which nothing has, for what is no number."""
    return int(id) if id.isascii() and id.isdecimal() and len(id) <= 15 else 0
