"""Actions and how they stand."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import String, Text, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.errors import UserError
from bot.house import House
from bot.people.model import Person

OPEN, DONE, DROPPED = "open", "done", "dropped"
LIMIT = 300


class Action(Base):
    """One thing that somebody does until a day."""

    __tablename__ = "action"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    source: Mapped[str] = mapped_column(String(60), index=True)
    """What it comes from: a name of `house.links.action_sources`, `:`, and the id of one of them."""
    what: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(32))
    """Slack user id."""
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    agreed_by: Mapped[str] = mapped_column(String(32))
    agreed_at: Mapped[datetime]
    ended_by: Mapped[str | None] = mapped_column(String(32), default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    because: Mapped[str] = mapped_column(Text, default="")
    """Why it was dropped."""
    version: Mapped[int] = mapped_column(default=1)


def of(session: Session, house: House, source: str) -> list[Action]:
    """All that come from one thing, the first due first."""
    query = select(Action).where(Action.workspace_id == house.workspace_id, Action.source == source)
    return list(session.scalars(query.order_by(Action.due_on, Action.id)))


def get(session: Session, house: House, id: str) -> Action:
    """An action by its id; a `UserError` for anything else that Slack sends back."""
    found = session.get(Action, int(id)) if id.isascii() and id.isdecimal() and len(id) <= 15 else None
    if found is None or found.workspace_id != house.workspace_id:
        raise UserError("I do not know that action any more.")
    return found


# Built once, since Home is drawn after every press on it.
_OPEN_OF = (
    select(Action)
    .where(
        Action.workspace_id == bindparam("workspace_id"), Action.owner == bindparam("slack_id"), Action.state == OPEN
    )
    .order_by(Action.due_on, Action.id)
)

_OPEN_OF_OTHERS = (
    select(Action)
    .where(
        Action.workspace_id == bindparam("workspace_id"),
        Action.state == OPEN,
        Action.owner.not_in(bindparam("known", expanding=True)),
    )
    .order_by(Action.due_on, Action.id)
)


def open_of(session: Session, house: House, slack_id: str) -> list[Action]:
    """What is on this person."""
    return list(session.scalars(_OPEN_OF, {"workspace_id": house.workspace_id, "slack_id": slack_id}))


def open_of_others(session: Session, house: House, known: Collection[Person]) -> list[Action]:
    """What is on people who are none of the `known`."""
    bound = {"workspace_id": house.workspace_id, "known": [person.slack_id for person in known]}
    return list(session.scalars(_OPEN_OF_OTHERS, bound))


def open_until(session: Session, house: House, last: date) -> list[Action]:
    """All that is to be done by a day, whoever does it; the first due first."""
    query = select(Action).where(Action.workspace_id == house.workspace_id, Action.state == OPEN, Action.due_on <= last)
    return list(session.scalars(query.order_by(Action.due_on, Action.id)))


def due_between(session: Session, house: House, sort: str, first: date, last: date) -> list[Action]:
    """Those from one sort of source that were due on these days, without what was dropped."""
    query = select(Action).where(
        Action.workspace_id == house.workspace_id,
        Action.source.startswith(f"{sort}:", autoescape=True),
        Action.due_on.between(first, last),
        Action.state != DROPPED,
    )
    return list(session.scalars(query.order_by(Action.due_on, Action.id)))


def today(house: House) -> date:
    """The day it is in the workspace's zone: what the days of actions are counted in."""
    return _day(house, house.clock.now())


def in_time(house: House, actions: Sequence[Action]) -> int:
    """How many of them were done by their day."""
    return sum(
        each.state == DONE and each.ended_at is not None and _day(house, each.ended_at) <= each.due_on
        for each in actions
    )


def _day(house: House, moment: datetime) -> date:
    return moment.astimezone(house.definitions.organisation.zone).date()
