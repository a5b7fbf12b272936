"""What is said once is said once, though several nodes hear of it at the same moment; on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy.orm import Session

from bot import app
from bot.db import Database
from bot.house import House
from bot.welcome import first_steps, flow, model
from bot.welcome.flow import Heard, Joined
from tests.decisions.log import introduce
from tests.fakes import StoppedClock, make_house, promised
from tests.people import ALICE, BOB, UPDATES

NODES = 4


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    house = make_house(any_db, clock=clock, links=app.LINKS)
    with any_db.transaction() as session:
        introduce(session, house)
    return house


def at_once(house: House, verb: Callable[[Session, House, int], object]) -> None:
    """Several nodes, each in a transaction of its own."""
    ready = Barrier(NODES)

    def node(number: int) -> None:
        ready.wait(10)
        house.db.call(verb, house, number)

    with ThreadPoolExecutor(NODES) as nodes:
        list(nodes.map(node, range(NODES)))


def test_a_channel_is_told_once(house: House) -> None:
    at_once(house, lambda session, house, _n: flow.introduce(session, house, Joined(UPDATES, "product-updates", False)))
    assert len(promised(house.db, "welcome.channel")) == 1


def test_a_message_is_answered_once(house: House) -> None:
    heard = Heard(ALICE, "D0ALICE", "1764061200.000001", "", "help")
    at_once(house, lambda session, house, _n: flow.answer(session, house, heard))
    assert len(promised(house.db, "welcome.answer")) == 1


def test_of_messages_that_come_at_once_one_has_the_long_answer(house: House) -> None:
    def one(session: Session, house: House, number: int) -> None:
        flow.answer(session, house, Heard(ALICE, "D0ALICE", f"1764061200.00000{number}", "", "help"))

    at_once(house, one)
    said = [each.text for each in promised(house.db, "welcome.answer")]
    assert len(said) == NODES
    assert sum("Hello Alice" in each for each in said) == 1


def test_product_ops_is_told_once_that_drumbeat_is_here(house: House) -> None:
    at_once(house, lambda session, house, _n: first_steps.arrive(session, house))
    with house.db.transaction() as session:
        told = session.connection().exec_driver_sql("SELECT person FROM prompt WHERE kind = 'news'").scalars().all()
    assert told == [BOB]


def test_the_first_steps_are_hidden_by_whoever_was_first(house: House) -> None:
    ended: list[bool] = []
    at_once(house, lambda session, house, n: ended.append(model.end(session, house, f"U0NODE{n}")))
    assert sorted(ended) == [*[False] * (NODES - 1), True]
