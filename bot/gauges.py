"""What the database says of delivery, timers and processes at this moment: figures for whoever watches.

Each query reads only an index of what is open or failed, however long the history has become.
"""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import and_, case, func, literal_column, select
from sqlalchemy.orm import Session

from bot import nodes
from bot.clock import to_millis
from bot.delivery.model import HELD, QUEUED, OutboxMessage, is_open, is_to_look
from bot.delivery.refusal import refusals
from bot.metrics import Gauge
from bot.timers import ARMED, Timer

LATER = "later"
"""Queued, but its author wants it to wait."""

_REFUSED = "How long Slack has taken nothing from an installation, while that is so."
_MESSAGES = "Messages by state; later: queued for a time to come."
_OLDEST = "How long the oldest message that could go out has waited."
_LAG = "How late the oldest timer is that should have fired."
_FAILED = "Timers that were given up after several attempts."
_NODES = "Processes that said within three seconds that they are alive."


def gauges(session: Session, now: int) -> list[Gauge]:
    """Every figure there is at `now` (milliseconds), of all workspaces in the database."""
    return [*_refused(session, now), *_messages(session, now), *_timers(session, now), *_nodes(session, now)]


def _refused(session: Session, now: int) -> Iterator[Gauge]:
    for each in refusals(session):
        labels = {"workspace": each.workspace_id, "reason": each.reason}
        yield Gauge("installation_refused_seconds", _REFUSED, (now - to_millis(each.since)) / 1_000, labels)


def _messages(session: Session, now: int) -> Iterator[Gauge]:
    waits = and_(OutboxMessage.state == literal_column("'queued'"), OutboxMessage.not_before > now)
    state = case((waits, literal_column(f"'{LATER}'")), else_=OutboxMessage.state).label("state")
    # What waits for its time has waited since then, and not since it was promised.
    since = case(
        (OutboxMessage.not_before > OutboxMessage.created_at, OutboxMessage.not_before), else_=OutboxMessage.created_at
    )
    unfinished = session.execute(
        select(OutboxMessage.workspace_id, state, func.count(), func.min(since))
        .where(is_open(OutboxMessage.state))
        .group_by(OutboxMessage.workspace_id, state)
    ).all()
    for workspace, each, count, _ in unfinished:
        yield _in_state(workspace, each, count)
    for workspace, each, _, oldest in unfinished:
        if each == QUEUED:
            yield Gauge("outbox_oldest_seconds", _OLDEST, (now - oldest) / 1_000, {"workspace": workspace})
    held = and_(is_to_look(OutboxMessage.state), OutboxMessage.state == literal_column(f"'{HELD}'"))
    for aside, condition in ((HELD, held), ("dead", OutboxMessage.state == literal_column("'dead'"))):
        counted = select(OutboxMessage.workspace_id, func.count()).where(condition)
        for workspace, count in session.execute(counted.group_by(OutboxMessage.workspace_id)):
            yield _in_state(workspace, aside, count)


def _in_state(workspace: str, state: str, count: int) -> Gauge:
    return Gauge("outbox_messages", _MESSAGES, count, {"workspace": workspace, "state": state})


def _timers(session: Session, now: int) -> Iterator[Gauge]:
    oldest = select(Timer.workspace_id, func.min(Timer.due_at)).where(ARMED).group_by(Timer.workspace_id)
    for workspace, due in session.execute(oldest):
        yield Gauge("timer_lag_seconds", _LAG, max(0, now - due) / 1_000, {"workspace": workspace})
    failed = select(Timer.workspace_id, func.count()).where(Timer.state == literal_column("'failed'"))
    for workspace, count in session.execute(failed.group_by(Timer.workspace_id)):
        yield Gauge("timers_failed", _FAILED, count, {"workspace": workspace})


def _nodes(session: Session, now: int) -> Iterator[Gauge]:
    for (role, version), count in Counter((each.role, each.version) for each in nodes.alive(session, now)).items():
        yield Gauge("nodes", _NODES, count, {"role": role, "version": version})
