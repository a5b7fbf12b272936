"""The records of planning a quarter: what each area was asked and says, its bets, the frictions, the plan as it was."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.errors import UserError
from bot.house import House
from bot.rituals.model import IS_RUNNING, RUNNING, SCHEDULED, SKIPPED, Occurrence, is_id

KIND = "quarter"
MET, NOT_MET, UNKNOWN = "met", "not met", "unknown"
RESULTS = (MET, NOT_MET, UNKNOWN)
MOST_BETS = 5
"""Of one area in one quarter."""


class QuarterPart(Base):
    """One area's part of one planning: who is asked for it, and what was learned."""

    __tablename__ = "quarter_part"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id", ondelete="CASCADE"))
    area_id: Mapped[str] = mapped_column(String(40))
    asked: Mapped[str | None] = mapped_column(String(32))
    """Slack user id; none when nobody can be asked."""
    stands_in_for: Mapped[str | None] = mapped_column(String(200), default=None)
    """The owner's name, when somebody else is asked."""
    learned: Mapped[str] = mapped_column(Text, default="", server_default="")
    no_bets: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Why the area bets on nothing."""
    said_by: Mapped[str | None] = mapped_column(String(32), default=None)
    said_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Goes up whenever what was learned or a result is said anew."""

    __table_args__ = (
        UniqueConstraint("occurrence_id", "area_id"),
        Index("ix_quarter_part_asked", "workspace_id", "asked"),
    )


class Bet(Base):
    """What an area means to reach in a quarter, and what came of it."""

    __tablename__ = "quarter_bet"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id", ondelete="CASCADE"))
    """The planning in which it was made."""
    area_id: Mapped[str] = mapped_column(String(40))
    what: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(32))
    """Slack user id."""
    measure: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str] = mapped_column(Text, default="")
    """Where the measure is read off."""
    target: Mapped[str] = mapped_column(Text, default="")
    declined: Mapped[str] = mapped_column(Text, default="")
    """What is not done for it, and why."""
    depends_on: Mapped[str] = mapped_column(String(40), default="")
    """Another area, by its id."""
    risk: Mapped[str] = mapped_column(Text, default="")
    """A risk, or an open question."""
    decision: Mapped[str] = mapped_column(String(20), default="")
    """Its entry in the decision log, such as `D-42`."""
    made_by: Mapped[str] = mapped_column(String(32))
    made_at: Mapped[datetime]
    dropped_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1)
    form_key: Mapped[str] = mapped_column(String(40))
    """The form that made it, so that a submission that arrives twice counts once."""

    result: Mapped[str] = mapped_column(String(10), default="")
    """What came of it, as was said at the planning that follows; empty until then."""
    result_note: Mapped[str] = mapped_column(Text, default="")
    """The number, or the reason."""
    result_link: Mapped[str] = mapped_column(Text, default="")
    result_by: Mapped[str | None] = mapped_column(String(32), default=None)
    result_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        UniqueConstraint("workspace_id", "form_key"),
        Index("ix_quarter_bet_area", "occurrence_id", "area_id"),
    )


class Friction(Base):
    """What hampers one person's work, of up to three in their order; a skip is a row of rank 0."""

    __tablename__ = "quarter_friction"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id", ondelete="CASCADE"))
    person: Mapped[str] = mapped_column(String(32))
    """Slack user id."""
    rank: Mapped[int]
    """1 hampers most."""
    what: Mapped[str] = mapped_column(Text, default="")
    example: Mapped[str] = mapped_column(Text, default="")
    said_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("occurrence_id", "person", "rank"),)


class PlanVersion(Base):
    """A plan as it was closed, and each time it was corrected since. Rows are only added."""

    __tablename__ = "quarter_plan"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id", ondelete="CASCADE"))
    number: Mapped[int]
    """1 is the plan as it was closed."""
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    """Slack user id."""
    what: Mapped[str] = mapped_column(Text, default="")
    """What was corrected, in words; empty for the first."""
    summary: Mapped[str] = mapped_column(Text, default="")
    """The plan in a sentence, by whoever closed it."""
    although: Mapped[str] = mapped_column(Text, default="")
    """Why it was closed although something was missing."""
    markdown: Mapped[str] = mapped_column(Text)
    message_id: Mapped[int | None] = mapped_column(default=None)
    """The post in the ritual's channel."""

    __table_args__ = (UniqueConstraint("occurrence_id", "number"),)


def parts(session: Session, house: House, occurrence_id: int) -> dict[str, QuarterPart]:
    """What each area was asked and says, by the area's id."""
    query = select(QuarterPart).where(
        QuarterPart.workspace_id == house.workspace_id, QuarterPart.occurrence_id == occurrence_id
    )
    return {part.area_id: part for part in session.scalars(query)}


def part_of(session: Session, house: House, part_id: str, *, hold: bool = False) -> QuarterPart:
    """The part behind a button; a `UserError` when there is none. With `hold` nobody else changes it meanwhile."""
    found = None
    if is_id(part_id):
        query = select(QuarterPart).where(
            QuarterPart.workspace_id == house.workspace_id, QuarterPart.id == int(part_id)
        )
        found = session.scalar(query.with_for_update().execution_options(populate_existing=True) if hold else query)
    if found is None:
        raise UserError("That is gone. `/cadence quarter` shows what is planned now.")
    return found


