"""What the checks have found in the records: since when, until when, and what somebody has waived."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId
from bot.errors import UserError
from bot.house import House
from bot.yamlfile import Level

ABOUT_LIMIT = 120


class Found(Base):
    """That one thing breaks one check, and since when; found again after it was mended, it begins anew."""

    __tablename__ = "check_found"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # Without an index of its own: those below begin with it.
    workspace_id: Mapped[str] = mapped_column(String(32))
    rule: Mapped[str] = mapped_column(String(8))
    about: Mapped[str] = mapped_column(String(ABOUT_LIMIT))
    """As the finding has it, such as `insight:17`."""
    level: Mapped[Level] = mapped_column(String(8))
    owner: Mapped[str | None] = mapped_column(String(32))
    """Slack user id of who can mend it; none: product ops."""
    says: Mapped[dict[str, Any]]
    """The rest of the finding as it was last: `message`, `mend`, `link`, `action_id`, `value` and `label`."""
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    """When it began, or was noted last as somebody did it; a look that finds it again writes nothing."""
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    """When it was found no more."""
    told_at: Mapped[datetime | None] = mapped_column(default=None)
    """When its owner was promised a word of it, as it is now."""

    __table_args__ = (
        UniqueConstraint("workspace_id", "rule", "about"),
        Index("ix_check_found_ended", "workspace_id", "ended_at"),
    )

    @property
    def message(self) -> str:
        return str(self.says["message"])


class Waiver(Base):
    """A named person's decision, with a reason, to go without mending something until a day."""

    __tablename__ = "check_waiver"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    found_id: Mapped[int] = mapped_column(ForeignKey("check_found.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(32))
    """Slack user id."""
    at: Mapped[datetime]
    until: Mapped[date]
    """The last day on which it counts, in the workspace's zone."""

    __table_args__ = (Index("ix_check_waiver_until", "workspace_id", "until"),)


@dataclass(frozen=True)
class Listed:
    """What one reader sees: what is to be mended, the worst first, and what is waived."""

    open: tuple[Found, ...]
    waived: tuple[tuple[Found, Waiver], ...]
    names: Mapping[str, str]
    """Of owners and of who waived, by Slack id."""
    is_everything: bool
    """Whether it is everybody's, as product ops sees it."""
    mended: int
    """How many were mended in the last week."""


def every(session: Session, house: House) -> dict[tuple[str, str], Found]:
    """All that was ever found, by check and what it is about."""
    query = select(Found).where(Found.workspace_id == house.workspace_id)
    return {(each.rule, each.about): each for each in session.scalars(query)}


# Built once, since Home is drawn after every press on it.
_OPEN = (
    select(Found)
    .where(Found.workspace_id == bindparam("workspace_id"), Found.ended_at.is_(None))
    .order_by(Found.first_at, Found.id)
)
_WAIVERS = (
    select(Waiver)
    .where(Waiver.workspace_id == bindparam("workspace_id"), Waiver.until >= bindparam("today"))
    .order_by(Waiver.id)
)


def open_now(session: Session, house: House) -> list[Found]:
    """What is found now and was not mended, the longest known first."""
    return list(session.scalars(_OPEN, {"workspace_id": house.workspace_id}))


def mended_since(session: Session, house: House, moment: datetime) -> list[Found]:
    query = select(Found).where(Found.workspace_id == house.workspace_id, Found.ended_at >= moment)
    return list(session.scalars(query.order_by(Found.ended_at, Found.id)))


def get(session: Session, house: House, id: str) -> Found:
    """What was found, by its id, held until the transaction ends; a `UserError` for anything else."""
    number = int(id) if id.isascii() and id.isdecimal() and len(id) <= 15 else 0
    query = select(Found).where(Found.id == number, Found.workspace_id == house.workspace_id)
    found = session.scalar(query.with_for_update())
    if found is None:
        raise UserError("I do not know that any more. `/cadence checks` lists what the checks have found.")
    return found


def waived(session: Session, house: House, today: date) -> set[tuple[str, str]]:
    """What is waived on a day, by check and what it is about."""
    query = select(Found.rule, Found.about).join(Waiver, Waiver.found_id == Found.id)
    query = query.where(Found.workspace_id == house.workspace_id, Waiver.until >= today)
    return {(rule, about) for rule, about in session.execute(query)}


def waivers(session: Session, house: House, today: date) -> Mapping[int, Waiver]:
    """Those that count on a day, by what they are of; of several the last."""
    which = {"workspace_id": house.workspace_id, "today": today}
    return {each.found_id: each for each in session.scalars(_WAIVERS, which)}
