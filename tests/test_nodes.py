"""The processes that share a database: who is alive, where, and with which version."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot import __version__, nodes
from bot.clock import to_millis
from bot.db import Database
from bot.delivery.model import Node
from bot.delivery.node import beat
from tests.fakes import StoppedClock


@pytest.fixture
def now(clock: StoppedClock) -> Callable[[], int]:
    return lambda: to_millis(clock.now())


def test_who_registered_is_alive_for_three_seconds_and_longer_when_it_beats(
    any_db: Database, clock: StoppedClock, now: Callable[[], int]
) -> None:
    any_db.call(nodes.register, "a", ["worker", "web"], now())
    any_db.call(nodes.register, "b", ["web"], now())
    clock.turn(timedelta(seconds=2))
    any_db.call(beat, "b", now())
    assert any_db.call(nodes.silent_for, "a", now()) == 2_000
    clock.turn(timedelta(seconds=2))

    (process,) = any_db.call(nodes.alive, now())

    assert (process.node, process.role, process.version) == ("b", "web", __version__)
    assert process.host == nodes.this_host()
    assert process.started == clock.now() - timedelta(seconds=4)


def test_who_left_is_gone_at_once(any_db: Database, now: Callable[[], int]) -> None:
    any_db.call(nodes.register, "a", nodes.ROLES, now())
    any_db.call(nodes.leave, "a")

    assert any_db.call(nodes.alive, now()) == []
    assert any_db.call(nodes.silent_for, "a", now()) is None


def test_a_process_whose_row_was_forgotten_while_it_slept_is_alive_again_with_its_next_beat(
    any_db: Database, now: Callable[[], int]
) -> None:
    any_db.call(beat, "a", now())

    (process,) = any_db.call(nodes.alive, now())

    assert (process.role, process.host, process.started) == ("unknown", "unknown", None)


def test_only_processes_of_other_machines_run_elsewhere(any_db: Database, now: Callable[[], int]) -> None:
    for name in ("here", "there"):
        any_db.call(nodes.register, name, nodes.ROLES, now())
    with any_db.transaction() as session:
        session.execute(update(Node).where(Node.node == "there").values(host="other-machine"))

    assert any_db.call(nodes.beats_elsewhere) == {"there": ("other-machine", now())}
