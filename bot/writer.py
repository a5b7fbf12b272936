"""SQLite's one writer: verbs that wait at the same time share one commit, since making it durable is what costs.

Each verb keeps its own transaction (a savepoint): one that fails takes back only its own writes, and none is told
that it succeeded before the shared commit stands on disk.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

LONGEST_BATCH = 0.02
"""Seconds of work after which a batch commits, so that the first in it does not wait for a long queue."""


@dataclass
class _Job:
    verb: Callable[[Session], Any]
    done: "Future[Any]"
    session: Session | None = None
    result: Any = None
    error: BaseException | None = None


class Writer:
    """A thread that runs verbs in turn. `committed` is called with each session whose verb's writes are kept."""

    def __init__(self, engine: Engine, committed: Callable[[Session], None]) -> None:
        self._engine = engine
        self._committed = committed
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="db", daemon=True)
        self._thread.start()

    def submit(self, verb: Callable[[Session], Any]) -> "Future[Any]":
        """The future of `verb(session)`: done once its writes are durable. RuntimeError after `close`.

        Cancelled before its turn, the verb does not run.
        """
        if self._closed:
            raise RuntimeError("the database is closed")
        job = _Job(verb, Future())
        self._jobs.put(job)
        return job.done

    def close(self) -> None:
        """Finish what was submitted, then end."""
        self._closed = True
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while not self._ended:
            if (job := self._jobs.get()) is None:
                return
            self._commit_together(job)

    def _commit_together(self, first: _Job) -> None:
        # From here on its future can not be cancelled; one that was is waited for by nobody.
        if not first.done.set_running_or_notify_cancel():
            return
        # In the batch before the transaction begins, which fails when another process holds the database.
        batch = [first]
        try:
            with self._engine.begin() as connection:
                _attempt(first, connection)
                for job in self._whoever_waits():
                    if job.done.set_running_or_notify_cancel():
                        batch.append(job)
                        _attempt(job, connection)
        except BaseException as error:
            for job in batch:
                job.error = job.error or error
        for job in batch:
            if job.error is not None:
                job.done.set_exception(job.error)
            else:
                assert job.session is not None
                self._committed(job.session)
                job.done.set_result(job.result)

    def _whoever_waits(self) -> Iterator[_Job]:
        until = time.monotonic() + LONGEST_BATCH
        while time.monotonic() < until and not self._jobs.empty():
            if (job := self._jobs.get()) is None:
                self._ended = True
                return
            yield job


def _attempt(job: _Job, connection: Connection) -> None:
    """Run one verb in a savepoint of its own."""
    job.session = Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    try:
        with job.session, job.session.begin():
            job.result = job.verb(job.session)
    except Exception as error:
        job.error = error
        if not connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]  # SQLite's has it
            # The database gave the whole transaction up (a full disk, say): what follows would stand on its own.
            raise
