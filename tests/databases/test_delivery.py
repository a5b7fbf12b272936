"""The promise itself, on every database: said once, in order, at Slack's pace, whatever goes wrong."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.blocks import Message, message, section
from bot.clock import to_millis
from bot.db import Database
from bot.delivery import outbox
from bot.delivery.claim import MOST_PER_WORKSPACE, Claim, claim
from bot.delivery.doubles import claim_checks
from bot.delivery.listeners import take_receipt
from bot.delivery.model import OutboxMessage
from bot.delivery.node import beat
from bot.delivery.outcome import Later, Sent, Unsure
from bot.delivery.reconcile import claim_looks, rescue
from bot.delivery.relay import Relay
from bot.delivery.settle import settle
from bot.delivery.slack import SlackSender, make_client, make_session
from bot.house import House
from tests.fake_slack import (
    BOT_TOKEN,
    FakeSlack,
    Fault,
    cut_after,
    cut_and_late,
    cut_before,
    failed_after,
    hang,
    rate_limited,
    refused,
    server_error,
)
from tests.fakes import StoppedClock, deliver, make_house, promised, relaying, watch
from tests.people import ALICE, BOB, CHARLIE, LAUNCHES, UPDATES

SECOND = timedelta(seconds=1)
QUIET_IS_OVER = timedelta(seconds=26)


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    return make_house(any_db, clock=clock)


def say(text: str) -> Message:
    return message(section(text))


def post(house: House, channel: str, *texts: str, report_to: str | None = None) -> list[int]:
    with house.db.transaction() as session:
        return [outbox.post(session, house, channel, say(text), kind="greeting", report_to=report_to) for text in texts]


def change(house: House, message_id: int, text: str) -> None:
    with house.db.transaction() as session:
        outbox.update(session, house, message_id, say(text))


def claimed_by(house: House, node: str) -> list[Claim]:
    with house.db.transaction() as session:
        return claim(session, node, to_millis(house.clock.now()), 8)


def row(house: House, message_id: int) -> OutboxMessage:
    with house.db.transaction() as session:
        return session.get_one(OutboxMessage, message_id)


def chatter(slack: FakeSlack, clock: StoppedClock, count: int) -> None:
    """People write in a channel, all at this moment."""
    now = int(clock.now().timestamp())
    slack.channels[UPDATES].messages.extend(
        {"type": "message", "user": ALICE, "text": "…", "ts": f"{now}.{500_000 + number:06d}"}
        for number in range(count)
    )


def tell_of(house: House, posted: dict[str, Any]) -> None:
    with house.db.transaction() as session:
        take_receipt(session, house, posted["metadata"]["event_payload"]["k"], UPDATES, posted["ts"])


def test_what_is_committed_is_said_and_what_is_rolled_back_is_not(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    post(house, UPDATES, "kept")
    with pytest.raises(ZeroDivisionError), any_db.transaction() as session:
        outbox.post(session, house, UPDATES, say("dropped"), kind="greeting")
        _ = 1 / 0
    asyncio.run(deliver(any_db, clock, slack))
    assert slack.said(UPDATES) == ["kept"]


def test_one_key_is_said_once(any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack) -> None:
    for _ in range(3):
        with any_db.transaction() as session:
            outbox.post(session, house, UPDATES, say("once"), kind="greeting", dedupe="greeting:1")
    asyncio.run(deliver(any_db, clock, slack))
    assert slack.said(UPDATES) == ["once"]


def test_a_channel_hears_things_in_order_and_one_a_second(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    post(house, UPDATES, "one", "two", "three")

    async def story() -> None:
        async with relaying(any_db, clock, slack) as relay:
            await relay.once()
            await relay.once()
            assert slack.said(UPDATES) == ["one"]
            clock.turn(timedelta(milliseconds=1049))
            await relay.once()
            assert slack.said(UPDATES) == ["one"]
            clock.turn(timedelta(milliseconds=1))
            await relay.once()
            assert slack.said(UPDATES) == ["one", "two"]

    asyncio.run(story())


def test_a_workspace_has_at_most_four_requests_under_way(any_db: Database, house: House, clock: StoppedClock) -> None:
    for number in range(9):
        post(house, f"C0ROOM{number}", "hello")
    now = to_millis(clock.now())
    with any_db.transaction() as session:
        first = claim(session, "node-a", now, 8)
    with any_db.transaction() as session:
        second = claim(session, "node-b", now, 8)
    assert (len(first), len(second)) == (MOST_PER_WORKSPACE, 0)


def test_a_direct_message_goes_to_the_person(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    (sent,) = post(house, ALICE, "hello")
    asyncio.run(deliver(any_db, clock, slack))
    assert slack.said(ALICE) == ["hello"]
    with any_db.transaction() as session:
        posted = outbox.sent_as(session, house, sent)
    assert posted is not None
    assert posted.channel.startswith("D")


def test_a_promise_for_later_holds_nothing_up(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    with any_db.transaction() as session:
        in_an_hour = clock.now() + timedelta(hours=1)
        outbox.post(session, house, UPDATES, say("later"), kind="greeting", not_before=in_an_hour)
    post(house, UPDATES, "now")

    async def story() -> None:
        async with relaying(any_db, clock, slack) as relay:
            await relay.once()
            clock.turn(timedelta(minutes=59))
            await relay.once()
            assert slack.said(UPDATES) == ["now"]
            clock.turn(timedelta(minutes=1))
            await relay.once()
            assert slack.said(UPDATES) == ["now", "later"]

    asyncio.run(story())


def test_replies_and_changes_follow_their_message(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    (card,) = post(house, ALICE, "card")
    with any_db.transaction() as session:
        outbox.post(session, house, ALICE, say("reply"), kind="greeting", thread_of=card)
    slack.fail("chat.postMessage", refused("service_unavailable"))
    asyncio.run(deliver(any_db, clock, slack))
    with any_db.transaction() as session:
        outbox.update(session, house, card, say("card, changed"))
    asyncio.run(deliver(any_db, clock, slack))
    changed, reply = slack.messages(ALICE)
    assert (changed["text"], reply["text"]) == ("card, changed", "reply")
    assert reply["thread_ts"] == changed["ts"]


def test_a_change_to_what_is_being_sent_comes_after_it(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    (card,) = post(house, UPDATES, "card")
    with any_db.transaction() as session:
        (claimed,) = claim(session, "node-a", to_millis(clock.now()), 8)
    with any_db.transaction() as session:
        outbox.update(session, house, card, say("card, changed"))
    with any_db.transaction() as session:
        settle(session, claimed, Unsure("no_answer"), to_millis(clock.now()))
    asyncio.run(deliver(any_db, clock, slack))
    assert slack.said(UPDATES) == ["card, changed"]


def test_the_latest_change_is_what_stands_also_when_the_message_had_to_be_tried_again(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    (card,) = post(house, UPDATES, "card")
    (claimed,) = claimed_by(house, "node-a")
    change(house, card, "changed")
    with any_db.transaction() as session:
        settle(session, claimed, Later("service_unavailable", 0), to_millis(clock.now()))
    change(house, card, "changed again")
    asyncio.run(deliver(any_db, clock, slack))
    assert slack.said(UPDATES) == ["changed again"]


def test_a_change_made_meanwhile_is_not_lost_to_a_late_success(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    """A node sleeps before it can write down what Slack took, and others believe it dead."""
    (card,) = post(house, UPDATES, "card")
    asyncio.run(deliver(any_db, clock, slack))
    clock.turn(2 * SECOND)
    change(house, card, "changed")
    (claimed,) = claimed_by(house, "node-gone")
    with any_db.transaction() as session:
        rescue(session, to_millis(clock.now()))
    change(house, card, "changed again")
    with any_db.transaction() as session:
        settle(session, claimed, Sent(claimed.call.channel, str(claimed.call.ts)), to_millis(clock.now()))
    asyncio.run(deliver(any_db, clock, slack))
    assert slack.said(UPDATES) == ["changed again"]


@pytest.mark.parametrize("late", [cut_after(), server_error(after=True), failed_after(), hang(0.05, after=True)])
def test_a_lost_answer_leaves_one_copy(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack, late: Fault
) -> None:
    (sent,) = post(house, UPDATES, "once")
    slack.fail("chat.postMessage", late)

    async def story() -> None:
        async with relaying(any_db, clock, slack) as relay:
            await relay.once()
            assert row(house, sent).state == "unsure"
            await relay.once()

    asyncio.run(story())
    assert (row(house, sent).state, row(house, sent).via) == ("sent", "history")
    assert slack.said(UPDATES) == ["once"]
    assert slack.called("chat.postMessage") == 1


@pytest.mark.parametrize("lost", [cut_before(), server_error(), refused("fatal_error"), refused("new_error")])
def test_a_lost_request_is_made_again_once_it_can_no_longer_arrive(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack, lost: Fault
) -> None:
    (sent,) = post(house, UPDATES, "once")
    slack.fail("chat.postMessage", lost)

    async def story() -> None:
        async with relaying(any_db, clock, slack) as relay:
            await relay.once()
            for _ in range(24):
                await relay.once()
                assert row(house, sent).state == "unsure"
                clock.turn(SECOND)
            assert slack.called("conversations.history") == 2
            assert slack.called("chat.postMessage") == 1
            for _ in range(4):
                clock.turn(SECOND)
                await relay.once()

    asyncio.run(story())
    assert slack.said(UPDATES) == ["once"]
    assert row(house, sent).resends == 1
    assert row(house, sent).audit_at is not None


def test_what_comes_after_a_message_in_doubt_waits_for_it(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    post(house, UPDATES, "one", "two")
    slack.fail("chat.postMessage", cut_before())

    async def story() -> None:
        async with relaying(any_db, clock, slack) as relay:
            for _ in range(20):
                await relay.once()
                clock.turn(SECOND)
            assert slack.posts == []

    asyncio.run(story())
    asyncio.run(deliver(any_db, clock, slack))
    assert slack.said(UPDATES) == ["one", "two"]


def test_a_lost_answer_to_a_person_or_in_a_thread_is_found_too(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    (root,) = post(house, ALICE, "root")
    asyncio.run(deliver(any_db, clock, slack))
    slack.fail("chat.postMessage", cut_after(), times=2)
    with any_db.transaction() as session:
        outbox.post(session, house, ALICE, say("reply"), kind="greeting", thread_of=root)
    post(house, BOB, "hello")
    asyncio.run(deliver(any_db, clock, slack))
    assert slack.said(ALICE) == ["root", "reply"]
    assert slack.said(BOB) == ["hello"]
    assert {each.state for each in promised(any_db)} == {"sent"}


def test_a_lost_answer_to_a_change_is_simply_said_again(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    (card,) = post(house, UPDATES, "card")
    asyncio.run(deliver(any_db, clock, slack))
    slack.fail("chat.update", cut_after())
    with any_db.transaction() as session:
        outbox.update(session, house, card, say("changed"))
    asyncio.run(deliver(any_db, clock, slack))
    assert slack.said(UPDATES) == ["changed"]


@pytest.mark.parametrize("killed", [False, True])
def test_a_change_that_slack_takes_late_does_not_undo_a_later_one(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack, killed: bool
) -> None:
    (card,) = post(house, UPDATES, "card")
    asyncio.run(deliver(any_db, clock, slack))
    slack.fail("chat.update", cut_and_late())
    change(house, card, "first")

    async def story() -> None:
        async with relaying(any_db, clock, slack) as relay, make_session() as session:
            if killed:
                (claimed,) = claimed_by(house, "killed")
                await SlackSender(make_client(BOT_TOKEN, slack.url, session)).send(claimed.call)
            else:
                await relay.once()
            change(house, card, "second")
            for _ in range(8):
                clock.turn(3 * SECOND)
                await relay.once()
            slack.commit_late()
            for _ in range(8):
                clock.turn(3 * SECOND)
                await relay.once()

    asyncio.run(story())
    assert slack.said(UPDATES) == ["second"]


def test_a_busy_channel_is_read_page_by_page(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    (sent,) = post(house, UPDATES, "once")
    slack.fail("chat.postMessage", cut_after())

    async def story() -> None:
        async with relaying(any_db, clock, slack) as relay:
            clock.turn(SECOND)
            await relay.once()
            chatter(slack, clock, 450)
            for _ in range(3):
                assert row(house, sent).state == "unsure"
                await relay.once()

    asyncio.run(story())
    assert (row(house, sent).state, row(house, sent).via) == ("sent", "history")
    assert slack.called("conversations.history") == 3


def test_a_channel_too_busy_to_read_is_not_taken_for_absence(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    (sent,) = post(house, UPDATES, "once", report_to=BOB)
    slack.fail("chat.postMessage", cut_after())

    async def story() -> None:
        async with relaying(any_db, clock, slack) as relay:
            clock.turn(SECOND)
            await relay.once()
            chatter(slack, clock, 1_100)
            for _ in range(8):
                await relay.once()

    asyncio.run(story())
    assert (row(house, sent).state, row(house, sent).error) == ("held", "history_too_busy")
    assert slack.called("chat.postMessage") == 1


def test_histories_that_may_be_read_once_a_minute_still_tell(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    """Fifteen messages a minute is what Slack allows some apps: it takes long, but nothing is lost or doubled."""
    slack.reads_a_minute = 1
    channels = (UPDATES, LAUNCHES, ALICE, BOB)
    for channel in channels:
        post(house, channel, f"for {channel}")
    slack.fail("chat.postMessage", cut_after(), times=2)
    slack.fail("chat.postMessage", cut_before(), times=2)

    async def story() -> None:
        async with relaying(any_db, clock, slack) as relay:
            clock.turn(SECOND)
            await relay.once()
            chatter(slack, clock, 40)
            for _ in range(4 * 60):
                await relay.once()
                clock.turn(5 * SECOND)
                if all(each.state == "sent" for each in promised(any_db)):
                    return

    asyncio.run(story())
    assert {each.state for each in promised(any_db)} == {"sent"}
    for channel in channels:
        assert slack.said(channel).count(f"for {channel}") == 1
    assert slack.called("conversations.history") < 40


def test_histories_are_read_less_often_once_slack_complains(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    for number in range(4):
        slack.add_channel(f"C0ROOM{number}", f"room-{number}")
        post(house, f"C0ROOM{number}", "hello")
    slack.fail("chat.postMessage", cut_after(), times=4)
    slack.fail("conversations.history", rate_limited(30))

    async def story() -> None:
        async with relaying(any_db, clock, slack) as relay:
            await relay.once()
            await relay.once()
            read = slack.called("conversations.history")
            post(house, UPDATES, "another")
            slack.fail("chat.postMessage", cut_after())
            for _ in range(29):
                clock.turn(SECOND)
                await relay.once()
            assert slack.called("conversations.history") == read

    asyncio.run(story())
    asyncio.run(deliver(any_db, clock, slack))
    assert {each.state for each in promised(any_db)} == {"sent"}


@pytest.mark.parametrize(
    ("kind", "states"),
    [("update.digest", ["held"]), ("update.reminder", ["dead"]), ("update.draft_back", ["sent"])],
)
def test_each_kind_says_what_is_worse_when_nothing_tells_whether_it_arrived(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack, kind: str, states: list[str]
) -> None:
    with any_db.transaction() as session:
        outbox.post(session, house, UPDATES, say("hello"), kind=kind, report_to=BOB)
    slack.fail("chat.postMessage", cut_before())
    slack.fail("conversations.history", refused("missing_scope"), times=3)
    asyncio.run(deliver(any_db, clock, slack))
    assert [each.state for each in promised(any_db, kind=kind)] == states
    assert len(slack.said(UPDATES)) == (1 if states == ["sent"] else 0)
    assert len(slack.said(BOB)) == (1 if states == ["held"] else 0)


def test_a_reply_is_looked_for_again_when_slack_does_not_show_its_thread_yet(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    slack.shows_after = 8
    (root,) = post(house, UPDATES, "the thread")
    asyncio.run(deliver(any_db, clock, slack))
    with any_db.transaction() as session:
        outbox.post(session, house, UPDATES, say("a reply"), kind="greeting", thread_of=root)
    clock.turn(2 * SECOND)
    slack.fail("chat.postMessage", cut_before())
    asyncio.run(deliver(any_db, clock, slack))
    assert slack.said(UPDATES) == ["the thread", "a reply"]


def test_slack_telling_of_a_message_is_a_receipt(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    (sent,) = post(house, UPDATES, "once", report_to=BOB)
    slack.fail("chat.postMessage", cut_after())
    slack.fail("conversations.history", refused("missing_scope"))
    asyncio.run(deliver(any_db, clock, slack))
    assert row(house, sent).state == "held"
    tell_of(house, slack.messages(UPDATES)[0])
    assert (row(house, sent).state, row(house, sent).via) == ("sent", "event")


def test_a_receipt_for_a_second_copy_has_it_deleted(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    post(house, UPDATES, "once")
    slack.fail("chat.postMessage", cut_and_late())
    asyncio.run(deliver(any_db, clock, slack))
    clock.turn(timedelta(minutes=20))
    asyncio.run(watch(any_db, clock, slack, timedelta(minutes=1)))
    slack.commit_late()
    tell_of(house, slack.messages(UPDATES)[1])
    asyncio.run(watch(any_db, clock, slack, timedelta(minutes=1)))
    assert slack.said(UPDATES) == ["once"]


def test_a_receipt_that_is_none_changes_nothing(any_db: Database, house: House, clock: StoppedClock) -> None:
    (sent,) = post(house, UPDATES, "never tried")
    marker = row(house, sent).marker
    elsewhere = make_house(any_db, clock=clock, workspace_id="T0OTHER")
    with any_db.transaction() as session:
        claim(session, "node-a", to_millis(clock.now()), 8)
        take_receipt(session, elsewhere, marker, UPDATES, "1.1")
        take_receipt(session, house, "another marker", UPDATES, "1.1")
        take_receipt(session, house, marker, None, "1.1")
        take_receipt(session, house, {"k": marker}, UPDATES, "1.1")
    assert row(house, sent).state == "sending"


def test_what_is_said_again_unread_waits_until_it_can_no_longer_arrive(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    with any_db.transaction() as session:
        outbox.post(session, house, UPDATES, say("hello"), kind="update.draft_back")
    slack.fail("chat.postMessage", cut_before())
    slack.fail("conversations.history", refused("missing_scope"), times=3)

    async def story() -> None:
        async with relaying(any_db, clock, slack) as relay:
            for _ in range(25):
                await relay.once()
                assert slack.called("chat.postMessage") == 1
                clock.turn(SECOND)

    asyncio.run(story())


@pytest.mark.parametrize("late_by", [timedelta(seconds=40), timedelta(minutes=5)])
def test_a_copy_that_slack_took_too_late_is_found_and_deleted(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack, late_by: timedelta
) -> None:
    (sent,) = post(house, UPDATES, "once")
    slack.fail("chat.postMessage", cut_and_late())
    asyncio.run(deliver(any_db, clock, slack))
    assert slack.said(UPDATES) == ["once"]
    known = row(house, sent).ts
    clock.turn(late_by)
    slack.commit_late()
    assert slack.said(UPDATES) == ["once", "once"]
    asyncio.run(watch(any_db, clock, slack, timedelta(minutes=15)))
    assert [each["ts"] for each in slack.messages(UPDATES)] == [known]
    assert row(house, sent).audit_at is None


def test_a_copy_that_the_history_does_not_show_yet_is_found_a_minute_later(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    post(house, UPDATES, "once")
    slack.fail("chat.postMessage", cut_and_late())
    asyncio.run(deliver(any_db, clock, slack))
    slack.shows_after = 5
    slack.commit_late()
    tell_of(house, slack.messages(UPDATES)[1])
    asyncio.run(watch(any_db, clock, slack, 20 * SECOND))
    assert slack.said(UPDATES) == ["once", "once"]
    asyncio.run(watch(any_db, clock, slack, timedelta(minutes=2)))
    assert slack.said(UPDATES) == ["once"]


def test_a_copy_that_cannot_be_deleted_is_tried_again(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    post(house, UPDATES, "once")
    slack.fail("chat.postMessage", cut_and_late())
    slack.fail("chat.delete", server_error(), times=2)
    asyncio.run(deliver(any_db, clock, slack))
    slack.commit_late()
    asyncio.run(watch(any_db, clock, slack, timedelta(minutes=15)))
    assert slack.said(UPDATES) == ["once"]


def test_when_somebody_deleted_the_copy_we_know_the_other_one_stays(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    post(house, UPDATES, "once")
    slack.fail("chat.postMessage", cut_and_late())
    asyncio.run(deliver(any_db, clock, slack))
    slack.commit_late()
    del slack.channels[UPDATES].messages[0]
    asyncio.run(watch(any_db, clock, slack, timedelta(minutes=15)))
    assert slack.said(UPDATES) == ["once"]


def test_second_copies_are_looked_for_only_when_nothing_is_lost(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    (twice,) = post(house, UPDATES, "twice")
    slack.fail("chat.postMessage", cut_before())
    asyncio.run(deliver(any_db, clock, slack))
    (lost,) = post(house, LAUNCHES, "lost")
    clock.turn(timedelta(minutes=2))
    with any_db.transaction() as session:
        now = to_millis(clock.now())
        (claimed,) = claim(session, "node-a", now, 8)
        settle(session, claimed, Unsure("no_answer"), now)
        assert claim_checks(session, now) == []
        assert [look.id for look in claim_looks(session, now)] == [lost]
        assert [check.id for check in claim_checks(session, now)] == [twice]


def test_another_node_takes_over_from_one_that_died(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    """Node A dies with two messages under way: Slack has the first, the second never left."""
    taken, lost = post(house, UPDATES, "taken") + post(house, LAUNCHES, "lost")

    async def story() -> None:
        with any_db.transaction() as session:
            beat(session, "node-a", to_millis(clock.now()))
            first, _ = claim(session, "node-a", to_millis(clock.now()), 8)
        async with make_session() as http:
            await SlackSender(make_client(BOT_TOKEN, slack.url, http)).send(first.call)
        async with relaying(any_db, clock, slack, "node-b") as relay:
            clock.turn(2 * SECOND)
            await relay.once()
            assert row(house, taken).state == "sending"
            clock.turn(SECOND)
            await relay.once()
            assert (row(house, taken).state, row(house, lost).state) == ("sent", "unsure")
            clock.turn(QUIET_IS_OVER)
            await relay.once()
            clock.turn(3 * SECOND)
            await relay.once()

    asyncio.run(story())
    assert slack.said(UPDATES) == ["taken"]
    assert slack.said(LAUNCHES) == ["lost"]


def test_nobody_takes_over_from_a_node_that_says_it_lives(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    (sent,) = post(house, UPDATES, "hello")
    with any_db.transaction() as session:
        claim(session, "node-a", to_millis(clock.now()), 8)

    async def story() -> None:
        async with relaying(any_db, clock, slack, "node-b") as other:
            for _ in range(10):
                with any_db.transaction() as session:
                    beat(session, "node-a", to_millis(clock.now()))
                await other.once()
                clock.turn(SECOND)

    asyncio.run(story())
    assert row(house, sent).state == "sending"


def test_a_lease_ends_also_while_its_node_lives(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    (sent,) = post(house, UPDATES, "hello")
    with any_db.transaction() as session:
        claim(session, "node-a", to_millis(clock.now()), 8)
    clock.turn(timedelta(seconds=12))

    async def story() -> None:
        async with relaying(any_db, clock, slack, "node-a") as relay:
            await relay.once()

    asyncio.run(story())
    assert row(house, sent).state == "unsure"


def test_an_old_failure_is_no_news_but_an_old_success_is(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    (sent,) = post(house, UPDATES, "hello")
    now = to_millis(clock.now())
    with any_db.transaction() as session:
        (old,) = claim(session, "node-a", now, 8)
    with any_db.transaction() as session:
        session.get_one(OutboxMessage, sent).state = "queued"
    with any_db.transaction() as session:
        (new,) = claim(session, "node-b", now + 2_000, 8)
    assert new.fence > old.fence
    with any_db.transaction() as session:
        settle(session, old, Unsure("no_answer"), now)
    assert row(house, sent).state == "sending"
    with any_db.transaction() as session:
        settle(session, old, Sent(UPDATES, "1.1"), now)
    assert (row(house, sent).state, row(house, sent).ts) == ("sent", "1.1")


def test_slack_is_left_alone_for_as_long_as_it_asks(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    post(house, UPDATES, "one")
    slack.fail("chat.postMessage", rate_limited(30))

    async def story() -> None:
        async with relaying(any_db, clock, slack) as relay:
            await relay.once()
            post(house, LAUNCHES, "two")
            clock.turn(29 * SECOND)
            await relay.once()
            assert slack.posts == []
            clock.turn(SECOND)
            await relay.once()
            assert len(slack.posts) == 1

    asyncio.run(story())
    asyncio.run(deliver(any_db, clock, slack))
    assert slack.said(UPDATES) + slack.said(LAUNCHES) == ["one", "two"]


def test_one_bad_message_holds_up_no_other_channel(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    post(house, "C0NOWHERE", "bad")
    post(house, UPDATES, "good")
    slack.channels[LAUNCHES].has_bot = False
    slack.fail("conversations.join", refused("missing_scope"), times=3)
    post(house, LAUNCHES, "bad", "bad too")
    asyncio.run(deliver(any_db, clock, slack))
    assert slack.said(UPDATES) == ["good"]
    assert sorted(each.state for each in promised(any_db)) == ["dead", "dead", "dead", "sent"]


def test_what_cannot_be_posted_is_reported_once(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    slack.channels[UPDATES].is_archived = True
    post(house, UPDATES, "The digest", report_to=BOB)
    asyncio.run(deliver(any_db, clock, slack))
    (told,) = slack.said(BOB)
    assert "The digest" in told
    assert "The channel is archived." in told


def test_what_fails_at_the_same_time_is_told_in_few_messages_and_all_of_it_is_told(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    for number in range(50):
        post(house, f"C0GONE{number}", f"The digest of area {number}", report_to=BOB)
    asyncio.run(deliver(any_db, clock, slack))
    notices = slack.messages(BOB)
    assert len(notices) <= 3
    quoted = [block["text"]["text"] for notice in notices for block in notice["blocks"]]
    for number in range(50):
        assert quoted.count(f"The digest of area {number}") == 1
    assert sum("*Why:*" in text for text in quoted) == len(notices)


def test_a_reply_dies_with_its_thread(any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack) -> None:
    slack.channels[UPDATES].is_archived = True
    (root,) = post(house, UPDATES, "root", report_to=BOB)
    with any_db.transaction() as session:
        reply = outbox.post(session, house, UPDATES, say("reply"), kind="greeting", thread_of=root, report_to=BOB)
    asyncio.run(deliver(any_db, clock, slack))
    assert (row(house, reply).state, row(house, reply).error) == ("dead", "parent_dead")
    assert len(slack.said(BOB)) == 1


def test_what_was_taken_back_is_never_said(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    (root,) = post(house, UPDATES, "root")
    with any_db.transaction() as session:
        reply = outbox.post(session, house, UPDATES, say("reply"), kind="greeting", thread_of=root)
        assert outbox.cancel(session, house, root)
    asyncio.run(deliver(any_db, clock, slack))
    assert slack.posts == []
    assert row(house, reply).error == "parent_cancelled"


def test_a_message_under_way_can_no_longer_be_taken_back(any_db: Database, house: House, clock: StoppedClock) -> None:
    (sent,) = post(house, UPDATES, "hello")
    with any_db.transaction() as session:
        claim(session, "node-a", to_millis(clock.now()), 8)
    with any_db.transaction() as session:
        assert not outbox.cancel(session, house, sent)


def test_a_node_of_one_workspace_leaves_the_messages_of_others_alone(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    elsewhere = make_house(any_db, clock=clock, workspace_id="T0OTHER")
    post(elsewhere, UPDATES, "theirs")
    (in_doubt,) = post(elsewhere, LAUNCHES, "theirs too")
    with any_db.transaction() as session:
        doubtful = session.get_one(OutboxMessage, in_doubt)
        doubtful.state, doubtful.look_at, doubtful.first_send = "unsure", 0, 0
    post(house, UPDATES, "ours")

    async def story() -> None:
        async with make_session() as http:
            sender = SlackSender(make_client(BOT_TOKEN, slack.url, http))
            await Relay(any_db, clock, sender, "node-a", house.workspace_id).once()

    asyncio.run(story())
    assert slack.said(UPDATES) == ["ours"]
    assert slack.called("conversations.history") == 0


def test_nodes_side_by_side_say_everything_once(
    any_db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    for number in range(4):
        for channel in (UPDATES, LAUNCHES, ALICE, BOB, CHARLIE):
            post(house, channel, f"message {number}")

    async def story() -> None:
        async with relaying(any_db, clock, slack, "a") as one, relaying(any_db, clock, slack, "b") as two:
            for _ in range(12):
                await asyncio.gather(one.once(), two.once())
                clock.turn(SECOND)

    asyncio.run(story())
    for channel in (UPDATES, LAUNCHES, ALICE, BOB, CHARLIE):
        assert slack.said(channel) == [f"message {number}" for number in range(4)]
