"""What was acknowledged survives a power cut."""

from pathlib import Path

from bot.db import Database
from tests.conftest import sqlite_url


def test_an_sqlite_commit_stands_on_disk_before_it_is_told(tmp_path: Path) -> None:
    # Not the tests' usual one, which does not wait for the disk.
    db = Database(sqlite_url(tmp_path))

    with db.engine.connect() as connection:
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()

    # FULL: in write-ahead mode NORMAL keeps the file sound, but forgets the last commits.
    assert (journal, synchronous) == ("wal", 2)
    db.close()
