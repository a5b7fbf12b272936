"""PostgreSQL tells processes of each other's commits, so that what one promises another sends at once.

Only a shortcut: everybody looks into the database every second anyway, so a notification that is lost loses nothing.
It is sent after the commit and on a connection of its own, because inside the transaction it would make all commits
wait in one line.
"""

import queue
import threading
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, text

from bot.db import Database
from bot.logs import get_logger

CHANNEL = "drumbeat_wake"
AGAIN = 2.0
"""Seconds until a lost connection is made again."""
LOOK_UP = 0.5
"""Seconds after which a thread looks whether it should end."""

log = get_logger(__name__)


class Notifier:
    """Tells the other processes on a PostgreSQL database whom a commit wakes, and wakes whom they tell of."""

    def __init__(self, db: Database, node: str) -> None:
        self._db = db
        self._node = node
        self._waking: queue.SimpleQueue[frozenset[str]] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._again_and_again, args=(work,), name=work.__name__, daemon=True)
            for work in (self._tell, self._listen)
        ]

    def start(self) -> None:
        self._db.on_commit_tell(lambda names: self._waking.put(frozenset(names)))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _again_and_again(self, work: Callable[[Connection], None]) -> None:
        """Do `work` on a connection of its own, which is made again when it is lost."""
        lost = False
        while not self._stopping.is_set():
            try:
                with self._db.engine.connect() as connection:
                    connection.execution_options(isolation_level="AUTOCOMMIT")
                    if lost:
                        log.info("processes notify each other again")
                        lost = False
                    try:
                        work(connection)
                    finally:
                        # It listens, or is broken: nothing for anybody else.
                        connection.invalidate()
            except Exception as error:
                if not lost:
                    log.warning("processes cannot notify each other and look by themselves", error=str(error))
                lost = True
                self._stopping.wait(AGAIN)

    def _tell(self, connection: Connection) -> None:
        while not self._stopping.is_set():
            try:
                names = set(self._waking.get(timeout=LOOK_UP))
            except queue.Empty:
                continue
            while not self._waking.empty():
                names |= self._waking.get()
            payload = " ".join([self._node, *sorted(names)])
            connection.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": CHANNEL, "payload": payload})

    def _listen(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"LISTEN {CHANNEL}")
        driver: Any = connection.connection.driver_connection
        # What was said before we listened, nobody repeats.
        self._db.nudge(("relay", "timers"))
        while not self._stopping.is_set():
            self._hear(notification.payload for notification in driver.notifies(timeout=LOOK_UP))

    def _hear(self, payloads: Iterable[str]) -> None:
        for payload in payloads:
            sender, *names = payload.split()
            if sender != self._node:
                self._db.nudge(names)
