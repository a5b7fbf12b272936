"""The database: engine, base class, transactions, and the few differences between SQLite and PostgreSQL.

Verbs are plain synchronous functions `verb(session, ...)`. The asynchronous edge calls them with
`await db.run(verb, ...)`: one verb, one transaction, on a database thread. SQLite gets one such thread,
because one writer that never waits for a lock is faster than many that do. On PostgreSQL two verbs may wait for
each other; the one that it stops is run again, so a verb changes nothing but its session.
"""

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Integer,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    inspect,
    make_url,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.types import TypeDecorator

from bot.writer import Writer

POSTGRES_THREADS = 8
MOST_PREPARED = 1_000
"""Statements that are kept ready, written out and by each connection to SQLite: more than we have.

To get one ready costs more than to run it.
"""
MOST_TRIES = 5
LONGEST_PAUSE = 0.05
"""Seconds before the next."""

_STOPPED_FOR_ANOTHER = ("40001", "40P01")
"""PostgreSQL's codes for a serialization failure and a deadlock."""
_READ_ONLY = "25006"
"""The same's for a server that only follows another yet."""

_NOTICE_SILENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""For a server that is suddenly not there and closes nothing: the system would wait a quarter of an hour for it."""

P = ParamSpec("P")
T = TypeVar("T")

BESIDE_MODELS: set[str] = set()
"""Names with which tables begin that no model describes, since the databases have them each in its own way."""

BigId = BigInteger().with_variant(Integer, "sqlite")
"""A growing key. SQLite only counts up by itself on a column declared INTEGER."""


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime. SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    type_annotation_map: ClassVar = {
        datetime: Moment(),
        dict[str, Any]: JSON().with_variant(postgresql.JSONB(), "postgresql"),
        list[str]: JSON().with_variant(postgresql.JSONB(), "postgresql"),
    }


def workspace_column() -> Any:
    """Every record belongs to a workspace: Slack's team id."""
    return mapped_column(String(32), index=True)


