"""What was acknowledged survives a power cut."""

from bot.db import Database


def test_an_sqlite_commit_stands_on_disk_before_it_is_told(db: Database) -> None:
    with db.engine.connect() as connection:
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()

    # FULL: in write-ahead mode NORMAL keeps the file sound, but forgets the last commits.
    assert (journal, synchronous) == ("wal", 2)
