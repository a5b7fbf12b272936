"""Occurrences: one ritual at one due time, and the states it goes through."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import cast

from sqlalchemy import Index, String, Table, Text, UniqueConstraint, bindparam, func, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot import versions
from bot.audit import record
from bot.db import Base, BigId, workspace_column
from bot.definitions import Ritual
from bot.errors import UserError
from bot.house import House
from bot.rituals.schedule import MAX_SHIFT, Slot, slots

SCHEDULED = "scheduled"
PROMPTED = "prompted"
IN_PROGRESS = "in progress"
AWAITING_OUTPUT = "awaiting output"
CLOSED = "closed"
CLOSED_WITHOUT_OUTPUT = "closed without output"
SKIPPED = "skipped"

RUNNING = (PROMPTED, IN_PROGRESS, AWAITING_OUTPUT)
# Literals, not bound values: PostgreSQL sees by them how few these are among all that has ended, and SQLite uses a
# partial index only for them.
IS_SCHEDULED = text("occurrence.state = 'scheduled'")
NOT_SCHEDULED = text("occurrence.state != 'scheduled'")
IS_RUNNING = text("occurrence.state IN ('prompted', 'in progress', 'awaiting output')")
NOT_ENDED = text("occurrence.state IN ('scheduled', 'prompted', 'in progress', 'awaiting output')")
FOLLOWS = text("state IN ('scheduled', 'prompted', 'in progress')")
"""The calendar may still move it."""
ENDED = (CLOSED, CLOSED_WITHOUT_OUTPUT, SKIPPED)

MOVES = {
    SCHEDULED: (SKIPPED,),
    PROMPTED: (SCHEDULED,),
    IN_PROGRESS: (PROMPTED,),
    AWAITING_OUTPUT: (PROMPTED, IN_PROGRESS),
    CLOSED: (PROMPTED, IN_PROGRESS, AWAITING_OUTPUT),
    CLOSED_WITHOUT_OUTPUT: (PROMPTED, IN_PROGRESS, AWAITING_OUTPUT),
    SKIPPED: (SCHEDULED, PROMPTED, IN_PROGRESS, AWAITING_OUTPUT),
}
"""For each state, the states it may be reached from."""

DAY = len("2026-11-25")
"""How much of a slot says the day: a ritual happens once a day, also when its time changes."""
NEVER = datetime(9999, 12, 30, tzinfo=UTC)
"""When an occurrence opens whose ritual is paused until somebody resumes it."""
LONGEST_ID = 18
"""Digits of a number that a database still takes."""


class Occurrence(Base):
    __tablename__ = "occurrence"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # Without an index of its own: SQLite would prefer it to the better ones below, and read all that has ended.
    workspace_id: Mapped[str] = mapped_column(String(32))
    ritual_id: Mapped[str] = mapped_column(String(80))
    slot: Mapped[str] = mapped_column(String(40))
    """The local wall-clock time it stands for, such as `2026-11-25T10:00`: an hour that repeats happens once."""
    day: Mapped[date]
    """The local day it takes place, after any shift for a holiday."""
    opens_at: Mapped[datetime]
    cutoff_at: Mapped[datetime]
    publish_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(24), default=SCHEDULED)
    reason: Mapped[str | None] = mapped_column(Text, default=None)
    """Why it was skipped, or closed without output."""
    artifact: Mapped[str | None] = mapped_column(Text, default=None)
    """What it left: a name or a link."""
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    run_by: Mapped[str | None] = mapped_column(String(32), default=None)
    """Slack id of whoever ran it out of turn; none when the calendar opened it."""
    moved_at: Mapped[datetime | None] = mapped_column(default=None)
    """When somebody moved it to its `day`; none when the calendar says where it is."""
    moved_by: Mapped[str | None] = mapped_column(String(32), default=None)
    """Slack id; none when it was an operator."""
    moved_because: Mapped[str | None] = mapped_column(Text, default=None)
    shift_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    """By how much its times of the day were moved with it."""
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int | None] = mapped_column(default=None)
    """The version of the definitions it opened under and keeps; none until it opens."""

    __table_args__ = (
        UniqueConstraint("workspace_id", "ritual_id", "slot"),
        Index("ix_occurrence_state", "workspace_id", "ritual_id", "state", "slot"),
        Index("ix_occurrence_follows", "workspace_id", "id", sqlite_where=FOLLOWS, postgresql_where=FOLLOWS),
        Index(
            "ix_occurrence_moved",
            "workspace_id",
            "ritual_id",
            "day",
            sqlite_where=text("moved_at IS NOT NULL"),
            postgresql_where=text("moved_at IS NOT NULL"),
        ),
    )


class RitualPause(Base):
    """Somebody has paused a ritual from the first to the last day, both included, of its own zone."""

    __tablename__ = "ritual_pause"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    ritual_id: Mapped[str] = mapped_column(String(80))
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    """None: until somebody resumes it."""
    reason: Mapped[str] = mapped_column(Text)
    paused_by: Mapped[str | None] = mapped_column(String(32))
    """Slack id; none when it was an operator."""
    paused_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    """When somebody resumed it, or paused it anew: then it counts no more."""
    ended_by: Mapped[str | None] = mapped_column(String(32), default=None)

    __table_args__ = (Index("ix_ritual_pause_ritual", "workspace_id", "ritual_id"),)


def move(
    session: Session,
    house: House,
    occurrence: Occurrence,
    state: str,
    *,
    actor: str | None = None,
    reason: str | None = None,
    artifact: str | None = None,
) -> bool:
    """Move an occurrence to `state` if its state still allows that; false when another was quicker."""
    now = house.clock.now()
    values: dict[str, object] = {"state": state}
    if state == PROMPTED:
        values |= {"opened_at": now, "version": house.version}
    if state == SCHEDULED:
        values |= {"ended_at": None, "reason": None}
    if state in ENDED:
        values |= {"ended_at": now, "reason": reason, "artifact": artifact}
    moved = session.execute(
        update(Occurrence)
        .where(
            Occurrence.id == occurrence.id,
            Occurrence.workspace_id == house.workspace_id,
            Occurrence.state.in_(MOVES[state]),
        )
        .values(values)
        .returning(Occurrence.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if moved is None:
        return False
    session.refresh(occurrence)
    detail = {key: value for key, value in (("reason", reason), ("artifact", artifact)) if value}
    record(session, house, f"occurrence.{state}", f"occurrence:{occurrence.id}", actor=actor, **detail)
    return True


def is_id(text: str) -> bool:
    """Whether `text`, which came back from Slack, can be the number of a record."""
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID


# Built once, since nearly everything that happens begins with it.
_GET = select(Occurrence).where(
    Occurrence.id == bindparam("occurrence_id"), Occurrence.workspace_id == bindparam("workspace_id")
)
_GET_LOCKED = _GET.with_for_update().execution_options(populate_existing=True)
_HOLD = (
    select(Occurrence.id)
    .where(Occurrence.id == bindparam("occurrence_id"), Occurrence.workspace_id == bindparam("workspace_id"))
    .with_for_update()
)


def get(session: Session, house: House, occurrence_id: int | str, *, lock: bool = False) -> Occurrence:
    """The occurrence of this workspace; a `UserError` when there is none, since ids come back from Slack.

    With `lock` nobody else moves it until this transaction has ended.
    """
    found = None
    if is_id(str(occurrence_id)):
        which = {"occurrence_id": int(occurrence_id), "workspace_id": house.workspace_id}
        found = session.scalar(_GET_LOCKED if lock else _GET, which)
    if found is None:
        raise UserError("That is gone: it belongs to an occurrence that no longer exists.")
    return found


def house_of(session: Session, house: House, occurrence: Occurrence) -> House:
    """The house by the version of the definitions that an occurrence opened under; it keeps that until it has ended."""
    return versions.as_of(session, house, occurrence.version)


def hold(session: Session, house: House, ref: str) -> None:
    """Keep others from the occurrence that a timer is about until this transaction ends; `ref` begins with its id."""
    session.execute(_HOLD, {"occurrence_id": int(ref.partition(":")[0]), "workspace_id": house.workspace_id})


def plan_of(occurrence: Occurrence) -> str:
    """The plan of all timers of an occurrence."""
    return f"occurrence:{occurrence.id}"


_OCCURRENCE = cast(Table, Occurrence.__table__)
_OF = (
    select(Occurrence)
    .where(Occurrence.workspace_id == bindparam("workspace_id"), Occurrence.ritual_id == bindparam("ritual_id"))
    .limit(1)
)
_RUNNING = _OF.where(IS_RUNNING).order_by(Occurrence.slot.desc())
_UPCOMING = _OF.where(IS_SCHEDULED).order_by(Occurrence.slot)
_OPENS_NEXT = (
    select(_OCCURRENCE.c.opens_at)
    .where(
        _OCCURRENCE.c.workspace_id == bindparam("workspace_id"),
        _OCCURRENCE.c.ritual_id == bindparam("ritual_id"),
        IS_SCHEDULED,
    )
    .order_by(_OCCURRENCE.c.slot)
    .limit(1)
)
_FOLLOWERS = (
    select(Occurrence)
    .where(Occurrence.workspace_id == bindparam("workspace_id"), FOLLOWS)
    .order_by(Occurrence.id)
    .with_for_update()
)
_FIND = _OF.where(Occurrence.slot == bindparam("slot"))
_OTHERS = select(_OCCURRENCE.c.slot).where(
    _OCCURRENCE.c.workspace_id == bindparam("workspace_id"),
    _OCCURRENCE.c.ritual_id == bindparam("ritual_id"),
    _OCCURRENCE.c.id != bindparam("but"),
)
_LAST_BEGUN = _OTHERS.where(NOT_SCHEDULED).order_by(_OCCURRENCE.c.slot.desc()).limit(1)
_AFTER = _OTHERS.where(_OCCURRENCE.c.slot > bindparam("after"))
_LATEST_PUBLISHED = _OF.where(Occurrence.state == CLOSED).order_by(Occurrence.slot.desc())
_LATEST = _OF.order_by(Occurrence.slot.desc())
_NOT_ENDED = (
    select(Occurrence)
    .where(Occurrence.workspace_id == bindparam("workspace_id"), NOT_ENDED)
    .order_by(Occurrence.slot, Occurrence.id)
)


def running(session: Session, house: House, ritual_id: str) -> Occurrence | None:
    """The occurrence of a ritual that is open now, the latest if several are."""
    return session.scalar(_RUNNING, _which(house, ritual_id))


def opens_next(session: Session, house: House, ritual_id: str) -> datetime | None:
    """When the next occurrence of a ritual opens; None while none is planned, or it is paused for good."""
    found: datetime | None = session.scalar(_OPENS_NEXT, _which(house, ritual_id))
    return None if found == NEVER else found


def opened_since(session: Session, house: House, ritual_id: str, moment: datetime) -> bool:
    """Whether an occurrence of a ritual has opened since then."""
    query = select(Occurrence.id).where(
        Occurrence.workspace_id == house.workspace_id,
        Occurrence.ritual_id == ritual_id,
        Occurrence.opened_at >= moment,
    )
    return session.scalars(query.limit(1)).first() is not None


def last_opened(session: Session, house: House, ritual_ids: Collection[str]) -> dict[str, datetime]:
    """When an occurrence of each of these rituals opened last, by its id; those of which none ever did are left out."""
    query = select(Occurrence.ritual_id, func.max(Occurrence.opened_at)).where(
        Occurrence.workspace_id == house.workspace_id,
        Occurrence.ritual_id.in_(ritual_ids),
    )
    found = session.execute(query.group_by(Occurrence.ritual_id))
    return {ritual_id: at for ritual_id, at in found if at is not None}


def upcoming(session: Session, house: House, ritual_id: str) -> Occurrence | None:
    """The next occurrence of a ritual that has not opened yet."""
    return session.scalar(_UPCOMING, _which(house, ritual_id))


def not_ended(session: Session, house: House) -> Sequence[Occurrence]:
    """All that are open or still to open, by slot: a few of each ritual."""
    which = {"workspace_id": house.workspace_id}
    return house.once("occurrences that have not ended", lambda: session.scalars(_NOT_ENDED, which).all())


def all_running(session: Session, house: House) -> list[Occurrence]:
    """All that are open now, by slot."""
    return [each for each in not_ended(session, house) if each.state in RUNNING]


@dataclass(frozen=True)
class Current:
    """Of a ritual: the one that is open now, the latest if several are, and the next that has not opened yet."""

    running: Occurrence | None = None
    upcoming: Occurrence | None = None

    def opening(self, until: datetime) -> Occurrence | None:
        """The next, if it opens by then."""
        return self.upcoming if self.upcoming is not None and self.upcoming.opens_at <= until else None


def current(session: Session, house: House, ritual_ids: Collection[str]) -> dict[str, Current]:
    """Of each of these rituals, by its id; in one query."""
    found = dict.fromkeys(ritual_ids, Current())
    for each in not_ended(session, house):
        known = found.get(each.ritual_id)
        if known is None:
            continue
        if each.state in RUNNING:
            found[each.ritual_id] = replace(known, running=each)
        elif known.upcoming is None:
            found[each.ritual_id] = replace(known, upcoming=each)
    return found


def followers(session: Session, house: House) -> list[Occurrence]:
    """All that the calendar may still move, which nobody else moves until this transaction has ended."""
    return list(session.scalars(_FOLLOWERS, {"workspace_id": house.workspace_id}))


def find(session: Session, house: House, ritual_id: str, slot: str) -> Occurrence | None:
    return session.scalar(_FIND, _which(house, ritual_id) | {"slot": slot})


def last_begun(session: Session, house: House, ritual_id: str, but: Occurrence) -> str:
    """The day of the last slot of a ritual, besides that of one occurrence, that opened or was skipped; or nothing."""
    slot: str | None = session.scalar(_LAST_BEGUN, _which(house, ritual_id) | {"but": but.id})
    return slot[:DAY] if slot else ""


def slots_after(session: Session, house: House, ritual_id: str, but: Occurrence, day: str) -> set[str]:
    """The slots of a ritual, besides that of one occurrence, from a day on."""
    return set(session.scalars(_AFTER, _which(house, ritual_id) | {"but": but.id, "after": day}))


def latest_published(session: Session, house: House, ritual_id: str) -> Occurrence | None:
    return session.scalar(_LATEST_PUBLISHED, _which(house, ritual_id))


def latest(session: Session, house: House, ritual_id: str) -> Occurrence | None:
    """The furthest occurrence that was ever planned for a ritual, whatever became of it."""
    return session.scalar(_LATEST, _which(house, ritual_id))


def _which(house: House, ritual_id: str) -> dict[str, str]:
    return {"workspace_id": house.workspace_id, "ritual_id": ritual_id}


def slot_of(house: House, ritual: Ritual, occurrence: Occurrence) -> Slot | None:
    """The calendar's slot that an occurrence stands for, where it takes place; none when the calendar holds it no more.

    That the ritual has been paused since changes nothing.
    """
    due, most = slot_day(occurrence), timedelta(days=MAX_SHIFT)
    # Looked for from its day on first: only a holiday moves it to before.
    around = (
        slot
        for first in (due, due - most)
        for slot in takewhile(lambda slot: slot.day <= due + most, slots(ritual, house.definitions.organisation, first))
    )
    found = next((slot for slot in around if slot.key[:DAY] == occurrence.slot[:DAY]), None)
    if found is None or found.skipped_because is not None:
        return None
    if occurrence.moved_at is None:
        return found
    return found.held_on(occurrence.day, timedelta(minutes=occurrence.shift_minutes), occurrence.moved_because or "")


def slot_day(occurrence: Occurrence) -> date:
    """The day it would have had, moved or not."""
    return date.fromisoformat(occurrence.slot[:DAY])
