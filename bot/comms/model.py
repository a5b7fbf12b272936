"""The records of the comms plan: its lines, and the copies in which people and channels were told."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.house import House
from bot.releases.model import of_releases, those

PLANNED, SENT, SKIPPED = "planned", "sent", "skipped"


class Line(Base):
    """One step of the timeline for one audience of one release."""

    __tablename__ = "comms_line"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"))
    step: Mapped[str] = mapped_column(String(40))
    """The id of a step of the timeline."""
    group: Mapped[str] = mapped_column(String(100))
    """To whom of the audience, as the timeline has it, such as `leads`."""
    audience: Mapped[str] = mapped_column(String(200))
    """Such as `function:support`, `beyond:#ops`, or once more the group where that is one audience."""
    due_at: Mapped[datetime | None] = mapped_column(default=None)
    """None while it waits until the release is live."""
    for_day: Mapped[date]
    """The release's date for which it was planned last."""
    state: Mapped[str] = mapped_column(String(12), default=PLANNED)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    """When it was sent or skipped."""
    skipped_by: Mapped[str | None] = mapped_column(String(32), default=None)
    """Slack user id."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was skipped."""

    __table_args__ = (Index("ix_comms_line_release", "workspace_id", "release_id", "state"),)


class Copy(Base):
    """One line as one person or channel was told it."""

    __tablename__ = "comms_copy"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("comms_line.id", ondelete="CASCADE"), index=True)
    recipient: Mapped[str] = mapped_column(String(64))
    """A Slack user id, or a channel's."""
    key: Mapped[str | None] = mapped_column(String(120), default=None)
    """Under which a person was told; several copies that came together share it."""
    message_id: Mapped[int | None] = mapped_column(default=None)
    """The message to a channel."""
    at: Mapped[datetime]
    knows: Mapped[str] = mapped_column(String(60))
    """The release's days in words, and its tier, as they were said."""
    tier: Mapped[str] = mapped_column(String(8))


_LINES, _COPIES = of_releases(Line).order_by(Line.id), of_releases(Copy).order_by(Copy.id)


def lines(session: Session, house: House, release_ids: Collection[int]) -> dict[int, list[Line]]:
    """The lines of these releases, oldest first."""
    found: dict[int, list[Line]] = {id: [] for id in release_ids}
    for line in session.scalars(_LINES, those(house, release_ids)):
        found[line.release_id].append(line)
    return found


def copies(session: Session, house: House, release_ids: Collection[int]) -> dict[int, list[Copy]]:
    """The copies that were promised of these releases, oldest first."""
    found: dict[int, list[Copy]] = {id: [] for id in release_ids}
    for copy in session.scalars(_COPIES, those(house, release_ids)):
        found[copy.release_id].append(copy)
    return found
