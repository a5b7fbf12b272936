"""The artifact library over the wire: what a digest lacks is said in it and once to whom it concerns; it is opened."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.db import Database
from tests.artifacts.world import definitions
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, BOB, CHARLIE
from tests.updates.team import berlin

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[[Story], None]

LACKS = "Mobile has no owner"


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """Lets a story happen, from Monday of the week on."""

    def play(story: Story) -> None:
        async def whole() -> None:
            clock.set(berlin(23, 8))
            async with drumbeat(db, slack, clock, definitions()) as bot:
                await story(bot)

        asyncio.run(whole())

    return play


def test_a_digest_with_a_silent_area_that_nobody_owns_says_so_and_its_owner_hears_once(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.until(berlin(26, 17))
        assert f"Not done yet: {LACKS}." in bot.digest()
        await bot.until(berlin(27, 12))
        for person in (CHARLIE, BOB):
            told = "\n".join(bot.slack.said(person))
            assert told.count(f"Thu 26 Nov 2026: {LACKS}.") == 1
            assert "Name an owner for it in organisation.yaml. It went out all the same." in told
        assert LACKS not in "\n".join(bot.slack.said(ALICE)), "it is neither hers nor for her to see to"

        await bot.command("/weekly-update exports")
        await bot.submit({"status": "green", "next": "Another line"})
        await bot.until(berlin(30, 12))
        assert f"Not done yet: {LACKS}." in bot.digest(), "an edit keeps the line while it is true"
        assert "\n".join(bot.slack.said(CHARLIE)).count(LACKS) == 1

    play(story)


def test_the_library_is_read_and_the_latest_opened(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence artifacts")
        assert "– Weekly digest: none yet" in await bot.replied()
        await bot.until(berlin(26, 17))
        await bot.command("/cadence artifacts")
        shown = await bot.replied()
        assert "● Weekly digest: fresh, Thu 26 Nov 2026" in shown
        assert "Charlie, for everybody and @product-team. Weekly product update leaves it, every Wednesday." in shown
        assert f"The last one is not done yet: {LACKS}." in shown
        assert "1 of the last 1 left something." in shown
        assert "– Decision record: none yet" in shown
        assert (await bot.press_replied("Open")).payload == {}

        await bot.command("/cadence artifacts weekly digest")
        one = await bot.replied()
        assert f"• Every area is accounted for: ✗ {LACKS}" in one
        assert "• Posted by 16:00: ✓ it held" in one
        assert "• Somebody has read it once: a person sees to it" in one
        assert "Thu 26 Nov 2026, 16:00" in one

    play(story)
