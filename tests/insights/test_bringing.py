"""How insights come in over the wire: by command, link, menu, emoji, button and shortcut."""

import asyncio
from collections.abc import Awaitable, Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import Base, Database
from bot.definitions import DecisionRules
from bot.insights.model import Insight, Submission
from tests.decisions import classes
from tests.decisions.log import initial
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.flows.test_any_words import WORDS, nobody_is_notified, shown
from tests.insights import world
from tests.insights.world import INCIDENTS, INSIGHTS, PRIVATE
from tests.people import ALICE, BOB, CHARLIE
from tests.releases import launch
from tests.releases.launch import DANA, ERIN, FRANK, GRACE

Json = dict[str, Any]
Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[..., None]

BILLING, BOARD, PARTNERS, FAR = "C0BILLING", "C0BOARD", "C0PARTNERS", "C0FAR"
EVE = "U0EVE"
THREE = {"what": "Invoices cannot be split", "area": "billing", "severity": "medium"}
"""Three answers are enough."""


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """Lets a story happen in a workspace with channels of all kinds."""
    slack.add_channel(BILLING, "area-billing")
    slack.add_channel(BOARD, "board-only", is_private=True, members=[ALICE, CHARLIE])
    slack.add_channel(PARTNERS, "with-partners", is_shared=True)
    slack.add_channel(FAR, "far-away", has_bot=False)
    for channel, name in ((INSIGHTS, "insights"), (PRIVATE, "private"), (INCIDENTS, "incidents")):
        slack.add_channel(channel, name)
    for user in (DANA, ERIN, FRANK, GRACE, EVE):
        slack.add_user(user, user.removeprefix("U0").title())

    def play(story: Story, *, scales: str | None = None, **rules: Any) -> None:
        async def whole() -> None:
            definitions = world.definitions(**rules)
            if scales:
                decisions = DecisionRules.model_validate({**classes.RULES, "emoji": scales})
                definitions = replace(definitions, decisions=decisions)
            async with drumbeat(db, slack, clock, definitions) as bot:
                await story(bot)

        asyncio.run(whole())

    return play


def form(bot: Drumbeat) -> Json:
    return bot.slack.last_view()


def says(bot: Drumbeat) -> str:
    """What the window that was opened last says, its fields left out."""
    return shown({"blocks": [each for each in form(bot)["blocks"] if each["type"] != "input"]})


def fields(bot: Drumbeat) -> list[str]:
    return [each["block_id"] for each in form(bot)["blocks"] if each["type"] == "input"]


async def ask(bot: Drumbeat, line: str, user: str = CHARLIE) -> None:
    await bot.command(line, user)
    await bot.settled()


async def log(bot: Drumbeat, user: str = CHARLIE, **typed: Any) -> None:
    await ask(bot, "/insight", user)
    await bot.submit({**THREE, **typed}, user)


def insights(bot: Drumbeat) -> list[Insight]:
    with bot.db.transaction() as session:
        return list(session.scalars(select(Insight).order_by(Insight.id)))


def submissions(bot: Drumbeat) -> list[Submission]:
    with bot.db.transaction() as session:
        return list(session.scalars(select(Submission).order_by(Submission.id)))


def kept(bot: Drumbeat) -> str:
    """Every word in the database."""
    with bot.db.transaction() as session:
        return "\n".join(str(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table)))


def link(message: Json) -> str:
    """What *Copy link* in the message's menu gives."""
    return f"https://acme.slack.com/archives/{message['channel']}/p{message['ts'].replace('.', '')}"


# The form.


