"""The node's clock in real time: APScheduler over the timer table."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from bot import timers
from bot.clock import Clock, SharedClock, SystemClock
from bot.db import Database
from bot.house import House
from bot.scheduler import HORIZON, LeasedTimerStore, Scheduler
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


def test_a_database_that_is_away_is_said_once_and_so_is_its_return(
    db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    flaky = Flaky(db)
    store = a_store(flaky, SystemClock())
    flaky.away = True
    for _ in range(5):
        assert store.get_due_jobs(SystemClock().now()) == []
        store.get_next_run_time()
    flaky.away = False
    for _ in range(2):
        store.get_due_jobs(SystemClock().now())

    away, back = capsys.readouterr().out.splitlines()
    assert "does not say which timers are due" in away
    assert "says again" in back


def test_timers_are_looked_for_in_time_by_a_clock_that_differs_from_this_machines(db: Database) -> None:
    for hours in (-1, 1):
        clock = SharedClock(SystemClock())
        clock.ahead = timedelta(hours=hours)
        house = make_house(db, clock=clock)
        arm(house, f"{hours}", after=600)
        wait = a_store(db, clock).get_next_run_time() - SystemClock().now()
        assert timedelta(0) < wait <= HORIZON


def test_a_clock_that_stands_still_does_not_look_again_and_again(db: Database) -> None:
    house = make_house(db, clock=SystemClock())
    arm(house, "due", after=-60)
    store = a_store(db, SystemClock(), paused=True)

    assert store.get_due_jobs(SystemClock().now()) == []
    assert store.get_next_run_time() - SystemClock().now() > HORIZON / 2


def test_one_that_always_fails_delays_no_other_of_the_same_moment(house: House) -> None:
    fired = Fired(house)

    def fire(lease: Lease) -> None:
        if lease.ref == "broken":
            raise ValueError("always")
        fired(lease)

    arm(house, "broken")
    for number in range(10):
        arm(house, str(number))
    scheduler = Scheduler(house.db, house.clock, house.workspace_id, "node-a", fire)
    scheduler.start()
    assert within(10, lambda: len(fired.refs) == 10)
    scheduler.stop()


def a_store(db: object, clock: Clock, *, paused: bool = False) -> LeasedTimerStore:
    return LeasedTimerStore(db, clock, people.WORKSPACE, "node-a", lambda lease: None, lambda: paused)  # type: ignore[arg-type]  # some come and go


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
