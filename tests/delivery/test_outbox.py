"""Promising: with the caller's transaction or not at all."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.blocks import Message, PayloadError, message, section
from bot.db import Database
from bot.delivery import outbox
from bot.delivery.model import OutboxMessage
from bot.house import House
from tests.fakes import WEDNESDAY, make_house, promised
from tests.people import ALICE, BOB, UPDATES

HELLO = message(section("Hello"))
BYE = message(section("Good bye"))


def test_a_committed_promise_exists(db: Database, house: House) -> None:
    with db.transaction() as session:
        outbox.post(session, house, UPDATES, HELLO, kind="greeting", report_to=BOB)
    (waiting,) = promised(db)
    assert (waiting.channel, waiting.text, waiting.kind, waiting.state) == (UPDATES, "Hello", "greeting", "queued")
    assert waiting.report_to == BOB


def test_a_promise_rolled_back_never_was(db: Database, house: House) -> None:
    with pytest.raises(ZeroDivisionError), db.transaction() as session:
        outbox.post(session, house, UPDATES, HELLO, kind="greeting")
        _ = 1 / 0
    assert promised(db) == []


def test_a_known_key_writes_nothing_and_returns_the_first_message(db: Database, house: House) -> None:
    with db.transaction() as session:
        first = outbox.post(session, house, UPDATES, HELLO, kind="greeting", dedupe="greeting:1")
        again = outbox.post(session, house, UPDATES, BYE, kind="greeting", dedupe="greeting:1")
    assert again == first
    assert [each.text for each in promised(db)] == ["Hello"]


def test_the_same_key_in_another_workspace_is_another_message(db: Database, house: House) -> None:
    elsewhere = make_house(db, workspace_id="T0OTHER")
    with db.transaction() as session:
        first = outbox.post(session, house, UPDATES, HELLO, kind="greeting", dedupe="greeting:1")
        second = outbox.post(session, elsewhere, UPDATES, HELLO, kind="greeting", dedupe="greeting:1")
    assert first != second


def test_another_workspace_cannot_touch_a_message(db: Database, house: House) -> None:
    elsewhere = make_house(db, workspace_id="T0OTHER")
    with db.transaction() as session:
        sent = outbox.post(session, house, UPDATES, HELLO, kind="greeting")
        assert not outbox.cancel(session, elsewhere, sent)
        assert outbox.sent_as(session, elsewhere, sent) is None
        with pytest.raises(LookupError):
            outbox.update(session, elsewhere, sent, BYE)
        with pytest.raises(LookupError):
            outbox.post(session, elsewhere, UPDATES, BYE, kind="greeting", thread_of=sent)


def test_what_is_still_queued_can_be_taken_back(db: Database, house: House) -> None:
    with db.transaction() as session:
        sent = outbox.post(session, house, UPDATES, HELLO, kind="greeting")
        assert outbox.cancel(session, house, sent)
        assert not outbox.cancel(session, house, sent)
    assert promised(db) == []


def test_a_change_to_a_queued_message_replaces_what_it_says(db: Database, house: House) -> None:
    with db.transaction() as session:
        sent = outbox.post(session, house, UPDATES, HELLO, kind="greeting")
        outbox.update(session, house, sent, BYE)
    assert [(each.method, each.text) for each in promised(db)] == [("post", "Good bye")]


def test_changes_that_wait_become_one(db: Database, house: House) -> None:
    with db.transaction() as session:
        sent = _posted(session, house)
        outbox.update(session, house, sent, BYE)
        outbox.update(session, house, sent, message(section("See you")))
    assert [(each.method, each.text) for each in promised(db)] == [("post", "Hello"), ("update", "See you")]


def test_a_change_that_changes_nothing_writes_nothing(db: Database, house: House) -> None:
    with db.transaction() as session:
        sent = _posted(session, house)
        outbox.update(session, house, sent, HELLO)
    assert [each.method for each in promised(db)] == ["post"]


def test_where_a_message_stands_is_known_once_it_is_sent(db: Database, house: House) -> None:
    with db.transaction() as session:
        waiting = outbox.post(session, house, ALICE, HELLO, kind="greeting")
        assert outbox.sent_as(session, house, waiting) is None
        assert outbox.sent_as(session, house, _posted(session, house)) == outbox.Posted(UPDATES, "1.1")


def test_a_reply_to_a_reply_joins_the_same_thread(db: Database, house: House) -> None:
    with db.transaction() as session:
        root = outbox.post(session, house, UPDATES, HELLO, kind="greeting")
        reply = outbox.post(session, house, UPDATES, BYE, kind="greeting", thread_of=root)
        outbox.post(session, house, UPDATES, BYE, kind="greeting", thread_of=reply)
    assert [each.target for each in promised(db)] == [None, root, root]


def test_what_is_too_long_for_one_message_goes_on_in_its_thread_and_is_said_once(db: Database, house: House) -> None:
    for _ in range(2):
        with db.transaction() as session:
            outbox.post_pages(session, house, UPDATES, [HELLO, BYE, BYE], kind="greeting", dedupe="greeting:1")
    first, *others = promised(db)
    assert [each.text for each in (first, *others)] == ["Hello", "Good bye", "Good bye"]
    assert [each.target for each in (first, *others)] == [None, first.id, first.id]


def test_a_reply_belongs_in_the_channel_of_its_thread(db: Database, house: House) -> None:
    with pytest.raises(ValueError, match="belongs in"), db.transaction() as session:
        root = outbox.post(session, house, UPDATES, HELLO, kind="greeting")
        outbox.post(session, house, ALICE, BYE, kind="greeting", thread_of=root)


def test_a_reply_never_comes_before_a_thread_that_begins_later(db: Database, house: House) -> None:
    tomorrow = WEDNESDAY + timedelta(days=1)
    with db.transaction() as session:
        root = outbox.post(session, house, UPDATES, HELLO, kind="greeting", not_before=tomorrow)
        reply = outbox.post(session, house, UPDATES, BYE, kind="greeting", thread_of=root)
        assert session.get_one(OutboxMessage, reply).not_before == tomorrow.timestamp() * 1000


def test_what_slack_would_refuse_is_refused_at_once(db: Database, house: House) -> None:
    with pytest.raises(PayloadError), db.transaction() as session:
        outbox.post(session, house, UPDATES, Message("Hello", ({"type": "no such block"},)), kind="greeting")
    assert promised(db) == []


def test_a_change_that_slack_would_refuse_is_refused_at_once(db: Database, house: House) -> None:
    with db.transaction() as session:
        hello = outbox.post(session, house, UPDATES, HELLO, kind="greeting")
        session.get_one(OutboxMessage, hello).first_send = 1
    long = Message("x" * 4001)
    with pytest.raises(PayloadError), db.transaction() as session:
        outbox.update(session, house, hello, long)
    assert len(promised(db)) == 1


def test_a_promise_wakes_the_relay_after_the_commit(db: Database, house: House) -> None:
    woken: list[int] = []
    db.on_wake("relay", lambda: woken.append(len(promised(db))))
    with db.transaction() as session:
        outbox.post(session, house, UPDATES, HELLO, kind="greeting")
        assert woken == []
    assert woken == [1]


def _posted(session: Session, house: House) -> int:
    sent = outbox.post(session, house, UPDATES, HELLO, kind="greeting")
    row = session.get_one(OutboxMessage, sent)
    row.state, row.posted_channel, row.ts = "sent", UPDATES, "1.1"
    session.flush()
    return sent


def test_what_was_taken_back_is_not_changed_any_more(db: Database, house: House) -> None:
    with db.transaction() as session:
        id = outbox.post(session, house, UPDATES, HELLO, kind="greeting")
        assert outbox.cancel(session, house, id)
        outbox.update(session, house, id, BYE)
    assert promised(db) == []
