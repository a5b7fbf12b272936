import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Dialect, event

from bot import blocks, logs, migrations
from bot.blocks import View
from bot.db import Database
from bot.house import House
from tests import postgres, viewed
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock, make_house, make_tables
from tests.past import Past, past_in

# How long an example takes says more about the machine than about the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: many tests wait, for a process to start or for Slack's pace."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(autouse=True)
def nobody_elses_log() -> Iterator[None]:
    """What a test sends the log to ends with it; the next would write to a closed stream."""
    yield
    root = logging.getLogger()
    for handler in list(root.handlers):
        if type(handler).__module__ == logs.__name__:
            root.removeHandler(handler)


@pytest.fixture(autouse=True)
def forms_are_as_we_read_them(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Of the forms that a test opens, those that `viewed.OPENED_BY` has from it; of several the fullest."""
    kept = {form for form, test in viewed.OPENED_BY.items() if test == request.node.nodeid}
    opened: dict[str, dict[str, Any]] = {}
    modal = blocks.modal

    def noted(callback_id: str, *parts: Any, **more: Any) -> View:
        view = modal(callback_id, *parts, **more)
        if callback_id in kept:
            opened[callback_id] = max(opened.get(callback_id, {}), view.payload(), key=lambda each: len(str(each)))
        return view

    if kept:
        monkeypatch.setattr(blocks, "modal", noted)
    yield
    for form in kept:
        viewed.read_view(form, opened[form])


@pytest.fixture(scope="session")
def with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with every room's tables, to be copied: making them takes a hundred times as long."""
    folder = tmp_path_factory.mktemp("tables")
    make_tables_at(sqlite_url(folder))
    return sqlite_file(folder)


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory, with_tables: Path) -> Past:
    """Three months of the demo's company, to be copied: living through them takes thousands of times as long."""
    own = tmp_path_factory.mktemp("past")
    shutil.copy(with_tables, sqlite_file(own))
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return past_in(shared, opened(sqlite_url(own)), sqlite_file(own))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that every migration has gone over, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    migrations.upgrade(sqlite_url(folder))
    return sqlite_file(folder)


@pytest.fixture
def db(tmp_path: Path, with_tables: Path) -> Iterator[Database]:
    """An SQLite database with every room's tables."""
    shutil.copy(with_tables, sqlite_file(tmp_path))
    database = opened(sqlite_url(tmp_path))
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_db_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, on SQLite and then on PostgreSQL."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    return postgres.empty_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_db(request: pytest.FixtureRequest, tmp_path: Path, with_tables: Path) -> Iterator[Database]:
    """A database with every room's tables, on SQLite and then on PostgreSQL."""
    if request.param == "sqlite":
        shutil.copy(with_tables, sqlite_file(tmp_path))
        database = opened(sqlite_url(tmp_path))
    else:
        database = opened(postgres.database_with_tables(make_tables_at))
    yield database
    database.close()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return make_house(db, clock=clock)


@pytest.fixture
def lived_through(tmp_path: Path, past: Past, clock: StoppedClock) -> Iterator[House]:
    """The demo's company with its three months behind it; its weekly update is due in a minute."""
    shutil.copy(past.file, sqlite_file(tmp_path))
    database = opened(sqlite_url(tmp_path))
    yield past.house(database, clock)
    database.close()


@pytest.fixture
def slack(clock: StoppedClock) -> Iterator[FakeSlack]:
    """A Slack on a free port, by the test's stopped clock."""
    fake = FakeSlack(clock)
    fake.start()
    yield fake
    fake.stop()


def make_tables_at(address: str) -> None:
    database = opened(address)
    make_tables(database)
    database.close()


def opened(address: str) -> Database:
    """A database without what takes most of a short test's time: waiting for the disk, and compiling statements."""
    database = Database(address)
    engine = database.engine
    if database.is_sqlite:
        event.listen(engine, "connect", _trust_the_power)
    # Engines of one dialect compile alike: what one has compiled serves all others of this process.
    engine.dialect = _dialects.setdefault(engine.dialect.name, engine.dialect)
    engine.update_execution_options(compiled_cache=_statements)
    return database


def _trust_the_power(connection: Any, _record: object) -> None:
    """Nobody pulls the plug here; a killed process loses nothing by it."""
    connection.execute("PRAGMA synchronous=OFF")


_dialects: dict[str, Dialect] = {}
_statements: dict[Any, Any] = {}


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{sqlite_file(folder)}"


def sqlite_file(folder: Path) -> Path:
    return folder / "drumbeat.db"


def pytest_sessionfinish() -> None:
    postgres.let_go()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        postgres.remove()
