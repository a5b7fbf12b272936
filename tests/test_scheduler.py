"""The node's clock in real time: APScheduler over the timer table."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from bot import timers
from bot.clock import SystemClock
from bot.db import Database
from bot.house import House
from bot.scheduler import LeasedTimerStore, Scheduler
from bot.timers import Lease
from tests import people
from tests.fakes import make_house


@pytest.fixture
def house(any_db: Database) -> House:
    return make_house(any_db, clock=SystemClock())


class Fired:
    """Fires leases of the house, and keeps what fired."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.refs: list[str] = []

    def __call__(self, lease: Lease) -> None:
        self._house.db.call(timers.fire, lease, self._house, {"open": lambda session, house, ref: self._keep(ref)})

    def _keep(self, ref: str) -> None:
        self.refs.append(ref)


@contextmanager
def running(house: House, fired: Fired, node: str = "node-a") -> Iterator[Scheduler]:
    scheduler = Scheduler(house.db, house.clock, house.workspace_id, node, fired)
    scheduler.start()
    yield scheduler
    scheduler.stop()


def arm(house: House, ref: str, after: float = 0.0) -> None:
    due = house.clock.now() + timedelta(seconds=after)
    house.db.call(timers.arm, house, f"open:{ref}", "open", ref, due)


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.01)
    return holds()


def test_timers_fire_in_time_each_once_with_two_schedulers_on_one_database(house: House) -> None:
    fired = Fired(house)
    with running(house, fired, "node-a"), running(house, fired, "node-b"):
        for number in range(10):
            arm(house, str(number), after=number * 0.02)
        assert within(10, lambda: len(fired.refs) >= 10)
        time.sleep(0.2)

    assert sorted(fired.refs, key=int) == [str(number) for number in range(10)]


def test_what_is_armed_for_now_does_not_wait_for_the_next_look(house: House) -> None:
    fired = Fired(house)
    with running(house, fired):
        time.sleep(0.1)
        armed = time.monotonic()
        arm(house, "at once")
        assert within(10, lambda: fired.refs == ["at once"])
        took = time.monotonic() - armed

    assert took < 5


def test_a_stopped_scheduler_lets_what_runs_finish_and_starts_nothing_more(house: House) -> None:
    begun, finished = threading.Event(), threading.Event()

    def slow(lease: Lease) -> None:
        begun.set()
        time.sleep(0.2)
        finished.set()

    scheduler = Scheduler(house.db, house.clock, house.workspace_id, "node-a", slow)
    scheduler.start()
    arm(house, "slow")
    assert begun.wait(10)
    scheduler.stop()

    assert finished.is_set()


def test_stopping_while_timers_come_due_is_quiet(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    house = make_house(db, clock=SystemClock())
    for round_ in range(5):
        fired = Fired(house)
        with running(house, fired):
            for number in range(20):
                arm(house, f"{round_}.{number}")

    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_the_scheduler_goes_on_when_the_database_was_away(db: Database) -> None:
    house = make_house(Flaky(db), clock=SystemClock())  # type: ignore[arg-type]  # a database that comes and goes
    fired = Fired(make_house(db))
    with running(house, fired):
        house.db.away = True  # type: ignore[attr-defined]  # as above
        assert within(10, lambda: house.db.refused >= 2)  # type: ignore[attr-defined]  # as above
        house.db.away = False  # type: ignore[attr-defined]  # as above
        arm(make_house(db, clock=SystemClock()), "after the storm")
        assert within(10, lambda: fired.refs == ["after the storm"])


class Flaky:
    """A database whose connection can be lost."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.away = False
        self.refused = 0

    def call(self, *args: object) -> object:
        if self.away:
            self.refused += 1
            raise OperationalError("SELECT 1", {}, Exception("connection refused"))
        return self._db.call(*args)  # type: ignore[arg-type]  # handed on as it came

    def on_wake(self, name: str, waker: Callable[[], None]) -> None:
        self._db.on_wake(name, waker)


def test_asking_for_the_next_time_never_ends_the_schedulers_thread(db: Database) -> None:
    flaky = Flaky(db)
    flaky.away = True
    clock = SystemClock()
    store = LeasedTimerStore(flaky, clock, people.WORKSPACE, "node-a", lambda lease: None)  # type: ignore[arg-type]  # as above

    assert store.get_next_run_time() <= clock.now() + timedelta(seconds=1)


def test_housekeeping_comes_back_again_and_again(house: House) -> None:
    runs: list[float] = []
    scheduler = Scheduler(house.db, house.clock, house.workspace_id, "node-a", lambda lease: None)
    scheduler.every(0.05, lambda: runs.append(time.monotonic()))
    scheduler.start()
    assert within(10, lambda: len(runs) >= 3)
    scheduler.stop()


def test_timers_are_armed_in_a_transaction_and_nowhere_else(db: Database) -> None:
    store = LeasedTimerStore(db, SystemClock(), people.WORKSPACE, "node-a", lambda lease: None)

    with pytest.raises(TypeError, match=r"bot\.timers\.arm"):
        store.add_job(None)
    store.remove_all_jobs()
    assert store.get_all_jobs() == []
