"""A channel's share of routine posts, on every database: also when several nodes post at once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.orm import Session

from bot.blocks import message, section
from bot.db import Database
from bot.definitions import Definitions
from bot.delivery import outbox
from bot.house import House
from tests import people
from tests.fakes import make_house, promised
from tests.people import UPDATES

NODES = 8
STARTED = 0.3
"""Seconds in which a transaction on another thread gets as far as it can."""


def make(db: Database, most: int) -> House:
    organisation = people.organisation().model_copy(update={"channel_posts_a_day": most})
    return make_house(db, definitions=Definitions(organisation, people.calendar()))


def promise(session: Session, house: House, text: str) -> int:
    return outbox.post(session, house, UPDATES, message(section(text)), kind="card", routine=True)


def post(house: House, text: str) -> int:
    with house.db.transaction() as session:
        return promise(session, house, text)


def test_however_many_post_at_once_the_channel_gets_its_share(any_db: Database) -> None:
    house, together = make(any_db, 2), threading.Barrier(NODES)

    def node(number: int) -> int:
        together.wait()
        return post(house, f"card {number}")

    with ThreadPoolExecutor(NODES) as nodes:
        posted = list(nodes.map(node, range(NODES)))
    rows = promised(any_db)
    assert sorted(posted) == [each.id for each in rows], "nothing is lost"
    first, second, *rest = rows
    assert [each.id for each in rows if each.target is None] == [first.id, second.id]
    assert {each.target for each in rest} == {second.id}


@pytest.mark.parametrize("commits", [True, False])
def test_whoever_posts_second_waits_to_see_what_becomes_of_the_first(any_db: Database, commits: bool) -> None:
    house, rolled_back = make(any_db, 1), RuntimeError("rolled back")
    with ThreadPoolExecutor(1) as other:
        try:
            with any_db.transaction() as session:
                promise(session, house, "first")
                second = other.submit(post, house, "second")
                time.sleep(STARTED)
                assert not second.done()
                if not commits:
                    raise rolled_back
        except RuntimeError as error:
            assert error is rolled_back
        second.result()
    said = [(each.text, each.target is None) for each in promised(any_db)]
    assert said == ([("first", True), ("second", False)] if commits else [("second", True)])
