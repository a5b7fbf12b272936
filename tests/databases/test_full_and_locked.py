"""A disk that is full and a database that another process holds: nothing is lost, and people are told the truth."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from bot.blocks import message, section
from bot.clock import SystemClock
from bot.db import Database, is_away
from bot.delivery import outbox, undeliverable
from bot.dispatch import STILL_IN_THE_FORM
from bot.house import House
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock, make_house, promised, relaying
from tests.flows.drumbeat import Drumbeat, drumbeat, until
from tests.people import ALICE, UPDATES
from tests.updates.team import berlin, definitions

LOCKING = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.readline()
connection.execute("COMMIT")
"""

AWAY = "the database is away; delivery goes on once it is back"
Story = Callable[[Drumbeat], Awaitable[None]]


class Disk:
    """The disk under an SQLite file, which can be filled: the file then grows no further."""

    def __init__(self, db: Database) -> None:
        self._full = False
        event.listen(db.engine, "checkout", self._limit)

    def _limit(self, connection: Any, _record: object, _proxy: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages if self._full else 2**30}")

    def fill(self) -> None:
        self._full = True

    def empty(self) -> None:
        self._full = False


@contextmanager
def locked(db: Database) -> Iterator[Callable[[], None]]:
    """Another process holds the database until what this gives is called."""
    with subprocess.Popen(
        [sys.executable, "-c", LOCKING, str(db.engine.url.database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline() == "locked\n"

        def let_go() -> None:
            assert holder.stdin is not None
            holder.stdin.close()

        try:
            yield let_go
        finally:
            let_go()
            holder.wait(10)


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Callable[[Story], None]:
    """Lets a story happen from Wednesday's prompt on."""

    def play(story: Story) -> None:
        async def whole() -> None:
            clock.set(berlin(23, 8))
            async with drumbeat(db, slack, clock, definitions()) as bot:
                await bot.until(berlin(25, 10))
                await bot.press("Write update: Billing")
                await story(bot)

        asyncio.run(whole())

    return play


def test_a_form_that_finds_no_room_on_the_disk_stays_open_and_is_taken_once_there_is_room(
    play: Callable[[Story], None], db: Database
) -> None:
    disk = Disk(db)
    long_text = {"status": "green", "next": "Ship invoices. " * 25}

    async def story(bot: Drumbeat) -> None:
        disk.fill()
        before = len(promised(db))
        with capture_logs() as logged:
            refused = await bot.submit(long_text)
        assert list(refused.errors.values()) == [STILL_IN_THE_FORM]
        assert len(promised(db)) == before
        (line,) = [each for each in logged if each["log_level"] == "error"]
        assert line["event"] == "the database did not keep a gesture"
        assert "database or disk is full" in line["reason"]

        disk.empty()
        assert (await bot.submit(long_text)).payload == {}
        await bot.deliver()
        assert "Billing: green – your update is in." in bot.slack.said(ALICE)[-1]

    play(story)


def test_a_form_waits_for_a_database_that_another_process_holds(play: Callable[[Story], None], db: Database) -> None:
    async def story(bot: Drumbeat) -> None:
        with locked(db) as let_go:
            answer = asyncio.create_task(bot.submit({"status": "green", "next": "Ship invoices"}))
            await asyncio.sleep(0.5)
            assert not answer.done(), "nothing is acknowledged before it is kept"
            let_go()
            assert (await answer).payload == {}
        await bot.deliver()
        assert "Billing: green – your update is in." in bot.slack.said(ALICE)[-1]

    play(story)


def post_to_nowhere(house: House, people: int) -> None:
    """Messages that will die, each with somebody to tell."""
    with house.db.transaction() as session:
        for number in range(people):
            words = message(section(f"{number} " + "words " * 100))
            outbox.post(session, house, f"C0GONE{number}", words, kind="test", report_to=f"U0PERSON{number}")


def test_delivery_waits_for_room_on_the_disk_and_then_goes_on_by_itself(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    disk = Disk(db)
    post_to_nowhere(house, 4)

    async def story() -> None:
        async with relaying(db, clock, slack) as relay:
            disk.fill()
            delivering = asyncio.create_task(relay.once())
            await until(lambda: AWAY in events())
            assert not delivering.done()
            assert [each.state for each in promised(db)] == ["sending"] * 4
            disk.empty()
            await delivering

    def events() -> list[str]:
        return [str(each["event"]) for each in logged]

    with capture_logs() as logged:
        asyncio.run(story())
    assert [each.state for each in promised(db, kind="test")] == ["dead"] * 4
    assert len(promised(db, kind=undeliverable.KIND)) == 4
    assert slack.called("chat.postMessage") == 4, "each was asked for once"
    assert [event for event in events() if "the database" in event] == [AWAY, "the database is back"]
    assert "disk is full" in next(each["reason"] for each in logged if each["event"] == AWAY)


def test_who_waits_too_long_for_a_database_that_another_process_holds_is_told_so(db: Database) -> None:
    event.listen(db.engine, "checkout", impatient)

    async def story() -> None:
        with locked(db):
            refused = await asyncio.wait_for(
                asyncio.gather(*(db.run(one) for _ in range(3)), return_exceptions=True), timeout=10
            )
        assert [is_away(each) for each in refused if isinstance(each, Exception)] == [True] * 3
        assert await db.run(one) == 1

    asyncio.run(story())


def impatient(connection: Any, _record: object, _proxy: object) -> None:
    connection.execute("PRAGMA busy_timeout=50")


def one(session: Session) -> int:
    return int(session.scalar(text("SELECT 1")) or 0)


def test_what_slack_took_while_another_process_held_the_database_is_said_once(db: Database) -> None:
    clock = SystemClock()
    house, slack = make_house(db, clock=clock), FakeSlack(clock)
    slack.start()
    with db.transaction() as session:
        outbox.post(session, house, UPDATES, message(section("once")), kind="test")

    async def story() -> None:
        stop = asyncio.Event()
        async with relaying(db, clock, slack) as relay:
            with locked(db) as let_go:
                running = asyncio.create_task(relay.run(stop))
                await asyncio.sleep(0.5)
                assert slack.posts == [], "a claim is kept before Slack is asked"
                let_go()
            await until(lambda: [each.state for each in promised(db)] == ["sent"])
            stop.set()
            await running

    try:
        asyncio.run(story())
    finally:
        slack.stop()
    assert slack.said(UPDATES) == ["once"]
