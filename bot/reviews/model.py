"""Where a review's card stands in Slack."""

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.definitions import Ritual
from bot.errors import UserError
from bot.house import House
from bot.rituals.model import Occurrence

KIND = "review"


class ReviewCard(Base):
    __tablename__ = "review_card"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id", ondelete="CASCADE"))
    message_id: Mapped[int]

    __table_args__ = (UniqueConstraint("occurrence_id"),)


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
