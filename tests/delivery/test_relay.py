"""The running relay: woken, stopped, asleep, and with its database away."""

import asyncio
import time
from collections.abc import Callable, Iterator, MutableMapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.blocks import message, section
from bot.clock import SystemClock
from bot.db import Database
from bot.delivery import outbox
from bot.delivery.model import OutboxMessage
from bot.delivery.outcome import Call, Finding, NotNow, Outcome, Search, TokenDead
from bot.delivery.relay import Relay
from bot.house import House
from tests.conftest import sqlite_url
from tests.fake_slack import FakeSlack, hang
from tests.fakes import StoppedClock, make_house, make_tables, promised, relaying
from tests.people import LAUNCHES, UPDATES

HELLO = message(section("Hello"))


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    """A Slack whose clock runs as the relay's does here: it looks for what it sent among what is new."""
    fake = FakeSlack(SystemClock())
    fake.start()
    yield fake
    fake.stop()


PATIENCE = 20.0
"""Seconds; what is waited for takes far less unless the machine is busy."""


def post(house: House, channel: str = UPDATES, text: str = "Hello") -> int:
    with house.db.transaction() as session:
        return outbox.post(session, house, channel, message(section(text)), kind="greeting")


def told(logged: list[MutableMapping[str, Any]]) -> list[str]:
    return [str(line["event"]) for line in logged]


async def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "waited too long"
        await asyncio.sleep(0.01)


def test_a_running_relay_is_woken_by_a_commit(db: Database, slack: FakeSlack) -> None:
    house = make_house(db, clock=SystemClock())

    async def story() -> None:
        stop = asyncio.Event()
        async with relaying(db, house.clock, slack) as relay:
            running = asyncio.create_task(relay.run(stop))
            await asyncio.sleep(0.3)
            await db.run(lambda session: outbox.post(session, house, UPDATES, HELLO, kind="greeting"))
            await until(lambda: len(slack.posts) == 1)
            stop.set()
            await running

    asyncio.run(story())
    post(house)
    assert [each.state for each in promised(db)] == ["sent", "queued"]


def test_a_stopped_relay_lets_what_is_under_way_end(db: Database, slack: FakeSlack) -> None:
    house = make_house(db, clock=SystemClock())
    post(house)
    slack.fail("chat.postMessage", hang(0.5, after=True))

    async def story() -> None:
        stop = asyncio.Event()
        async with relaying(db, house.clock, slack) as relay:
            running = asyncio.create_task(relay.run(stop))
            await until(lambda: len(slack.posts) == 1)
            stop.set()
            await running

    asyncio.run(story())
    assert [each.state for each in promised(db)] == ["unsure"]


def test_a_relay_outlives_its_database_being_away(tmp_path: Path, slack: FakeSlack) -> None:
    """Also what Slack answered in the meantime is written down in the end."""
    db = AwayDatabase(sqlite_url(tmp_path))
    make_tables(db)
    house = make_house(db, clock=SystemClock())
    post(house, text="one")

    async def story() -> None:
        stop = asyncio.Event()
        slack.fail("chat.postMessage", hang(0.3, after=True))
        async with relaying(db, house.clock, slack) as relay:
            running = asyncio.create_task(relay.run(stop))
            await until(lambda: len(slack.posts) == 1)
            db.is_away = True
            await asyncio.sleep(1.5)
            assert not running.done()
            db.is_away = False
            post(house, LAUNCHES, "two")
            await until(lambda: [each.state for each in promised(db)] == ["sent", "sent"])
            stop.set()
            await running

    asyncio.run(story())
    assert slack.said(UPDATES) + slack.said(LAUNCHES) == ["one", "two"]
    db.close()


def test_that_the_database_is_away_is_logged_once_and_so_is_its_return(tmp_path: Path, slack: FakeSlack) -> None:
    db = AwayDatabase(sqlite_url(tmp_path))
    make_tables(db)

    async def story() -> None:
        stop = asyncio.Event()
        async with relaying(db, SystemClock(), slack) as relay:
            db.is_away = True
            running = asyncio.create_task(relay.run(stop))
            await asyncio.sleep(2.5)
            db.is_away = False
            await until(lambda: "the database is back" in told(logged))
            stop.set()
            await running

    with capture_logs() as logged:
        asyncio.run(story())
    assert told(logged) == ["the database is away; delivery goes on once it is back", "the database is back"]
    db.close()


def test_a_claim_that_was_slept_over_is_not_acted_on(db: Database, house: House, slack: FakeSlack) -> None:
    sent = post(house)

    async def story() -> None:
        async with relaying(db, SleepyClock(), slack) as relay:
            await relay.once()

    asyncio.run(story())
    assert slack.posts == []
    with db.transaction() as session:
        row = session.get_one(OutboxMessage, sent)
        assert (row.state, row.failures) == ("queued", 0)


def test_a_fault_nobody_foresaw_is_treated_as_doubt(db: Database, house: House, clock: StoppedClock) -> None:
    post(house)
    asyncio.run(Relay(db, clock, BrokenSender(), "node-a").once())
    assert [each.state for each in promised(db)] == ["unsure"]
    asyncio.run(Relay(db, clock, BrokenSender(), "node-a").once())
    assert [each.state for each in promised(db)] == ["unsure"]


def test_while_slack_cannot_be_reached_nothing_is_given_up(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    post(house)
    gone = FakeSlack()
    gone.start()
    gone.stop()

    async def story() -> None:
        async with relaying(db, clock, gone) as relay:
            for _ in range(30):
                assert await relay.once() == 1
                clock.turn(timedelta(seconds=3))
        async with relaying(db, clock, slack) as relay:
            await relay.once()

    asyncio.run(story())
    assert slack.said(UPDATES) == ["Hello"]


class AwayDatabase(Database):
    """A database that can be unreachable for a while."""

    is_away = False

    async def run(self, verb: Any, *args: Any, **kwargs: Any) -> Any:
        if self.is_away:
            raise OperationalError("SELECT 1", {}, ConnectionError("the database is away"))
        return await super().run(verb, *args, **kwargs)


class SleepyClock(StoppedClock):
    """Two seconds pass between any two looks at it, as on a machine that keeps falling asleep."""

    def now(self) -> datetime:
        self.turn(timedelta(seconds=2))
        return self.at


class BrokenSender:
    async def send(self, call: Call) -> Outcome:
        raise ZeroDivisionError

    async def look(self, search: Search) -> Finding:
        raise ZeroDivisionError

    async def ask(self) -> TokenDead | NotNow | None:
        raise ZeroDivisionError
