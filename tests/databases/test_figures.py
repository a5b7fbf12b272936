"""What delivery counts as it happens, and that each line of the log about a message bears its marker."""

import asyncio
import io
import logging
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog

from bot import logs, metrics
from bot.blocks import message, section
from bot.clock import to_millis
from bot.db import Database
from bot.delivery import outbox
from bot.delivery.claim import STALE_AFTER, claim
from bot.delivery.model import OutboxMessage
from bot.delivery.outcome import Call, Finding, NotNow, Outcome, Search, TokenDead, Unsure
from bot.delivery.reconcile import rescue
from bot.delivery.relay import Relay
from bot.delivery.settle import Answer, settle_all
from bot.house import House
from tests.fake_slack import FakeSlack, cut_after, cut_before, rate_limited, refused
from tests.fakes import StoppedClock, deliver, make_house
from tests.people import BOB, LAUNCHES, UPDATES


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    return make_house(any_db, clock=clock)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is logged meanwhile."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    stream = io.StringIO()
    logs.set_up("info", "plain", stream)
    yield stream
    structlog.reset_defaults()


def counted(name: str) -> float:
    (value,) = re.findall(rf"^drumbeat_{name}_total (\S+)$", metrics.page().decode(), re.MULTILINE)
    return float(value)


def post(house: House, channel: str, text: str) -> int:
    with house.db.transaction() as session:
        return outbox.post(session, house, channel, message(section(text)), kind="greeting", report_to=BOB)


def test_what_is_sent_again_is_counted(any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack) -> None:
    post(house, UPDATES, "lost on its way")
    post(house, LAUNCHES, "only its answer is lost")
    slack.fail("chat.postMessage", cut_before())
    slack.fail("chat.postMessage", cut_after())
    before = counted(metrics.RESENT)

    asyncio.run(deliver(any_db, clock, slack))

    assert counted(metrics.RESENT) == before + 1


def test_a_failure_that_comes_after_another_took_over_is_counted_and_changes_nothing(
    any_db: Database, house: House, clock: StoppedClock, log: io.StringIO
) -> None:
    sent = post(house, UPDATES, "hello")
    with any_db.transaction() as session:
        (slept,) = claim(session, "node-a", to_millis(clock.now()), 1)
        marker = slept.marker
    clock.turn(timedelta(seconds=12))
    any_db.call(rescue, to_millis(clock.now()))

    late = [Answer(slept, Unsure("no_answer"), to_millis(clock.now()))]
    assert any_db.call(settle_all, late) == 1

    with any_db.transaction() as session:
        assert session.get_one(OutboxMessage, sent).error == "owner_died"
    assert re.search(f"a failure came too late to matter .*{marker}", log.getvalue())


def test_a_relay_counts_what_was_fenced_and_what_it_was_too_late_for(
    any_db: Database, house: House, clock: StoppedClock, log: io.StringIO
) -> None:
    class Sleepy:
        """A process that sleeps while Slack is asked, until others have taken over."""

        async def send(self, call: Call) -> Outcome:
            clock.turn(timedelta(seconds=13))
            await any_db.run(rescue, to_millis(clock.now()))
            return Unsure("no_answer")

        async def look(self, search: Search) -> Finding:
            return NotNow("no_answer", 1)

        async def ask(self) -> TokenDead | NotNow | None:
            return None

    post(house, UPDATES, "one")
    post(house, LAUNCHES, "two")
    before = counted(metrics.FENCED), counted(metrics.STALE_SKIPPED)

    asyncio.run(Relay(any_db, clock, Sleepy(), "node-a").once())

    # While the first was asked for, the claim of the second became older than a claim may be, and was taken over.
    assert STALE_AFTER < 13_000
    assert (counted(metrics.FENCED), counted(metrics.STALE_SKIPPED)) == (before[0] + 2, before[1] + 1)
    assert "a claim was too old to act on" in log.getvalue()


def test_each_line_about_a_message_bears_its_marker(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack, log: io.StringIO
) -> None:
    for text in ("one", "two", "three", "four"):
        post(house, UPDATES, text)
    post(house, "C0NOWHERE", "five")
    for fault in (rate_limited(2), refused("service_unavailable"), cut_before(), cut_after()):
        slack.fail("chat.postMessage", fault)

    asyncio.run(deliver(any_db, clock, slack))

    lines = log.getvalue().splitlines()
    assert [line for line in lines if "marker=" not in line] == []
    for words in ("will try again", "may or may not have been posted", "will send it again", "undeliverable", "posted"):
        assert any(words in line for line in lines), words
