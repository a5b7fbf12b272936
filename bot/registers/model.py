"""What stands in the registers, and who looked at an empty one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Index, String, Text, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.errors import UserError
from bot.house import House

RISK, QUESTION, NEXT = "risk", "question", "next"
SORTS: Mapping[str, str] = {RISK: "Risks", QUESTION: "Open questions", NEXT: "Next steps"}
"""The registers, by the verb that adds to each, with their names."""
OPEN, ENDED = "open", "ended"
MOST = 3
"""Likelihood and impact of a risk go from 1 to this."""
LIMIT, DETAIL_LIMIT, ABOUT_LIMIT = 300, 600, 500


class Entry(Base):
    """One risk, open question or next step."""

    __tablename__ = "register_entry"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    sort: Mapped[str] = mapped_column(String(10))
    """Which register it stands in: one of `SORTS`."""
    what: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text, default="")
    """What is done against a risk; why a question matters; nothing for a next step."""
    likelihood: Mapped[int | None] = mapped_column(default=None)
    impact: Mapped[int | None] = mapped_column(default=None)
    """Of a risk alone: 1 to `MOST`."""
    owner: Mapped[str] = mapped_column(String(32))
    """Slack user id."""
    due_on: Mapped[date]
    """When it is looked at again, answered or done."""
    about: Mapped[str] = mapped_column(Text, default="")
    """A web address, or what one thing is called, such as `D-42` or Atlas; empty: it is about nothing in particular."""
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    added_by: Mapped[str] = mapped_column(String(32))
    added_at: Mapped[datetime]
    ended_by: Mapped[str | None] = mapped_column(String(32), default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[str] = mapped_column(Text, default="")
    """How it ended, in words."""
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (Index("ix_register_entry_state", "workspace_id", "state", "due_on"),)

    @property
    def ref(self) -> str:
        return f"{self.sort.upper()}-{self.id}"

    @property
    def weight(self) -> int:
        """How much a risk weighs: likelihood times impact; 0 for anything else."""
        return (self.likelihood or 0) * (self.impact or 0)


class Look(Base):
    """Somebody looked at an empty register and says that there is nothing to put into it."""

    __tablename__ = "register_look"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    sort: Mapped[str] = mapped_column(String(10))
    by: Mapped[str] = mapped_column(String(32))
    """Slack user id."""
    at: Mapped[datetime]


def get(session: Session, house: House, words: str) -> Entry:
    """An entry by its ref, such as `RISK-3`, or its number alone; a `UserError` for anything else."""
    number = words.strip().rpartition("-")[2]
    found = session.get(Entry, int(number)) if number.isascii() and number.isdecimal() and len(number) <= 15 else None
    if found is None or found.workspace_id != house.workspace_id:
        raise UserError(f"There is no `{words.strip()[:40]}`. `/cadence registers` shows what there is.")
    return found


# Built once, since Home is drawn after every press on it.
_OPEN = select(Entry).where(Entry.workspace_id == bindparam("workspace_id"), Entry.state == OPEN)
_OPEN_OF = _OPEN.where(Entry.owner == bindparam("owner"))


def open_entries(session: Session, house: House, *, owner: str | None = None) -> list[Entry]:
    """What is open, of everybody or of one owner (Slack id): the heaviest risks first, the rest by their day."""
    which = {"workspace_id": house.workspace_id, "owner": owner}
    found = session.scalars(_OPEN if owner is None else _OPEN_OF, which)
    return sorted(found, key=lambda each: (-each.weight, each.due_on, each.id))


def last_looks(session: Session, house: House) -> dict[str, Look]:
    """By register: the last time that somebody found it rightly empty."""
    query = select(Look).where(Look.workspace_id == house.workspace_id).order_by(Look.at, Look.id)
    return {look.sort: look for look in session.scalars(query)}


def last_ends(session: Session, house: House, sorts: Sequence[str]) -> dict[str, datetime]:
    """By register: when something in it ended last."""
    query = select(Entry.sort, Entry.ended_at).where(Entry.workspace_id == house.workspace_id, Entry.sort.in_(sorts))
    rows = session.execute(query.where(Entry.ended_at.is_not(None)).order_by(Entry.ended_at))
    return {sort: at for sort, at in rows if at is not None}


def has_any(session: Session, house: House, sort: str) -> bool:
    """Whether anything ever stood in a register."""
    query = select(Entry.id).where(Entry.workspace_id == house.workspace_id, Entry.sort == sort).limit(1)
    return session.scalar(query) is not None


def today(house: House) -> date:
    """The day it is in the workspace's zone: what the days of the registers are counted in."""
    return house.clock.now().astimezone(house.definitions.organisation.zone).date()
