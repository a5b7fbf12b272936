"""The records of who has which item of a release, where that is not whoever leads its function."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.house import House
from bot.releases.model import of_releases, those


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


_ASSIGNMENTS = of_releases(Assignment)


def latest(session: Session, house: House, release_ids: Collection[int]) -> dict[int, dict[int, str]]:
    """Who has which items of these releases: references to people by release id and item id."""
    found: dict[int, dict[int, str]] = {release_id: {} for release_id in release_ids}
    for each in session.scalars(_ASSIGNMENTS, those(house, release_ids)):
        found[each.release_id][each.item_id] = each.person
    return found
