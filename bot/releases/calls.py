"""The records of calls: what the owner said of a release, against which advice, and under which conditions."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.definitions import Tier
from bot.definitions.releases import TIERS
from bot.house import House
from bot.releases.model import STOPPED, Release, of_releases, those
from bot.releases.readiness import HOLD


class Call(Base):
    """One call. Rows are only added: the last one counts."""

    __tablename__ = "release_call"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"), index=True)
    said: Mapped[str] = mapped_column(String(20))
    by: Mapped[str | None] = mapped_column(String(32), default=None)
    """Slack user id; none when nobody had said anything in time, which is a hold."""
    at: Mapped[datetime]
    target: Mapped[date]
    """The day for which it was said; with the tier, what it counts for."""
    tier: Mapped[str] = mapped_column(String(8))
    advice: Mapped[str] = mapped_column(String(20))
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("release_snapshot.id"))
    """What the advice was computed from."""
    reason: Mapped[str] = mapped_column(Text, default="")
    risk_owner: Mapped[str] = mapped_column(String(32), default="")
    """Slack user id of who answers for going against the advice; empty when nobody has to."""
    decision: Mapped[str] = mapped_column(String(12), default="")
    """Its entry in the decision log, such as `D-42`; empty when it followed the advice."""
    acknowledged_by: Mapped[str | None] = mapped_column(String(32), default=None)
    acknowledged_at: Mapped[datetime | None] = mapped_column(default=None)

    def counts(self, release: Release, tier: Tier) -> bool:
        """Whether it is for the release's day and tier of now, or a higher tier. Once it is stopped, none is."""
        is_for_less = TIERS.index(tier) > [str(each) for each in TIERS].index(self.tier)
        return release.state != STOPPED and self.target == release.target and not is_for_less

    def lets_go(self, release: Release, tier: Tier) -> bool:
        """Whether the release may go out by it, or has."""
        return self.said != HOLD and self.counts(release, tier)


class Condition(Base):
    """Something that somebody does until a day, under which a release may go out."""

    __tablename__ = "release_condition"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"), index=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("release_call.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(32))
    """Slack user id."""
    until: Mapped[date]
    item_id: Mapped[int | None] = mapped_column(default=None)
    """The readiness item that is late; none when it is a risk."""
    met_by: Mapped[str | None] = mapped_column(String(32), default=None)
    met_at: Mapped[datetime | None] = mapped_column(default=None)
    met_how: Mapped[str] = mapped_column(Text, default="")


_CALLS, _CONDITIONS = of_releases(Call).order_by(Call.id), of_releases(Condition).order_by(Condition.id)


def latest(session: Session, house: House, release_ids: Collection[int]) -> dict[int, Call]:
    """The last call of each of these releases that has one."""
    return {call.release_id: call for call in session.scalars(_CALLS, those(house, release_ids))}


def conditions(session: Session, house: House, release_ids: Collection[int]) -> dict[int, list[Condition]]:
    """What the calls of these releases are bound to, by the id of the call."""
    found: dict[int, list[Condition]] = {}
    for condition in session.scalars(_CONDITIONS, those(house, release_ids)):
        found.setdefault(condition.call_id, []).append(condition)
    return found
