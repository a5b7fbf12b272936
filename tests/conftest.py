from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.db import Database
from bot.house import House
from tests import postgres
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock, make_house, make_tables


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An SQLite database with every room's tables."""
    database = Database(sqlite_url(tmp_path))
    make_tables(database)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_db_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, on SQLite and then on PostgreSQL."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    return postgres.empty_database()


@pytest.fixture
def any_db(any_db_url: str) -> Iterator[Database]:
    """A database with every room's tables, on SQLite and then on PostgreSQL."""
    database = Database(any_db_url)
    make_tables(database)
    yield database
    database.close()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return make_house(db, clock=clock)


@pytest.fixture
def slack(clock: StoppedClock) -> Iterator[FakeSlack]:
    """A Slack on a free port, by the test's stopped clock."""
    fake = FakeSlack(clock)
    fake.start()
    yield fake
    fake.stop()


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'drumbeat.db'}"


def pytest_sessionfinish() -> None:
    postgres.let_go()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        postgres.remove()
