"""Rituals are planned, opened and ended at the same cost however many occurrences there ever were."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from bot.db import Database
from bot.rituals.model import CLOSED, Occurrence
from tests.rituals.desk import RITUAL, Desk, berlin

MUCH = 3_000
ROWS_READ = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'occurrence'"
"""Those that this connection has read lately."""


def test_planning_again_reads_nothing_that_has_ended(db: Database) -> None:
    desk = Desk(db)
    desk.plan()
    with counted(db) as at_first:
        desk.plan()
    live_through(desk, MUCH)
    with counted(db) as then:
        desk.plan()

    assert then.steps < at_first.steps + MUCH / 10


def test_a_week_reads_nothing_that_has_ended(db: Database) -> None:
    desk = Desk(db)
    desk.plan()
    desk.until(berlin(25, 9))
    with counted(db) as at_first:
        desk.until(berlin(27))
    live_through(desk, MUCH)
    desk.until(berlin(2, 9, month=12))
    with counted(db) as then:
        desk.until(berlin(4, month=12))

    assert desk.diary.entries[-1] == "publish 2026-12-02"
    assert then.steps < at_first.steps + MUCH / 10


@pytest.mark.parametrize("any_db", ["postgresql"], indirect=True)
def test_postgresql_reads_nothing_that_has_ended_either(any_db: Database) -> None:
    desk = Desk(any_db)
    for ritual in (RITUAL, *map(str, range(20))):
        live_through(desk, 500, ritual)
    with any_db.transaction() as session:
        session.execute(text("ANALYZE occurrence"))
    desk.plan()
    with any_db.transaction() as session:
        # As after some time: it no longer looks at the values before it chooses how to read.
        session.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        before = session.scalar(text(ROWS_READ)) or 0
        desk.rituals.plan_all(session, desk.house)
        then = session.scalar(text(ROWS_READ)) or 0

    assert 0 < then - before < 50


def live_through(desk: Desk, occurrences: int, ritual: str = RITUAL) -> None:
    """As many occurrences of a ritual have ended, one a day until a year ago."""
    moment = desk.clock.now() - timedelta(days=365)
    days = [moment - timedelta(days=number) for number in range(occurrences)]
    ended = [
        {
            "workspace_id": desk.house.workspace_id, "ritual_id": ritual, "slot": f"{at:%Y-%m-%dT%H:%M}",
            "day": at.date(), "opens_at": at, "cutoff_at": at, "publish_at": at, "state": CLOSED,
        }
        for at in days
    ]  # fmt: skip
    with desk.db.transaction() as session:
        session.execute(insert(Occurrence), ended)


class Counter:
    def __init__(self) -> None:
        self.steps = 0

    def count(self) -> None:
        self.steps += 1


@contextmanager
def counted(db: Database) -> Iterator[Counter]:
    """How many steps SQLite takes for all that is asked of it."""
    counter = Counter()

    def begin(connection: Any, *_: Any) -> None:
        connection.set_progress_handler(counter.count, 1)

    def end(connection: Any, *_: Any) -> None:
        connection.set_progress_handler(None, 1)

    event.listen(db.engine, "checkout", begin)
    event.listen(db.engine, "checkin", end)
    yield counter
    event.remove(db.engine, "checkout", begin)
    event.remove(db.engine, "checkin", end)
