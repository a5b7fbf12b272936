"""The databases that rows are played on, and how each of them goes away."""

import os
import signal
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from tests.conftest import sqlite_url
from tests.crash.rows import Stage
from tests.postgres import OwnServer

LOCKED_FOR = 3.0
DOWN_FOR = 2.0
DATABASES = ("sqlite", "postgresql")


def on_sqlite(folder: Path, seed: int) -> Stage:
    """A new file in `folder`, which somebody may lock."""
    url = sqlite_url(folder)
    return Stage("sqlite", url, folder, partial(_locked, url), seed)


def on_postgres(server: OwnServer, folder: Path, seed: int) -> Stage:
    """A new database of a server that nobody else uses, so that it may be stopped."""
    name = f"crash_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server.address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    url = make_url(server.address).set(database=name).render_as_string(hide_password=False)
    return Stage("postgresql", url, folder, partial(_stopped, server), seed)


@contextmanager
def _locked(url: str) -> Iterator[None]:
    """Nobody else may write for a while."""
    file = sqlite3.connect(str(make_url(url).database), isolation_level=None, timeout=30)
    try:
        file.execute("BEGIN EXCLUSIVE")
        time.sleep(LOCKED_FOR)
        yield
        file.execute("ROLLBACK")
    finally:
        file.close()


@contextmanager
def _stopped(server: OwnServer) -> Iterator[None]:
    """It stops as a crash does: without saying goodbye, and what was not committed is gone."""
    with psycopg.connect(server.address, autocommit=True) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    file = Path(row[0]) / "postmaster.pid"
    os.kill(int(file.read_text().split()[0]), signal.SIGQUIT)
    while file.exists():
        time.sleep(0.02)
    time.sleep(DOWN_FOR)
    server.start()
    yield
