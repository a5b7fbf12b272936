"""The demo's company, three months in, with a stopped clock: what its pack is made of."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import app
from bot.db import Database
from bot.definitions import Definitions, load
from bot.demo import company, history
from bot.house import House
from tests.conftest import opened, sqlite_file, sqlite_url
from tests.fakes import StoppedClock, make_house

A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Lived:
    """Three months of the company, to be copied: living through them takes long."""

    file: Path
    definitions: Definitions


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory, with_tables: Path) -> Lived:
    folder, clock = tmp_path_factory.mktemp("lived"), StoppedClock()
    company.write_cadences(folder / "cadences", clock.now() + A_MINUTE, ZoneInfo("Europe/Berlin"))
    definitions = load(folder / "cadences", app.KINDS).definitions
    assert definitions is not None
    shutil.copy(with_tables, sqlite_file(folder))
    db = opened(sqlite_url(folder))
    db.call(history.write, house_of(db, definitions, clock), clock.now() + A_MINUTE)
    db.close()
    return Lived(sqlite_file(folder), definitions)


@pytest.fixture
def db(tmp_path: Path, lived: Lived) -> Iterator[Database]:
    shutil.copy(lived.file, sqlite_file(tmp_path))
    database = opened(sqlite_url(tmp_path))
    yield database
    database.close()


@pytest.fixture
def house(db: Database, lived: Lived, clock: StoppedClock) -> House:
    return house_of(db, lived.definitions, clock)


def house_of(db: Database, definitions: Definitions, clock: StoppedClock) -> House:
    return make_house(db, definitions, clock, links=app.LINKS, workspace_id=company.WORKSPACE)
