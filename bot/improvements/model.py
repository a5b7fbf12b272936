"""Ideas and how they stand, and when it was last told what was changed."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Index, String, Text, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.errors import UserError
from bot.house import House

NEW, DO, TRY, LATER, DECLINED, DONE = "new", "do", "try", "later", "declined", "done"
"""How an idea stands: not answered, to be done, tried, for later, declined, done."""
ANSWERS: Mapping[str, str] = {DO: "We do it", TRY: "We try it", LATER: "Later", DECLINED: "We decline it"}
LIMIT = 600
PAUSE = timedelta(days=30)
"""What is for later waits for an answer again after this time; what has waited for so long is told of."""


class Improvement(Base):
    """One idea of how to work better."""

    __tablename__ = "improvement"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    friction: Mapped[str] = mapped_column(Text)
    """What hampers whoever brought it."""
    better: Mapped[str] = mapped_column(Text)
    """What would be better."""
    author: Mapped[str] = mapped_column(String(32))
    """Slack user id."""
    brought_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default=NEW)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was answered so."""
    owner: Mapped[str | None] = mapped_column(String(32), default=None)
    """Slack user id of who does or tries it."""
    answered_by: Mapped[str | None] = mapped_column(String(32), default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    changed: Mapped[str] = mapped_column(Text, default="")
    """What is otherwise now that it is done."""
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    posted_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the changelog told of it."""
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (Index("ix_improvement_state", "workspace_id", "state"),)

    @property
    def ref(self) -> str:
        return f"IDEA-{self.id}"

    @property
    def waits_since(self) -> datetime:
        """Since when it waits for an answer, or will: what is for later begins to once its pause is over."""
        return self.answered_at + PAUSE if self.state == LATER and self.answered_at else self.brought_at


def get(session: Session, house: House, words: str) -> Improvement:
    """An idea by its ref, such as `IDEA-3`, or its number alone; a `UserError` for anything else."""
    number = words.strip().rpartition("-")[2]
    known = number.isascii() and number.isdecimal() and len(number) <= 15
    found = session.get(Improvement, int(number)) if known else None
    if found is None or found.workspace_id != house.workspace_id:
        raise UserError(f"There is no idea `{words.strip()[:40]}`. `/cadence improvements` shows what there is.")
    return found


# Built once, since Home is drawn after every press on it.
_WAITING = select(Improvement).where(
    Improvement.workspace_id == bindparam("workspace_id"), Improvement.state.in_((NEW, LATER))
)


def waiting(session: Session, house: House) -> list[Improvement]:
    """What is to be answered: what is new, and what was for later long enough; the longest waiting first."""
    now = house.clock.now()
    rows = session.scalars(_WAITING, {"workspace_id": house.workspace_id})
    found = (each for each in rows if each.waits_since <= now)
    return sorted(found, key=lambda each: (each.waits_since, each.id))


def under_way(session: Session, house: House) -> list[Improvement]:
    """What is done or tried now."""
    query = select(Improvement).where(Improvement.workspace_id == house.workspace_id, Improvement.state.in_((DO, TRY)))
    return list(session.scalars(query.order_by(Improvement.id)))


def of_author(session: Session, house: House, slack_id: str, most: int) -> list[Improvement]:
    """The newest that somebody brought."""
    query = select(Improvement).where(Improvement.workspace_id == house.workspace_id, Improvement.author == slack_id)
    return list(session.scalars(query.order_by(Improvement.id.desc()).limit(most)))


def to_tell(session: Session, house: House) -> list[Improvement]:
    """What is done and stood in no changelog yet."""
    query = select(Improvement).where(
        Improvement.workspace_id == house.workspace_id, Improvement.state == DONE, Improvement.posted_at.is_(None)
    )
    return list(session.scalars(query.order_by(Improvement.done_at, Improvement.id)))


def last_changelog(session: Session, house: House) -> datetime | None:
    """When it was last told what was changed; none when it never was."""
    query = select(func.max(Improvement.posted_at)).where(Improvement.workspace_id == house.workspace_id)
    found: datetime | None = session.scalar(query)
    return found
