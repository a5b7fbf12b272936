"""What is asked of whom, the messages that carry it, and how much reminding each person wants."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, insert_or_ignore, workspace_column
from bot.house import House

LIGHT, STANDARD, NONE = "light", "standard", "none"
"""Reminder profiles: only the prompt; a prompt and one reminder; nothing but what the Home tab shows."""

NEWS = "news"
"""The kind of prompt that tells something and asks for nothing."""

DAY, URGENT, AGAIN = "day", "urgent", "again"
"""What a message is: the one of the day, the one more for what is urgent, or what comes back after a snooze."""


class Reminding(Base):
    """How much reminding a person wants; whoever changes what they are asked holds this row."""

    __tablename__ = "reminding"

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Slack user id."""
    profile: Mapped[str] = mapped_column(String(12), default=STANDARD)
    chosen_at: Mapped[datetime | None] = mapped_column(default=None)


class DayMessage(Base):
    """A message that asks a person for things."""

    __tablename__ = "day_message"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    person: Mapped[str] = mapped_column(String(32))
    day: Mapped[date]
    """The day it is sent on, in the person's zone."""
    what: Mapped[str] = mapped_column(String(40))
    """`DAY`, `URGENT`, or `AGAIN` with the moment."""
    message_id: Mapped[int]
    sent_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("workspace_id", "person", "day", "what"),
        Index("ix_day_message_day", "workspace_id", "day"),
    )


class Prompt(Base):
    """One thing that one person is asked for; its room knows what, by kind and ref. Or one that they are told."""

    __tablename__ = "prompt"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    person: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(60))
    ref: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    """The earliest moment at which to ask."""
    deadline: Mapped[datetime | None] = mapped_column(default=None)
    remind_at: Mapped[datetime | None] = mapped_column(default=None)
    urgent: Mapped[bool] = mapped_column(default=False)
    foreseen: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the calendar had it, so that the day's message could say beforehand that it comes."""
    news: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    """The title and the text of what is told, with its button under `more` if it has one; none where something is asked
    for."""
    report_to: Mapped[str | None] = mapped_column(String(32), default=None)
    """Slack id of whom to tell when it cannot be delivered."""
    prompted_at: Mapped[datetime | None] = mapped_column(default=None)
    reminded_at: Mapped[datetime | None] = mapped_column(default=None)
    minutes: Mapped[int | None] = mapped_column(default=None)
    """About how long it takes, as it was first said; none where nothing is asked for, or it was not said yet."""
    snoozed_until: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    """When it was answered or taken back."""
    day_message_id: Mapped[int | None] = mapped_column(ForeignKey("day_message.id"), default=None, index=True)
    """The message it stands in now."""

    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        Index(
            "ix_prompt_open",
            "workspace_id",
            "person",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_prompt_said", "workspace_id", "prompted_at"),
        Index("ix_prompt_deadline", "workspace_id", "deadline"),
    )


# Built once: every prompt that is planned, said, changed or answered asks most of these.
_REMINDING, _PROMPT = cast(Table, Reminding.__table__), cast(Table, Prompt.__table__)
_PROFILE = select(_REMINDING.c.profile).where(
    _REMINDING.c.workspace_id == bindparam("workspace_id"), _REMINDING.c.person == bindparam("person")
)
_PROFILE_HELD = _PROFILE.with_for_update()
_FIND = select(Prompt).where(Prompt.workspace_id == bindparam("workspace_id"), Prompt.key == bindparam("key"))
_FIND_ANEW = _FIND.execution_options(populate_existing=True)
_WHOSE = select(_PROMPT.c.person).where(
    _PROMPT.c.workspace_id == bindparam("workspace_id"), _PROMPT.c.key == bindparam("key")
)
_OPEN_OF = (
    select(Prompt, Reminding.profile)
    .join(Reminding, and_(Reminding.workspace_id == Prompt.workspace_id, Reminding.person == Prompt.person))
    .where(
        Prompt.workspace_id == bindparam("workspace_id"),
        Prompt.person == bindparam("person"),
        Prompt.ended_at.is_(None),
    )
    .order_by(Prompt.id)
    .execution_options(populate_existing=True)
)
_MESSAGE = (
    select(DayMessage, Prompt)
    .outerjoin(Prompt, Prompt.day_message_id == DayMessage.id)
    .where(DayMessage.workspace_id == bindparam("workspace_id"), DayMessage.id == bindparam("id"))
    .order_by(Prompt.id)
)
_MESSAGE_ON = select(DayMessage).where(
    DayMessage.workspace_id == bindparam("workspace_id"),
    DayMessage.person == bindparam("person"),
    DayMessage.day == bindparam("day"),
    DayMessage.what == bindparam("what"),
)
_IN_USE = select(DayMessage.message_id).where(
    DayMessage.workspace_id == bindparam("workspace_id"),
    or_(
        DayMessage.day >= bindparam("since"),
        DayMessage.id.in_(
            select(Prompt.day_message_id).where(
                Prompt.ended_at.is_(None),
                or_(Prompt.deadline.is_(None), Prompt.deadline > bindparam("now")),
            )
        ),
    ),
)


def hold(session: Session, house: House, person: str) -> None:
    """Keep others from what this person is asked until this transaction ends."""
    which = {"workspace_id": house.workspace_id, "person": person}
    if session.scalar(_PROFILE_HELD, which) is None:
        insert_or_ignore(session, Reminding, **which, profile=STANDARD)
        session.scalar(_PROFILE_HELD, which)


def profile_of(session: Session, house: House, person: str) -> str:
    return session.scalar(_PROFILE, {"workspace_id": house.workspace_id, "person": person}) or STANDARD


