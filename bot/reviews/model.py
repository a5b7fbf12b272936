"""Where a review's card stands, what was chosen for rituals that leave nothing, retros, and the meetings before."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.definitions import Ritual
from bot.errors import UserError
from bot.house import House
from bot.rituals.model import RUNNING, SCHEDULED, Occurrence, is_id

KIND = "review"
KEEP, REDESIGN, ASYNC, PAUSE = "keep", "redesign", "async", "pause"
"""What somebody may choose for a ritual that left nothing."""
REASON = "there was nothing to look at"
"""Why an occurrence is skipped that its owner cancelled as empty."""
CANCELLED = " cancelled"
"""What the slot of a choice ends with that is asked since too many were cancelled."""


class ReviewCard(Base):
    __tablename__ = "review_card"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id", ondelete="CASCADE"))
    message_id: Mapped[int]

    __table_args__ = (UniqueConstraint("occurrence_id"),)


class RitualChoice(Base):
    """What becomes of a ritual that leaves nothing: asked of somebody, or said as an occurrence was closed."""

    __tablename__ = "ritual_choice"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    ritual_id: Mapped[str] = mapped_column(String(80))
    slot: Mapped[str] = mapped_column(String(60))
    """Of the occurrence after which it was asked; with ` closed` when said as that was closed, or with `CANCELLED`."""
    empty: Mapped[int]
    """How many in a row had left nothing, or were cancelled."""
    asked_at: Mapped[datetime]
    until: Mapped[datetime]
    """Then it pauses by itself."""
    choice: Mapped[str] = mapped_column(String(10), default="")
    """Empty while nobody has chosen."""
    chosen_by: Mapped[str | None] = mapped_column(String(32), default=None)
    """Slack user id; none when nobody chose in time."""
    chosen_at: Mapped[datetime | None] = mapped_column(default=None)
    because: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (UniqueConstraint("workspace_id", "ritual_id", "slot"),)

    @property
    def were_cancelled(self) -> bool:
        """Whether it is asked since too many were cancelled as empty."""
        return self.slot.endswith(CANCELLED)


class Retro(Base):
    """What one person said in a retro."""

    __tablename__ = "retro"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    about: Mapped[str] = mapped_column(String(120), index=True)
    """The source of an action, with the slot of the occurrence when it is about a ritual."""
    kept: Mapped[str] = mapped_column(Text)
    surprised: Mapped[str] = mapped_column(Text)
    action_id: Mapped[int | None] = mapped_column(default=None)
    """The change that somebody makes."""
    said_by: Mapped[str] = mapped_column(String(32))
    said_at: Mapped[datetime]


class AuditedMeeting(Base):
    """A meeting that there was before this calendar."""

    __tablename__ = "old_meeting"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    name: Mapped[str] = mapped_column(String(75))
    often: Mapped[str] = mapped_column(String(20))
    minutes: Mapped[int]
    people: Mapped[int]
    link: Mapped[str] = mapped_column(Text)
    """To the last thing it left; empty when nobody knows one."""
    pain: Mapped[str] = mapped_column(Text)
    listed_by: Mapped[str] = mapped_column(String(32))
    listed_at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(String(10), default="")
    """Empty while nobody has judged it."""
    reason: Mapped[str] = mapped_column(Text, default="")
    judged_by: Mapped[str | None] = mapped_column(String(32), default=None)
    judged_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1)


def card_of(session: Session, house: House, occurrence_id: int) -> ReviewCard | None:
    return session.scalar(
        select(ReviewCard).where(
            ReviewCard.workspace_id == house.workspace_id, ReviewCard.occurrence_id == occurrence_id
        )
    )


def with_card(session: Session, house: House, ritual_id: str) -> list[int]:
    """The occurrences of a ritual, by id, that have not ended and whose card is posted."""
    query = (
        select(ReviewCard.occurrence_id)
        .join(Occurrence, Occurrence.id == ReviewCard.occurrence_id)
        .where(
            Occurrence.workspace_id == house.workspace_id,
            Occurrence.ritual_id == ritual_id,
            Occurrence.state.in_((SCHEDULED, *RUNNING)),
        )
    )
    return list(session.scalars(query.order_by(ReviewCard.occurrence_id)))


def require_review(house: House, occurrence: Occurrence) -> Ritual:
    """The review that an occurrence is of; a `UserError` when the calendar has it no more."""
    ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
    if ritual is None or ritual.kind != KIND:
        raise UserError("That ritual is no longer in the calendar.")
    return ritual


def choice(session: Session, house: House, id: str) -> RitualChoice:
    """A choice by its id; a `UserError` for anything else that Slack sends back."""
    found = session.get(RitualChoice, int(id)) if is_id(id) else None
    if found is None or found.workspace_id != house.workspace_id:
        raise UserError("I do not know that question any more.")
    return found


def in_question(session: Session, house: House, ritual_id: str) -> RitualChoice | None:
    """What somebody is asked about a ritual, and nobody has chosen yet."""
    query = select(RitualChoice).where(
        RitualChoice.workspace_id == house.workspace_id,
        RitualChoice.ritual_id == ritual_id,
        RitualChoice.chosen_at.is_(None),
    )
    return session.scalar(query.order_by(RitualChoice.id).limit(1))


def last_chosen(session: Session, house: House, ritual_id: str) -> datetime | None:
    """When somebody last chose something else for a ritual than to keep it, or the time to choose ran out."""
    query = select(func.max(RitualChoice.chosen_at)).where(
        RitualChoice.workspace_id == house.workspace_id,
        RitualChoice.ritual_id == ritual_id,
        RitualChoice.choice.in_((REDESIGN, ASYNC, PAUSE)),
    )
    found: datetime | None = session.scalar(query)
    return found


def last_chosen_of(session: Session, house: House, ritual_ids: Collection[str]) -> dict[str, datetime]:
    """The same of each of these rituals, by its id; those of which nobody ever did are left out."""
    query = (
        select(RitualChoice.ritual_id, func.max(RitualChoice.chosen_at))
        .where(
            RitualChoice.workspace_id == house.workspace_id,
            RitualChoice.ritual_id.in_(ritual_ids),
            RitualChoice.choice.in_((REDESIGN, ASYNC, PAUSE)),
        )
        .group_by(RitualChoice.ritual_id)
    )
    return {ritual_id: at for ritual_id, at in session.execute(query) if at is not None}


def latest_choice(session: Session, house: House, ritual_id: str) -> str:
    """What was last chosen for a ritual; empty when it never was in question."""
    query = (
        select(RitualChoice.choice)
        .where(
            RitualChoice.workspace_id == house.workspace_id,
            RitualChoice.ritual_id == ritual_id,
            RitualChoice.chosen_at.is_not(None),
        )
        .order_by(RitualChoice.chosen_at.desc())
        .limit(1)
    )
    return session.scalar(query) or ""


def has_said(session: Session, house: House, about: str, slack_id: str, kept: str, surprised: str) -> bool:
    """Whether this person has said just that already in the retro of this."""
    query = select(Retro.id).where(
        Retro.workspace_id == house.workspace_id,
        Retro.about == about,
        Retro.said_by == slack_id,
        Retro.kept == kept,
        Retro.surprised == surprised,
    )
    return session.scalar(query.limit(1)) is not None


def changes(session: Session, house: House, about: str) -> int:
    """How many changes a retro has brought so far."""
    query = select(func.count()).where(
        Retro.workspace_id == house.workspace_id, Retro.about == about, Retro.action_id.is_not(None)
    )
    return session.scalar(query) or 0


def old_meetings(session: Session, house: House) -> list[AuditedMeeting]:
    query = select(AuditedMeeting).where(AuditedMeeting.workspace_id == house.workspace_id)
    return list(session.scalars(query.order_by(AuditedMeeting.id)))


def old_meeting(session: Session, house: House, id: str) -> AuditedMeeting:
    """One by its id; a `UserError` for anything else that Slack sends back."""
    found = session.get(AuditedMeeting, int(id)) if is_id(id) else None
    if found is None or found.workspace_id != house.workspace_id:
        raise UserError("I do not know that meeting any more.")
    return found


def last_card(session: Session, house: House, ritual_id: str) -> int | None:
    """The message that is the card of a ritual's last occurrence that opened."""
    query = (
        select(ReviewCard.message_id)
        .join(Occurrence, Occurrence.id == ReviewCard.occurrence_id)
        .where(
            ReviewCard.workspace_id == house.workspace_id,
            Occurrence.ritual_id == ritual_id,
            Occurrence.opened_at.is_not(None),
        )
        .order_by(Occurrence.slot.desc())
        .limit(1)
    )
    return session.scalar(query)
