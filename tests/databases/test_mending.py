"""Messages that were given up: who hears of it, how often, and what comes back with them once they are sent again."""

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import operations
from bot.blocks import Message, message, section
from bot.clock import to_millis
from bot.db import Database
from bot.delivery import outbox, undeliverable
from bot.delivery.model import OutboxMessage
from bot.delivery.settle import record_sent
from bot.house import House
from tests.fake_slack import FakeSlack, refused
from tests.fakes import StoppedClock, deliver, make_house
from tests.people import ALICE, BOB, PRODUCT_OPS, UPDATES, WORKSPACE


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    any_db.call(undeliverable.tell_instead, WORKSPACE, PRODUCT_OPS)
    return make_house(any_db, clock=clock)


def say(text: str) -> Message:
    return message(section(text))


def post(house: House, channel: str, text: str, thread_of: int | None = None) -> int:
    with house.db.transaction() as session:
        return outbox.post(session, house, channel, say(text), kind="greeting", report_to=BOB, thread_of=thread_of)


def change(house: House, message_id: int, text: str) -> None:
    with house.db.transaction() as session:
        outbox.update(session, house, message_id, say(text))


def run(house: House, clock: StoppedClock, slack: FakeSlack) -> None:
    asyncio.run(deliver(house.db, clock, slack))


def retry(house: House, *ids: int) -> list[operations.Move]:
    return house.db.call(operations.retry, ids, house.clock.now())


def states(house: House) -> list[tuple[str, str]]:
    with house.db.transaction() as session:
        return [(row.kind, row.state) for row in session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))]


def test_what_is_sent_again_and_given_up_again_is_told_again(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    slack.channels[UPDATES].is_archived = True
    digest = post(house, UPDATES, "The digest")
    run(house, clock, slack)
    assert len(slack.said(BOB)) == 1

    retry(house, digest)
    run(house, clock, slack)

    assert len(slack.said(BOB)) == 2


def test_late_answers_to_a_digest_that_was_given_up_make_no_more_noise_and_come_back_with_it(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    slack.channels[UPDATES].is_archived = True
    digest = post(house, UPDATES, "The digest")
    details = post(house, UPDATES, "details", thread_of=digest)
    run(house, clock, slack)
    for text in ("The digest, one late", "The digest, two late"):
        change(house, digest, text)
        run(house, clock, slack)
    late = post(house, UPDATES, "a late answer", thread_of=digest)
    run(house, clock, slack)
    (told,) = slack.said(BOB)
    assert "The channel is archived." in told
    assert f"message {digest}" in told
    assert "Unarchive it. drumbeat outbox retry" in told.replace("`", "")

    slack.channels[UPDATES].is_archived = False
    (move,) = retry(house, digest)
    run(house, clock, slack)

    assert (move.done, move.says) == (True, "queued again, and 3 more that belong to it")
    root, first, second = slack.messages(UPDATES)
    assert [root["text"], first["text"], second["text"]] == ["The digest, two late", "details", "a late answer"]
    assert {first["thread_ts"], second["thread_ts"]} == {root["ts"]}
    assert slack.called("chat.update") == 1
    assert details < late
    assert len(slack.said(BOB)) == 1


def test_retrying_everything_that_is_dead_names_each_once_and_succeeds(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    slack.channels[UPDATES].is_archived = True
    digest = post(house, UPDATES, "The digest")
    post(house, UPDATES, "details", thread_of=digest)
    run(house, clock, slack)
    for text in ("changed", "changed again"):
        change(house, digest, text)
        run(house, clock, slack)
    slack.channels[UPDATES].is_archived = False

    moves = retry(house, *house.db.call(operations.dead))
    run(house, clock, slack)

    assert len(moves) == 4
    assert all(move.done for move in moves)
    assert slack.said(UPDATES) == ["changed again", "details"]


def test_when_slack_says_later_that_it_has_the_message_after_all_its_thread_comes_back(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    slack.channels[UPDATES].is_archived = True
    digest = post(house, UPDATES, "The digest")
    run(house, clock, slack)
    post(house, UPDATES, "a late answer", thread_of=digest)
    run(house, clock, slack)
    slack.channels[UPDATES].is_archived = False

    house.db.call(record_sent, digest, UPDATES, "1.1", "event", to_millis(clock.now()))

    assert [state for kind, state in states(house) if kind == "greeting"] == ["sent", "queued"]


def test_who_cannot_be_told_is_named_to_product_ops_once_and_nothing_is_quoted(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    slack.channels[UPDATES].is_archived = True
    slack.fail("chat.postMessage", refused("is_archived"))
    slack.fail("chat.postMessage", refused("user_disabled"))
    post(house, UPDATES, "A secret of Alice's")
    run(house, clock, slack)

    (told,) = slack.said(PRODUCT_OPS)
    assert re.search(rf"I could not tell <?@{BOB}", told)
    assert "switched off" in told
    assert "secret" not in str(slack.messages(PRODUCT_OPS))


def test_when_product_ops_cannot_be_told_either_that_is_the_end(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    for error in ("is_archived", "user_disabled", "is_archived"):
        slack.fail("chat.postMessage", refused(error))
    post(house, UPDATES, "The digest")
    run(house, clock, slack)
    clock.turn(timedelta(minutes=5))
    run(house, clock, slack)

    assert states(house) == [
        ("greeting", "dead"),
        (undeliverable.KIND, "dead"),
        (undeliverable.INSTEAD, "dead"),
    ]


def test_several_people_who_cannot_be_told_are_named_together(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    with house.db.transaction() as session:
        for person in (ALICE, BOB):
            outbox.post(session, house, "C0GONE", say("hello"), kind="greeting", report_to=person)
    slack.fail("chat.postMessage", refused("channel_not_found"), times=2)
    slack.fail("chat.postMessage", refused("user_not_found"), times=2)
    run(house, clock, slack)

    (told,) = slack.messages(PRODUCT_OPS)
    assert ALICE in str(told)
    assert BOB in str(told)


def test_a_notice_that_cannot_be_made_keeps_nothing_from_being_given_up(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    slack.channels[UPDATES].is_archived = True
    spoilt = post(house, UPDATES, "The digest")
    with house.db.transaction() as session:
        session.get_one(OutboxMessage, spoilt).payload = {"blocks": [], "text": None}
    slack.fail("chat.postMessage", refused("is_archived"))
    run(house, clock, slack)

    assert states(house)[0] == ("greeting", "dead")