def choose(session: Session, house: House, person: str, profile: str) -> None:
    """Keep the profile of a person who is held."""
    reminding = session.get_one(Reminding, (house.workspace_id, person))
    reminding.profile, reminding.chosen_at = profile, house.clock.now()


def find(session: Session, house: House, key: str) -> Prompt | None:
    return session.scalar(_FIND, {"workspace_id": house.workspace_id, "key": key})


def said(session: Session, house: House, keys: Collection[str]) -> dict[str, tuple[int, datetime]]:
    """By key: the outbox message in which a prompt stands, and when it was first said."""
    query = (
        select(Prompt.key, DayMessage.message_id, Prompt.prompted_at)
        .join(DayMessage, DayMessage.id == Prompt.day_message_id)
        .where(Prompt.workspace_id == house.workspace_id, Prompt.key.in_(keys))
    )
    return {key: (message_id, at) for key, message_id, at in session.execute(query) if at is not None}


def unsaid(session: Session, house: House, beginning: str) -> dict[str, str]:
    """The news that nobody was told yet, under keys that begin so: whom each is for."""
    query = select(Prompt.key, Prompt.person).where(
        Prompt.workspace_id == house.workspace_id,
        Prompt.kind == NEWS,
        Prompt.prompted_at.is_(None),
        Prompt.ended_at.is_(None),
        Prompt.key.startswith(beginning, autoescape=True),
    )
    return {key: person for key, person in session.execute(query.order_by(Prompt.person, Prompt.key))}


def held(session: Session, house: House, key: str) -> Prompt | None:
    """The prompt as it stands, with its person held."""
    which = {"workspace_id": house.workspace_id, "key": key}
    person: str | None = session.scalar(_WHOSE, which)
    if person is None:
        return None
    hold(session, house, person)
    return session.scalar(_FIND_ANEW, which)


def open_of(session: Session, house: House, person: str) -> tuple[list[Prompt], str]:
    """What a person who was held once is asked and has not answered, in the order of asking; and their profile."""
    rows = session.execute(_OPEN_OF, {"workspace_id": house.workspace_id, "person": person}).all()
    return [row[0] for row in rows], rows[0][1] if rows else STANDARD


def message_on(session: Session, house: House, person: str, day: date, what: str) -> DayMessage | None:
    which = {"workspace_id": house.workspace_id, "person": person, "day": day, "what": what}
    return session.scalar(_MESSAGE_ON, which)


def in_use(session: Session, house: House, since: date) -> set[int]:
    """Messages by id that can still be answered in time, or were sent on `since` or later and may take up more."""
    bound = {"workspace_id": house.workspace_id, "since": since, "now": house.clock.now()}
    return set(session.scalars(_IN_USE, bound))


def messages_between(session: Session, house: House, first: date, last: date) -> dict[str, int]:
    """How many messages each person got on these days, both included, by Slack id."""
    query = (
        select(DayMessage.person, func.count())
        .where(DayMessage.workspace_id == house.workspace_id, DayMessage.day.between(first, last))
        .group_by(DayMessage.person)
    )
    return {person: count for person, count in session.execute(query)}


def asked_between(session: Session, house: House, begin: datetime, end: datetime) -> list[tuple[str, str, int, int]]:
    """What people were first asked for from `begin` on, before `end`: person, kind, how often, minutes in all."""
    query = (
        select(Prompt.person, Prompt.kind, func.count(), func.coalesce(func.sum(Prompt.minutes), 0))
        .where(
            Prompt.workspace_id == house.workspace_id,
            Prompt.prompted_at >= begin,
            Prompt.prompted_at < end,
            Prompt.kind != NEWS,
        )
        .group_by(Prompt.person, Prompt.kind)
    )
    rows: list[Any] = list(session.execute(query))
    return [(person, kind, count, int(minutes)) for person, kind, count, minutes in rows]


def let_pass(session: Session, house: House, begin: datetime, end: datetime) -> list[tuple[str, datetime, int, int]]:
    """What people were asked for until a deadline from `begin` on, before `end`, the latest deadline first.

    Each as its kind, the deadline, how many were asked, and how many of them let it pass.
    """
    ignored = case((or_(Prompt.ended_at.is_(None), Prompt.ended_at >= Prompt.deadline), 1), else_=0)
    query = (
        select(Prompt.kind, Prompt.deadline, func.count(), func.sum(ignored))
        .where(
            Prompt.workspace_id == house.workspace_id,
            Prompt.deadline >= begin,
            Prompt.deadline < end,
            Prompt.prompted_at.is_not(None),
            Prompt.kind != NEWS,
        )
        .group_by(Prompt.kind, Prompt.deadline)
        .order_by(Prompt.deadline.desc(), Prompt.kind)
    )
    rows: list[Any] = list(session.execute(query))
    return [(kind, deadline, count, int(passed)) for kind, deadline, count, passed in rows]


def muted(session: Session, house: House, before: datetime) -> tuple[int, int]:
    """How many had chosen before then to be reminded of nothing, of how many that were ever asked anything."""
    chose = and_(Reminding.profile == NONE, Reminding.chosen_at < before)
    query = select(func.count().filter(chose), func.count()).where(Reminding.workspace_id == house.workspace_id)
    count, people = session.execute(query).one()
    return count, people


def get_message(session: Session, house: House, id: int) -> tuple[DayMessage, list[Prompt]]:
    """A message, and what stands in it now in the order of asking."""
    rows: list[Any] = list(session.execute(_MESSAGE, {"workspace_id": house.workspace_id, "id": id}))
    return rows[0][0], [prompt for _message, prompt in rows if prompt is not None]
