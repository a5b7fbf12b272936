"""Whether Slack is reached and the clocks agree, as the process itself notices."""

import asyncio
import io
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog

from bot import logs
from bot.clock import SharedClock
from bot.connection import Connection
from bot.db import Database
from bot.delivery.slack import make_client, make_session
from tests.fake_slack import BOT_TOKEN, FakeSlack, refused
from tests.fakes import StoppedClock


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is logged meanwhile."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    stream = io.StringIO()
    logs.set_up("info", "plain", stream)
    yield stream
    structlog.reset_defaults()


def looked(db: Database, clock: StoppedClock, slack: FakeSlack, *, away: timedelta, trouble: str = "") -> str | None:
    """What a process says of Slack after a look, and another look `away` later."""

    async def story() -> str | None:
        async with make_session() as session:
            connection = Connection(make_client(BOT_TOKEN, slack.url, session), db, SharedClock(clock))
            await connection.look()
            if trouble:
                slack.fail("auth.test", refused(trouble))
            clock.turn(away)
            await connection.look()
            return connection.slack_is_lost()

    return asyncio.run(story())


def test_slack_that_answers_is_there(db: Database, clock: StoppedClock, slack: FakeSlack) -> None:
    assert looked(db, clock, slack, away=timedelta(hours=1)) is None


def test_slack_that_fails_for_a_moment_is_not_lost(db: Database, clock: StoppedClock, slack: FakeSlack) -> None:
    assert looked(db, clock, slack, away=timedelta(seconds=59), trouble="internal_error") is None


def test_slack_that_fails_for_more_than_a_minute_is_lost_and_the_reason_is_told(
    db: Database, clock: StoppedClock, slack: FakeSlack
) -> None:
    says = looked(db, clock, slack, away=timedelta(seconds=61), trouble="internal_error")

    assert says is not None
    assert says.startswith("not reached for 61 s. Slack answered internal_error")


def test_a_clock_that_goes_wrong_is_logged_once(
    any_db: Database, clock: StoppedClock, slack: FakeSlack, log: io.StringIO
) -> None:
    slacks = StoppedClock(clock.at)
    slack._clock = slacks

    async def story() -> Connection:
        async with make_session() as session:
            connection = Connection(make_client(BOT_TOKEN, slack.url, session), any_db, SharedClock(clock))
            await connection.look()
            slacks.turn(timedelta(seconds=45))
            await connection.look()
            await connection.look()
            return connection

    connection = asyncio.run(story())

    assert connection.ahead["slack"] == timedelta(seconds=45)
    assert log.getvalue().count("this machine's clock is 45 s behind Slack's") == 1
    # A stopped clock is never the database's.
    assert ("the database's" in log.getvalue()) == ("database" in connection.ahead) != any_db.is_sqlite
