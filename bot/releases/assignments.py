"""The records of who has which item of a release, where that is not whoever leads its function."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.house import House


class Assignment(Base):
    """One item of one release was given to one person."""

    __tablename__ = "release_assignment"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"))
    item_id: Mapped[int]
    person: Mapped[str] = mapped_column(String(200))
    """How the definitions refer to them: e-mail address or Slack id."""
    given_by: Mapped[str] = mapped_column(String(32))
    given_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("release_id", "item_id"),)


def latest(session: Session, house: House, release_ids: Collection[int]) -> dict[int, dict[int, str]]:
    """Who has which items of these releases: references to people by release id and item id."""
    query = select(Assignment.release_id, Assignment.item_id, Assignment.person).where(
        Assignment.workspace_id == house.workspace_id, Assignment.release_id.in_(release_ids)
    )
    found: dict[int, dict[int, str]] = {release_id: {} for release_id in release_ids}
    for release_id, item_id, person in session.execute(query):
        found[release_id][item_id] = person
    return found
