"""Where a review's card stands in Slack."""

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.house import House


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
