"""The database: verbs that share a commit stay independent, and success means durable."""

import asyncio
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from bot.db import Database, Moment, insert_or_ignore, wake
from bot.delivery.model import Node
from tests import postgres
from tests.fakes import WEDNESDAY, make_tables


class OwnBase(DeclarativeBase):
    """Kept apart, so that the schema the migrations are held to does not know this table."""


class Note(OwnBase):
    __tablename__ = "note_for_tests"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(unique=True)


def write(session: Session, words: str, *, fail: bool = False) -> str:
    session.add(Note(words=words))
    session.flush()
    if fail:
        raise ValueError(f"{words} went wrong")
    return words


def notes(db: Database) -> set[str]:
    with db.transaction() as session:
        return set(session.scalars(select(Note.words)))


@pytest.fixture
def note_db(tmp_path: Path) -> Database:
    db = Database(f"sqlite:///{tmp_path / 'notes.db'}")
    OwnBase.metadata.create_all(db.engine)
    return db


def test_verbs_that_wait_together_all_succeed(note_db: Database) -> None:
    async def together() -> list[str]:
        return await asyncio.gather(*(note_db.run(write, str(n)) for n in range(50)))

    assert asyncio.run(together()) == [str(n) for n in range(50)]
    assert notes(note_db) == {str(n) for n in range(50)}


def test_a_verb_that_fails_takes_back_only_its_own_writes(note_db: Database) -> None:
    async def together() -> list[object]:
        verbs = (note_db.run(write, str(n), fail=n % 3 == 0) for n in range(30))
        return await asyncio.gather(*verbs, return_exceptions=True)

    outcomes = asyncio.run(together())

    assert notes(note_db) == {str(n) for n in range(30) if n % 3}
    assert [str(outcome) for outcome in outcomes[:4]] == ["0 went wrong", "1", "2", "3 went wrong"]


def test_success_is_told_only_after_the_commit_stands(note_db: Database, tmp_path: Path) -> None:
    """Another connection sees the row at the moment the verb is reported done, however slow the disk is."""
    event.listen(note_db.engine, "commit", lambda _connection: time.sleep(0.2))
    other = create_engine(f"sqlite:///{tmp_path / 'notes.db'}")

    async def write_and_look() -> list[str]:
        await note_db.run(write, "durable")
        with other.connect() as connection:
            return list(connection.execute(text("SELECT words FROM note_for_tests")).scalars())

    assert asyncio.run(write_and_look()) == ["durable"]


def test_when_the_commit_fails_nobody_is_told_of_success(note_db: Database) -> None:
    """The transaction is lost under the verb: it is told so, and the next one works."""

    def wait_then_write(session: Session, words: str) -> None:
        write(session, words)
        session.connection().exec_driver_sql("ROLLBACK")

    with pytest.raises(OperationalError):
        note_db.call(wait_then_write, "lost")
    assert note_db.call(write, "kept") == "kept"
    assert notes(note_db) == {"kept"}


def test_a_lost_transaction_is_told_to_all_who_shared_it(note_db: Database) -> None:
    """As when the disk is full: the database takes back what others wrote before in the same commit, too."""
    going = threading.Event()

    def lose_everything(session: Session) -> None:
        write(session, "lost")
        session.connection().exec_driver_sql("ROLLBACK")

    async def together() -> list[object]:
        first = asyncio.ensure_future(note_db.run(lambda _: going.wait(5)))
        verbs = (note_db.run(write, "before"), note_db.run(lose_everything), note_db.run(write, "after"))
        waiting = [first, *map(asyncio.ensure_future, verbs)]
        await asyncio.sleep(0.05)
        going.set()
        return await asyncio.gather(*waiting, return_exceptions=True)

    _, *outcomes = asyncio.run(together())
    assert isinstance(outcomes[1], OperationalError)
    assert {said for said in outcomes if isinstance(said, str)} == notes(note_db)


def test_who_no_longer_waits_for_a_verb_leaves_the_database_to_the_others(note_db: Database) -> None:
    """As when a health check takes too long, or a person's request is cut off."""
    begun, going = threading.Event(), threading.Event()

    def write_slowly(session: Session) -> None:
        begun.set()
        going.wait(5)
        write(session, "under way")

    async def give_up() -> None:
        first = asyncio.ensure_future(note_db.run(write_slowly))
        assert await asyncio.to_thread(begun.wait, 5)
        second = asyncio.ensure_future(note_db.run(write, "waiting"))
        await asyncio.sleep(0)
        first.cancel()
        second.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        going.set()
        await asyncio.wait_for(note_db.run(write, "another"), 5)

    asyncio.run(give_up())
    assert notes(note_db) == {"under way", "another"}


def test_wakers_are_called_after_the_commit_of_a_verb_that_asked_for_it(note_db: Database) -> None:
    seen: list[set[str]] = []
    note_db.on_wake("relay", lambda: seen.append(notes(note_db)))

    def write_and_wake(session: Session, words: str) -> None:
        write(session, words)
        wake(session, "relay")

    note_db.call(write, "quiet")
    note_db.call(write_and_wake, "loud")

    assert seen == [{"quiet", "loud"}]


def test_closing_finishes_what_was_submitted(note_db: Database) -> None:
    async def submit_and_close() -> None:
        waiting = [asyncio.ensure_future(note_db.run(write, str(n))) for n in range(20)]
        await asyncio.sleep(0)
        note_db.close()
        await asyncio.gather(*waiting)

    asyncio.run(submit_and_close())
    assert len(notes(note_db)) == 20
    with pytest.raises(RuntimeError, match="closed"):
        note_db.call(write, "too late")


def test_two_verbs_that_wait_for_each_other_both_succeed() -> None:
    """As two that first write to the same two channels do, each beginning with the other one."""
    db = Database(postgres.empty_database())
    make_tables(db)
    both_have_begun = threading.Barrier(2, timeout=20)
    tries: list[str] = []

    def insert(session: Session, one: str, other: str) -> None:
        tries.append(one)
        insert_or_ignore(session, Node, node=one, beat_at=1, version="x")
        if len(tries) <= 2:
            both_have_begun.wait()
        insert_or_ignore(session, Node, node=other, beat_at=1, version="x")

    async def together() -> None:
        await asyncio.gather(db.run(insert, "one", "other"), db.run(insert, "other", "one"))

    asyncio.run(together())
    assert len(tries) > 2
    with db.transaction() as session:
        assert set(session.scalars(select(Node.node))) == {"one", "other"}
    db.close()


def test_a_verb_that_fails_by_itself_is_not_run_again() -> None:
    db = Database(postgres.empty_database())
    tries: list[int] = []

    def fail(session: Session) -> None:
        tries.append(1)
        session.execute(text("SELECT 1/0"))

    with pytest.raises(DataError):
        db.call(fail)
    assert len(tries) == 1
    db.close()


def test_insert_or_ignore_says_who_was_first(any_db: Database) -> None:
    def insert(session: Session) -> bool:
        return insert_or_ignore(session, Node, node="one", beat_at=1, version="x")

    assert [any_db.call(insert), any_db.call(insert)] == [True, False]


def test_a_server_that_vanishes_without_a_word_is_given_up_within_seconds() -> None:
    database = Database(postgres.empty_database())
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        asked = driver.info.get_parameters()
    database.close()
    assert int(asked["tcp_user_timeout"]) <= 15_000
    assert int(asked["keepalives_idle"]) + int(asked["keepalives_interval"]) * int(asked["keepalives_count"]) <= 30


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        Moment().process_bind_param(WEDNESDAY.replace(tzinfo=None), create_engine("sqlite://").dialect)
