"""Who is told what when a promise cannot be kept."""

import asyncio
from datetime import timedelta

import pytest

from bot.blocks import Message, message, section
from bot.db import Database
from bot.delivery import outbox, undeliverable
from bot.delivery import slack as slack_module
from bot.house import House
from tests.aloud import read_aloud
from tests.fake_slack import FakeSlack, cut_before, refused, server_error
from tests.fakes import StoppedClock, deliver, promised, relaying
from tests.people import ALICE, BOB, LAUNCHES, PRODUCT_OPS, UPDATES, WORKSPACE

ELEVEN_MINUTES = timedelta(minutes=11)


def post(house: House, channel: str, said: Message, report_to: str | None = BOB) -> int:
    with house.db.transaction() as session:
        return outbox.post(session, house, channel, said, kind="digest", report_to=report_to)


def test_the_notice_says_what_could_not_be_said_where_why_and_what_to_do(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    slack.channels[UPDATES].has_bot = False
    slack.fail("conversations.join", refused("missing_scope"), times=3)
    post(house, UPDATES, message(section("Billing & search <are> late")))
    asyncio.run(deliver(db, clock, slack))
    (told,) = slack.messages(BOB)
    assert "Billing & search <are> late" in told["blocks"][1]["text"]["text"]
    assert f"<#{UPDATES}>" in told["text"]
    assert "I am not in that channel." in told["text"]
    assert "/invite" in told["text"]


def test_different_reasons_are_each_explained(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    slack.channels[UPDATES].is_archived = True
    slack.channels[LAUNCHES].has_bot = False
    slack.fail("conversations.join", refused("missing_scope"), times=3)
    post(house, UPDATES, message(section("One")))
    post(house, LAUNCHES, message(section("Two")))
    asyncio.run(deliver(db, clock, slack))
    (told,) = slack.said(BOB)
    assert "The channel is archived." in told
    assert "I am not in that channel." in told


def test_what_fails_after_a_notice_went_out_is_told_in_another(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    slack.channels[UPDATES].is_archived = True
    for text in ("One", "Two"):
        post(house, UPDATES, message(section(text)))
        asyncio.run(deliver(db, clock, slack))
    assert len(slack.messages(BOB)) == 2


def test_people_are_told_of_their_own_troubles_only(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    slack.channels[UPDATES].is_archived = True
    post(house, UPDATES, message(section("For Bob to mend")))
    post(house, UPDATES, message(section("For Alice to mend")), report_to=ALICE)
    asyncio.run(deliver(db, clock, slack))
    assert "For Alice" not in slack.said(BOB)[0]
    assert "For Bob" not in slack.said(ALICE)[0]


def test_a_notice_that_cannot_be_delivered_is_not_reported_again(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    slack.users[BOB]["deleted"] = True
    slack.channels[UPDATES].has_bot = False
    slack.fail("conversations.join", refused("missing_scope"), times=3)
    post(house, UPDATES, message(section("Hello")))
    asyncio.run(deliver(db, clock, slack))
    assert [(each.kind, each.state) for each in promised(db)] == [
        ("digest", "dead"),
        ("undeliverable", "dead"),
    ]


def test_when_nobody_can_be_told_the_workspaces_own_channel_is(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    db.call(undeliverable.tell_instead, WORKSPACE, PRODUCT_OPS)
    slack.users[BOB]["deleted"] = True
    post(house, "C0NOWHERE", message(section("Hello")))
    asyncio.run(deliver(db, clock, slack))
    assert [each.kind for each in promised(db)] == ["digest", "undeliverable", "undeliverable.instead"]
    read_aloud(promised(db)[2])


def test_without_anybody_to_tell_it_is_only_logged(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    post(house, "C0NOWHERE", message(section("Hello")), report_to=None)
    asyncio.run(deliver(db, clock, slack))
    assert [each.kind for each in promised(db)] == ["digest"]


def test_a_change_that_cannot_be_made_is_reported_as_a_change(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    sent = post(house, UPDATES, message(section("Hello")))
    asyncio.run(deliver(db, clock, slack))
    slack.fail("chat.update", refused("edit_window_closed"))
    with db.transaction() as session:
        outbox.update(session, house, sent, message(section("Bye")))
    asyncio.run(deliver(db, clock, slack))
    (told,) = slack.said(BOB)
    assert "I could not change what I had said" in told
    assert "Bye" in told


def test_a_message_nobody_can_look_for_is_held_and_reported(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    """It may be there, so it is not said again; once the history can be read, it is settled after all."""
    post(house, UPDATES, message(section("Hello")))
    slack.fail("chat.postMessage", cut_before())
    slack.fail("conversations.history", refused("missing_scope"))
    asyncio.run(deliver(db, clock, slack))
    assert [(each.kind, each.state) for each in promised(db)] == [
        ("digest", "held"),
        ("undeliverable", "sent"),
    ]
    read_aloud(promised(db)[1])
    assert "I cannot tell whether this reached" in slack.said(BOB)[0]
    clock.turn(ELEVEN_MINUTES)

    async def story() -> None:
        async with relaying(db, clock, slack) as relay:
            await relay.once()

    asyncio.run(story())
    asyncio.run(deliver(db, clock, slack))
    assert slack.said(UPDATES) == ["Hello"]
    assert len(slack.said(BOB)) == 1


def test_replies_wait_for_a_held_message_and_follow_it(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    root = post(house, UPDATES, message(section("Hello")))
    with db.transaction() as session:
        outbox.post(session, house, UPDATES, message(section("Reply")), kind="digest", thread_of=root)
    post(house, UPDATES, message(section("Something else")))
    slack.fail("chat.postMessage", cut_before())
    slack.fail("conversations.history", refused("missing_scope"))
    asyncio.run(deliver(db, clock, slack))
    assert slack.said(UPDATES) == ["Something else"]
    clock.turn(ELEVEN_MINUTES)

    async def story() -> None:
        async with relaying(db, clock, slack) as relay:
            await relay.once()

    asyncio.run(story())
    asyncio.run(deliver(db, clock, slack))
    assert slack.said(UPDATES) == ["Something else", "Hello", "Reply"]


def test_replies_end_with_a_held_message_that_is_given_up(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    root = post(house, UPDATES, message(section("Hello")))
    with db.transaction() as session:
        outbox.post(session, house, UPDATES, message(section("Reply")), kind="digest", thread_of=root)
    slack.fail("chat.postMessage", cut_before())
    slack.fail("conversations.history", refused("missing_scope"))
    asyncio.run(deliver(db, clock, slack))
    assert [each.state for each in promised(db)][:2] == ["held", "held"]
    clock.turn(ELEVEN_MINUTES)
    slack.fail("chat.postMessage", refused("is_archived"))

    async def story() -> None:
        async with relaying(db, clock, slack) as relay:
            await relay.once()

    asyncio.run(story())
    asyncio.run(deliver(db, clock, slack))
    assert [each.state for each in promised(db)][:2] == ["dead", "dead"]


def test_after_an_hour_of_failures_it_is_given_up(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    post(house, UPDATES, message(section("Hello")))
    slack.fail("chat.postMessage", server_error(), times=12)
    started = clock.now()

    async def story() -> None:
        async with relaying(db, clock, slack) as relay:
            while promised(db)[0].state != "dead":
                await relay.once()
                clock.turn(ELEVEN_MINUTES / 22)

    asyncio.run(story())
    tried_for = clock.now() - started
    assert 30 < tried_for.total_seconds() / 60 < 120
    slack.heal()
    asyncio.run(deliver(db, clock, slack))
    assert slack.said(UPDATES) == []
    assert "I kept trying and have given up." in slack.said(BOB)[0]


@pytest.mark.parametrize("error", sorted(slack_module.PERMANENT))
def test_every_refusal_we_know_is_explained(error: str) -> None:
    why, mend = undeliverable.explain(error)
    assert "which I do not know" not in why
    assert why.endswith(".")
    assert mend.endswith(".")


def test_an_unknown_refusal_is_quoted() -> None:
    why, _ = undeliverable.explain("an_error_of_tomorrow")
    assert "an_error_of_tomorrow" in why


def test_a_long_message_is_quoted_in_part(db: Database, house: House, clock: StoppedClock, slack: FakeSlack) -> None:
    slack.channels[UPDATES].has_bot = False
    slack.fail("conversations.join", refused("missing_scope"), times=3)
    post(house, UPDATES, message(section("word " * 500)))
    post(house, UPDATES, message(section("<@U0ALICE> typed this")), report_to=ALICE)
    asyncio.run(deliver(db, clock, slack))
    assert len(slack.messages(BOB)[0]["blocks"][1]["text"]["text"]) <= undeliverable.QUOTE
    assert slack.messages(ALICE)[0]["blocks"][1]["text"]["text"] == "<@U0ALICE> typed this"
