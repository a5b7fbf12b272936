"""The Slack of a simulation: takes every message at the moment it is due, and remembers it.

It stands in for the relay and for Slack. Their pace is left out: that the last of two hundred people reads a message
most of a minute after the first is not what a calendar is judged by.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, select, update
from sqlalchemy.orm import Session

from bot.clock import from_millis, to_millis
from bot.definitions import Definitions
from bot.delivery.model import CANCELLED, DEAD, OUTBOX, POST, SENT, is_queued
from bot.people.directory import Directory

WORKSPACE = "T0SIMULATED"
LONGEST_HEADLINE = 90


@dataclass(frozen=True)
class Said:
    """One message that was posted, or changed in place."""

    id: int
    at: datetime
    channel: str
    """A channel's Slack id, or a person's."""
    kind: str
    headline: str
    is_change: bool
    """A message that stood there already says something else now; nobody is notified of that."""
    in_thread: bool


class Slack:
    """Takes what is due from the outbox, and keeps it in `said`."""

    def __init__(self) -> None:
        self.said: list[Said] = []

    def take(self, session: Session, now: datetime) -> int:
        """Take everything that may be said by `now`; how many messages that was."""
        # Sorted here: for an order by id SQLite would walk through all that was ever said.
        due = sorted(session.execute(_DUE, {"now": to_millis(now)}), key=lambda message: message.id)
        if due:
            session.execute(_TAKEN, [self._answer(each, now) for each in due])
        return len(due)

    def _answer(self, message: Any, now: datetime) -> dict[str, Any]:
        """What delivery writes down of a message that was taken."""
        at = to_millis(now)
        answer = {"message": message.id, "now": at, "state_now": SENT, "stands_in": None, "stands_at": None}
        if message.parent_state in (CANCELLED, DEAD):
            return answer | {"state_now": DEAD}
        is_change = message.method != POST
        self.said.append(
            Said(
                id=message.id,
                at=now,
                channel=message.channel,
                kind=message.kind,
                headline=_headline(message.text or ""),
                is_change=is_change,
                in_thread=not is_change and message.target is not None,
            )
        )
        if is_change:
            return answer | {"stands_in": message.parent_channel, "stands_at": message.parent_ts}
        # The number makes it one of a kind, as Slack's are.
        return answer | {"stands_in": message.channel, "stands_at": f"{at // 1000}.{message.id:06}"}


def next_due(session: Session) -> datetime | None:
    """When the next message that waits may be said."""
    millis = session.execute(_NEXT).scalar()
    return None if millis is None else from_millis(millis)


def directory(definitions: Definitions) -> Directory:
    """Slack's people and channels, as far as definitions name them. Nobody is in a user group."""
    ids = slack_ids(definitions)
    members = [
        {
            "id": ids[person.ref],
            "name": person.name,
            "tz": (person.zone or definitions.organisation.zone).key,
            "profile": {"real_name": person.name, "email": person.email or ""},
        }
        for person in definitions.organisation.people
    ]
    channels = [{"id": id, "name": name, "is_member": True} for name, id in channel_ids(definitions).items()]
    groups = {each for ritual in definitions.calendar.rituals for each in ritual.audience if each.startswith("@")}
    return Directory(tuple(members), tuple(channels), {each.removeprefix("@"): () for each in groups})


def slack_ids(definitions: Definitions) -> dict[str, str]:
    """Slack's ids of people, by how definitions refer to them; made up where the definitions name none."""
    people = definitions.organisation.people
    return {person.ref: person.slack or f"U0SIM{number:06}" for number, person in enumerate(people)}


def channel_ids(definitions: Definitions) -> dict[str, str]:
    """Made-up ids of the channels that definitions name, by their names without `#`."""
    organisation, own = definitions.organisation, definitions.organisation.channels
    named = [
        *(own.updates, own.launches, own.decisions, own.product_ops),
        *(ritual.channel for ritual in definitions.calendar.rituals),
        *(area.forum for area in organisation.areas),
    ]
    names = dict.fromkeys(name.removeprefix("#") for name in named if name.startswith("#"))
    return {name: f"C0SIM{number:06}" for number, name in enumerate(names)}


def _headline(text: str) -> str:
    first = text.strip().partition("\n")[0]
    return first if len(first) <= LONGEST_HEADLINE else f"{first[: LONGEST_HEADLINE - 1]}…"


_parent = OUTBOX.alias("parent")
_DUE = (
    select(
        OUTBOX.c.id,
        OUTBOX.c.channel,
        OUTBOX.c.method,
        OUTBOX.c.target,
        OUTBOX.c.kind,
        OUTBOX.c.payload["text"].as_string().label("text"),
        _parent.c.state.label("parent_state"),
        _parent.c.channel.label("parent_channel"),
        _parent.c.ts.label("parent_ts"),
    )
    .select_from(OUTBOX)
    .outerjoin(_parent, _parent.c.id == OUTBOX.c.target)
    .where(is_queued(OUTBOX.c.state), OUTBOX.c.not_before <= bindparam("now", type_=BigInteger))
)
_NEXT = select(func.min(OUTBOX.c.not_before)).where(is_queued(OUTBOX.c.state))
_TAKEN = (
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("message"))
    .values(
        state=bindparam("state_now"),
        posted_channel=bindparam("stands_in"),
        ts=bindparam("stands_at"),
        via="answer",
        first_send=bindparam("now", type_=BigInteger),
        last_send=bindparam("now", type_=BigInteger),
        done_at=bindparam("now", type_=BigInteger),
    )
)
