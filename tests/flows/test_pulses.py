"""A pulse over the wire: asked in the day message, answered without a name, shown only where enough have answered."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.definitions.pulses import PulseRules
from bot.pulses.model import PulseAnswer
from tests.aloud import read_aloud
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock, promised
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, BOB, CHARLIE, PRODUCT_OPS
from tests.updates.team import berlin, definitions

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[[Story], None]

MONTHLY = {
    "id": "managers",
    "name": "Pulse of the product managers",
    "asks": "product_managers",
    "every": "month",
    "day": 8,
    "questions": [
        {"id": "minutes", "kind": "minutes", "label": "Minutes last week on coordination"},
        {"id": "saves-time", "kind": "agree", "label": "It saves me more time than it costs"},
        {"id": "drop", "kind": "words", "label": "Drop one thing"},
    ],
}
QUARTERLY = {
    "id": "stakeholders",
    "name": "Stakeholder pulse",
    "asks": "stakeholders",
    "every": "quarter",
    "day": 15,
    "questions": [{"id": "know", "kind": "agree", "label": "I know what is shipping"}],
}


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """Lets a story happen, from Monday 23 November on."""

    def play(story: Story) -> None:
        async def whole() -> None:
            clock.set(berlin(23, 11))
            rules = PulseRules.model_validate({"pulses": [MONTHLY, QUARTERLY]})
            async with drumbeat(db, slack, clock, replace(definitions(), pulses=rules)) as bot:
                await story(bot)

        asyncio.run(whole())

    return play


@pytest.mark.proves("F11")
def test_a_product_manager_answers_in_a_minute_and_nothing_of_one_alone_is_shown(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.until(berlin(8, 10, month=12))
        assert "Answers are kept without your name" in bot.slack.said(ALICE)[-1]
        assert "*Pulse of the product managers*" in bot.slack.said(ALICE)[-1]
        assert "pulse" not in " ".join(bot.slack.said(BOB) + bot.slack.said(CHARLIE)).lower()
        await bot.press("Answer", ALICE)
        answered = {"minutes": "90", "saves-time": "4", "drop": "The second question", "quote": ["yes"]}
        await bot.submit(answered, ALICE)
        await bot.deliver()
        assert "Answered. Thank you." in bot.slack.said(ALICE)[-1]
        with bot.db.transaction() as session:
            kept = session.scalars(select(PulseAnswer)).all()
            assert {each.question_id for each in kept} == {"minutes", "saves-time", "drop"}
            assert ALICE not in str([vars(each) for each in kept])
        await bot.until(berlin(15, 18, month=12))
        (results,) = promised(bot.db, "pulses.results", PRODUCT_OPS)
        assert "1 of 1 answered" in results.text
        assert "The second question" not in results.text
        read_aloud(results)
        await bot.command("/cadence pulse", CHARLIE)
        assert "Fewer than 5 have answered, so it is not shown." in await bot.replied()

    play(story)


def test_whoever_skips_is_asked_again_next_month_and_never_sooner(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.until(berlin(8, 10, month=12))
        bot.slack.direct(ALICE)
        await bot.press("Skip it, not mine", ALICE)
        assert "Skipped." in await bot.replied()
        await bot.deliver()
        assert "Skipped." in bot.slack.said(ALICE)[-1]
        before = _asked(bot, ALICE)
        await bot.until(berlin(31, 18, month=12))
        assert _asked(bot, ALICE) == before
        await bot.until(berlin(8, 12, month=12).replace(year=2027, month=1, day=8))
        assert _asked(bot, ALICE) == before + 1

    play(story)


@pytest.mark.proves("F11")
def test_support_is_asked_each_quarter(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.until(berlin(31, 18, month=12))
        assert _asked(bot, CHARLIE) == 0
        await bot.until(berlin(15, 20, month=12).replace(year=2027, month=1, day=15))
        assert _asked(bot, CHARLIE) == 1
        assert "Stakeholder pulse" in await bot.home(CHARLIE)

    play(story)


def _asked(bot: Drumbeat, slack_id: str) -> int:
    """How many messages so far showed this person a pulse."""
    return sum("ulse" in each for each in bot.slack.said(slack_id))
