"""Which feeds there are, and what was last said of each event in them."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.house import House

PERSON, CHANNEL = "person", "channel"


class Feed(Base):
    """A secret address under which somebody's calendar is served, until it is ended."""

    __tablename__ = "feed"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    subject: Mapped[str] = mapped_column(String(220))
    """Whose: `person:` and how the definitions name them, or `channel:` and Slack's id."""
    token_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what stands in the address, which itself is kept nowhere."""
    made_by: Mapped[str] = mapped_column(String(32))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (UniqueConstraint("token_hash"),)


class FeedEntry(Base):
    """What a calendar was last told of one event, so that it can be told of each change, and of the event's end."""

    __tablename__ = "feed_entry"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(220))
    uid: Mapped[str] = mapped_column(String(250))
    said: Mapped[str] = mapped_column(String(64))
    """The same for the same words."""
    sequence: Mapped[int]
    """How often it has changed."""
    changed_at: Mapped[datetime]
    begins: Mapped[datetime]
    ends: Mapped[datetime]
    title: Mapped[str] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("workspace_id", "subject", "uid"),)


def open_feeds(session: Session, house: House, subject: str) -> list[Feed]:
    """The addresses under which a subject's calendar is served: at most one, unless two were made at once."""
    query = select(Feed).where(
        Feed.workspace_id == house.workspace_id, Feed.subject == subject, Feed.ended_at.is_(None)
    )
    return list(session.scalars(query.order_by(Feed.id)))