@pytest.mark.proves("R4", "F4")
def test_three_answers_are_enough_and_the_window_says_what_happens_next(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await ask(bot, "/insight Invoices cannot be split")
        assert initial(form(bot), "what") == "Invoices cannot be split"
        assert fields(bot) == [
            "what", "area", "severity", "proof", "theme", "segment", "evidence", "accounts", "revenue", "source",
            "restricted",
        ]  # fmt: skip
        needed = [each["block_id"] for each in form(bot)["blocks"] if not each.get("optional", True)]
        assert needed == ["what", "area", "severity"]
        await bot.submit(THREE, CHARLIE)
        assert form(bot)["title"]["text"] == "I-1 is logged"
        assert says(bot) == (
            "Bob, Charlie or Dana looks at I-1 by Mon 30 Nov. From there it probably goes to Alice (Insights review),"
            " who decides what becomes of it.\nYou see where it stands, and read what becomes of it, in a direct"
            " message from Drumbeat."
        )
        await bot.deliver()
        assert "Invoices cannot be split" in bot.slack.said(CHARLIE)[-1]
        assert "I heard this too" in bot.slack.said(INSIGHTS)[-1]
        (submission,) = submissions(bot)
        assert (submission.how, submission.accounts, submission.under) == ("command", 1, None)

    play(story)


def test_everything_that_is_typed_is_kept(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await log(
            bot, area="?", severity="high", theme="pricing", segment="smb", evidence="quote", proof="12 tickets",
            accounts="40", revenue="EUR 120k", source="support",
        )  # fmt: skip
        (insight,), (submission,) = insights(bot), submissions(bot)
        assert (insight.area_id, insight.severity, insight.theme_id) == ("", "high", "pricing")
        assert (insight.segment_id, insight.evidence_id, insight.proof) == ("smb", "quote", "12 tickets")
        assert (insight.source_id, submission.accounts, submission.revenue) == ("support", 40, "EUR 120k")

    play(story)


@pytest.mark.proves("R63", "F4")
@pytest.mark.parametrize(
    ("typed", "field", "complaint"),
    [
        ({"severity": "high"}, "proof", "High needs proof"),
        ({"severity": "critical", "proof": "  "}, "proof", "Critical needs proof"),
        ({"accounts": "many"}, "accounts", "a number from 1 to"),
        ({"accounts": "0"}, "accounts", "a number from 1 to"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_the_form_stays(
    play: Play, typed: Json, field: str, complaint: str
) -> None:
    async def story(bot: Drumbeat) -> None:
        await ask(bot, "/insight")
        answer = await bot.submit({**THREE, **typed}, CHARLIE)
        assert complaint in answer.errors[field]
        assert insights(bot) == []

    play(story)


@pytest.mark.parametrize("gone", [{"area": "marketing"}, {"theme": "fashion"}, {"source": "rumours"}])
def test_what_the_definitions_no_longer_have_is_said_at_its_field(play: Play, gone: Json) -> None:
    async def story(bot: Drumbeat) -> None:
        await ask(bot, "/insight")
        view = deepcopy(form(bot))
        ((name, value),) = gone.items()
        (block,) = (each for each in view["blocks"] if each.get("block_id") == name)
        block["element"]["options"].append({"text": {"type": "plain_text", "text": "Gone"}, "value": value})
        answer = await bot.slack.submit(view, THREE | gone, user=CHARLIE)
        assert f"There is no {name} {value}" in answer.errors[name]
        assert insights(bot) == []

    play(story)


def test_what_is_critical_is_an_incident_first(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await log(bot, severity="critical", proof="https://status.example.com")
        assert says(bot).startswith("It is critical, so the incident comes first.\nOpen an incident first.")
        await bot.deliver()
        assert len(bot.slack.said(INCIDENTS)) == 1

    play(story)


def test_the_same_form_counts_once(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await ask(bot, "/insight")
        view = form(bot)
        for _ in range(2):
            await bot.slack.submit(view, THREE, user=CHARLIE)
            assert form(bot)["title"]["text"] == "I-1 is logged"
        assert len(insights(bot)) == len(submissions(bot)) == 1
        await log(bot)
        assert len(insights(bot)) == 2, "another form is another insight"

    play(story)


def test_somebody_the_organisation_does_not_name_is_told_so(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        message = bot.slack.say(BILLING, "It is slow", user=CHARLIE)
        await ask(bot, "/insight It is slow", EVE)
        assert "I do not know you yet" in await bot.replied()
        await bot.shortcut("Log insight", message, EVE)
        assert "I do not know you yet" in await bot.replied()
        await bot.react("bulb", message, EVE)
        assert bot.whispered(EVE) == []
        assert not bot.slack.views

        await ask(bot, "/insight")
        await bot.slack.submit(form(bot), THREE, user=EVE)
        assert insights(bot) == [], "also when somebody else's form is sent"

    play(story)


def test_a_form_that_says_to_be_somebody_elses_shows_nothing_of_what_that_brought(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await ask(bot, "/insight")
        view = form(bot)
        await bot.submit({**THREE, "what": "Names leak", "restricted": ["restricted"]}, CHARLIE)
        await bot.slack.submit(view, {**THREE, "what": "Export is slow"}, user=DANA)
        assert says(bot).startswith("Bob") and "I-2" in says(bot)
        assert [each.what for each in insights(bot)] == ["Names leak", "Export is slow"]

    play(story)


def test_only_readers_see_what_is_sensitive(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        message = bot.slack.say(BILLING, "They asked who reads their files", user=BOB)
        await bot.shortcut("Log insight", message, CHARLIE)
        await bot.submit({**THREE, "restricted": ["restricted"]}, CHARLIE)
        assert "Only those who may read restricted insights see it." in says(bot)
        assert says(bot).startswith("Grace looks at I-1"), "nobody else triages it"
        await log(bot, theme="trust")
        await bot.deliver()
        assert bot.slack.messages(INSIGHTS) == []
        assert [each["ts"] for each in bot.slack.messages(BILLING)] == [message["ts"]], (
            "not in the thread of the message either"
        )
        assert len(bot.slack.said(PRIVATE)) == 2
        assert len([each for each in bot.slack.said(CHARLIE) if "you told us" in each]) == 2

    play(story)


def test_where_nothing_is_restricted_it_is_not_asked(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await ask(bot, "/insight")
        assert "restricted" not in fields(bot)

    play(story, restricted=None)


def test_a_recent_release_may_be_chosen_the_newest_first(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        with bot.db.transaction() as session:
            atlas = launch.register(session, bot.house)
        await ask(bot, "/insight")
        (block,) = (each for each in form(bot)["blocks"] if each.get("block_id") == "release")
        assert [each["text"]["text"] for each in block["element"]["options"]] == ["Atlas"]
        await bot.submit({**THREE, "release": str(atlas.id)}, CHARLIE)
        assert insights(bot)[0].release_id == atlas.id

    play(story)


def test_from_home_and_by_the_shortcut_the_form_is_empty(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        assert "Log insight" in await bot.home(CHARLIE)
        await bot.slack.click("insights.log", user=CHARLIE)
        await bot.settled()
        assert initial(form(bot), "what") is None
        await bot.submit(THREE, CHARLIE)
        await bot.slack.shortcut("log_insight", user=CHARLIE)
        await bot.settled()
        await bot.submit(THREE, CHARLIE)
        assert [each.how for each in submissions(bot)] == ["home", "command"]

    play(story)


# From a message.


def test_from_its_menu_come_its_words_its_link_and_the_thread_in_which_it_goes_on(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        root = bot.slack.say(BILLING, "What do customers say?", user=BOB)
        reply = bot.slack.say(BILLING, "Invoices cannot be split", user=BOB, thread_ts=root["ts"])
        await bot.shortcut("Log insight", reply, CHARLIE)
        assert initial(form(bot), "what") == "Invoices cannot be split"
        assert says(bot).startswith("From a message in #area-billing, by Bob. Only what stands in this form is kept.")
        assert initial(form(bot), "source") == "sales", "which is heard in that channel"
        assert "Invoices" not in kept(bot), "before it is submitted"
        await bot.submit({"area": "billing", "severity": "low"}, CHARLIE)
        assert "in the thread of that message" in says(bot)
        await bot.deliver()
        card = bot.slack.messages(BILLING)[-1]
        assert card["thread_ts"] == root["ts"]
        assert "I-1 · Charlie told us" in shown(card), "others read it, too"
        (submission,) = submissions(bot)
        assert submission.permalink.startswith(link(reply))
        assert submission.how == "message"

    play(story)


@pytest.mark.parametrize("where", [PARTNERS, FAR, ALICE], ids=["with another company", "not in it", "direct"])
def test_where_drumbeat_must_not_speak_up_it_goes_on_in_a_direct_message(play: Play, where: str) -> None:
    async def story(bot: Drumbeat) -> None:
        message = bot.slack.say(where, "Invoices cannot be split", user=ALICE)
        await bot.shortcut("Log insight", message, ALICE)
        await bot.submit(THREE, ALICE)
        await bot.deliver()
        (submission,) = submissions(bot)
        assert submission.under is None
        assert any("you told us" in each for each in bot.slack.said(ALICE))
        if where != ALICE:
            assert [each["ts"] for each in bot.slack.messages(where)] == [message["ts"]]

    play(story)


def test_a_link_brings_the_words_only_of_what_one_may_read(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        open_, secret = (bot.slack.say(channel, "Invoices cannot be split", user=ALICE) for channel in (BILLING, BOARD))
        await ask(bot, f"/insight from {link(open_)}", BOB)
        assert initial(form(bot), "what") == "Invoices cannot be split"
        await bot.submit({"area": "?", "severity": "low"}, BOB)

        await ask(bot, f"/insight from {link(secret)}", BOB)
        assert initial(form(bot), "what") is None
        assert says(bot).startswith("I cannot read that message")
        await bot.submit(THREE, BOB)

        await ask(bot, f"/insight from {link(secret)}", CHARLIE)
        assert initial(form(bot), "what") == "Invoices cannot be split"
        assert "Others who read insights will see it" in says(bot)
        await ask(bot, "/insight from now on they pay monthly", BOB)
        assert initial(form(bot), "what") == "from now on they pay monthly"
        assert [(each.permalink, each.under is None) for each in submissions(bot)] == [
            (link(open_), False), (link(secret), True),
        ]  # fmt: skip

    play(story)


def test_a_long_message_is_cut_and_that_is_said(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.shortcut("Log insight", bot.slack.say(BILLING, "🦉" * 300, user=CHARLIE), CHARLIE)
        assert initial(form(bot), "what").endswith("…")
        assert "The end is missing here, since the text is longer than the form takes; it stays in" in says(bot)
        await bot.submit({"area": "billing", "severity": "low"}, CHARLIE)
        assert len(insights(bot)) == 1

    play(story)


# With the emoji.


def test_who_sets_the_emoji_alone_is_offered_the_form_once_a_day(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        message = bot.slack.say(BILLING, "Invoices cannot be split", user=BOB)
        for _ in range(2):
            await bot.react("bulb", message, CHARLIE)
        (offer,) = bot.slack.ephemerals
        assert (offer["user"], offer["channel"]) == (CHARLIE, BILLING)
        assert offer["text"].startswith("Did somebody just tell us something?")
        await bot.press_whispered("Log an insight", CHARLIE)
        assert initial(form(bot), "what") == "Invoices cannot be split"
        await bot.submit({"area": "billing", "severity": "low"}, CHARLIE)
        await bot.deliver()
        assert bot.slack.messages(BILLING)[-1]["thread_ts"] == message["ts"]

    play(story)


def test_it_counts_only_in_the_channels_that_are_watched(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.react("bulb", bot.slack.say(BILLING, "One", user=BOB), CHARLIE)
        assert bot.slack.ephemerals == []
        await bot.react("bulb", bot.slack.say(BOARD, "Two", user=ALICE), CHARLIE)
        assert [each["channel"] for each in bot.slack.ephemerals] == [BOARD]

    play(story, watched=["#board-only"])


@pytest.mark.parametrize("scales", [":scales:", ":bulb:"])
def test_decisions_and_insights_each_answer_to_their_emoji_also_when_it_is_the_same(play: Play, scales: str) -> None:
    async def story(bot: Drumbeat) -> None:
        message = bot.slack.say(BILLING, "Invoices cannot be split", user=BOB)
        await bot.react("bulb", message, CHARLIE)
        await bot.react(scales.strip(":"), message, CHARLIE)
        await bot.react("thumbsup", message, CHARLIE)
        offered = sorted(each["text"].split()[0] for each in bot.slack.ephemerals)
        assert offered == ["Did", "Is"]

    play(story, scales=scales)


def test_without_an_emoji_in_the_definitions_nobody_is_offered_anything(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.react("bulb", bot.slack.say(BILLING, "We go", user=CHARLIE), CHARLIE)
        assert bot.slack.ephemerals == []

    play(story, emoji=None)


# The same, heard by others.


def test_one_more_voice_counts_once_by_button_and_by_command(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await log(bot)
        await bot.deliver()
        await bot.press("I heard this too", ALICE, INSIGHTS)
        assert "I-1 has been brought 2 times now" in await bot.replied()
        await bot.press("I heard this too", ALICE, INSIGHTS)
        assert "You have brought I-1 already" in await bot.replied()
        await bot.command("/insight also i-1", DANA)
        assert "I-1 has been brought 3 times now" in await bot.replied()
        await bot.command("/insight also I-7", DANA)
        assert "There is no insight “I-7”" in await bot.replied()
        await bot.deliver()
        assert "3 times" in bot.slack.said(INSIGHTS)[0]
        assert any("you told us" in each for each in bot.slack.said(DANA))

        await ask(bot, "/insight also they want discounts")
        assert initial(form(bot), "what") == "also they want discounts"

    play(story)


def test_what_one_may_not_see_is_not_there_to_be_heard_too(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await log(bot, theme="trust")
        await bot.command("/insight also I-1", ALICE)
        assert "There is no insight “I-1”" in await bot.replied()
        await bot.command("/insight also I-1", GRACE)
        assert "2 times" in await bot.replied()

    play(story)


# Personal data.


def test_personal_data_is_asked_about_before_anything_is_kept_and_no_word_is_lost(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        typed = {
            **THREE, "what": "anna@example.com cannot split invoices", "severity": "high", "theme": "pricing",
            "proof": "call +49 30 1234567", "segment": "smb", "evidence": "quote", "accounts": "4",
            "revenue": "EUR 120k", "source": "sales", "restricted": ["restricted"],
        }  # fmt: skip
        await ask(bot, "/insight")
        await bot.submit(typed, CHARLIE)
        assert says(bot) == (
            "This holds what looks like personal data or a key. Nothing is kept yet.\n"
            "• e-mail address: an…@…\n• phone number: +4…67\n"
            "That is enough. What you know of the rest helps whoever sorts it."
        )
        assert "anna" not in kept(bot)
        shown_again = form(bot)
        for name in ("what", "proof", "accounts", "revenue", "area", "severity", "theme", "segment", "evidence"):
            assert initial(shown_again, name) == typed[name], name
        assert initial(shown_again, "personal") == "mask"

        await bot.submit({}, CHARLIE)
        (insight,), (submission,) = insights(bot), submissions(bot)
        assert (insight.what, insight.proof) == ("[e-mail address] cannot split invoices", "call [phone number]")
        assert (submission.accounts, insight.source_id, insight.restricted) == (4, "sales", True)
        assert "was masked" in says(bot)
        assert "anna" not in kept(bot)

    play(story)


def test_it_is_kept_only_with_a_reason(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await ask(bot, "/insight")
        await bot.submit({**THREE, "what": "Write to billing@acme.example, it bounces"}, CHARLIE)
        answer = await bot.submit({"personal": "keep"}, CHARLIE)
        assert "Say why it must stay" in answer.errors["because"]
        assert insights(bot) == []
        await bot.submit({"personal": "keep", "because": "It is our own address"}, CHARLIE)
        assert insights(bot)[0].what == "Write to billing@acme.example, it bounces"
        assert "It is our own address" in kept(bot), "in the audit trail"

    play(story)


def test_from_a_message_the_thread_and_the_link_survive_the_question(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        message = bot.slack.say(BILLING, "anna@example.com is angry", user=BOB)
        await bot.shortcut("Log insight", message, CHARLIE)
        await bot.submit({"area": "billing", "severity": "low"}, CHARLIE)
        await bot.submit({}, CHARLIE)
        (submission,) = submissions(bot)
        assert (submission.permalink, submission.under is None) == (link(message), False)

    play(story)


# Hostile words, and other workspaces.


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_any_words_are_shown_as_typed_and_notify_nobody(play: Play, words: str) -> None:
    async def story(bot: Drumbeat) -> None:
        line = words.replace("\n", " ")
        sent = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        message = bot.slack.say(BILLING, sent, user=BOB)
        await bot.shortcut("Log insight", message, CHARLIE)
        assert initial(form(bot), "what") == words
        typed = {
            "area": "billing", "severity": "critical", "proof": line, "revenue": line[:40], "accounts": "3",
        }  # fmt: skip
        await bot.submit(typed, CHARLIE)
        if form(bot)["callback_id"] == "insights.captured":
            await bot.submit({"personal": "keep", "because": line}, CHARLIE)
        assert form(bot)["callback_id"] == "insights.saved"
        await bot.react("bulb", message, CHARLIE)
        await bot.deliver()
        await bot.press("I heard this too", ALICE, INSIGHTS)
        await bot.deliver()
        card = bot.slack.messages(INSIGHTS)[-1]
        assert words in shown(card)
        assert line in shown(card)
        thread = [each for each in bot.slack.messages(BILLING) if each.get("thread_ts")]
        assert words.replace("\n", " ") in shown(thread[0])
        nobody_is_notified(bot.slack)

    play(story)


def test_other_workspaces_get_nothing_and_give_nothing(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        other = bot.slack.add_workspace("T0OTHER", "xoxb-other")
        other.add_user(ALICE, "Alice")
        other.add_channel("C0THEIRS", "theirs")
        theirs = other.say("C0THEIRS", "We will buy Acme", user=ALICE)
        await other.shortcut("log_insight_from", message=theirs)
        await bot.settled()
        assert "works only for the people of the workspace" in str(other.replies[0]["text"])
        await other.react("bulb", theirs)
        await bot.settled()
        assert other.ephemerals == bot.slack.ephemerals == []

        elsewhere = replace(bot.house, workspace_id="T0OTHER")
        with bot.db.transaction() as session:
            launch.introduce(session, elsewhere)
        await log(bot)
        world.heard(elsewhere)
        world.heard(elsewhere, key="another")
        await bot.command("/insight also I-2", ALICE)
        assert "There is no insight “I-2”" in await bot.replied()

    play(story)


def test_a_form_that_is_not_ours_is_answered_in_words(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await ask(bot, "/insight")
        view = form(bot)
        for metadata in ("", "{}", "[]", '{"key": "x", "how": "api", "permalink": "", "thread": "nowhere"}'):
            await bot.slack.submit({**view, "private_metadata": metadata}, THREE, user=CHARLIE)
            assert "out of date" in says(bot)
            assert "Invoices cannot be split" in says(bot), "their words are given back"
        assert insights(bot) == []

    play(story)
