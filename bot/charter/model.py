"""Each edition of the charter that was in force, and who approved it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from bot.db import Base, BigId, insert_or_ignore
from bot.definitions import Charter
from bot.house import House

APART = {"interfaces", "roadmaps"}
"""What stands in the same file and needs no approval: it says who works where, and not what product ops is for."""


class CharterEdition(Base):
    """The charter as it stood from some moment on; a later edition takes its place."""

    __tablename__ = "charter_edition"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # Without an index of its own: the constraint below begins with it.
    workspace_id: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    """From 1 on, as people see it: `v2`."""
    version: Mapped[int]
    """The version of the definitions with which it came."""
    since: Mapped[datetime]
    content: Mapped[dict[str, Any]]
    """The keys of charter.yaml that are not at their usual value, but for those that stand apart."""
    message_id: Mapped[int | None] = mapped_column(default=None)
    """The message of the outbox that announced it; none when another edition came before it was said."""
    approvals: Mapped[list["CharterApproval"]] = relationship(order_by="CharterApproval.id", lazy="selectin")

    __table_args__ = (UniqueConstraint("workspace_id", "number"),)

    @property
    def approved(self) -> "CharterApproval | None":
        """The first approval; none while it waits for one."""
        return self.approvals[0] if self.approvals else None

    @property
    def reviewed(self) -> "CharterApproval | None":
        """The last one, which may have confirmed what was approved before."""
        return self.approvals[-1] if self.approvals else None


class CharterApproval(Base):
    """A head of product has approved an edition, or confirmed it later."""

    __tablename__ = "charter_approval"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    edition_id: Mapped[int] = mapped_column(ForeignKey("charter_edition.id"))
    by: Mapped[str] = mapped_column(String(32))
    """Slack user id."""
    at: Mapped[datetime]

    __table_args__ = (Index("ix_charter_approval_edition", "workspace_id", "edition_id"),)


def content_of(charter: Charter) -> dict[str, Any]:
    return charter.model_dump(mode="json", exclude=APART, exclude_defaults=True)


# Built once, since Home is drawn after every press on it.
_NEWEST = (
    select(CharterEdition)
    .where(CharterEdition.workspace_id == bindparam("workspace_id"))
    .order_by(CharterEdition.number.desc())
    .limit(1)
)
_HELD = _NEWEST.with_for_update().execution_options(populate_existing=True)


def newest(session: Session, house: House, *, hold: bool = False) -> CharterEdition | None:
    """The edition in force, with `hold` until the transaction ends; none before the first."""
    return session.scalar(_HELD if hold else _NEWEST, {"workspace_id": house.workspace_id})


def every(session: Session, house: House) -> Sequence[CharterEdition]:
    """The newest first."""
    query = select(CharterEdition).where(CharterEdition.workspace_id == house.workspace_id)
    return session.scalars(query.order_by(CharterEdition.number.desc())).all()


def begin(session: Session, house: House, number: int, charter: Charter) -> CharterEdition | None:
    """A new edition; none when another node has begun it."""
    is_new = insert_or_ignore(
        session,
        CharterEdition,
        workspace_id=house.workspace_id,
        number=number,
        version=house.version,
        since=house.clock.now(),
        content=content_of(charter),
    )
    return newest(session, house, hold=True) if is_new else None
