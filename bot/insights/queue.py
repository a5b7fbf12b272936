"""The queue: one insight at a time for whoever triages, and never the same one for two of them."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import Session

from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.insights import model, rights, states
from bot.insights.model import NEW, TRIAGED, Insight
from bot.people.model import People

LEASE = timedelta(minutes=10)
"""How long whoever opened an insight has it to themselves."""
QUEUE = (NEW, TRIAGED)
"""These wait for a triager: nobody sorted them yet, or nobody was found to answer them."""


# Built once, since Home is drawn after every press on it.
_WAITING = select(func.count(), func.count().filter(Insight.due_at < bindparam("now"))).where(
    Insight.workspace_id == bindparam("workspace_id"),
    Insight.state.in_(QUEUE),
    Insight.restricted.in_(bindparam("restricted", expanding=True)),
)


def waiting(session: Session, house: House, slack_id: str) -> tuple[int, int]:
    """How many insights wait for triage that this person may see, and how many of these are late."""
    rights.require_triager(session, house, slack_id)
    which = {
        "workspace_id": house.workspace_id,
        "now": house.clock.now(),
        "restricted": _restricted(session, house, slack_id),
    }
    count, of_these = session.execute(_WAITING, which).one()
    return count, of_these


def next_for(session: Session, house: House, slack_id: str, but: Collection[str] = ()) -> Insight | None:
    """The one that is due soonest and nobody else works on, leased to this person; `but` are refs to leave for now."""
    rights.require_triager(session, house, slack_id)
    now = house.clock.now()
    free = _free(house, slack_id)
    query = select(Insight).where(*_in_queue(session, house, slack_id), free)
    if but:
        query = query.where(Insight.number.not_in([model.number(ref) for ref in but]))
    # Whoever is next takes what another does not hold at this moment.
    query = query.order_by(Insight.due_at, Insight.id).limit(1).with_for_update(skip_locked=True)
    insight = session.scalar(query.execution_options(populate_existing=True))
    if insight is None:
        return None
    model.set_(session, insight, lease_by=slack_id, lease_until=now + LEASE)
    return insight


def take(session: Session, house: House, slack_id: str, ref: str) -> Insight:
    """One of their choice, leased to them; a `UserError` while somebody else works on it."""
    insight = rights.triageable(session, house, slack_id, ref)
    require_free(session, house, insight, slack_id)
    model.set_(session, insight, lease_by=slack_id, lease_until=house.clock.now() + LEASE)
    return insight


def leave(session: Session, house: House, slack_id: str, ref: str) -> None:
    """Give it back to the queue as it is."""
    insight = rights.triageable(session, house, slack_id, ref)
    if insight.lease_by == slack_id:
        model.set_(session, insight, lease_by=None, lease_until=None)


def queue(
    session: Session, house: House, slack_id: str, limit: int, after: int = 0, *, free: bool = False
) -> list[Insight]:
    """A page of the queue, the soonest due first; `free`: without what somebody else works on."""
    rights.require_triager(session, house, slack_id)
    query = select(Insight).where(*_in_queue(session, house, slack_id))
    if free:
        query = query.where(_free(house, slack_id))
    return list(session.scalars(query.order_by(Insight.due_at, Insight.id).offset(after).limit(limit)))


# What every verb of a triager begins and ends with.


def working_on(session: Session, house: House, slack_id: str, ref: str, verb: str) -> Insight:
    """The insight, held for a triager who may do this with it now; a `UserError` for others."""
    insight = rights.triageable(session, house, slack_id, ref)
    require_free(session, house, insight, slack_id)
    states.require(insight, verb)
    return insight


def move(session: Session, house: House, insight: Insight, verb: str, **values: Any) -> None:
    """`values` of an insight that is held, in a state in which this may be done."""
    if not model.move(session, house, insight, states.states_for(verb), **values):
        states.require(insight, verb)
        raise UserError(f"Somebody was quicker: {insight.ref} has changed. `/insight {insight.ref}` shows it.")


def require_free(session: Session, house: House, insight: Insight, slack_id: str) -> None:
    """A `UserError` while somebody else works on it."""
    until = insight.lease_until
    if until is not None and until > house.clock.now() and insight.lease_by not in (None, slack_id):
        by = People(session, house).called(insight.lease_by or "")
        raise UserError(f"{by} works on {insight.ref} just now. Take another one.")


def text_of(field: str, words: str, limit: int, missing: str) -> str:
    """What was typed in a field; `FieldErrors` when it is nothing or too much."""
    words = words.strip()
    if not words:
        raise FieldErrors({field: missing})
    if len(words) > limit:
        raise FieldErrors({field: f"Keep it under {limit} characters."})
    return words


def _in_queue(session: Session, house: House, slack_id: str) -> list[ColumnElement[bool]]:
    return [
        Insight.workspace_id == house.workspace_id,
        Insight.state.in_(QUEUE),
        Insight.restricted.in_(_restricted(session, house, slack_id)),
    ]


def _restricted(session: Session, house: House, slack_id: str) -> list[bool]:
    """Whether those that a triager works on are restricted: all of them, none, or both sorts."""
    if not rights.is_reader(session, house, slack_id):
        return [False]
    return [True, False] if rights.triages_all(session, house, slack_id) else [True]


def _free(house: House, slack_id: str) -> ColumnElement[bool]:
    now = house.clock.now()
    return or_(Insight.lease_until.is_(None), Insight.lease_until <= now, Insight.lease_by == slack_id)
