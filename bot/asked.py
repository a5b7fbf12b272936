"""How often people ask where something stands, and how often the records answer: no words, nobody's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Index, String, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, insert_for_id
from bot.house import House

SEVERAL, UNKNOWN = "several", "unknown"
"""What is asked about as long as nobody has picked one of several things, and when nothing is called so."""
SETTLED_WITHIN = timedelta(days=1)
"""Whoever picks something later asks anew."""
WEEKS, KEPT = 8, timedelta(days=180)


class StatusAsk(Base):
    """Somebody asked once."""

    __tablename__ = "status_ask"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # Without an index of its own: the one below begins with it.
    workspace_id: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(12))
    """What sort of thing it is about, such as `area`, or one of the words above."""
    answered: Mapped[bool]
    """Whether the records answered, so that no person has to."""

    __table_args__ = (Index("ix_status_ask_asked_at", "workspace_id", "asked_at"),)


@dataclass(frozen=True)
class Week:
    """What was asked in one week of the workspace's zone, from Monday on."""

    monday: date
    asked: int
    answered: int


def note(session: Session, house: House, kind: str, *, answered: bool) -> int:
    """Count one question; its id, by which what becomes of it is noted."""
    values = {"asked_at": house.clock.now(), "kind": kind, "answered": answered}
    id = insert_for_id(session, StatusAsk, workspace_id=house.workspace_id, **values)
    assert id is not None
    return id


def settle(session: Session, house: House, id: int, *, answered: bool, kind: str | None = None) -> bool:
    """Note what has become of a question that was counted lately; false when there is none of that id."""
    values: dict[str, object] = {"answered": answered, **({} if kind is None else {"kind": kind})}
    changed = session.execute(
        update(StatusAsk)
        .where(
            StatusAsk.id == id,
            StatusAsk.workspace_id == house.workspace_id,
            StatusAsk.asked_at > house.clock.now() - SETTLED_WITHIN,
        )
        .values(values)
        .returning(StatusAsk.id)
        .execution_options(synchronize_session=False)
    )
    return changed.first() is not None


def between(session: Session, house: House, begin: datetime, end: datetime) -> tuple[int, int]:
    """How many of the questions asked from `begin` to `end` the records answered, and how many there were."""
    query = select(func.count().filter(StatusAsk.answered.is_(True)), func.count()).where(
        StatusAsk.workspace_id == house.workspace_id, StatusAsk.asked_at.between(begin, end)
    )
    answered, asked = session.execute(query).one()
    return answered, asked


def by_week(session: Session, house: House) -> Sequence[Week]:
    """The last eight weeks, this one last."""
    zone = house.definitions.organisation.zone
    today = house.clock.now().astimezone(zone).date()
    this_monday = today - timedelta(days=today.weekday())
    counts = {this_monday - timedelta(weeks=back): [0, 0] for back in reversed(range(WEEKS))}
    query = select(StatusAsk.asked_at, StatusAsk.answered).where(
        StatusAsk.workspace_id == house.workspace_id,
        StatusAsk.asked_at > house.clock.now() - timedelta(weeks=WEEKS),
    )
    for asked_at, answered in session.execute(query):
        day = asked_at.astimezone(zone).date()
        if count := counts.get(day - timedelta(days=day.weekday())):
            count[0] += 1
            count[1] += answered
    return [Week(monday, asked, answered) for monday, (asked, answered) in counts.items()]


def forget(session: Session, before: datetime) -> None:
    """Delete what was asked before."""
    session.execute(delete(StatusAsk).where(StatusAsk.asked_at < before).execution_options(synchronize_session=False))
