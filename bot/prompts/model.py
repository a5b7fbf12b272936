"""What is asked of whom, the messages that carry it, and how much reminding each person wants."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, insert_or_ignore, workspace_column
from bot.house import House

LIGHT, STANDARD, NONE = "light", "standard", "none"
"""Reminder profiles: only the prompt; a prompt and one reminder; nothing but what the Home tab shows."""

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

    __table_args__ = (UniqueConstraint("workspace_id", "person", "day", "what"),)


class Prompt(Base):
    """One thing that one person is asked for; its room knows what, by kind and ref."""

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
    report_to: Mapped[str | None] = mapped_column(String(32), default=None)
    """Slack id of whom to tell when it cannot be delivered."""
    prompted_at: Mapped[datetime | None] = mapped_column(default=None)
    reminded_at: Mapped[datetime | None] = mapped_column(default=None)
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
    )


def hold(session: Session, house: House, person: str) -> Reminding:
    """Keep others from what this person is asked until this transaction ends."""
    insert_or_ignore(session, Reminding, workspace_id=house.workspace_id, person=person, profile=STANDARD)
    query = select(Reminding).where(Reminding.workspace_id == house.workspace_id, Reminding.person == person)
    held = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    assert held is not None
    return held


def profile_of(session: Session, house: House, person: str) -> str:
    query = select(Reminding.profile).where(Reminding.workspace_id == house.workspace_id, Reminding.person == person)
    return session.scalar(query) or STANDARD


def find(session: Session, house: House, key: str) -> Prompt | None:
    return session.scalar(select(Prompt).where(Prompt.workspace_id == house.workspace_id, Prompt.key == key))


def open_of(session: Session, house: House, person: str) -> list[Prompt]:
    """What this person is asked and has not answered; in the order of asking."""
    query = select(Prompt).where(
        Prompt.workspace_id == house.workspace_id, Prompt.person == person, Prompt.ended_at.is_(None)
    )
    return list(session.scalars(query.order_by(Prompt.id).execution_options(populate_existing=True)))


def standing_in(session: Session, house: House, day_message: DayMessage) -> list[Prompt]:
    """What stands in a message now, in the order of asking."""
    query = select(Prompt).where(Prompt.workspace_id == house.workspace_id, Prompt.day_message_id == day_message.id)
    return list(session.scalars(query.order_by(Prompt.id)))


def message_on(session: Session, house: House, person: str, day: date, what: str) -> DayMessage | None:
    return session.scalar(
        select(DayMessage).where(
            DayMessage.workspace_id == house.workspace_id,
            DayMessage.person == person,
            DayMessage.day == day,
            DayMessage.what == what,
        )
    )


def get_message(session: Session, house: House, id: int) -> DayMessage:
    found = session.scalar(select(DayMessage).where(DayMessage.workspace_id == house.workspace_id, DayMessage.id == id))
    assert found is not None
    return found
