"""The rubric over the wire: each of the two scores on their own, then the scorecard is posted."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.db import Database
from bot.rubric import flow
from bot.rubric.scales import DIMENSIONS
from tests.aloud import read_aloud
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock, promised
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, BOB, CHARLIE, PRODUCT_OPS
from tests.rubric.team import led
from tests.updates.team import berlin

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[..., None]


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """Lets a story happen, from Monday 23 November on."""

    def play(story: Story, *managers: str) -> None:
        async def whole() -> None:
            clock.set(berlin(23, 11))
            async with drumbeat(db, slack, clock, led(*managers)) as bot:
                await story(bot)

        asyncio.run(whole())

    return play


def scores(score: int, comment: str = "", **other: int) -> dict[str, str]:
    """The same in each dimension but in the others, each with the comment."""
    given = {f"score_{each}": str(other.get(each, score)) for each in DIMENSIONS}
    return given | ({f"comment_{each}": comment for each in DIMENSIONS} if comment else {})


@pytest.mark.proves("R58")
def test_both_score_on_their_own_and_the_scorecard_is_posted(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        bot.slack.direct(ALICE)
        await bot.command("/cadence rubric", ALICE)
        shown = await bot.replied()
        assert "at most 2: CH01" in shown
        await bot.press_replied("Score it", ALICE)
        # There is no charter, so that more than 2 needs a reason.
        assert "comment_charter" in (await bot.submit(scores(4), ALICE)).errors
        await bot.submit(scores(4, "The charter is on paper"), ALICE)
        assert promised(bot.db, "rubric.scorecard") == []

        assert "Score the operating system" in await bot.home(CHARLIE)
        bot.slack.direct(CHARLIE)
        await bot.until(berlin(23, 16))
        asked = bot.slack.said(CHARLIE)[-1]
        assert "Score the operating system: the other person has" in asked
        assert "It waits for the head of product." in asked
        await bot.command("/cadence rubric", CHARLIE)
        assert "Still to score: the head of product." in await bot.replied()
        await bot.press_replied("Score it", CHARLIE)
        wrong = await bot.submit(scores(1), CHARLIE)
        assert "The other score is 4." in wrong.errors["comment_insights"]
        await bot.submit(scores(4, "Also seen on paper", insights=3), CHARLIE)
        (card,) = promised(bot.db, "rubric.scorecard", PRODUCT_OPS)
        assert "19 of 25: below the bar" in card.text
        assert "Weakest: Insights drive action" in card.text
        assert "at most 2 by the facts: CH01" in card.text
        read_aloud(card)
        assert "Score the operating system" not in await bot.home(CHARLIE)
        await bot.deliver()
        assert "It waits for" not in bot.slack.said(CHARLIE)[-1]

    play(story)


def test_of_several_who_may_be_the_second_one_is_asked_first_and_the_other_a_week_later(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        both = (ALICE, BOB)
        for user in both:
            bot.slack.direct(user)
        await bot.db.run(flow.score, bot.house, CHARLIE, 1, (), dict.fromkeys(DIMENSIONS, "4"), {})
        await bot.until(berlin(23, 12))
        assert [user for user in both if is_asked(bot, user)] == [ALICE]

        await bot.until(berlin(30, 12))
        assert [user for user in both if is_asked(bot, user)] == [ALICE, BOB]
        await bot.db.run(flow.score, bot.house, BOB, 1, (), dict.fromkeys(DIMENSIONS, "4"), {})
        await bot.deliver()
        assert [user for user in both if is_asked(bot, user)] == []

    play(story, BOB)


def is_asked(bot: Drumbeat, user: str) -> bool:
    return any("It waits for one product manager." in said for said in bot.slack.said(user))


@pytest.mark.proves("R58")
def test_product_ops_alone_does_not_score(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        bot.slack.direct(BOB)
        await bot.command("/cadence rubric", BOB)
        assert "Nobody has scored" in await bot.replied()
        message = {"channel": "D0BOB", "ts": bot.slack.stamp(), "blocks": [], "text": ""}
        await bot.slack.click("rubric.score", "now", user=BOB, message=message)
        assert "The head of product and one product manager score" in await bot.replied()

    play(story)
