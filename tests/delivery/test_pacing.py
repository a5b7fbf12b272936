"""The arithmetic of pacing, and that no channel and no workspace is spoken to faster than it says."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import message, section
from bot.clock import to_millis
from bot.db import Database
from bot.delivery import outbox, pacing
from bot.delivery.model import Pace
from bot.house import House
from tests.fake_slack import FakeSlack, cut_before, rate_limited
from tests.fakes import StoppedClock, deliver, promised, relaying
from tests.people import LAUNCHES, UPDATES, WORKSPACE

NOW = 1_000_000


def test_a_rested_bucket_allows_its_burst() -> None:
    assert pacing.room(0, NOW, 240, 10) == 10


def test_a_bucket_that_gave_its_burst_allows_one_more_each_interval() -> None:
    tat = pacing.after(0, NOW, 240, 10)
    assert pacing.room(tat, NOW, 240, 10) == 0
    assert pacing.room(tat, NOW + 239, 240, 10) == 0
    assert pacing.room(tat, NOW + 240, 240, 10) == 1


def test_an_emptied_bucket_allows_one_at_its_time() -> None:
    tat = pacing.emptied(NOW + 30_000, 240, 10)
    assert pacing.room(tat, NOW + 29_999, 240, 10) == 0
    assert pacing.room(tat, NOW + 30_000, 240, 10) == 1


def test_a_clock_that_is_put_back_costs_no_waiting(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    def say(text: str) -> int:
        with db.transaction() as session:
            outbox.post(session, house, LAUNCHES, message(section(text)), kind="greeting")
            return outbox.post(session, house, UPDATES, message(section(text)), kind="greeting")

    def change(message_id: int, text: str) -> None:
        with db.transaction() as session:
            outbox.update(session, house, message_id, message(section(text)))

    card = say("before")
    asyncio.run(deliver(db, clock, slack))
    change(card, "changed")
    asyncio.run(deliver(db, clock, slack))
    clock.turn(timedelta(hours=-1))
    say("after")
    change(card, "changed again")
    asyncio.run(deliver(db, clock, slack))
    assert (slack.said(UPDATES), slack.said(LAUNCHES)) == (["changed again", "after"], ["before", "after"])


def test_pace_slows_down_and_recovers_within_bounds() -> None:
    interval = pacing.WORKSPACE_INTERVAL
    for _ in range(50):
        interval = pacing.slower(interval)
    assert interval == pacing.SLOWEST_INTERVAL
    for _ in range(500):
        interval = pacing.recovered(interval)
    assert interval == pacing.WORKSPACE_INTERVAL


@given(st.lists(st.integers(0, 2_000), min_size=1, max_size=60), st.integers(50, 2_000), st.integers(1, 10))
def test_no_window_ever_holds_more_than_burst_and_rate_allow(pauses: list[int], interval: int, burst: int) -> None:
    """Greedy callers at any moments: between any two messages lies the time the rate asks for."""
    now, tat, sent = NOW, 0, []
    for pause in pauses:
        now += pause
        count = pacing.room(tat, now, interval, burst)
        tat = pacing.after(tat, now, interval, count)
        sent += [now] * count
    for first in range(len(sent)):
        for last in range(first + burst, len(sent)):
            assert sent[last] - sent[first] >= (last - first - burst + 1) * interval


def test_no_channel_hears_more_than_one_message_a_second(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    with db.transaction() as session:
        for number in range(8):
            outbox.post(session, house, UPDATES, message(section(f"{number}")), kind="count")
    times: list[int] = []

    async def story() -> None:
        async with relaying(db, clock, slack) as relay:
            while len(slack.posts) < 8:
                before = len(slack.posts)
                await relay.once()
                times.extend([to_millis(clock.now())] * (len(slack.posts) - before))
                clock.turn(timedelta(milliseconds=70))

    asyncio.run(story())
    assert all(later - earlier >= 1_000 for earlier, later in pairwise(times))
    assert times[-1] - times[0] < 8 * 1_150


def test_a_workspace_hears_a_burst_and_then_its_rate(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    with db.transaction() as session:
        for number in range(40):
            slack.add_channel(f"C0ROOM{number}", f"room-{number}")
            outbox.post(session, house, f"C0ROOM{number}", message(section("hello")), kind="count")

    async def story() -> None:
        async with relaying(db, clock, slack) as relay:
            for _ in range(6):
                await relay.once()
            assert len(slack.posts) == pacing.WORKSPACE_BURST
            for _ in range(20):
                clock.turn(timedelta(milliseconds=240))
                await relay.once()
            assert len(slack.posts) == pacing.WORKSPACE_BURST + 20

    asyncio.run(story())


def test_a_complaint_slows_the_workspace_down_for_a_while(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    with db.transaction() as session:
        outbox.post(session, house, UPDATES, message(section("hello")), kind="count")
    slack.fail("chat.postMessage", rate_limited(2), times=3)
    asyncio.run(deliver(db, clock, slack))
    with db.transaction() as session:
        slowed = session.get_one(Pace, WORKSPACE).interval
    assert pacing.WORKSPACE_INTERVAL < slowed < 2 * pacing.WORKSPACE_INTERVAL
    assert [each.state for each in promised(db)] == ["sent"]


def test_slack_complains_of_nothing_however_much_there_is_to_post_to_change_and_to_look_for(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    channels = [f"C0ROOM{number}" for number in range(40)]
    for channel in channels:
        slack.add_channel(channel, channel.lower())
    slack.keep_limits()
    with db.transaction() as session:
        cards = [outbox.post(session, house, each, message(section("old")), kind="card") for each in channels * 5]
    slack.fail("chat.postMessage", cut_before(), times=30)

    async def story() -> None:
        async with relaying(db, clock, slack) as relay:
            for _ in range(4 * 60):
                await relay.once()
                clock.turn(timedelta(seconds=2))
                if cards and len(slack.posts) == len(cards):
                    change(db, house, cards)
                    cards.clear()

    asyncio.run(story())
    assert slack.refused_calls == {}
    assert {each.state for each in promised(db)} == {"sent"}
    assert [each["text"] for channel in channels for each in slack.messages(channel)] == ["new"] * 200
    assert slack.called("chat.update") == 200


def test_changes_that_wait_for_their_pace_hold_up_no_message(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    with db.transaction() as session:
        cards = [outbox.post(session, house, UPDATES, message(section("old")), kind="card") for _ in range(20)]
    asyncio.run(deliver(db, clock, slack))
    change(db, house, cards)
    with db.transaction() as session:
        outbox.post(session, house, UPDATES, message(section("hello")), kind="test")

    async def story() -> None:
        async with relaying(db, clock, slack) as relay:
            while "hello" not in slack.said(UPDATES):
                await relay.once()
                clock.turn(timedelta(seconds=0.1))

    before = clock.now()
    asyncio.run(story())
    assert clock.now() - before < timedelta(seconds=2)
    assert slack.called("chat.update") < 20


@pytest.mark.parametrize(("complaint", "quiet"), [(60, 60), (3600, 110)])
def test_a_complaint_about_a_change_holds_up_all_changes(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack, complaint: int, quiet: int
) -> None:
    with db.transaction() as session:
        cards = [outbox.post(session, house, UPDATES, message(section("old")), kind="card")]
        cards += [outbox.post(session, house, LAUNCHES, message(section("old")), kind="card")]
    asyncio.run(deliver(db, clock, slack))
    change(db, house, cards[:1])
    slack.fail("chat.update", rate_limited(complaint))

    async def story() -> None:
        async with relaying(db, clock, slack) as relay:
            await relay.once()
            change(db, house, cards[1:])
            for _ in range(5, quiet, 5):
                clock.turn(timedelta(seconds=5))
                await relay.once()

    asyncio.run(story())
    assert slack.called("chat.update") == 1


def test_a_complaint_about_a_change_holds_up_no_message(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    with db.transaction() as session:
        card = outbox.post(session, house, UPDATES, message(section("old")), kind="card")
    asyncio.run(deliver(db, clock, slack))
    change(db, house, [card])
    slack.fail("chat.update", rate_limited(30))

    async def story() -> None:
        async with relaying(db, clock, slack) as relay:
            clock.turn(timedelta(seconds=2))
            await relay.once()
            with db.transaction() as session:
                outbox.post(session, house, UPDATES, message(section("hello")), kind="test")
            clock.turn(timedelta(seconds=2))
            await relay.once()
            assert slack.said(UPDATES) == ["old", "hello"]
            for _ in range(27):
                clock.turn(timedelta(seconds=1))
                await relay.once()
            assert slack.called("chat.update") == 1

    asyncio.run(story())
    asyncio.run(deliver(db, clock, slack))
    assert slack.said(UPDATES) == ["new", "hello"]


def change(db: Database, house: House, cards: list[int]) -> None:
    with db.transaction() as session:
        for card in cards:
            outbox.update(session, house, card, message(section("new")))
