"""The crash suite, short: the same rows as `make crash` plays at length."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.crash.stages import on_postgres, on_sqlite
from tests.crash.suite import SHORT, Row
from tests.postgres import OwnServer

SEED = 20261122


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    with postgres.own_server() as started:
        yield started


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in SHORT["sqlite"].items()])
def test_nothing_is_lost_or_said_twice_on_sqlite(row: Row, tmp_path: Path) -> None:
    line = row(on_sqlite(tmp_path, SEED))

    assert line.violations == []
    assert line.reached == line.points


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in SHORT["postgresql"].items()])
def test_nothing_is_lost_or_said_twice_on_postgresql(row: Row, tmp_path: Path, server: OwnServer) -> None:
    line = row(on_postgres(server, tmp_path, SEED))

    assert line.violations == []
    assert line.reached == line.points
