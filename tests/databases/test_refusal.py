"""An installation that Slack refuses: its work stands still, is said to, and goes on in order by itself."""

import asyncio
import io
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog

from bot import doctor, logs, operations
from bot.blocks import message, section
from bot.clock import to_millis
from bot.db import Database
from bot.delivery import outbox, refusal
from bot.delivery.model import OutboxMessage
from bot.gauges import gauges
from bot.house import House
from tests.fake_slack import FakeSlack, cut_after, cut_before, refused
from tests.fakes import StoppedClock, deliver, make_house, promised, relaying
from tests.people import BOB, LAUNCHES, UPDATES, WORKSPACE

MINUTE = timedelta(minutes=1)


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


def post(house: House, channel: str, *texts: str) -> list[int]:
    with house.db.transaction() as session:
        return [
            outbox.post(session, house, channel, message(section(text)), kind="greeting", report_to=BOB)
            for text in texts
        ]


def refuse(slack: FakeSlack, minutes: int = 60) -> None:
    """Slack refuses the installation for at least so many questions, whatever is asked of it."""
    for method in ("chat.postMessage", "conversations.history", "auth.test"):
        slack.fail(method, refused("token_revoked"), times=minutes)


def state(house: House, message_id: int) -> str:
    with house.db.transaction() as session:
        return session.get_one(OutboxMessage, message_id).state


def pass_time(house: House, clock: StoppedClock, slack: FakeSlack, time: timedelta) -> None:
    async def story() -> None:
        async with relaying(house.db, clock, slack) as relay:
            for _ in range(int(time / timedelta(seconds=15))):
                await relay.once()
                clock.turn(timedelta(seconds=15))

    asyncio.run(story())


def test_nothing_is_tried_while_slack_refuses_but_one_question_a_minute(
    house: House, clock: StoppedClock, slack: FakeSlack, log: io.StringIO
) -> None:
    post(house, UPDATES, "one", "two")
    post(house, LAUNCHES, "three")
    refuse(slack)

    pass_time(house, clock, slack, 5 * MINUTE)

    assert slack.called("chat.postMessage") == 2
    assert slack.called("auth.test") == 2 + 4
    assert {each.state for each in promised(house.db)} == {"queued"}
    assert log.getvalue().count("slack refuses this installation") == 1


def test_once_slack_takes_it_again_everything_goes_out_in_order_and_it_is_said_once(
    house: House, clock: StoppedClock, slack: FakeSlack, log: io.StringIO
) -> None:
    post(house, UPDATES, "one", "two")
    refuse(slack)
    pass_time(house, clock, slack, MINUTE)
    post(house, UPDATES, "three")
    slack.heal()

    asyncio.run(deliver(house.db, clock, slack))
    pass_time(house, clock, slack, MINUTE)
    asyncio.run(deliver(house.db, clock, slack))

    assert slack.said(UPDATES) == ["one", "two", "three"]
    assert slack.said(BOB) == []
    assert log.getvalue().count("slack takes this installation again") == 1
    assert house.db.call(refusal.refusals) == []


def test_what_may_have_arrived_is_looked_for_only_after_the_refusal_and_however_long_that_took(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    (arrived,) = post(house, UPDATES, "arrived")
    (lost,) = post(house, LAUNCHES, "lost")
    slack.fail("chat.postMessage", cut_after())
    slack.fail("chat.postMessage", cut_before())
    pass_time(house, clock, slack, timedelta(seconds=15))
    refuse(slack)
    pass_time(house, clock, slack, 2 * MINUTE)
    clock.turn(45 * MINUTE)
    pass_time(house, clock, slack, MINUTE)
    assert slack.called("conversations.history") <= 2
    assert (state(house, arrived), state(house, lost)) == ("unsure", "unsure")
    slack.heal()

    asyncio.run(deliver(house.db, clock, slack))

    assert slack.said(UPDATES) == ["arrived"]
    assert slack.said(LAUNCHES) == ["lost"]


def test_a_refusal_that_means_one_message_holds_up_no_other(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    post(house, LAUNCHES, "refused")
    slack.fail("chat.postMessage", refused("team_access_not_granted"), times=1)
    pass_time(house, clock, slack, timedelta(seconds=15))
    assert house.db.call(refusal.refusals) == []

    post(house, UPDATES, "taken")
    asyncio.run(deliver(house.db, clock, slack))

    assert slack.said(UPDATES) == ["taken"]
    assert slack.said(LAUNCHES) == ["refused"]


def test_slack_that_cannot_be_asked_is_no_refusal(house: House, clock: StoppedClock, slack: FakeSlack) -> None:
    post(house, UPDATES, "hello")
    slack.fail("chat.postMessage", refused("invalid_auth"))
    slack.fail("auth.test", cut_before())

    asyncio.run(deliver(house.db, clock, slack))

    assert slack.said(UPDATES) == ["hello"]


def test_the_work_of_another_workspace_goes_on(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    elsewhere = make_house(any_db, clock=clock, workspace_id="T0OTHER")
    (theirs,) = post(elsewhere, UPDATES, "theirs")
    any_db.call(refusal.note, "T0OTHER", "token_revoked", to_millis(clock.now()))
    post(house, LAUNCHES, "ours")

    pass_time(house, clock, slack, timedelta(seconds=30))

    assert slack.said(LAUNCHES) == ["ours"]
    assert state(house, theirs) == "queued"


def test_operators_see_that_slack_refuses_since_when_why_and_what_mends_it(house: House, clock: StoppedClock) -> None:
    post(house, UPDATES, "waits")
    house.db.call(refusal.note, WORKSPACE, "account_inactive", to_millis(clock.now()))
    clock.turn(2 * MINUTE)

    (listed,) = house.db.call(operations.messages)
    (found,) = house.db.call(doctor._refusals, WORKSPACE)
    (gauge,) = [each for each in house.db.call(gauges, to_millis(clock.now())) if "refused" in each.name]

    since = "Slack refuses this installation since 2026-11-25 09:00 UTC (account_inactive)"
    assert (listed.reason, listed.why) == ("account_inactive", f"{since}.")
    assert "SLACK_BOT_TOKEN" in listed.mend
    assert (found.state, found.says) == (doctor.PROBLEM, f"{since}: nothing is sent, and no timer fires")
    assert (gauge.value, gauge.labels["reason"]) == (120, "account_inactive")


def test_an_outage_that_was_noted_twice_began_the_first_time(house: House, clock: StoppedClock) -> None:
    post(house, UPDATES, "waits")
    began = clock.now()
    house.db.call(refusal.note, WORKSPACE, "token_revoked", to_millis(began))
    house.db.call(refusal.note, WORKSPACE, "token_revoked", to_millis(began + MINUTE))

    (found,) = house.db.call(refusal.refusals, WORKSPACE)

    assert found.since == began
