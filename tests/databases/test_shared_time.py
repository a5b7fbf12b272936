"""Machines whose clocks differ, on one PostgreSQL: its clock is the one by which they wait for each other."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot.blocks import message, section
from bot.clock import SharedClock, SystemClock, to_millis
from bot.connection import set_by_database
from bot.db import Database
from bot.delivery import outbox
from bot.delivery.claim import claim
from bot.delivery.model import OutboxMessage
from bot.delivery.node import beat
from bot.delivery.outcome import Sent
from bot.delivery.reconcile import rescue
from bot.delivery.settle import settle
from tests import postgres
from tests.fakes import make_house, make_tables
from tests.people import LAUNCHES, UPDATES


class WrongClock(SystemClock):
    def __init__(self, by: timedelta) -> None:
        self.by = by

    def now(self) -> datetime:
        return super().now() + self.by


@pytest.fixture
def db() -> Iterator[Database]:
    database = Database(postgres.empty_database())
    make_tables(database)
    yield database
    database.close()


def by_the_database(db: Database, off: timedelta) -> SharedClock:
    shared = SharedClock(WrongClock(off))
    asyncio.run(set_by_database(db, shared))
    return shared


def test_clocks_that_differ_agree_once_the_database_has_set_them(db: Database) -> None:
    slow, fast = by_the_database(db, timedelta(seconds=-45)), by_the_database(db, timedelta(seconds=45))

    assert abs(fast.now() - slow.now()) < timedelta(milliseconds=500)
    assert abs(fast.ahead + timedelta(seconds=45)) < timedelta(milliseconds=500)


class SleepyClock(WrongClock):
    """Of a process that is asleep for this long between any two looks at it."""

    def now(self) -> datetime:
        self.by += timedelta(minutes=1)
        return super().now()


def test_a_process_that_slept_while_it_asked_for_the_time_keeps_the_time_it_had(db: Database) -> None:
    shared = by_the_database(db, timedelta(seconds=45))
    before = shared.ahead
    shared.own = SleepyClock(timedelta(seconds=45))

    assert asyncio.run(set_by_database(db, shared)) is None
    assert shared.ahead == before


def test_a_machine_whose_clock_is_ahead_takes_nothing_over_from_one_that_lives(db: Database) -> None:
    slow, fast = by_the_database(db, timedelta(seconds=-45)), by_the_database(db, timedelta(seconds=45))
    house = make_house(db, clock=slow)
    with db.transaction() as session:
        sent = outbox.post(session, house, UPDATES, message(section("hello")), kind="greeting")
        beat(session, "slow", to_millis(slow.now()))
        beat(session, "fast", to_millis(fast.now()))
    with db.transaction() as session:
        (claimed,) = claim(session, "slow", to_millis(slow.now()), 8)

    db.call(rescue, to_millis(fast.now()))

    with db.transaction() as session:
        message_now = session.get_one(OutboxMessage, sent)
        assert (message_now.state, message_now.owner, message_now.fence) == ("sending", "slow", claimed.fence)


@pytest.mark.parametrize("first_is_fast", [False, True])
def test_machines_whose_clocks_differ_keep_one_pace(db: Database, first_is_fast: bool) -> None:
    first, second = (by_the_database(db, timedelta(seconds=off)) for off in ((45, -45) if first_is_fast else (-45, 45)))
    house = make_house(db, clock=first)
    with db.transaction() as session:
        for channel in (UPDATES, UPDATES, LAUNCHES):
            outbox.post(session, house, channel, message(section("hello")), kind="greeting")
    with db.transaction() as session:
        taken, other = claim(session, "first", to_millis(first.now()), 8)
        for each in (taken, other):
            settle(session, each, Sent(each.call.channel, "1.1"), to_millis(first.now()))

    with db.transaction() as session:
        assert claim(session, "second", to_millis(second.now()), 8) == []
        # A second later the channel may hear the next one, from whichever machine.
        assert len(claim(session, "second", to_millis(second.now()) + 1_100, 8)) == 1
