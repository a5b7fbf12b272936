"""What happened to a release beside its items and sign-offs: it was moved, its tier set, it went live, was stopped."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.house import House
from bot.releases.model import LIVE, Release, of_releases, those

MOVED, TIER, WENT_LIVE = "moved", "tier", LIVE
"""What has changed how far a release is, is called like the state it has led to: also `STOPPED` and `CANCELLED`."""


class Happening(Base):
    """One of these, with who did it, when and why. Rows are only added."""

    __tablename__ = "release_happening"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    by: Mapped[str | None] = mapped_column(String(32), default=None)
    """Slack user id; none when the definitions say so."""
    at: Mapped[datetime]
    because: Mapped[str] = mapped_column(Text, default="")
    before: Mapped[str] = mapped_column(String(60), default="")
    """Its days in words, or its tier; empty where nothing is replaced. So is `after`."""
    after: Mapped[str] = mapped_column(String(60), default="")


def add(
    session: Session,
    house: House,
    release: Release,
    kind: str,
    by: str | None,
    *,
    because: str = "",
    before: str = "",
    after: str = "",
) -> None:
    session.add(
        Happening(
            workspace_id=house.workspace_id, release_id=release.id, kind=kind, by=by, at=house.clock.now(),
            because=because, before=before, after=after,
        )
    )  # fmt: skip
    session.flush()


_HAPPENINGS = of_releases(Happening).order_by(Happening.id)


def latest(session: Session, house: House, release_ids: Collection[int]) -> dict[int, dict[str, Happening]]:
    """The last of each kind that happened to these releases, by release id and kind."""
    found: dict[int, dict[str, Happening]] = {release_id: {} for release_id in release_ids}
    for happening in session.scalars(_HAPPENINGS, those(house, release_ids)):
        found[happening.release_id][happening.kind] = happening
    return found


def since(
    session: Session, house: House, moment: datetime, kinds: Collection[str]
) -> Sequence[tuple[Release, Happening]]:
    """What of these kinds happened to any release after a moment, the latest first."""
    query = (
        select(Release, Happening)
        .join(Happening, Happening.release_id == Release.id)
        .where(Happening.workspace_id == house.workspace_id, Happening.at > moment, Happening.kind.in_(kinds))
    )
    return [(release, each) for release, each in session.execute(query.order_by(Happening.id.desc()))]
