"""Where a review's card stands in Slack, and what people chose for rituals that leave nothing."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.definitions import Ritual
from bot.errors import UserError
from bot.house import House
from bot.rituals.model import Occurrence, is_id

KIND = "review"
KEEP, REDESIGN, ASYNC, PAUSE = "keep", "redesign", "async", "pause"
"""What somebody may choose for a ritual that left nothing."""


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
    """Of the occurrence after which it was asked; with ` closed` when it was said as that was closed."""
    empty: Mapped[int]
    """How many in a row had left nothing."""
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


def card_of(session: Session, house: House, occurrence_id: int) -> ReviewCard | None:
    return session.scalar(
        select(ReviewCard).where(
            ReviewCard.workspace_id == house.workspace_id, ReviewCard.occurrence_id == occurrence_id
        )
    )


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


def is_in_question(session: Session, house: House, ritual_id: str) -> bool:
    """Whether somebody is asked what becomes of it, and nobody has chosen."""
    query = select(RitualChoice.id).where(
        RitualChoice.workspace_id == house.workspace_id,
        RitualChoice.ritual_id == ritual_id,
        RitualChoice.chosen_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def last_chosen(session: Session, house: House, ritual_id: str) -> datetime | None:
    """When somebody last chose something else for a ritual than to keep it, or the time to choose ran out."""
    query = select(func.max(RitualChoice.chosen_at)).where(
        RitualChoice.workspace_id == house.workspace_id,
        RitualChoice.ritual_id == ritual_id,
        RitualChoice.choice.in_((REDESIGN, ASYNC, PAUSE)),
    )
    found: datetime | None = session.scalar(query)
    return found


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
