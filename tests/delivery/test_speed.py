"""Looking for work costs nothing while there is none, however much has been said before."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from bot.blocks import message, section
from bot.clock import to_millis
from bot.db import Database
from bot.delivery import outbox
from bot.delivery.claim import claim, is_busy
from bot.delivery.doubles import claim_checks
from bot.delivery.model import OutboxMessage
from bot.delivery.reconcile import claim_looks, rescue
from bot.house import House
from tests.people import UPDATES

SMALL = (
    "ix_outbox_open",
    "ix_outbox_changes",
    "ix_outbox_in_flight",
    "ix_outbox_to_look",
    "ix_outbox_to_audit",
    "INTEGER PRIMARY KEY",
)
"""Ways to reach rows that do not grow with what was said in the past."""


def test_looking_for_work_never_reads_what_is_done(db: Database, house: House) -> None:
    now = to_millis(house.clock.now())
    with db.transaction() as session:
        _say_much(session, house, now)
    for look in (
        lambda session: claim(session, "node-a", now, 8),
        lambda session: is_busy(session, now),
        lambda session: rescue(session, now),
        lambda session: claim_looks(session, now),
        lambda session: claim_checks(session, now),
    ):
        for step in _plans(db, look):
            assert any(index in step for index in SMALL), step


def _say_much(session: Session, house: House, now: int) -> None:
    first = outbox.post(session, house, UPDATES, message(section("Hello")), kind="greeting")
    row = session.get_one(OutboxMessage, first)
    done = {key.name: getattr(row, key.name) for key in OutboxMessage.__table__.columns}
    done |= {"state": "sent", "done_at": now}
    rows = [done | {"id": first + number, "marker": f"m{number}"} for number in range(1, 2_000)]
    session.execute(insert(OutboxMessage), rows)


def _plans(db: Database, look: Callable[[Session], Any]) -> list[str]:
    """How SQLite reaches the outbox in each statement of `look`."""
    statements: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, sql: str, values: Any, *_rest: Any) -> None:
        statements.append((sql, values))

    event.listen(db.engine, "before_cursor_execute", keep)
    with db.transaction() as session:
        look(session)
    event.remove(db.engine, "before_cursor_execute", keep)
    steps: list[str] = []
    with db.engine.connect() as connection:
        for sql, values in statements:
            if "outbox" in sql:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
                steps += [step.detail for step in plan if "outbox" in step.detail]
    assert steps
    return steps
