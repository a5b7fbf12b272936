"""Kill the relay's process without warning: everything is still said, and said once."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import ColumnElement, func, select

from bot.blocks import message, section
from bot.clock import SystemClock
from bot.db import Database
from bot.delivery import outbox
from bot.delivery.model import OutboxMessage
from tests.fake_slack import FakeSlack, hang
from tests.fakes import ROOT, make_house
from tests.people import ALICE, BOB, CHARLIE, DECISIONS, LAUNCHES, UPDATES

PLACES = (UPDATES, LAUNCHES, DECISIONS, ALICE, BOB, CHARLIE)
MESSAGES = 50
PATIENCE = 120.0


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    """By the real clock: the other process has no other."""
    fake = FakeSlack()
    fake.start()
    yield fake
    fake.stop()


def test_killed_in_the_middle_it_still_says_everything_once(
    any_db_url: str, any_db: Database, slack: FakeSlack
) -> None:
    house = make_house(any_db, clock=SystemClock())
    with any_db.transaction() as session:
        for number in range(MESSAGES):
            place = PLACES[number % len(PLACES)]
            outbox.post(session, house, place, message(section(f"message {number}")), kind="count")
    epoch = time.time()

    with node(any_db_url, slack, "first", epoch) as first:
        until(lambda: len(slack.posts) >= 12)
        # Two that Slack takes without answering in time, two that it never gets to take.
        slack.fail("chat.postMessage", hang(60, after=True), times=2)
        slack.fail("chat.postMessage", hang(60), times=2)
        until(lambda: in_flight(any_db) >= 4)
        first.kill()
        first.wait()
    slack.heal()
    assert in_flight(any_db) >= 4
    assert len(slack.posts) < MESSAGES

    with node(any_db_url, slack, "second", epoch):
        until(lambda: unsent(any_db) == 0)

    said = Counter(post["blocks"][0]["block_id"] for post in slack.posts)
    assert len(said) == MESSAGES
    assert set(said.values()) == {1}
    for index, place in enumerate(PLACES):
        assert slack.said(place) == [f"message {number}" for number in range(index, MESSAGES, len(PLACES))]


@contextmanager
def node(database: str, slack: FakeSlack, name: str, epoch: float) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.databases.runner", database, slack.url, name, str(epoch)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def in_flight(db: Database) -> int:
    return _count(db, OutboxMessage.state == "sending")


def unsent(db: Database) -> int:
    return _count(db, OutboxMessage.state != "sent")


def _count(db: Database, condition: ColumnElement[bool]) -> int:
    with db.transaction() as session:
        return session.scalar(select(func.count()).select_from(OutboxMessage).where(condition)) or 0
