"""Drumbeat is brought into channels and written to, over the wire."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.db import Database
from bot.definitions import InsightRules
from tests.decisions import classes
from tests.decisions.classes import DANA
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat, in_time
from tests.insights import world
from tests.people import ALICE, BOB, CHARLIE, LAUNCHES, UPDATES

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[[Story], None]

BOARD, TOGETHER = "C0BOARD", "C0TOGETHER"


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    slack.add_user(DANA, "Dana")
    slack.add_channel(BOARD, "board-only", is_private=True, has_bot=False, members=[ALICE])
    slack.add_channel(TOGETHER, "with-partners", has_bot=False, is_shared=True)

    def play(story: Story) -> None:
        async def whole() -> None:
            rules = InsightRules.model_validate(world.RULES)
            async with drumbeat(db, slack, clock, replace(classes.definitions(), insights=rules)) as bot:
                await story(bot)

        asyncio.run(whole())

    return play


async def write(bot: Drumbeat, text: str, user: str = ALICE) -> str:
    """What the bot answers to this."""
    before = len(bot.slack.said(user))
    await in_time(bot.slack.write(text, user=user))
    await bot.deliver()
    said = bot.slack.said(user)[before + 1 :]
    return "\n---\n".join(said)


async def press(bot: Drumbeat, label: str) -> None:
    await bot.press(label, CHARLIE)
    await bot.settled()


def test_brought_into_channels_it_says_once_in_each_what_it_does_there(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        for channel in (UPDATES, BOARD, TOGETHER):
            for _ in range(2):
                await in_time(bot.slack.invite(channel))
        await in_time(bot.slack.invite(LAUNCHES, joins=CHARLIE))
        await bot.deliver()
        (updates,), (board,), (together,) = (bot.slack.said(each) for each in (UPDATES, BOARD, TOGETHER))
        assert "Weekly product update" in updates
        assert "no part of its own" in board
        assert "a bot of Acme" in together
        assert bot.slack.said(LAUNCHES) == []
        channels = {each["channel"] for each in bot.slack.posts}
        assert channels == {UPDATES, BOARD, TOGETHER}

    play(story)


def test_written_to_it_answers_and_its_buttons_do_what_they_say(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        assert "Hello Charlie." in await write(bot, "hilfe?", CHARLIE)
        await press(bot, "Log insight")
        assert bot.slack.last_view()["callback_id"].startswith("insights.")
        assert "make none myself" in await write(bot, "decide about pricing for me", CHARLIE)
        await press(bot, "Raise to the decider")
        assert bot.slack.last_view()["callback_id"] == "decisions.raise"
        assert "Shall I note that you are away" in await write(bot, "away until friday", CHARLIE)
        await press(bot, "Note it")
        assert "away" in await bot.replied()
        assert "Gladly." in await write(bot, "thanks", CHARLIE)

    play(story)


def test_it_does_not_talk_to_itself_nor_to_other_programs(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        assert await write(bot, "help", BOB)
        mine = bot.slack.messages(BOB)[-1]
        echo = {**mine, "channel": f"D0{BOB[2:]}", "channel_type": "im", "event_ts": mine["ts"]}
        await in_time(bot.slack.event(echo))
        await in_time(bot.slack.write("help", user=BOB, bot_id="B0OTHER"))
        await bot.deliver()
        assert len(bot.slack.posts) == 1

    play(story)
