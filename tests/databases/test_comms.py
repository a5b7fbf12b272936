"""On every database: what is due of a comms plan is said once, whatever happens to its release at that moment."""

import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from bot import app, timers
from bot.db import Database
from bot.house import House
from bot.releases import flow, moving, rollout
from bot.releases.moving import Move
from tests.comms.launch import ENGINEERS, atlas, comms_house, planned, posts
from tests.fakes import StoppedClock
from tests.people import ALICE
from tests.updates.team import berlin

ENOUGH = 0.3
"""Seconds in which the other one has begun, and has come to the release."""


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    return comms_house(any_db, clock)


def fire_due(house: House, node: str) -> None:
    """As a node does."""
    with house.db.transaction() as session:
        leases = timers.claim(session, house.workspace_id, house.clock.now(), node)
    for lease in leases:
        with house.db.transaction() as session:
            timers.fire(session, lease, house, app.TIMERS, app.HOLD)


def while_it_happens(house: House, act: Callable[[Session], object]) -> None:
    """What is due fires before what somebody does is kept, and goes on once it is."""
    firing = threading.Thread(target=fire_due, args=(house, "node-b"))
    with house.db.transaction() as session:
        act(session)
        firing.start()
        time.sleep(ENOUGH)
    firing.join()
    fire_due(house, "node-a")


def test_a_move_at_the_moment_the_brief_is_due_leaves_one_brief_with_one_date(
    house: House, any_db: Database, clock: StoppedClock
) -> None:
    with house.db.transaction() as session:
        atlas(session, house, ["engineering"])
    clock.set(berlin(25, 10, 30))

    def move(session: Session) -> None:
        release = flow.find(session, house, "atlas")
        to = Move("2026-12-16", "", "likely", "The bank")
        moving.move(session, house, ALICE, str(release.id), release.version, to)

    while_it_happens(house, move)
    (post,) = posts(any_db, ENGINEERS)
    assert "Wed 16 Dec" in post and "9 Dec" not in post
    assert ("outline", "function:engineering", berlin(9, 9, month=12)) in planned(any_db)


def test_what_is_cancelled_at_the_moment_it_is_due_is_not_said(
    house: House, any_db: Database, clock: StoppedClock
) -> None:
    with house.db.transaction() as session:
        atlas(session, house, ["engineering"])
    clock.set(berlin(25, 10, 30))

    def cancel(session: Session) -> None:
        rollout.cancel(session, house, ALICE, str(flow.find(session, house, "atlas").id), "Nobody wants it")

    while_it_happens(house, cancel)
    assert posts(any_db, ENGINEERS) == []


def test_two_nodes_say_what_is_due_once(house: House, any_db: Database, clock: StoppedClock) -> None:
    with house.db.transaction() as session:
        atlas(session, house, ["engineering"])
    clock.set(berlin(25, 10, 30))
    nodes = [threading.Thread(target=fire_due, args=(house, f"node-{n}")) for n in range(3)]
    for node in nodes:
        node.start()
    for node in nodes:
        node.join()
    assert len(posts(any_db, ENGINEERS)) == 1