def asked_of(session: Session, house: House, slack_id: str) -> list[tuple[QuarterPart, Occurrence]]:
    """The parts that somebody is asked for in plannings that are open."""
    query = (
        select(QuarterPart, Occurrence)
        .join(Occurrence, Occurrence.id == QuarterPart.occurrence_id)
        .where(
            QuarterPart.workspace_id == house.workspace_id,
            QuarterPart.asked == slack_id,
            Occurrence.state.in_(RUNNING),
        )
        .order_by(QuarterPart.id)
    )
    return [(part, occurrence) for part, occurrence in session.execute(query)]


# Built once, since Home is drawn after every press on it.
_OPEN_PARTS = (
    select(QuarterPart, Occurrence)
    .join(Occurrence, Occurrence.id == QuarterPart.occurrence_id)
    .where(QuarterPart.workspace_id == bindparam("workspace_id"), IS_RUNNING)
    .order_by(QuarterPart.id)
)
_BETS = (
    select(Bet)
    .where(
        Bet.workspace_id == bindparam("workspace_id"),
        Bet.occurrence_id.in_(bindparam("occurrence_ids", expanding=True)),
        Bet.dropped_at.is_(None),
    )
    .order_by(Bet.id)
)
_PREVIOUS = (
    select(Occurrence)
    .where(
        Occurrence.workspace_id == bindparam("workspace_id"),
        Occurrence.ritual_id == bindparam("ritual_id"),
        Occurrence.slot < bindparam("slot"),
        Occurrence.state.not_in((SCHEDULED, SKIPPED)),
    )
    .order_by(Occurrence.slot.desc())
    .limit(1)
)


def open_parts(session: Session, house: House) -> list[tuple[QuarterPart, Occurrence]]:
    """All parts of plannings that are open."""
    rows = session.execute(_OPEN_PARTS, {"workspace_id": house.workspace_id})
    return [(part, occurrence) for part, occurrence in rows]


def bets(session: Session, house: House, occurrence_ids: Collection[int]) -> list[Bet]:
    """What is bet on in these plannings, in the order of making, without what was dropped."""
    which = {"workspace_id": house.workspace_id, "occurrence_ids": list(occurrence_ids)}
    return list(session.scalars(_BETS, which))


def bet(session: Session, house: House, bet_id: str, *, hold: bool = False) -> Bet:
    """One bet; a `UserError` when there is none. With `hold` nobody else changes it meanwhile."""
    found = None
    if is_id(bet_id):
        query = select(Bet).where(Bet.workspace_id == house.workspace_id, Bet.id == int(bet_id))
        found = session.scalar(query.with_for_update().execution_options(populate_existing=True) if hold else query)
    if found is None or found.dropped_at is not None:
        raise UserError("That bet was dropped. `/cadence quarter` shows what is planned now.")
    return found


def by_form(session: Session, house: House, form_key: str) -> Bet | None:
    """The bet that a form has made."""
    return session.scalar(select(Bet).where(Bet.workspace_id == house.workspace_id, Bet.form_key == form_key))


def frictions(session: Session, house: House, occurrence_id: int) -> list[Friction]:
    """What everybody has said or skipped, in the order of saying."""
    query = select(Friction).where(Friction.workspace_id == house.workspace_id, Friction.occurrence_id == occurrence_id)
    return list(session.scalars(query.order_by(Friction.said_at, Friction.person, Friction.rank)))


def last_with_frictions(session: Session, house: House, before: Occurrence) -> int | None:
    """The planning before one in which anybody named a friction."""
    query = (
        select(Friction.occurrence_id)
        .join(Occurrence, Occurrence.id == Friction.occurrence_id)
        .where(Friction.workspace_id == house.workspace_id, Friction.rank > 0, Occurrence.slot < before.slot)
    )
    return session.scalar(query.order_by(Occurrence.slot.desc()).limit(1))


def versions(session: Session, house: House, occurrence_id: int) -> Sequence[PlanVersion]:
    """The plan as it was closed, then each correction."""
    query = select(PlanVersion).where(
        PlanVersion.workspace_id == house.workspace_id, PlanVersion.occurrence_id == occurrence_id
    )
    return session.scalars(query.order_by(PlanVersion.number)).all()


def every_version(session: Session, house: House) -> list[tuple[PlanVersion, Occurrence]]:
    """All plans with their corrections, the oldest first."""
    query = (
        select(PlanVersion, Occurrence)
        .join(Occurrence, Occurrence.id == PlanVersion.occurrence_id)
        .where(PlanVersion.workspace_id == house.workspace_id)
        .order_by(Occurrence.slot, PlanVersion.number)
    )
    return [(version, occurrence) for version, occurrence in session.execute(query)]


def previous(session: Session, house: House, occurrence: Occurrence) -> Occurrence | None:
    """The planning before one, whose bets are looked back on; what was skipped made none."""
    which = {"workspace_id": house.workspace_id, "ritual_id": occurrence.ritual_id, "slot": occurrence.slot}
    return session.scalar(_PREVIOUS, which)


def latest(session: Session, house: House, ritual_id: str) -> Occurrence | None:
    """The planning that is open, or else the last that was."""
    query = select(Occurrence).where(
        Occurrence.workspace_id == house.workspace_id,
        Occurrence.ritual_id == ritual_id,
        Occurrence.state.not_in((SCHEDULED, SKIPPED)),
    )
    return session.scalar(query.order_by(Occurrence.slot.desc()).limit(1))


def card_key(occurrence: Occurrence) -> str:
    """Under which its packet is posted."""
    return f"quarter-packet:{occurrence.id}"


def as_json(bet: Bet) -> dict[str, Any]:
    """A bet for the audit trail."""
    names = ("what", "owner", "measure", "link", "target", "declined", "depends_on", "risk", "decision")
    return {name: value for name in names if (value := getattr(bet, name))}
