"""Risks, open questions and next steps over the wire."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.db import Database
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, BOB
from tests.updates.team import berlin, definitions

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[[Story], None]

FATIGUE = {
    "what": "People tire of forms",
    "detail": "Cut a field when it takes too long",
    "likelihood": "2",
    "impact": "3",
    "owner": BOB,
    "due": "2026-12-01",
    "about": "Billing",
}


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


@pytest.mark.proves("R35")
def test_a_risk_is_written_down_looked_at_on_its_day_kept_and_ended(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence risk People tire of forms", ALICE)
        refused = await bot.submit(FATIGUE | {"about": "the moon", "due": "2026-11-01"}, ALICE)
        assert set(refused.errors) == {"about", "due"}
        kept = await bot.submit(FATIGUE, ALICE)
        assert "RISK-1 is kept. Its owner is asked on Tue 1 Dec 2026" in str(kept.payload)
        await bot.until(berlin(24, 11))
        assert "Alice put this down as yours" in "".join(bot.slack.said(BOB))
        await bot.command("/cadence registers", BOB)
        shown = await bot.replied()
        assert "RISK-1 People tire of forms (Bob, by Tue 1 Dec 2026)" in shown
        assert "likelihood 2, impact 3 of 3" in shown

        await bot.until(berlin(1, 11, month=12))
        assert "A risk: RISK-1" in "".join(bot.slack.said(BOB))
        assert "RISK-1: People tire of forms" in await bot.home(BOB)
        await bot.press("Keep or end it", BOB)
        assert set((await bot.submit({"now": "keep"}, BOB)).errors) == {"due"}
        await bot.submit({"now": "keep", "due": "2026-12-08"}, BOB)
        await bot.deliver()
        assert any("Kept until Tue 8 Dec 2026." in said for said in bot.slack.said(BOB))
        await bot.until(berlin(8, 11, month=12))
        await bot.press("Keep or end it", BOB)
        await bot.submit({"now": "end", "outcome": "Three fields are gone"}, BOB)
        await bot.command("/cadence registers", BOB)
        assert "RISK-1" not in await bot.replied()

    play(story)


def test_product_ops_begins_with_the_usual_risks_and_says_that_there_are_no_questions(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence registers", BOB)
        assert "nobody has said that there is nothing" in await bot.replied()
        bot.slack.direct(BOB)
        await bot.press_replied("Begin with the usual ones", BOB)
        assert "People tire of forms and templates" in await bot.replied()
        list_, *_others = bot.slack.replies
        message = {**list_, "channel": "D0BOB", "ts": bot.slack.stamp(), "is_ephemeral": True}
        await bot.slack.click("registers.none", "question", user=BOB, message=message)
        assert "Open questions: none, checked by you today." in await bot.replied()
        await bot.command("/cadence registers", ALICE)
        assert "None, checked by Bob on Mon 23 Nov 2026." in await bot.replied()

    play(story)


def test_a_question_is_changed_by_who_owns_it_and_by_nobody_else(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence question", BOB)
        typed = {"what": "Who answers for Sales?", "detail": "Two sign-offs wait", "owner": BOB, "due": "2026-11-24"}
        await bot.submit(typed, BOB)
        await bot.command("/cadence question QUESTION-1", ALICE)
        assert "QUESTION-1 is for Bob, or for product ops." in await bot.replied()
        await bot.until(berlin(24, 11))
        await bot.press("Change it", BOB)
        await bot.submit(typed | {"owner": ALICE, "due": "2026-12-03"}, BOB)
        await bot.until(berlin(3, 11, month=12))
        assert "An open question: QUESTION-1" in "".join(bot.slack.said(ALICE))

    play(story)
