"""What was offered to somebody who set an emoji on a message, so that it is offered once a day and not each time."""

from datetime import datetime, timedelta

from sqlalchemy import Index, String, UniqueConstraint, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, insert_or_ignore
from bot.house import House
from bot.pointing import Spot

AGAIN = timedelta(days=1)


class Offer(Base):
    __tablename__ = "offer"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    what: Mapped[str] = mapped_column(String(20))
    """To make what of the message, such as `decision`."""
    channel: Mapped[str] = mapped_column(String(32))
    ts: Mapped[str] = mapped_column(String(32))
    slack_id: Mapped[str] = mapped_column(String(32))
    offered_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("workspace_id", "what", "channel", "ts", "slack_id"),
        Index("ix_offer_offered_at", "workspace_id", "offered_at"),
    )


def note(session: Session, house: House, what: str, spot: Spot, slack_id: str) -> bool:
    """Note an offer to a person; false when it was made within the last day, also by another node just now."""
    now = house.clock.now()
    session.execute(delete(Offer).where(Offer.workspace_id == house.workspace_id, Offer.offered_at <= now - AGAIN))
    return insert_or_ignore(session, Offer, **_key(house, what, spot, slack_id), offered_at=now)


def take_back(session: Session, house: House, what: str, spot: Spot, slack_id: str) -> None:
    """It did not reach them."""
    session.execute(delete(Offer).filter_by(**_key(house, what, spot, slack_id)))


def _key(house: House, what: str, spot: Spot, slack_id: str) -> dict[str, str]:
    return {
        "workspace_id": house.workspace_id,
        "what": what,
        "channel": spot.channel,
        "ts": spot.ts,
        "slack_id": slack_id,
    }
