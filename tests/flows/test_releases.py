"""A release's way over the wire: registered, called, live; and what comes between."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.db import Database
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, CHARLIE, LAUNCHES
from tests.releases.launch import ANSWERS, DANA, ERIN, FRANK, GRACE, SUMMARY, TARGET, definitions
from tests.updates.team import berlin

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[[Story], None]
NAMES = {DANA: "Dana", ERIN: "Erin", FRANK: "Frank", GRACE: "Grace"}


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """Lets a story happen, from Wednesday 25 November on; Atlas is to go out two weeks later."""

    def play(story: Story) -> None:
        async def whole() -> None:
            clock.set(berlin(25, 9))
            for id, name in NAMES.items():
                slack.add_user(id, name)
            async with drumbeat(db, slack, clock, definitions()) as bot:
                await story(bot)

        asyncio.run(whole())

    return play


async def registered(bot: Drumbeat, *facts: str, **changes: str) -> None:
    """Alice registers Atlas, and answers the four questions."""
    await bot.command("/launch-ready new")
    brief: dict[str, Any] = {"name": "Atlas", "target": TARGET, "summary": SUMMARY, "facts": list(facts)}
    await submitted(bot, brief | changes)
    await submitted(bot, ANSWERS)


async def submitted(bot: Drumbeat, values: dict[str, Any], user: str = ALICE) -> str:
    """Submit the form that was opened last, which takes it; returns what stands in its place."""
    ack = await bot.submit(values, user)
    assert ack.errors == {}
    await bot.deliver()
    return str(ack.payload)


async def settled(bot: Drumbeat) -> None:
    """Charlie settles the one gate of a medium release, and signs off for Support."""
    await bot.press("Update an item", CHARLIE, LAUNCHES)
    await submitted(bot, {"item": "2", "state": "done", "evidence": "https://example.com/notes"}, CHARLIE)
    await bot.press("Sign off", CHARLIE, LAUNCHES)
    await submitted(bot, {"said": "ready"}, CHARLIE)


def card(bot: Drumbeat) -> str:
    """What the one card says now."""
    return str(bot.slack.said(LAUNCHES)[0])


def test_a_release_is_registered_called_and_live_on_its_one_card(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await registered(bot, "asked")
        assert card(bot).startswith("Atlas: 🔴 Hold")
        await settled(bot)
        assert card(bot).startswith("Atlas: 🟢 Go")
        assert "Alice makes the call." in card(bot)
        await bot.press("Make the call", channel=LAUNCHES)
        assert "🟢 Go, called" in await submitted(bot, {"said": "go"})
        assert "Alice said go on Wed 25 Nov 2026" in card(bot)
        await bot.press("It is live", ERIN, LAUNCHES)
        await bot.deliver()
        assert card(bot).startswith("Atlas: 🟢 Live\nLive since Wed 25 Nov 2026, says Erin.")
        assert len(bot.slack.messages(LAUNCHES)) == 1

    play(story)
