"""The roadmap on either database: two who change one item at the same moment, one form that arrives twice."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot.db import Database
from bot.house import House
from bot.roadmap import flow, model
from tests.fakes import StoppedClock, promised
from tests.people import ALICE
from tests.releases.launch import DANA, FRANK
from tests.roadmap import world
from tests.roadmap.world import NEW, SUPPORT_CHANNEL, added, fresh, run


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    return world.make(any_db, clock)


def together(house: House, *verbs: Callable[[Session], object]) -> list[str]:
    """Do all at the same moment; returns why some were refused."""

    def do(verb: Callable[[Session], object]) -> None:
        try:
            house.db.call(verb)
        except flow.Changed as error:
            refused.append(str(error))

    refused: list[str] = []
    threads = [threading.Thread(target=do, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def moves(house: House, by: str, place: str, key: str) -> Callable[[Session], object]:
    typed = replace(NEW, kind="later" if place == "later" else "earlier", place=place, functions=("support",))
    return lambda session: flow.change(session, house, by, "R-1", 1, replace(typed, area_id="search"), key)


def test_of_two_at_once_one_counts_and_the_other_sees_it(house: House) -> None:
    item = added(house, by=FRANK, area_id="search")
    (refused,) = together(house, moves(house, FRANK, "now", "one"), moves(house, DANA, "later", "two"))
    assert "While you had the form open, " in refused
    assert len(run(house, model.changes_of, item)) == 2
    assert fresh(house, item).version == 2
    assert len(promised(house.db, "roadmap.change", SUPPORT_CHANNEL)) == 1


def test_one_form_that_arrives_several_times_at_once_counts_once(house: House) -> None:
    typed = replace(NEW, functions=("support",))
    add = [lambda session: flow.add(session, house, ALICE, typed, "one form")] * 4
    assert together(house, *add) == []
    (item,) = run(house, model.items)
    assert len(run(house, model.changes_of, item)) == 1
    assert len(promised(house.db, "roadmap.change", SUPPORT_CHANNEL)) == 1


def test_items_that_are_added_at_once_have_numbers_of_their_own(house: House) -> None:
    add = [
        lambda session, n=n: flow.add(session, house, ALICE, replace(NEW, name=f"Item {n}"), f"form {n}")
        for n in range(6)
    ]
    assert together(house, *add) == []
    assert [item.ref for item in run(house, model.items)] == [f"R-{n}" for n in range(1, 7)]


def test_a_decision_that_is_asked_for_twice_at_once_is_one(house: House) -> None:
    change = run(house, flow.add, ALICE, replace(NEW, functions=("support",)), "form")
    decide = [lambda session: flow.decide(session, house, ALICE, change.id)] * 3
    assert together(house, *decide) == []
    assert len(promised(house.db, "decision.card")) == 1
