"""What operators see of messages and timers, and what they may and may not move."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import blocks, operations, timers
from bot.audit import Event
from bot.db import Database
from bot.delivery import outbox
from bot.delivery.model import (
    CANCELLED,
    DEAD,
    HELD,
    QUEUED,
    SENDING,
    SENT,
    UNSURE,
    Lane,
    OutboxMessage,
)
from bot.house import House
from bot.operations import Move
from bot.timers import Timer
from tests.fake_slack import FakeSlack, refused
from tests.fakes import StoppedClock, deliver, make_house, promised
from tests.people import ALICE, UPDATES, WORKSPACE

MINUTE = timedelta(minutes=1)


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    return make_house(any_db, clock=clock)


def promise(house: House, text: str = "Hello", channel: str = UPDATES, **options: Any) -> int:
    with house.db.transaction() as session:
        return outbox.post(session, house, channel, say(text), kind="greeting", **options)


def change(house: House, message_id: int, text: str) -> None:
    with house.db.transaction() as session:
        outbox.update(session, house, message_id, say(text))


def say(text: str) -> blocks.Message:
    return blocks.message(blocks.section(text))


def set_to(house: House, message_id: int, state: str, **values: Any) -> int:
    with house.db.transaction() as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.id == message_id).values(state=state, **values))
    return message_id


def row(house: House, message_id: int) -> OutboxMessage:
    with house.db.transaction() as session:
        return session.get_one(OutboxMessage, message_id)


def retry(house: House, *ids: int) -> list[Move]:
    return house.db.call(operations.retry, ids, house.clock.now())


def drop(house: House, *ids: int) -> list[Move]:
    return house.db.call(operations.drop, ids, "sent by hand", house.clock.now())


def trail(house: House) -> list[tuple[str, str, dict[str, Any]]]:
    with house.db.transaction() as session:
        return [(event.kind, event.subject, event.detail) for event in session.scalars(select(Event))]


# --- what is listed ---


def test_those_most_in_need_of_a_person_come_first(house: House) -> None:
    for state in (QUEUED, SENT, HELD, DEAD, SENDING, CANCELLED, UNSURE):
        set_to(house, promise(house), state)

    found = house.db.call(operations.messages)

    assert [message.state for message in found] == [DEAD, HELD, UNSURE, SENDING, QUEUED]
    assert [message.state for message in house.db.call(operations.messages, (HELD,))] == [HELD]


def test_a_dead_message_says_why_and_what_to_do_but_not_what_it_says(house: House, clock: StoppedClock) -> None:
    number = set_to(house, promise(house, "A secret"), DEAD, error="is_archived", failures=1)
    clock.turn(3 * 60 * MINUTE)

    lines = operations.message_lines(house.db.call(operations.messages), clock.now())

    assert lines[0] == f"{number:>7}  dead     greeting to {UPDATES} ({WORKSPACE}), promised 3 h ago, tried 1 times"
    assert lines[1].strip() == "The channel is archived. [is_archived]"
    assert lines[2].strip().startswith("-> Unarchive it")
    assert lines[-1] == "1 dead."
    assert "A secret" not in "\n".join(lines)


def test_a_queued_message_says_when_it_goes_out(house: House, clock: StoppedClock) -> None:
    promise(house, not_before=clock.now() + 10 * MINUTE)

    assert "goes out in 10 min" in operations.message_lines(house.db.call(operations.messages), clock.now())[0]


def test_nothing_to_list_is_said(house: House, clock: StoppedClock) -> None:
    assert operations.message_lines(house.db.call(operations.messages), clock.now()) == [
        "No message waits, and none was given up."
    ]
    assert operations.alarm_lines(house.db.call(operations.alarms), clock.now()) == [
        "No timer waits, and none was given up."
    ]


# --- sending again ---


def test_a_dead_message_that_is_retried_is_delivered_once(house: House, clock: StoppedClock, slack: FakeSlack) -> None:
    slack.fail("chat.postMessage", refused("is_archived"))
    number = promise(house)
    asyncio.run(deliver(house.db, clock, slack))
    assert row(house, number).state == DEAD

    assert retry(house, number) == [Move(number, True, "queued again")]
    asyncio.run(deliver(house.db, clock, slack))

    assert slack.said(UPDATES) == ["Hello"]
    ((kind, subject, detail),) = trail(house)
    assert (kind, subject, detail["was"], detail["by"]) == ("message.retried", f"message:{number}", DEAD, "operator")


def test_a_retried_message_has_all_its_attempts_again(house: House) -> None:
    number = set_to(house, promise(house), DEAD, error="gave_up: internal_error", failures=12, retry_at=5, done_at=6)
    retry(house, number)

    again = row(house, number)
    assert (again.state, again.failures, again.retry_at, again.error, again.done_at) == (QUEUED, 0, 0, None, None)


def test_a_lane_that_was_forgotten_meanwhile_is_made_again(house: House, clock: StoppedClock, slack: FakeSlack) -> None:
    number = set_to(house, promise(house), DEAD)
    with house.db.transaction() as session:
        session.query(Lane).delete()

    retry(house, number)
    asyncio.run(deliver(house.db, clock, slack))

    assert slack.said(UPDATES) == ["Hello"]


def test_the_lane_of_a_change_that_comes_along_is_made_again(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    number = promise(house, "First")
    set_to(house, number, SENDING, first_send=1)
    change(house, number, "Second")
    set_to(house, number, DEAD)
    set_to(house, promised(house.db)[-1].id, DEAD, error="parent_dead")
    with house.db.transaction() as session:
        session.query(Lane).delete()

    retry(house, number)
    asyncio.run(deliver(house.db, clock, slack))

    assert slack.said(UPDATES) == ["Second"]


def test_who_retries_what_may_have_arrived_is_told_that_it_may_be_there_twice(house: House) -> None:
    (tried,) = retry(house, set_to(house, promise(house), HELD, first_send=1))
    (never_tried,) = retry(house, set_to(house, promise(house), HELD, error="parent_held"))

    assert tried.done
    assert "there twice" in tried.says
    assert never_tried.says == "queued again"


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (SENT, "has been sent"),
        (CANCELLED, "was taken back"),
        (SENDING, "is on its way right now"),
        (UNSURE, "may have arrived"),
    ],
)
def test_what_is_past_or_under_way_cannot_be_moved(house: House, state: str, says: str) -> None:
    number = set_to(house, promise(house), state)

    for (move,) in (retry(house, number), drop(house, number)):
        assert not move.done
        assert move.says.startswith(says)
    assert row(house, number).state == state
    assert trail(house) == []


def test_a_queued_message_is_spared_its_pause_but_not_its_authors_wish(house: House, clock: StoppedClock) -> None:
    later = promise(house, not_before=clock.now() + 60 * MINUTE)
    pausing = set_to(house, promise(house), QUEUED, retry_at=row(house, later).not_before)
    ready = promise(house)

    moves = {move.id: move for move in retry(house, later, pausing, ready)}

    assert moves[later].says == "is queued for 2026-11-25 10:00 UTC"
    assert (moves[pausing].done, row(house, pausing).retry_at) == (True, 0)
    assert moves[ready].says.startswith("is queued already")


def test_a_reply_is_not_retried_without_what_it_replies_to(house: House, clock: StoppedClock, slack: FakeSlack) -> None:
    parent = set_to(house, promise(house, "Digest"), DEAD)
    reply = set_to(house, promise(house, "Details", thread_of=parent), DEAD)

    (alone,) = retry(house, reply)
    assert (alone.done, f"belongs to {parent}, which is dead" in alone.says) == (False, True)

    assert all(move.done for move in retry(house, reply, parent))
    asyncio.run(deliver(house.db, clock, slack))
    assert slack.said(UPDATES) == ["Digest", "Details"]


def test_an_old_change_is_not_sent_after_a_newer_one(house: House, clock: StoppedClock, slack: FakeSlack) -> None:
    number = promise(house, "First")
    asyncio.run(deliver(house.db, clock, slack))
    change(house, number, "Second")
    old = set_to(house, promised(house.db)[-1].id, DEAD)
    change(house, number, "Third")

    (move,) = retry(house, old)

    assert (move.done, "a later change" in move.says) == (False, True)


def test_unknown_ids_are_refused_and_the_rest_is_done(house: House) -> None:
    number = set_to(house, promise(house), DEAD)

    assert retry(house, 999, number, number) == [
        Move(number, True, "queued again"),
        Move(999, False, "there is no such message"),
    ]


def test_a_number_that_no_database_counts_to_is_unknown(house: House) -> None:
    with house.db.transaction() as session:
        (message,) = operations.retry(session, [10**30], house.clock.now())
        (timer,) = operations.retry_timers(session, [10**30], house.clock.now())
    assert (message.says, timer.says) == ("there is no such message", "there is no such timer")


def test_what_belongs_to_a_message_that_was_dropped_can_only_be_dropped_too(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    held = set_to(house, promise(house), HELD)
    reply = promise(house, "reply", thread_of=held)
    asyncio.run(deliver(house.db, clock, slack))
    assert row(house, reply).state == HELD
    with house.db.transaction() as session:
        operations.drop(session, [held], "said by hand", clock.now())
    asyncio.run(deliver(house.db, clock, slack))
    with house.db.transaction() as session:
        (listed,) = operations.messages(session)
        assert (listed.id, listed.state) == (reply, DEAD)
        assert (listed.why, listed.mend) == (
            f"The message it belongs to ({held}) was taken back.",
            "Drop this one too.",
        )
        (move,) = operations.retry(session, [reply], clock.now())
        assert (move.done, move.says) == (False, f"belongs to {held}, which was taken back: drop this one too")


def test_everything_dead_can_be_found(house: House) -> None:
    given_up = [set_to(house, promise(house), DEAD) for _ in range(2)]
    set_to(house, promise(house), HELD)

    assert house.db.call(operations.dead) == given_up


# --- taking back ---


@pytest.mark.parametrize("state", [QUEUED, HELD, DEAD])
def test_a_dropped_message_is_never_said_and_the_reason_is_kept(
    house: House, clock: StoppedClock, slack: FakeSlack, state: str
) -> None:
    number = set_to(house, promise(house, channel=ALICE), state, look_at=1 if state == HELD else None)

    assert drop(house, number) == [Move(number, True, "dropped")]
    asyncio.run(deliver(house.db, clock, slack))

    assert slack.said(ALICE) == []
    assert (row(house, number).state, row(house, number).error) == (CANCELLED, "dropped: sent by hand")
    ((kind, _, detail),) = trail(house)
    assert (kind, detail["was"], detail["reason"]) == ("message.dropped", state, "sent by hand")
    assert house.db.call(operations.messages) == []


# --- timers ---


def arm(house: House, key: str, due: timedelta, state: str = "armed") -> int:
    with house.db.transaction() as session:
        timers.arm(session, house, key, "test", "", house.clock.now() + due)
        timer = session.scalars(select(Timer).where(Timer.key == key)).one()
        timer.state = state
        if state == "failed":
            timer.attempts, timer.error = 8, "KeyError: 'x'"
        return timer.id


def test_timers_that_were_given_up_come_before_those_that_wait(house: House, clock: StoppedClock) -> None:
    arm(house, "later", 60 * 24 * MINUTE)
    arm(house, "soon", MINUTE)
    arm(house, "done", -MINUTE, "fired")
    arm(house, "broken", -3 * MINUTE, "failed")

    found = house.db.call(operations.alarms)
    lines = operations.alarm_lines(found, clock.now())

    assert [timer.key for timer in found] == ["broken", "soon", "later"]
    assert f"broken ({WORKSPACE}), due 2026-11-25 08:57 UTC, 3 min ago, tried 8 times" in lines[0]
    assert lines[1].strip() == "KeyError: 'x'"
    assert lines[-1] == "1 failed, 2 armed."
    assert [timer.key for timer in house.db.call(operations.alarms, only_failed=True)] == ["broken"]


def test_a_timer_that_was_given_up_fires_again_when_retried(house: House, clock: StoppedClock) -> None:
    number = arm(house, "broken", -MINUTE, "failed")

    (move,) = house.db.call(operations.retry_timers, [number], clock.now())

    assert move == Move(number, True, "broken fires again at once")
    (lease,) = house.db.call(timers.claim, house.workspace_id, clock.now(), "node-a")
    assert lease.timer_id == number
    ((kind, _, detail),) = trail(house)
    assert (kind, detail["error"]) == ("timer.retried", "KeyError: 'x'")


def test_only_failed_timers_are_retried(house: House, clock: StoppedClock) -> None:
    ids = [arm(house, state, MINUTE, state) for state in ("armed", "fired", "cancelled")]

    moves = house.db.call(operations.retry_timers, [*ids, 999], clock.now())

    assert [move.done for move in moves] == [False] * 4
    assert [move.says.split()[0] for move in moves] == ["is", "has", "was", "there"]
