"""Routine posts: a channel gets only so many of them in a day, and what comes after goes into the thread of the last.

What was taken back, given up or held back stands nowhere. What was to go into its thread takes its place instead: the
first of them begins a thread, if the day has none by then, and the others follow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, String, bindparam, func, literal_column, or_, select, update
from sqlalchemy.orm import Session

from bot.delivery.model import CANCELLED, DEAD, HELD, OUTBOX, POST, SENT, is_queued

LEFT = (CANCELLED, DEAD, HELD)
"""The states of what does not stand in the channel, as far as anybody knows."""


@dataclass(frozen=True)
class Routine:
    """For one routine post: the day it counts for, how many of them may stand in the channel, what one more says."""

    day: date
    most: int
    note: str


def thread_for(session: Session, workspace_id: str, lane: str, routine: Routine, at: int) -> int | None:
    """The message under which one more post goes at `at`; none when it may stand in the channel itself.

    It is the last by then, so that nothing waits for its thread, or else the first to come. Whoever asks holds the
    lane: otherwise another may post meanwhile.
    """
    posts = _of_the_day(session, workspace_id, lane, routine.day)
    if len({each.thread for each in posts}) < routine.most:
        return None
    moments = [(max(each.created_at, each.not_before), each.id, int(each.thread)) for each in posts]
    begun = [each for each in moments if each[0] <= at]
    return max(begun)[2] if begun else min(moments)[2]


def stand_elsewhere(session: Session, post: Any) -> None:
    """The thread that a post waits for will not be there: it goes into another one of its day, or begins one."""
    posts = _of_the_day(session, post.workspace_id, post.lane, post.routine_day)
    # Of what is still to be sent, some may come after it, and would wait for it.
    sent = [each.id for each in posts if each.state == SENT]
    _move(session, post.id, post.target, max(sent, default=None))


def begin_thread(session: Session, post: Any) -> None:
    """Slack does not let a post into its thread: it stands in the channel."""
    _move(session, post.id, post.target, None)


def _of_the_day(session: Session, workspace_id: str, lane: str, day: date) -> Sequence[Any]:
    """The day's posts that stand in the channel or will: also those that wait for a thread that will not be there."""
    return session.execute(_OF_THE_DAY, {"workspace_id": workspace_id, "lane": lane, "day": day}).all()


def _move(session: Session, message_id: int, old: int, new: int | None) -> None:
    """Of what waits for the same thread, all that comes after a post goes with it."""
    among = {"message_id": message_id, "old": old}
    session.execute(_MOVE, among | {"new": new})
    session.execute(_FOLLOW, among | {"new": new or message_id})


_parent = OUTBOX.alias("parent")
_OF_THE_DAY = (
    select(
        OUTBOX.c.id,
        OUTBOX.c.state,
        OUTBOX.c.created_at,
        OUTBOX.c.not_before,
        func.coalesce(OUTBOX.c.target, OUTBOX.c.id).label("thread"),
    )
    .outerjoin(_parent, _parent.c.id == OUTBOX.c.target)
    .where(
        OUTBOX.c.workspace_id == bindparam("workspace_id"),
        OUTBOX.c.lane == bindparam("lane"),
        OUTBOX.c.routine_day == bindparam("day", type_=Date),
        OUTBOX.c.state.not_in([literal_column(f"'{state}'") for state in LEFT]),
        or_(OUTBOX.c.target.is_(None), _parent.c.state.in_([literal_column(f"'{state}'") for state in LEFT])),
    )
)
_MOVE = (
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("message_id"), OUTBOX.c.target == bindparam("old"))
    .values(target=bindparam("new"))
)
_FOLLOW = (
    update(OUTBOX)
    .where(
        OUTBOX.c.target == bindparam("old"),
        OUTBOX.c.id > bindparam("message_id"),
        OUTBOX.c.method == bindparam("post", POST, type_=String),
        is_queued(OUTBOX.c.state),
    )
    .values(target=bindparam("new"))
)
