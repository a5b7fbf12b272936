"""A message anywhere in Slack becomes the beginning of a decision, over the wire."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import Base, Database
from bot.definitions import DecisionRules
from tests.decisions import classes
from tests.decisions.classes import DANA, ERIN
from tests.decisions.log import initial
from tests.fake_slack import FakeSlack, hang, refused, server_error
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.flows.test_any_words import WORDS, nobody_is_notified, shown
from tests.people import ALICE, BOB, CHARLIE, DECISIONS

Json = dict[str, Any]
Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[..., None]

BILLING, BOARD, CLOSED, FAR = "C0BILLING", "C0BOARD", "C0CLOSED", "C0FAR"
EVE = "U0EVE"
RECORDED = {
    "options": "Euros only\nEuros and pounds",
    "why": "One ledger is enough.",
    "door": "easy",
    "review_on": "2027-03-01",
}
RAISED = {"decider": DANA, "needed_by": "2026-11-27", "stuck": "Two offers wait.", "door": "easy", "class_id": "macros"}
FROM_BILLING = "From a message in #area-billing, by Charlie. Only what stands in this form is kept."


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """Lets a story happen in a workspace with a public channel, a private one with Alice and Charlie, and others."""
    slack.add_channel(BILLING, "area-billing")
    slack.add_channel(BOARD, "board-only", is_private=True, members=[ALICE, CHARLIE])
    slack.add_channel(CLOSED, "hush", is_private=True, has_bot=False, members=[ALICE])
    slack.add_channel(FAR, "far-away", has_bot=False)
    for user, name in ((DANA, "Dana"), (ERIN, "Erin"), (EVE, "Eve")):
        slack.add_user(user, name)

    def play(story: Story, emoji: str | None = ":scales:") -> None:
        async def whole() -> None:
            rules = DecisionRules.model_validate({**classes.RULES, "emoji": emoji})
            async with drumbeat(db, slack, clock, replace(classes.definitions(), decisions=rules)) as bot:
                await story(bot)

        asyncio.run(whole())

    return play


def form(bot: Drumbeat) -> Json:
    return bot.slack.last_view()


def note(bot: Drumbeat) -> str:
    """What stands above the form."""
    first = form(bot)["blocks"][0]
    return str(first["elements"][0]["text"]) if first["type"] == "context" else ""


def link(bot: Drumbeat, message: Json) -> str:
    """What *Copy link* in the message's menu gives."""
    return f"https://acme.slack.com/archives/{message['channel']}/p{message['ts'].replace('.', '')}"


async def ask(bot: Drumbeat, line: str, user: str = ALICE) -> None:
    await bot.command(line, user)
    await bot.settled()


def kept(bot: Drumbeat) -> str:
    """Every word in the database."""
    with bot.db.transaction() as session:
        return "\n".join(str(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table)))


# From a message's menu.


