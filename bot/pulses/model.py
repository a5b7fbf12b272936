"""Rounds of pulses, who was asked in each, and what was answered: the answers know nobody's name."""

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.errors import UserError
from bot.house import House

OPEN, ANSWERED, SKIPPED = "open", "answered", "skipped"


class Round(Base):
    """One pulse, asked once."""

    __tablename__ = "pulse_round"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    pulse_id: Mapped[str] = mapped_column(String(40))
    """Which of pulses.yaml."""
    day: Mapped[date] = mapped_column(Date)
    """When it was asked, in the workspace's zone."""
    closes_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("workspace_id", "pulse_id", "day"),)


class Asked(Base):
    """That a person was asked in a round, and whether they are still to answer."""

    __tablename__ = "pulse_asked"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    round_id: Mapped[int] = mapped_column(ForeignKey("pulse_round.id", ondelete="CASCADE"))
    person: Mapped[str] = mapped_column(String(32))
    """Slack user id."""
    asked_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default=OPEN)

    __table_args__ = (
        UniqueConstraint("round_id", "person"),
        Index("ix_pulse_asked_person", "workspace_id", "person", "asked_on"),
    )


class PulseAnswer(Base):
    """One answer to one question: of which function, but not whose, and not when."""

    __tablename__ = "pulse_answer"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: secrets.token_hex(16))
    """Drawn by lot, so that the order of the answers tells nothing of who gave them."""
    workspace_id: Mapped[str] = workspace_column()
    round_id: Mapped[int] = mapped_column(ForeignKey("pulse_round.id", ondelete="CASCADE"), index=True)
    question_id: Mapped[str] = mapped_column(String(40))
    function_id: Mapped[str] = mapped_column(String(40))
    value: Mapped[int | None] = mapped_column(default=None)
    """1 to 5, or minutes: the middle of the band that was chosen; none for words."""
    words: Mapped[str] = mapped_column(Text, default="")
    may_quote: Mapped[bool] = mapped_column(default=False)


def get_round(session: Session, house: House, id: str) -> Round:
    """A round by its id; a `UserError` for anything else that Slack sends back."""
    found = session.get(Round, int(id)) if id.isascii() and id.isdecimal() and len(id) <= 15 else None
    if found is None or found.workspace_id != house.workspace_id:
        raise UserError("I do not know that pulse any more.")
    return found


def asked(session: Session, house: House, round_id: int, slack_id: str, *, hold: bool = False) -> Asked | None:
    """What somebody was asked in a round; with `hold` nobody else changes it until the transaction ends."""
    query = select(Asked).where(
        Asked.workspace_id == house.workspace_id, Asked.round_id == round_id, Asked.person == slack_id
    )
    return session.scalar(query.with_for_update().execution_options(populate_existing=True) if hold else query)


def asked_since(session: Session, house: House, day: date) -> set[str]:
    """Everybody (Slack ids) who was asked in any pulse since a day, that day included."""
    query = select(Asked.person).where(Asked.workspace_id == house.workspace_id, Asked.asked_on >= day)
    return set(session.scalars(query))


# Built once, since Home is drawn after every press on it.
_OPEN = (
    select(Round)
    .join(Asked, Asked.round_id == Round.id)
    .where(
        Asked.workspace_id == bindparam("workspace_id"),
        Asked.person == bindparam("person"),
        Asked.state == OPEN,
        Round.closes_at > bindparam("now"),
    )
    .order_by(Round.closes_at, Round.id)
)


def open_of(session: Session, house: House, slack_id: str) -> list[Round]:
    """The rounds that somebody can still answer."""
    which = {"workspace_id": house.workspace_id, "person": slack_id, "now": house.clock.now()}
    return list(session.scalars(_OPEN, which))


def rounds(session: Session, house: House, first: date, last: date) -> list[Round]:
    """Those asked on these days, the first first."""
    query = select(Round).where(Round.workspace_id == house.workspace_id, Round.day.between(first, last))
    return list(session.scalars(query.order_by(Round.day, Round.id)))


def newest(session: Session, house: House, pulse_id: str) -> Round | None:
    """The last round of a pulse that can no longer be answered."""
    query = select(Round).where(Round.workspace_id == house.workspace_id, Round.pulse_id == pulse_id)
    query = query.where(Round.closes_at <= house.clock.now())
    return session.scalar(query.order_by(Round.day.desc()).limit(1))


def last_day(session: Session, house: House, pulse_id: str) -> date | None:
    """When a pulse was last asked."""
    query = select(func.max(Round.day)).where(Round.workspace_id == house.workspace_id, Round.pulse_id == pulse_id)
    return session.scalar(query)


def answers(session: Session, house: House, round_ids: Collection[int]) -> Sequence[PulseAnswer]:
    query = select(PulseAnswer).where(
        PulseAnswer.workspace_id == house.workspace_id, PulseAnswer.round_id.in_(round_ids)
    )
    return session.scalars(query.order_by(PulseAnswer.id)).all()


def counts(session: Session, house: House, round_id: int) -> dict[str, int]:
    """How many were asked in a round, by how they stand."""
    query = select(Asked.state, func.count()).where(
        Asked.workspace_id == house.workspace_id, Asked.round_id == round_id
    )
    return {state: count for state, count in session.execute(query.group_by(Asked.state))}
