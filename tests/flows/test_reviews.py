"""Reviews over the wire: closed with what they left or without, an action given up, a retro, the meetings before."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.db import Database
from bot.definitions import Definitions
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, BOB, CHARLIE, UPDATES
from tests.rituals.desk import ritual
from tests.updates.team import berlin, definitions

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[[Story], None]

REVIEW = ritual(
    "roadmap-review", name="Roadmap review", kind="review", owner=ALICE, agenda=("What moved, and why",),
    purpose="Agree on what comes next.", artifact="The roadmap as it was agreed",
)  # fmt: skip


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """Lets a story happen, from Monday 23 November on; the roadmap is reviewed on Wednesdays."""

    def play(story: Story) -> None:
        async def whole() -> None:
            clock.set(berlin(23, 8))
            team = definitions()
            team = Definitions(team.organisation, team.calendar.with_rituals((REVIEW,)))
            async with drumbeat(db, slack, clock, team) as bot:
                await story(bot)

        asyncio.run(whole())

    return play


async def close(bot: Drumbeat, **typed: str) -> None:
    await bot.press("Close with what it left", channel=UPDATES)
    assert (await bot.submit(typed)).errors == {}
    await bot.deliver()


def test_what_a_review_agreed_on_is_asked_of_whose_it_is_until_they_say_why_not(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.until(berlin(25, 11))
        agreed = {"what_1": "Tell Support of the new invoice", "owner_1": CHARLIE, "due_1": "2026-11-27"}
        await close(bot, artifact="Split invoices come before late fees.", **agreed)
        await bot.until(berlin(27, 12))
        assert "Tell Support of the new invoice" in bot.slack.said(CHARLIE)[-1]
        await bot.press("It will not be done", user=CHARLIE)
        await bot.submit({"because": "The invoice stays as it is"}, user=CHARLIE)
        await bot.until(berlin(2, 12, month=12))
        assert "The invoice stays as it is" in bot.slack.said(UPDATES)[-1]

    play(story)


def test_a_review_that_left_nothing_says_why_and_its_retro_changes_one_thing(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.until(berlin(25, 11))
        await close(bot, artifact="", reason="Half of us were ill", then="async")
        assert "Half of us were ill" in bot.slack.said(UPDATES)[-1]
        await bot.command("/cadence retro roadmap-review")
        said = {"kept": "The packet before it", "surprised": "Nobody had read it", "change": "Read first, then talk"}
        await bot.submit({**said, "owner": CHARLIE, "due": "2026-12-20"})
        await bot.deliver()
        (retro,) = [each for each in bot.slack.said(UPDATES) if "A retro, says Alice" in each]
        assert "Read first, then talk" in retro

    play(story)


def test_a_meeting_there_was_before_is_listed_and_judged(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        bot.slack.direct(BOB)
        await bot.command("/cadence audit", user=BOB)
        await bot.replied()
        await bot.press_replied("List a meeting", user=BOB)
        sync = {"name": "Status sync", "often": "every week", "minutes": "30", "people": "8"}
        await bot.submit({**sync, "pain": "Everybody reads out what is written already"}, user=BOB)
        await bot.command("/cadence audit", user=BOB)
        assert "Status sync" in await bot.replied()
        await bot.press_replied("Judge", user=BOB)
        await bot.submit({"verdict": "retire", "reason": "The weekly update says it all"}, user=BOB)
        await bot.command("/cadence audit", user=BOB)
        assert "The weekly update says it all" in await bot.replied()

    play(story)