def test_a_message_is_recorded_from_its_menu_with_its_words_and_its_link(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        message = bot.slack.say(BILLING, "We will bill pilots in euros", user=CHARLIE)
        bot.slack.say(BILLING, "Sure, but keep this between us", user=BOB, thread_ts=message["ts"])
        await bot.shortcut("Record decision", message)
        assert initial(form(bot), "decision") == "bill pilots in euros"
        assert initial(form(bot), "links") == link(bot, message)
        assert initial(form(bot), "decider") == ALICE
        assert note(bot) == FROM_BILLING
        assert "bill pilots" not in kept(bot), "before it is submitted"

        await bot.submit(RECORDED)
        await bot.deliver()
        card = bot.slack.messages(DECISIONS)[0]
        assert "We will bill pilots in euros" in shown(card)
        assert "Noted in: a message in #area-billing." in shown(card)
        assert link(bot, message) in shown(card)
        assert "between us" not in kept(bot)

    play(story)


def test_a_message_is_raised_from_its_menu_and_the_decider_sees_where_it_comes_from(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        message = bot.slack.say(BILLING, "Who says whether we bill in pounds?", user=CHARLIE)
        await bot.shortcut("Raise decision", message)
        assert initial(form(bot), "question") == "Who says whether we bill in pounds?"
        assert initial(form(bot), "links") == link(bot, message)
        await bot.submit(RAISED)
        await bot.deliver()
        assert "in: a message in #area-billing." in shown(bot.slack.messages(DECISIONS)[0])
        assert link(bot, message) in shown(bot.slack.messages(DECISIONS)[0])
        await bot.until(bot.clock.now() + timedelta(minutes=5))
        assert "Alice asks you (a message in #area-billing)." in bot.slack.said(DANA)[-1]

        await bot.press("Record the decision", DANA, DECISIONS)
        assert initial(form(bot), "links") == link(bot, message), "it is not lost when the question is decided"
        await bot.press("Decide", DANA)
        await bot.submit({"decision": "bill in pounds, too", "options": "Wait", "why": "Two offers."}, DANA)
        await bot.deliver()
        card = shown(bot.slack.messages(DECISIONS)[0])
        assert "We will bill in pounds, too" in card
        assert link(bot, message) in card
        assert "in: a message in #area-billing." in card

    play(story)


def test_where_drumbeat_is_not_the_menu_gives_the_words_and_no_name(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        secret = bot.slack.say(CLOSED, "We stop the pilot", user=ALICE)
        await bot.shortcut("Record decision", secret)
        assert initial(form(bot), "decision") == "We stop the pilot"
        assert initial(form(bot), "links") is None
        assert note(bot) == (
            "From a message in a private channel, by Alice. Only what stands in this form is kept."
            " Everybody who reads the decision log will see it, and not only who reads that message."
        )
        await bot.submit(RECORDED)
        await bot.deliver()
        assert "Noted in: a message in a private channel." in shown(bot.slack.messages(DECISIONS)[0])

        await bot.shortcut("Raise decision", bot.slack.say(ALICE, "Do we stop?", user=ALICE))
        assert initial(form(bot), "question") == "Do we stop?"
        assert "From a direct message, by Alice." in note(bot)

    play(story)


def test_a_message_that_was_deleted_while_its_menu_was_open_still_gives_its_words(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        message = bot.slack.say(BILLING, "We go", user=CHARLIE)
        bot.slack.delete(message)
        await bot.shortcut("Record decision", message)
        assert (initial(form(bot), "decision"), initial(form(bot), "links")) == ("We go", None)

    play(story)


def test_somebody_the_organisation_does_not_name_is_told_so(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        message = bot.slack.say(BILLING, "We go", user=CHARLIE)
        await bot.shortcut("Record decision", message, EVE)
        assert "I do not know you yet" in await bot.replied()
        await bot.react("scales", message, EVE)
        assert bot.whispered(EVE) == []
        assert not bot.slack.views

    play(story)


# What the words become.


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_any_words_arrive_as_they_were_typed_and_notify_nobody(play: Play, words: str) -> None:
    async def story(bot: Drumbeat) -> None:
        # What is typed, Slack hands over escaped.
        sent = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        message = bot.slack.say(BILLING, sent, user=CHARLIE)
        await bot.shortcut("Record decision", message)
        assert initial(form(bot), "decision") == words.replace("\n", " ")
        assert initial(form(bot), "why") == (words if "\n" in words else None)
        await bot.submit(RECORDED)
        await bot.shortcut("Raise decision", message)
        await bot.submit(RAISED)
        await bot.react("scales", message)
        await bot.deliver()
        assert all(words.replace("\n", " ") in shown(card) for card in bot.slack.messages(DECISIONS))
        nobody_is_notified(bot.slack)

    play(story)


def test_mentions_become_names_and_links_their_addresses(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        said = (
            f"<@{BOB}> and <@{EVE}> ask <!here> <!subteam^S1|@sales> <!subteam^S2> in <#{BILLING}> <#{FAR}|far-away>"
            f" <#{BOARD}|> &lt;b&gt; <https://x.example/a?b=1&amp;c=2> <https://x.example|x.example>"
            " <https://y.example|a bank> <mailto:a@b.example|a@b.example> <@U0NOBODY>"
            " <!date^1764061200^{date}|25 Nov>"
        )
        await bot.shortcut("Raise decision", bot.slack.say(BILLING, said, user=CHARLIE))
        assert initial(form(bot), "stuck") == (
            "@Bob and @Eve ask @here @sales @group in #area-billing #far-away #private-channel <b>"
            " https://x.example/a?b=1&c=2 https://x.example a bank (https://y.example) a@b.example @somebody 25 Nov"
        )

    play(story)


def test_what_the_first_field_does_not_take_stands_whole_in_the_next(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        lines = "\n".join(f"{n}. Reason number {n} is a good one" for n in range(10))
        await bot.shortcut("Record decision", bot.slack.say(BILLING, lines, user=CHARLIE))
        assert initial(form(bot), "decision").startswith("0. Reason number 0 is a good one 1. Reason")
        assert initial(form(bot), "decision").endswith("…")
        assert initial(form(bot), "why") == lines
        assert note(bot) == FROM_BILLING

        await bot.shortcut("Record decision", bot.slack.say(BILLING, "🦉" * 500, user=CHARLIE))
        assert len(initial(form(bot), "why")) == 400
        assert note(bot) == (
            f"{FROM_BILLING} The end is missing here, since the text is longer than the form takes; it stays in the"
            " message."
        )

    play(story)


def test_what_apps_say_is_taken_too_drumbeats_own_words_among_it(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/decision bill in euros")
        await bot.submit(RECORDED)
        await bot.deliver()
        card = {**bot.slack.messages(DECISIONS)[0], "channel": DECISIONS}
        await bot.react("scales", card)
        await bot.press_whispered("Raise a decision")
        assert initial(form(bot), "question").startswith("D-1 · decided We will bill in euros")
        assert note(bot).startswith("From a message in #decisions, by Drumbeat.")

        ticket = bot.slack.say(BILLING, "", user="U0JIRA")
        alarm: Json = {"username": "Alarms", "bot_id": "B0ALARM", "attachments": [{"fallback": "Invoices are late"}]}
        await bot.shortcut("Raise decision", ticket | alarm)
        assert initial(form(bot), "question") == "Invoices are late"
        assert note(bot).startswith("From a message in #area-billing, by Alarms.")
        await bot.shortcut("Raise decision", ticket)
        assert initial(form(bot), "question") is None
        assert note(bot).startswith("From a message in #area-billing, by somebody.")

    play(story)


# With the emoji.


def test_who_sets_the_emoji_alone_is_offered_both_forms(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        message = bot.slack.say(BILLING, "Do we bill in pounds?", user=CHARLIE)
        await bot.react("scales", message)
        (offer,) = bot.slack.ephemerals
        assert (offer["user"], offer["channel"], offer.get("thread_ts")) == (ALICE, BILLING, None)
        assert offer["text"].startswith("Is this message a decision, or does it need one?")
        assert "bill in pounds" not in str(offer)

        await bot.press_whispered("Raise a decision")
        assert initial(form(bot), "question") == "Do we bill in pounds?"
        assert initial(form(bot), "links") == link(bot, message)
        assert note(bot) == FROM_BILLING
        await bot.submit(RAISED)
        await bot.press_whispered("Record a decision")
        assert initial(form(bot), "decision") == "Do we bill in pounds?"
        await bot.submit(RECORDED)
        await bot.deliver()
        assert len(bot.slack.messages(DECISIONS)) == 2

    play(story)


def test_a_reply_is_answered_in_its_thread_and_read_there(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        root = bot.slack.say(BILLING, "What about pounds?", user=CHARLIE)
        bot.slack.say(BILLING, "Not me", user=BOB, thread_ts=root["ts"])
        reply = bot.slack.say(BILLING, "We will wait with pounds", user=BOB, thread_ts=root["ts"])
        await bot.react("scales", reply)
        assert bot.whispered()[0]["thread_ts"] == root["ts"]
        await bot.press_whispered("Record a decision")
        assert initial(form(bot), "decision") == "wait with pounds"
        assert initial(form(bot), "links") == f"{link(bot, reply)}?thread_ts={root['ts']}&cid={BILLING}"

        await bot.react("scales", root)
        assert bot.whispered()[1].get("thread_ts") is None
        await bot.press_whispered("Record a decision")
        assert initial(form(bot), "decision") == "What about pounds?"

    play(story)


def test_each_person_is_offered_it_once_a_day_for_a_message(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        message = bot.slack.say(BILLING, "We go", user=CHARLIE)
        for _ in range(2):
            await bot.react("scales", message)
        await bot.react("scales", message, BOB)
        await bot.react("scales", bot.slack.say(BILLING, "We stay", user=CHARLIE))
        assert [each["user"] for each in bot.slack.ephemerals] == [ALICE, BOB, ALICE]

        bot.clock.turn(timedelta(days=1))
        await bot.react("scales", message)
        assert len(bot.whispered()) == 3
        await bot.react("scales", message)
        assert len(bot.whispered()) == 3

    play(story)


@pytest.mark.parametrize("fault", [refused("user_not_in_channel"), server_error()], ids=["refused", "broken"])
def test_an_offer_that_did_not_arrive_is_made_again(play: Play, fault: Any) -> None:
    async def story(bot: Drumbeat) -> None:
        message = bot.slack.say(BILLING, "We go", user=CHARLIE)
        bot.slack.fail("chat.postEphemeral", fault)
        await bot.react("scales", message)
        assert bot.whispered() == []
        await bot.react("scales", message)
        assert len(bot.whispered()) == 1

    play(story)


def test_only_the_chosen_emoji_counts_in_any_skin(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        message = bot.slack.say(BILLING, "We go", user=CHARLIE)
        await bot.react("thumbsup", message)
        await bot.react("judge", message)
        assert bot.slack.ephemerals == []
        assert bot.slack.called("chat.getPermalink") == 0
        await bot.react("judge::skin-tone-3", bot.slack.say(ALICE, "We go", user=ALICE))
        assert bot.slack.ephemerals == [], "in a direct message"
        await bot.slack.event(
            {"type": "reaction_added", "user": ALICE, "reaction": "scales", "item": {"type": "file", "file": "F1"}}
        )
        await bot.react("scales::skin-tone-3", message)
        assert len(bot.whispered()) == 1

    play(story)


def test_without_an_emoji_in_the_definitions_nobody_is_offered_anything(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.react("scales", bot.slack.say(BILLING, "We go", user=CHARLIE))
        assert bot.slack.ephemerals == []

    play(story, None)


def test_a_message_that_is_gone_before_the_offer_is_let_go(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        message = bot.slack.say(BILLING, "We go", user=CHARLIE)
        bot.slack.delete(message)
        item = {"type": "message", "channel": BILLING, "ts": message["ts"]}
        await bot.slack.event({"type": "reaction_added", "user": ALICE, "reaction": "scales", "item": item})
        await bot.settled()
        assert bot.slack.ephemerals == []

    play(story)


@pytest.mark.parametrize("has_replies", [False, True])
def test_a_message_that_is_gone_when_the_button_is_pressed_opens_an_empty_form(play: Play, has_replies: bool) -> None:
    async def story(bot: Drumbeat) -> None:
        message = bot.slack.say(BILLING, "We go", user=CHARLIE)
        if has_replies:
            bot.slack.say(BILLING, "Really?", user=BOB, thread_ts=message["ts"])
        await bot.react("scales", message)
        bot.slack.delete(message)
        await bot.press_whispered("Record a decision")
        assert note(bot) == "That message is no longer there. So this form begins empty."
        assert (initial(form(bot), "decision"), initial(form(bot), "links")) == (None, None)
        await bot.submit(RECORDED | {"decision": "go all the same"})
        await bot.deliver()
        assert "Noted in" not in shown(bot.slack.messages(DECISIONS)[0])

    play(story)


@pytest.mark.parametrize(
    "value", ["", "C0BILLING", "U0ALICE 1764061200.000001", "C0BILLING 1", "C0BILLING 1.1 x", "<!here> 1.1"]
)
def test_a_button_with_a_strange_value_is_refused_in_words(play: Play, value: str) -> None:
    async def story(bot: Drumbeat) -> None:
        for action in ("decisions.record_message", "decisions.raise_message"):
            await bot.slack.click(action, value)
            assert await bot.replied() == "This button is out of date."
        assert not bot.slack.views

    play(story)


# By a link.


def test_a_link_brings_the_words_of_its_message(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        root = bot.slack.say(BILLING, "We will bill in euros", user=CHARLIE)
        reply = bot.slack.say(BILLING, "Pounds, too?", user=BOB, thread_ts=root["ts"])
        await ask(bot, f"/decision from {link(bot, root)}")
        assert (initial(form(bot), "decision"), initial(form(bot), "links")) == ("bill in euros", link(bot, root))
        assert note(bot) == FROM_BILLING
        whole = f"{link(bot, reply)}?thread_ts={root['ts']}&cid={BILLING}"
        await ask(bot, f"/decision raise from <{whole}>")
        assert (initial(form(bot), "question"), initial(form(bot), "links")) == ("Pounds, too?", whole)
        await bot.submit(RAISED)
        await bot.deliver()
        assert "in: a message in #area-billing." in shown(bot.slack.messages(DECISIONS)[0])

        bot.slack.delete(root)
        await bot.command("/decision D-1")
        assert "Pounds, too?" in await bot.replied()

    play(story)


@pytest.mark.parametrize("words", ["from now on we bill in euros", "from https://x.example we take the euros", "from"])
def test_words_that_only_begin_with_from_fill_the_form(play: Play, words: str) -> None:
    async def story(bot: Drumbeat) -> None:
        await ask(bot, f"/decision {words}")
        assert initial(form(bot), "decision") == words
        await ask(bot, f"/decision raise {words}")
        assert initial(form(bot), "question") == words

    play(story)


@pytest.mark.parametrize(
    "address",
    [
        "https://x.example/page",
        "https://acme.slack.com/archives/C0BILLING",
        "https://acme.slack.com/archives/U0ALICE/p1764061200000001",
        "https://acme.slack.com/archives/C0BILLING/p17",
        "https://[acme.slack.com/archives/C0BILLING/p1764061200000001",
    ],
)
def test_an_address_that_leads_to_no_message_is_answered_in_words(play: Play, address: str) -> None:
    async def story(bot: Drumbeat) -> None:
        await ask(bot, f"/decision from {address}")
        assert "That is no link to a message. Copy one with *Copy link*" in await bot.replied()
        assert not bot.slack.views

    play(story)


def test_what_one_may_not_read_is_not_read_and_looks_like_what_is_not_there(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        secret = bot.slack.say(BOARD, "We will sell the company", user=ALICE)
        hidden = (
            secret,
            {**secret, "ts": "1764061200.999999"},
            {**secret, "channel": "C0NOWHERE"},
            bot.slack.say(CLOSED, "Hush", user=ALICE),
            bot.slack.say(FAR, "Far away", user=ALICE),
            bot.slack.say(ALICE, "For Drumbeat alone", user=ALICE),
        )
        for message in hidden:
            await ask(bot, f"/decision from {link(bot, message)}", BOB)
            assert note(bot).startswith("I cannot read that message: I am not in its channel, or you are not,")
            assert initial(form(bot), "decision") is None
            assert initial(form(bot), "links") == link(bot, message), "what was typed is not lost"
        await bot.slack.click("decisions.raise_message", f"{BOARD} {secret['ts']}", user=BOB)
        await bot.settled()
        assert note(bot).startswith("I cannot read that message")
        assert (initial(form(bot), "question"), initial(form(bot), "links")) == (None, None)
        asked = {args["channel"] for method, args in bot.slack.calls if method == "conversations.history"}
        assert asked == {FAR}, "where anybody may read, but Drumbeat is not"

        for member in (ALICE, CHARLIE):
            await ask(bot, f"/decision from {link(bot, secret)}", member)
            assert initial(form(bot), "decision") == "sell the company"
            assert "board-only" not in str(form(bot))
            assert note(bot).startswith("From a message in a private channel, by Alice.")

    play(story)


def test_a_private_channel_with_many_people_is_read_page_by_page(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.pointing.MEMBERS_AT_ONCE", 1)

    async def story(bot: Drumbeat) -> None:
        secret = bot.slack.say(BOARD, "We will sell", user=ALICE)
        await ask(bot, f"/decision from {link(bot, secret)}", CHARLIE)
        assert initial(form(bot), "decision") == "sell"
        assert bot.slack.called("conversations.members") == 2

    play(story)


def test_a_link_to_a_message_that_was_deleted_says_so(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        message = bot.slack.say(BILLING, "We go", user=CHARLIE)
        bot.slack.delete(message)
        await ask(bot, f"/decision raise from {link(bot, message)}")
        assert note(bot) == "That message is no longer there. So this form begins empty."
        assert initial(form(bot), "links") is None

    play(story)


def test_when_slack_does_not_answer_it_is_answered_all_the_same_and_nothing_is_lost(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        message = bot.slack.say(BILLING, "We go", user=CHARLIE)
        bot.slack.fail("conversations.history", hang(0.3), times=3)
        await bot.command(f"/decision from {link(bot, message)}")
        assert bot.slack.replies == [], "it is acknowledged while the message is being read"
        await bot.settled()
        assert (await bot.replied()).endswith(f"You typed: from {link(bot, message)}")

    play(story)


# Another workspace.


def test_other_workspaces_get_nothing_and_give_nothing(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        other = bot.slack.add_workspace("T0OTHER", "xoxb-other")
        other.add_user(ALICE, "Alice")
        other.add_channel("C0THEIRS", "theirs")
        theirs = other.say("C0THEIRS", "We will buy Acme", user=ALICE)
        await other.shortcut("record_decision_from", message=theirs)
        await bot.settled()
        assert "works only for the people of the workspace" in str(other.replies[0]["text"])
        await other.react("scales", theirs)
        await bot.settled()
        assert other.ephemerals == bot.slack.ephemerals == []
        await ask(bot, f"/decision from {link(bot, theirs)}")
        assert note(bot).startswith("I cannot read that message")
        assert "buy Acme" not in str(form(bot))

    play(story)
