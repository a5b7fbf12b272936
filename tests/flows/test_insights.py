"""The way of what somebody says, over the wire: captured, sorted, merged, answered, and told where it came from."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.db import Database
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.flows.test_releases import NAMES, registered, settled, submitted
from tests.insights.world import INSIGHTS, definitions
from tests.people import ALICE, BOB, CHARLIE, LAUNCHES
from tests.releases.launch import DANA, ERIN
from tests.updates.team import berlin

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[[Story], None]

SUPPORT = "C0SUPPORT"
TAGS = {"area": "billing", "theme": "pricing", "segment": "smb", "severity": "medium", "evidence": "quote"}


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """Lets a story happen from Wednesday 25 November on."""

    def play(story: Story) -> None:
        async def whole() -> None:
            clock.set(berlin(25, 9))
            for id, name in NAMES.items():
                slack.add_user(id, name)
            for id, name in ((SUPPORT, "support"), (INSIGHTS, "insights")):
                slack.add_channel(id, name)
            async with drumbeat(db, slack, clock, definitions()) as bot:
                await story(bot)

        asyncio.run(whole())

    return play


async def captured(bot: Drumbeat, words: str, by: str) -> str:
    """Somebody logs what a message in #support says; the message's `ts`."""
    said = bot.slack.say(SUPPORT, words, user=by)
    await bot.shortcut("Log insight", said, by)
    await submitted(bot, {"what": words, "area": "billing", "severity": "medium"}, by)
    return str(said["ts"])


async def sorted_(bot: Drumbeat, ref: str) -> None:
    await bot.command(f"/insight triage {ref}", BOB)
    await submitted(bot, {**TAGS, "do": "sort"}, BOB)


def thread(bot: Drumbeat, ts: str) -> list[str]:
    """What stands in the thread of a message in #support, without the card that it begins with."""
    _card, *rest = [
        str(each["text"]) for each in bot.slack.messages(SUPPORT) if each.get("thread_ts") == ts != each["ts"]
    ]
    return rest


@pytest.mark.proves("R4", "R32")
def test_what_support_captures_is_merged_and_declined_and_both_read_why_in_their_threads(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        first = await captured(bot, "Invoices cannot be split between two payers", CHARLIE)
        second = await captured(bot, "A customer wants one invoice for two payers", DANA)
        await sorted_(bot, "I-1")
        await bot.command("/insight merge I-2 into I-1", BOB)
        assert (thread(bot, first), thread(bot, second)) == ([], [])
        await bot.until(berlin(26, 9, 5))
        await bot.press("Acknowledge", ALICE)
        await bot.press("Answer", ALICE)
        kept = await submitted(
            bot, {"kind": "declined", "reason": "Few ask for it", "forward": "Not this year."}, ALICE
        )
        assert "Charlie and Dana hear it from me now, each in their own thread." in kept
        for ts, person, words in (
            (first, CHARLIE, "Invoices cannot be split"),
            (second, DANA, "A customer wants one invoice"),
        ):
            (said,) = thread(bot, ts)
            assert said.startswith(f"<@{person}>\n*I-1: declined*\nYou told us: “{words}")
            assert "Alice has declined it, because: Few ask for it" in said
            assert said.endswith("A sentence for the customer\nNot this year.")
        await bot.until(berlin(30, 12))
        assert (len(thread(bot, first)), len(thread(bot, second))) == (1, 1)

    play(story)


@pytest.mark.proves("R4", "R32")
def test_what_is_accepted_with_a_release_is_told_again_when_that_is_live(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await registered(bot, "asked")
        ts = await captured(bot, "Invoices cannot be split between two payers", CHARLIE)
        await sorted_(bot, "I-1")
        await bot.command("/insight decide I-1", ALICE)
        (option,) = [
            option
            for block in bot.slack.last_view()["blocks"]
            if block.get("block_id") == "release"
            for option in block["element"]["options"]
        ]
        kept = await submitted(bot, {"kind": "accepted", "release": option["value"]}, ALICE)
        assert "When Atlas is live, they hear again." in kept
        (accepted,) = thread(bot, ts)
        assert "It comes with Atlas." in accepted and "You hear again when it is there." in accepted
        await settled(bot)
        await bot.press("Make the call", ALICE, LAUNCHES)
        await submitted(bot, {"said": "go"})
        await bot.press("It is live", ERIN, LAUNCHES)
        await bot.deliver()
        _, live = thread(bot, ts)
        assert live.startswith(f"<@{CHARLIE}>\n*I-1: it is live*\nYou asked, we did")
        await bot.until(berlin(30, 12))
        assert len(thread(bot, ts)) == 2

    play(story)
