"""Ideas for a better way of working over the wire: brought, answered, done, told of."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.db import Database
from bot.improvements import flow as improvements
from tests.aloud import read_aloud
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock, promised
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, BOB, CHARLIE, PRODUCT_OPS
from tests.updates.team import berlin, definitions

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[[Story], None]
IDEA = {"friction": "The same status is asked for twice", "better": "Ask once"}


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """Lets a story happen, from Monday 23 November on."""

    def play(story: Story) -> None:
        async def whole() -> None:
            clock.set(berlin(23, 11))
            async with drumbeat(db, slack, clock, definitions()) as bot:
                await story(bot)

        asyncio.run(whole())

    return play


@pytest.mark.proves("R53")
def test_an_idea_is_answered_in_the_weekly_triage_done_and_told_of_in_one_message(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence improve Ask once", CHARLIE)
        await bot.submit(IDEA, CHARLIE)
        assert "1 idea waits for an answer." in await bot.home(BOB)
        await bot.until(berlin(30, 11))
        assert "1 idea waits for an answer." in bot.slack.said(BOB)[-1]
        bot.slack.direct(BOB)
        await bot.press("Answer them", BOB)
        assert "IDEA-1 from Charlie" in await bot.replied()
        await bot.press_replied("Answer it", BOB)
        assert set((await bot.submit({"choice": "declined", "reason": ""}, BOB)).errors) == {"reason"}
        await bot.submit({"choice": "do", "owner": ALICE, "reason": "It saves an hour"}, BOB)
        await bot.deliver()
        assert "Every idea is answered." in bot.slack.said(BOB)[-1]
        await bot.until(berlin(1, 18, month=12))
        assert "We do it. It saves an hour" in bot.slack.said(CHARLIE)[-1]

        bot.slack.direct(ALICE)
        await bot.command("/cadence improvements", ALICE)
        assert "IDEA-1 Ask once\nDone by Alice" in await bot.replied()
        await bot.press_replied("It is done", ALICE)
        await bot.submit({"changed": "The second question is gone"}, ALICE)
        await bot.until(berlin(6, 18, month=12))
        assert promised(bot.db, "improvements.changelog") == []
        await bot.until(berlin(15, 18, month=12))
        (changelog,) = promised(bot.db, "improvements.changelog", PRODUCT_OPS)
        assert "Charlie asked: Ask once\nWe changed: The second question is gone" in changelog.text
        read_aloud(changelog)
        told = [each for each in bot.slack.said(CHARLIE) if "It is done: The second question is gone" in each]
        assert len(told) == 1

    play(story)


@pytest.mark.proves("R53", "IM08")
def test_an_idea_that_nobody_answers_is_found_after_thirty_days(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence improve", ALICE)
        await bot.submit(IDEA, ALICE)
        bot.clock.turn(timedelta(days=29))
        assert await bot.db.run(lambda session: list(improvements.findings(session, bot.house))) == []
        bot.clock.turn(timedelta(days=1))
        (finding,) = await bot.db.run(lambda session: list(improvements.findings(session, bot.house)))
        assert (finding.rule, finding.message) == ("IM08", "IDEA-1 has waited for an answer for 30 days.")

    play(story)


def test_only_product_ops_answers_ideas(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence improve", ALICE)
        await bot.submit(IDEA, ALICE)
        bot.slack.direct(ALICE)
        message = {"channel": "D0ALICE", "ts": bot.slack.stamp(), "blocks": [], "text": ""}
        await bot.slack.click("improvements.answer", "1", user=ALICE, message=message)
        assert "Only product ops may answer ideas." in await bot.replied()

    play(story)
