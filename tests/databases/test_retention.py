"""What is long over is let go of, and nothing that is still needed."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import timers
from bot.blocks import Message, message, section
from bot.clock import to_millis
from bot.db import Database
from bot.delivery import outbox
from bot.delivery.model import Lane, OutboxMessage
from bot.delivery.retention import forget_idle_lanes, let_go_of_words
from bot.house import House
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock, deliver, make_house, relaying
from tests.people import LAUNCHES, UPDATES

LONG = timedelta(days=91)


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    return make_house(any_db, clock=clock)


def say(text: str) -> Message:
    return message(section(text))


def post(house: House, channel: str, text: str, dedupe: str | None = None) -> int:
    with house.db.transaction() as session:
        return outbox.post(session, house, channel, say(text), kind="greeting", dedupe=dedupe)


def change(house: House, message_id: int, text: str) -> None:
    with house.db.transaction() as session:
        outbox.update(session, house, message_id, say(text))


def rows(house: House) -> dict[int, OutboxMessage]:
    with house.db.transaction() as session:
        return {row.id: row for row in session.scalars(select(OutboxMessage))}


def lanes(house: House) -> list[str]:
    with house.db.transaction() as session:
        return list(session.scalars(select(Lane.lane).order_by(Lane.lane)))


def tidy(house: House) -> None:
    house.db.call(let_go_of_words, to_millis(house.clock.now()))
    house.db.call(forget_idle_lanes, to_millis(house.clock.now()))


def test_words_are_let_go_after_ninety_days_and_no_sooner(house: House, clock: StoppedClock, slack: FakeSlack) -> None:
    sent = post(house, UPDATES, "a secret")
    taken_back = post(house, UPDATES, "another secret")
    with house.db.transaction() as session:
        outbox.cancel(session, house, taken_back)
    asyncio.run(deliver(house.db, clock, slack))
    clock.turn(timedelta(days=89))
    tidy(house)
    assert "a secret" in str(rows(house)[sent].payload)

    clock.turn(timedelta(days=2))
    tidy(house)

    assert [row.payload for row in rows(house).values()] == [{}, {}]
    assert not any("secret" in str(vars(row)) for row in rows(house).values())


def test_a_card_whose_words_were_let_go_can_still_be_changed_and_answered(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    card = post(house, UPDATES, "card", dedupe="card:1")
    asyncio.run(deliver(house.db, clock, slack))
    clock.turn(LONG)
    tidy(house)

    assert post(house, UPDATES, "card", dedupe="card:1") == card
    # Also to the very words that stood there: nobody knows them any more.
    change(house, card, "card")
    with house.db.transaction() as session:
        outbox.post(session, house, UPDATES, say("reply"), kind="greeting", thread_of=card)
    change(house, card, "changed")
    asyncio.run(deliver(house.db, clock, slack))

    changed, reply = slack.messages(UPDATES)
    assert (changed["text"], reply["text"], reply["thread_ts"]) == ("changed", "reply", changed["ts"])


def test_old_changes_are_deleted_and_the_message_they_changed_stays(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    card = post(house, UPDATES, "card")
    asyncio.run(deliver(house.db, clock, slack))
    for text in ("first", "second"):
        change(house, card, text)
        asyncio.run(deliver(house.db, clock, slack))
    assert len(rows(house)) == 3
    clock.turn(LONG)
    tidy(house)

    assert list(rows(house)) == [card]
    change(house, card, "card")
    asyncio.run(deliver(house.db, clock, slack))
    assert slack.said(UPDATES) == ["card"]


def test_what_was_given_up_keeps_its_words_for_whoever_sends_it_again(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    lost = post(house, "C0NOWHERE", "words")
    asyncio.run(deliver(house.db, clock, slack))
    clock.turn(LONG)
    tidy(house)

    assert "words" in str(rows(house)[lost].payload)


def test_lanes_are_forgotten_when_idle_and_made_anew(house: House, clock: StoppedClock, slack: FakeSlack) -> None:
    post(house, UPDATES, "one")
    asyncio.run(deliver(house.db, clock, slack))
    with house.db.transaction() as session:
        in_a_week = clock.now() + timedelta(days=7)
        outbox.post(session, house, LAUNCHES, say("later"), kind="greeting", not_before=in_a_week)
    clock.turn(timedelta(days=2))
    tidy(house)
    assert [lane.rpartition("/")[2] for lane in lanes(house)] == [LAUNCHES]

    post(house, UPDATES, "two")
    asyncio.run(deliver_until(house, clock, slack, timedelta(days=6)))

    assert slack.said(UPDATES) == ["one", "two"]
    assert slack.said(LAUNCHES) == ["later"]


async def deliver_until(house: House, clock: StoppedClock, slack: FakeSlack, passed: timedelta) -> None:
    async with relaying(house.db, clock, slack) as relay:
        await relay.once()
        clock.turn(passed)
        await relay.once()


def test_a_lane_with_something_held_in_it_stays(house: House, clock: StoppedClock) -> None:
    held = post(house, UPDATES, "hello")
    with house.db.transaction() as session:
        session.get_one(OutboxMessage, held).state = "held"
    clock.turn(LONG)
    tidy(house)

    assert len(lanes(house)) == 1


def test_a_promise_and_the_forgetting_of_its_lane_at_the_same_moment_leave_it_a_lane(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    post(house, UPDATES, "one")
    asyncio.run(deliver(house.db, clock, slack))
    clock.turn(timedelta(days=2))
    now = to_millis(clock.now())
    if house.db.is_sqlite:
        assert house.db.call(forget_idle_lanes, now) == 1
        post(house, UPDATES, "two")
    else:
        promising = threading.Thread(target=post, args=(house, UPDATES, "two"))
        with house.db.transaction() as session:
            assert forget_idle_lanes(session, now) == 1
            promising.start()
            # It waits for us, since the lane that it needs is about to go.
            promising.join(0.3)
            assert promising.is_alive()
        promising.join(10)
        with house.db.transaction() as promise:
            outbox.post(promise, house, UPDATES, say("three"), kind="greeting")
            assert house.db.call(forget_idle_lanes, now + to_millis(clock.now())) == 0

    assert len(lanes(house)) == 1
    asyncio.run(deliver(house.db, clock, slack))
    assert slack.said(UPDATES)[:2] == ["one", "two"]


@pytest.mark.parametrize("first", ["armed", "forgotten"])
def test_a_timer_that_is_armed_and_forgotten_at_the_same_moment_is_armed(
    house: House, clock: StoppedClock, first: str
) -> None:
    arm = partial(timers.arm, house=house, key="open:17", kind="open", ref="17")
    forget = partial(timers.forget_retired, before=clock.now() + LONG - timedelta(days=30))
    house.db.call(arm, due=clock.now())
    house.db.call(timers.cancel, house, "open:17")
    clock.turn(LONG)

    verbs: list[Callable[[Session], object]] = [partial(arm, due=clock.now()), forget]
    begins, follows = verbs if first == "armed" else reversed(verbs)
    with ThreadPoolExecutor(1) as another_node:
        with house.db.transaction() as session:
            begins(session)
            following = another_node.submit(in_transaction, house, follows)
            wait([following], timeout=0.3)
            assert not following.done(), "it waits for what the other has not committed"
        following.result(20)

    assert [lease.ref for lease in house.db.call(timers.claim, house.workspace_id, clock.now(), "node")] == ["17"]


def in_transaction(house: House, verb: Callable[[Session], object]) -> None:
    with house.db.transaction() as session:
        verb(session)


def test_much_is_let_go_a_little_at_a_time(house: House, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.retention.AT_ONCE", 2)
    with house.db.transaction() as session:
        ids = [outbox.post(session, house, UPDATES, say("hello"), kind="greeting") for _ in range(5)]
        for each in ids:
            outbox.cancel(session, house, each)
    clock.turn(LONG)

    assert [house.db.call(let_go_of_words, to_millis(clock.now())) for _ in range(4)] == [2, 2, 1, 0]
    with house.db.transaction() as session:
        assert session.scalar(select(func.count()).where(OutboxMessage.done_at.is_not(None))) == 0
