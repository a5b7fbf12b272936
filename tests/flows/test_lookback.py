"""A release's way after it is live, over the wire: asked, answered, reported, and a surprise that finds its owner."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.db import Database
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.flows.test_releases import NAMES, card, registered, settled, submitted, thread
from tests.lookback.after import definitions
from tests.people import ALICE, BOB, CHARLIE, LAUNCHES, UPDATES
from tests.releases.launch import DANA, ERIN
from tests.updates.team import berlin

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[[Story], None]


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """Lets a story happen from Wednesday 25 November on; Atlas is looked back on after one day and after seven."""

    def play(story: Story) -> None:
        async def whole() -> None:
            clock.set(berlin(25, 9))
            for id, name in NAMES.items():
                slack.add_user(id, name)
            async with drumbeat(db, slack, clock, definitions()) as bot:
                await story(bot)

        asyncio.run(whole())

    return play


async def live(bot: Drumbeat) -> None:
    """Atlas is live on the Wednesday, with a number that it is to move."""
    await registered(bot, "asked")
    await bot.press("Say what it is to move", ALICE, LAUNCHES)
    await submitted(bot, {"metric": "Splits", "baseline": "0", "target": "9", "until": "2026-12-31"})
    await settled(bot)
    await bot.press("Make the call", ALICE, LAUNCHES)
    await submitted(bot, {"said": "go"})
    await bot.press("It is live", ERIN, LAUNCHES)
    await bot.deliver()
    assert card(bot).startswith("Atlas: 🟢 Live")


@pytest.mark.proves("R50")
def test_what_became_of_a_release_is_asked_and_reported(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await live(bot)
        await bot.until(berlin(26, 9, 5))
        for person in (ALICE, CHARLIE):
            await bot.press("Answer", person)
            await submitted(bot, {"answer-broken": "No"}, person)
        await bot.press("Too late to prepare", DANA)
        await bot.command("/cadence lookback atlas escape", CHARLIE)
        await submitted(bot, {"what": "The export is empty", "severity": "high", "item": "2"}, CHARLIE)
        await bot.command("/cadence lookback atlas action", ALICE)
        await submitted(bot, {"what": "Try exports first", "owner": ERIN, "due": "2026-11-30"}, ALICE)
        await bot.until(berlin(27, 12))
        await bot.press("Done", ERIN)
        await bot.until(berlin(2, 9, 5, month=12))
        await bot.press("Answer", CHARLIE)
        answers = {
            "answer-tickets": "31",
            "answer-usual": "19",
            "answer-outcome": "met",
            "answer-lesson": "Ask earlier",
        }
        await submitted(bot, answers, CHARLIE)
        await bot.until(berlin(10, 18, month=12))
        reports = [line for line in thread(bot) if line.startswith("Atlas: what became of it")]
        assert len(reports) == 1
        for line in (
            "Splits: from 0 to 9",
            "Target: met",
            "• high: The export is empty",
            "19 in a usual week: +12",
            "1 of 2 have answered",
            "• Ask earlier (Support)",
            "☑ Try exports first – Erin, done",
        ):
            assert line in reports[0]
        assert not any("No answer yet" in line for line in thread(bot))
        # Nobody else was asked anything.
        assert not any("Atlas" in said for said in bot.slack.said(BOB) if "what do you see?" in said)

    play(story)


def test_a_message_that_surprised_somebody_finds_whose_it_is(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        said = bot.slack.say(UPDATES, "There is a new page for invoices", user=BOB)
        await bot.shortcut("This surprised me", said, DANA)
        await submitted(bot, {"release": "none", "words": "A new page for invoices"}, DANA)
        await bot.until(berlin(26, 9, 5))
        await bot.press("Whose is it?", BOB)
        await submitted(bot, {"owner": ALICE}, BOB)
        await bot.until(berlin(27, 9, 5))
        await bot.press("It is ours, and new", ALICE)
        await bot.until(berlin(30, 10))
        told = [text for text in bot.slack.said(DANA) if "It counts as a launch that nobody knew of." in text]
        assert len(told) == 1

    play(story)
