"""What somebody asks about is found, answered and counted alike on both databases."""

from datetime import datetime, timedelta

import pytest

from bot import asked
from bot.db import Database
from bot.house import House
from bot.status import flow
from tests.fakes import StoppedClock, at
from tests.people import CHARLIE
from tests.status import world
from tests.status.world import ADDED, CHANGED, ROUTED, names, recorded, registered, run, said, updated


@pytest.fixture
def house(any_db: Database) -> House:
    house = world.make(any_db, StoppedClock())
    updated(house)
    release = registered(house)
    CHANGED(house, ADDED(house, release_id=release.id), "later", place="later", why="The ledger comes first")
    recorded(house, "keep the Zürich ledger")
    ROUTED(house)
    return house


def test_everything_is_found_and_answered(house: House) -> None:
    answers = {
        "billing": "Next release: Atlas", "atlas": "🔴 Hold.", "d1": "Decided by Alice", "i-1": "With Alice",
        "zurich ledger": "Decided by Alice", "split": "Later, likely", "weekly": "Open now", "rounding": "It says of",
    }  # fmt: skip
    for words, expected in answers.items():
        assert expected in said(house, words), words
    assert [kind for kind, _ in world.counted(house)] == [
        "area", "release", "decision", "insight", "decision", "item", "ritual", "area",
    ]  # fmt: skip


def test_a_question_is_counted_settled_and_forgotten(house: House) -> None:
    found = world.asked(house, "invoice")
    assert len(names(found)) == 2
    run(house, flow.pick, CHARLIE, f"{found.id} item R-1")
    assert world.counted(house) == [("item", True)]
    assert run(house, asked.by_week)[-1].answered == 1
    assert not run(at(house, later(house)), asked.settle, found.id, answered=False)
    with house.db.transaction() as session:
        asked.forget(session, later(house))
    assert world.counted(house) == []


def later(house: House) -> datetime:
    return house.clock.now() + timedelta(days=2)
