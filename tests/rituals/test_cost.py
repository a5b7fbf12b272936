"""Rituals are planned, opened and ended at the same cost however many occurrences there ever were."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import event, insert

from bot.db import Database
from bot.rituals.model import CLOSED, Occurrence
from tests.rituals.desk import RITUAL, Desk, berlin

MUCH = 3_000


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


def live_through(desk: Desk, occurrences: int) -> None:
    """As many occurrences of the ritual have ended, one a day until a year ago."""
    moment = desk.clock.now() - timedelta(days=365)
    days = [moment - timedelta(days=number) for number in range(occurrences)]
    ended = [
        {
            "workspace_id": desk.house.workspace_id, "ritual_id": RITUAL, "slot": f"{at:%Y-%m-%dT%H:%M}",
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
