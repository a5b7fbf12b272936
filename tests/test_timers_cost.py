"""Looking for timers costs nothing while none is due, however many have fired before, on both databases."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.orm import Session

from bot import timers
from bot.clock import to_millis
from bot.db import Database
from bot.house import House
from bot.timers import Step, Timer
from tests.fakes import StoppedClock, make_house

MUCH = 20_000
SMALL = ("ix_timer_wake", "ix_timer_retired", "ix_timer_plan", "ix_timer_failed", "INTEGER PRIMARY KEY", "timer_pkey")
"""Ways to reach timers that do not grow with what has fired; `key` is one row."""
ONE = ("sqlite_autoindex_timer_1", "timer_workspace_id_key_key")


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    house = make_house(any_db, clock=clock)
    with any_db.transaction() as session:
        session.execute(insert(Timer), list(_history(house)))
    if not any_db.is_sqlite:
        # As PostgreSQL does by itself after a while; SQLite plans without.
        with any_db.transaction() as session:
            session.execute(text("ANALYZE timer"))
    return house


def _history(house: House) -> Iterator[dict[str, Any]]:
    long_ago, soon = house.clock.now() - timedelta(days=20), house.clock.now() + timedelta(hours=1)
    for number in range(MUCH):
        waits = number % 1_000 == 0
        due = to_millis(soon if waits else long_ago)
        yield {
            "workspace_id": house.workspace_id, "key": f"open:{number}", "kind": "open", "ref": str(number),
            "plan": f"occurrence:{number // 3}", "generation": 1, "due_at": due, "wake_at": due,
            "state": "armed" if waits else "fired", "fence": 1, "attempts": 0,
        }  # fmt: skip


def test_looking_for_timers_never_reads_what_has_fired(house: House) -> None:
    now, workspace = house.clock.now(), house.workspace_id
    for look in (
        lambda session: timers.claim(session, workspace, now, "node-a"),
        lambda session: timers.next_wake(session, workspace),
        lambda session: timers.failed(session, workspace),
        lambda session: timers.try_failed_again(session, workspace, now),
        lambda session: timers.replan(session, house, "occurrence:7", [Step("open", "21", now)]),
        lambda session: timers.forget_retired(session, now - timedelta(days=30)),
    ):
        for step in _ways_to_timers(house.db, look):
            assert any(index in step for index in (*SMALL, *ONE)), step


def _ways_to_timers(db: Database, look: Callable[[Session], Any]) -> list[str]:
    """How the database reaches the timers in each statement of `look`."""
    with _kept(db) as statements, db.transaction() as session:
        look(session)
    explain = "EXPLAIN QUERY PLAN" if db.is_sqlite else "EXPLAIN"
    steps: list[str] = []
    with db.engine.connect() as connection:
        for sql, values in statements:
            if not sql.startswith("INSERT"):
                plan = [str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {sql}", values)]
                steps += [step for step in plan if _reads_timers(step)]
    return steps


def _reads_timers(step: str) -> bool:
    """Whether a line of a plan is one that reaches rows of `timer` (or its second self), not of `timer_plan`."""
    words = step.replace("(", " ").split()
    return ("SCAN" in words or "SEARCH" in words or "Scan" in words) and not {"timer_plan", "Subquery"} & set(words)


@contextmanager
def _kept(db: Database) -> Iterator[list[tuple[str, Any]]]:
    statements: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, sql: str, values: Any, *_rest: Any) -> None:
        statements.append((sql, values))

    event.listen(db.engine, "before_cursor_execute", keep)
    yield statements
    event.remove(db.engine, "before_cursor_execute", keep)
