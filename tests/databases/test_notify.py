"""Processes on PostgreSQL tell each other of their commits, and lose nothing when they cannot."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot import notify
from bot.db import Database, wake
from bot.notify import Notifier
from tests import postgres


@pytest.fixture
def url() -> str:
    return postgres.empty_database()


@contextmanager
def process(url: str, name: str) -> Iterator[tuple[Database, threading.Event]]:
    """A database of one process, and what is set whenever its relay is woken."""
    db = Database(url)
    woken = threading.Event()
    db.on_wake("relay", woken.set)
    notifier = Notifier(db, name)
    notifier.start()
    try:
        yield db, woken
    finally:
        notifier.stop()
        db.close()


def promise(session: Session) -> None:
    wake(session, "relay")


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 15
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def listeners(db: Database) -> list[int]:
    with db.engine.begin() as connection:
        found = connection.execute(
            text("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'")
        )
        return [row.pid for row in found]


def test_what_one_process_commits_wakes_the_other(url: str) -> None:
    with process(url, "node-a") as (one, _), process(url, "node-b") as (other, woken):
        until(lambda: len(listeners(other)) == 2)
        until(woken.is_set)
        woken.clear()

        one.call(promise)

        assert woken.wait(5)


def test_a_transaction_that_is_rolled_back_wakes_nobody(url: str) -> None:
    def fail(session: Session) -> None:
        wake(session, "relay")
        raise ZeroDivisionError

    with process(url, "node-a") as (one, _), process(url, "node-b") as (other, woken):
        until(lambda: len(listeners(other)) == 2)
        until(woken.is_set)
        woken.clear()
        with pytest.raises(ZeroDivisionError):
            one.call(fail)

        assert not woken.wait(0.7)


def test_processes_whose_connections_are_cut_listen_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify, "AGAIN", 0.1)
    with process(url, "node-a") as (one, _), process(url, "node-b") as (other, woken):
        until(lambda: len(listeners(other)) == 2)
        before = set(listeners(other))
        with one.engine.begin() as connection:
            for pid in before:
                connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        until(lambda: len(set(listeners(other)) - before) == 2)
        woken.clear()

        def is_heard() -> bool:
            one.call(promise)
            return woken.wait(0.5)

        until(is_heard)


def test_a_commit_succeeds_while_nobody_can_be_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(Notifier, "_tell", refuse)
    with process(url, "node-a") as (one, woken):
        one.call(promise)

        assert woken.is_set(), "its own relay is woken without any notification"