class Database:
    """One engine and its threads: `await run(verb, ...)` from the edge, `call(verb, ...)` from other threads."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._wakers: dict[str, Callable[[], None]] = {}
        self._tell_others: Callable[[Collection[str]], None] = _nobody_else
        self._writer = Writer(self.engine, self._wake_whom) if self.is_sqlite else None
        self._threads = ThreadPoolExecutor(POSTGRES_THREADS, thread_name_prefix="db")

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A transaction on this thread: commits at the end of the block, rolls back on any exception."""
        with Session(self.engine, expire_on_commit=False) as session:
            with session.begin():
                yield session
            self._wake_whom(session)

    async def run(self, verb: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `verb(session, ...)` in one transaction on a database thread."""
        return await asyncio.wrap_future(self._submit(verb, *args, **kwargs))

    def call(self, verb: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same from another thread, which waits for it."""
        return self._submit(verb, *args, **kwargs).result()

    def _submit(self, verb: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        if self._writer is not None:
            return self._writer.submit(lambda session: verb(session, *args, **kwargs))

        def in_transaction() -> T:
            with self.transaction() as session:
                return verb(session, *args, **kwargs)

        return self._threads.submit(_until_not_stopped, in_transaction)

    def _wake_whom(self, session: Session) -> None:
        if names := session.info.get("wake"):
            self.nudge(names)
            self._tell_others(names)

    def nudge(self, names: Collection[str]) -> None:
        """Call the wakers of these names, as a commit here does."""
        for name in names:
            if waker := self._wakers.get(name):
                waker()

    def on_wake(self, name: str, waker: Callable[[], None]) -> None:
        """Call `waker` (from the committing thread) after each transaction that called `wake(session, name)`."""
        self._wakers[name] = waker

    def on_commit_tell(self, others: Callable[[Collection[str]], None]) -> None:
        """After each transaction that wakes anybody, tell `others` whom, too."""
        self._tell_others = others

    def close(self) -> None:
        """Finish what is under way, then let go of the database."""
        if self._writer is not None:
            self._writer.close()
        self._threads.shutdown(wait=True)
        self.engine.dispose()


def _nobody_else(names: Collection[str]) -> None:
    """This process has the database to itself, or the others look by themselves."""


def _until_not_stopped(in_transaction: Callable[[], T]) -> T:
    for _ in range(MOST_TRIES - 1):
        try:
            return in_transaction()
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _STOPPED_FOR_ANOTHER:
                raise
        # Else it may take first what the other one still waits for, and they wait for each other again.
        time.sleep(random.uniform(0, LONGEST_PAUSE))
    return in_transaction()


def is_away(error: BaseException) -> bool:
    """Whether the database could not be used, as opposed to not being asked rightly."""
    if isinstance(error, NoConnection):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
        # SQLite's one word for statements that it does not understand.
        return False
    read_only = getattr(error.orig, "sqlstate", None) == _READ_ONLY
    return read_only or isinstance(error, InterfaceError | OperationalError)


def wake(session: Session, name: str) -> None:
    """Once this transaction has committed, whoever waits under `name` looks again at once."""
    session.info.setdefault("wake", set()).add(name)


def insert_or_ignore(session: Session, model: type[Base], **values: Any) -> bool:
    """Insert a row unless a unique key already holds it; true when this call inserted it."""
    # A returned row tells on both databases; the row count is -1 on PostgreSQL whatever happened.
    return session.execute(_insert_returning_key(_dialect(session), model), values).first() is not None


def insert_for_id(session: Session, model: type[Base], **values: Any) -> int | None:
    """The same; the new row's id, or None when a unique key is held already."""
    found: int | None = session.execute(_insert_returning_key(_dialect(session), model), values).scalar()
    return found


def insert_or_overwrite(
    session: Session, model: type[Base], *, unique: tuple[str, ...], counts: str, **values: Any
) -> int:
    """Insert a row, or give the one that holds the unique key these values; `counts` then goes up by one instead.

    Returns what `counts` is now.
    """
    names = tuple(name for name in values if name not in (*unique, counts))
    count: int = session.execute(
        _insert_or_overwrite(_dialect(session), model, unique, counts, names), values
    ).scalar_one()
    return count


def change(session: Session, record: Base, **values: Any) -> None:
    """Write these values of a record with an id: a fraction of what the session takes to find out what to write."""
    (which,) = inspect(record).identity or ()
    session.execute(_change(type(record)), {"which": which, **values})
    for name, value in values.items():
        set_committed_value(record, name, value)


def swap(session: Session, table: type[Base], id: int, version: int, **values: Any) -> bool:
    """Change a row if it still has this version; true when it did."""
    columns = table.__table__.c
    result = session.execute(
        update(table)
        .where(columns.id == id, columns.version == version)
        .values(**values, version=version + 1)
        .execution_options(synchronize_session=False)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1


def insert_missing(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows at once, less those whose unique key somebody holds."""
    if rows:
        session.execute(_insert(_dialect(session), model), rows)


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


# Kept, since to build one anew with its values takes several times as long as to run it.
@cache
def _insert_returning_key(dialect: str, model: type[Base]) -> Any:
    return _insert(dialect, model).returning(*inspect(model).primary_key)


@cache
def _insert_or_overwrite(
    dialect: str, model: type[Base], unique: tuple[str, ...], counts: str, names: tuple[str, ...]
) -> Any:
    table = cast(Table, model.__table__)
    insert = _insert_into(dialect, model)
    new = {name: insert.excluded[name] for name in names}
    overwrite = insert.on_conflict_do_update(index_elements=unique, set_=new | {counts: table.c[counts] + 1})
    return overwrite.returning(table.c[counts])


@cache
def _change(model: type[Base]) -> Any:
    """Without values: those of the call are what it sets."""
    table = cast(Table, model.__table__)
    return update(table).where(table.c.id == bindparam("which"))


@cache
def _insert(dialect: str, model: type[Base]) -> Any:
    return _insert_into(dialect, model).on_conflict_do_nothing()


def _insert_into(dialect: str, model: type[Base]) -> Any:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(cast(Table, model.__table__))


def make_engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        arguments = {"check_same_thread": False, "timeout": 15, "cached_statements": MOST_PREPARED}
        engine = create_engine(parsed, query_cache_size=MOST_PREPARED, connect_args=arguments)
        event.listen(engine, "connect", _prepare_sqlite)
        # Not as a listener to "begin": with any, each statement asks all round for listeners, a sixth of its time.
        engine.dialect.do_begin = _begin_immediate  # type: ignore[assignment]  # a method, with a function in its place
        return engine
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(
        parsed,
        query_cache_size=MOST_PREPARED,
        pool_size=POSTGRES_THREADS + 2,
        pool_pre_ping=True,
        connect_args=_NOTICE_SILENCE,
    )
    event.listen(engine, "connect", _prepare_postgres)
    return engine


def _prepare_postgres(connection: Any, _record: object) -> None:
    connection.prepared_max = MOST_PREPARED


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling would start transactions late and read-only; ours begin IMMEDIATE.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    connection.execute("BEGIN IMMEDIATE")
