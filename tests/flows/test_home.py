"""Home over the wire: what four roles find when they open it, and that it follows what they do there."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.lookback.model import Surprise
from bot.lookback.surprises import NONE
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat, until
from tests.flows.test_insights import captured, sorted_
from tests.flows.test_releases import NAMES, registered, submitted
from tests.insights.world import INSIGHTS, definitions
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import ERIN, FRANK
from tests.updates.team import berlin

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[[Story], None]
MOST_BLOCKS = 100


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """Lets a story happen from Wednesday 25 November on, once Alice has registered Atlas and Charlie said something."""

    def play(story: Story) -> None:
        async def whole() -> None:
            clock.set(berlin(25, 9))
            for id, name in NAMES.items():
                slack.add_user(id, name)
            for id, name in (("C0SUPPORT", "support"), (INSIGHTS, "insights")):
                slack.add_channel(id, name)
            async with drumbeat(db, slack, clock, definitions()) as bot:
                await registered(bot, "asked")
                await captured(bot, "Invoices cannot be split", CHARLIE)
                await sorted_(bot, "I-1")
                await bot.until(berlin(25, 11))
                await story(bot)

        asyncio.run(whole())

    return play


def test_each_role_finds_on_home_what_is_theirs(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        homes = {}
        for person in (ALICE, BOB, FRANK, CHARLIE, ERIN):
            await bot.home(person)
            assert len(bot.slack.homes[person]["blocks"]) < MOST_BLOCKS
            homes[person] = bot.on_home(person)
        assert "Weekly update: Billing" in homes[ALICE]
        assert "Your areas\n*Billing*\n⚪ No update so far." in homes[ALICE]
        assert "*Atlas (yours) – Wed 9 Dec 2026 (likely), medium*" in homes[ALICE]
        # Above it stand the first steps, as long as they are not done.
        assert "\nRituals at risk\n" in homes[BOB]
        assert "Health at a glance\n⚪ Updates in time: no data yet." in homes[BOB]
        assert "Decisions that wait for you\nNo decision waits for you.\nRed and amber areas" in homes[FRANK]
        assert "Red and amber areas\nNo area is green, 2 without an update so far." in homes[FRANK]
        assert "Yours: Support's sign-off" in homes[CHARLIE]
        assert "I-1 “Invoices cannot be split” waits to be acknowledged" in homes[CHARLIE]
        assert "none asks anything of you" in homes[ERIN]

    play(story)


def test_home_follows_what_somebody_does_there(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.home(ALICE)
        assert "Write update" in bot.on_home()
        await bot.press_on_home("Write update")
        answer = {"next": "Ship invoices", "status": "red", "path": "Cut the export, by Friday", "confidence": "40"}
        await submitted(bot, answer)
        await until(lambda: "🔴 Red, 40 % sure" in bot.on_home())
        assert "Back to green: Cut the export, by Friday" in bot.on_home()
        assert "Write update" not in bot.on_home()

        assert "[Acknowledge]" in bot.on_home()
        await bot.press_on_home("Acknowledge")
        await until(lambda: "[Acknowledge]" not in bot.on_home())
        assert "I-1" in str(bot.slack.last_view()), "what would have been said in a conversation stands in a window"

    play(story)


def test_somebody_says_on_home_that_a_change_surprised_them(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.home(CHARLIE)
        await bot.press_on_home("Something surprised me", CHARLIE)
        assert "Which change?" in str(bot.slack.last_view())
        await submitted(bot, {"release": NONE, "words": "A new page of prices"}, CHARLIE)
        with bot.db.transaction() as session:
            (surprise,) = session.scalars(select(Surprise))
            assert (surprise.words, surprise.reported_by) == ("A new page of prices", CHARLIE)

    play(story)
