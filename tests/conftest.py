from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.db import Database
from bot.house import House
from tests.fakes import StoppedClock, make_house, make_tables


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An SQLite database with every room's tables."""
    database = Database(f"sqlite:///{tmp_path / 'drumbeat.db'}")
    make_tables(database)
    yield database
    database.close()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return make_house(db, clock=clock)
