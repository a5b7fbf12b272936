"""A company is set up through the interview, over the wire."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from bot import applying, presets
from bot.db import Database
from bot.definitions import Assumptions, Definitions, assumed, load_texts
from tests import people
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, BOB

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[[Story], None]
DANA = "U0DANA"


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """A company that `drumbeat init` began: Bob has everything for now."""
    slack.add_user(DANA, "Dana")
    slack.direct(BOB)
    slack.direct(ALICE)
    texts = begun("starter")
    definitions = load_texts(texts, "cadences").definitions
    assert definitions is not None

    def play(story: Story) -> None:
        async def whole() -> None:
            await db.run(applying.begin, people.WORKSPACE, clock.now(), texts)
            async with drumbeat(db, slack, clock, definitions) as bot:
                bot.take_over()
                await story(bot)

        asyncio.run(whole())

    return play


def begun(preset: str) -> dict[str, str]:
    files = presets.files(preset, presets.Lead("Acme", "Bob", "bob@example.com", "Europe/Berlin"), date(2026, 11, 24))
    return {name: text for name, text in files.items() if name.endswith(".yaml")}


def in_force(bot: Drumbeat) -> Definitions:
    bot.take_over()
    return bot.house.definitions


async def begin(bot: Drumbeat, user: str = BOB) -> None:
    await bot.home(user)
    await bot.press_on_home("Start here", user)


async def fill(bot: Drumbeat, values: dict[str, Any], user: str = BOB) -> str:
    """Fill in the form that is open; returns what stands in its place then."""
    ack = await bot.submit(values, user)
    assert not ack.errors
    return str(bot.slack.last_view()["title"]["text"])


async def look(bot: Drumbeat, label: str, user: str = BOB) -> str:
    """Press a button of the last answer, and read what comes, over as many messages as it takes."""
    before = len(bot.slack.replies)
    await bot.press_replied(label, user)
    await bot.settled()
    bot.heard = len(bot.slack.replies)
    return "\n".join(str(each["text"]) for each in list(bot.slack.replies)[before:])


def test_what_nobody_knows_is_assumed_shown_and_applied(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/cadence setup", BOB)
        assert "Five questions" in await bot.replied()
        await bot.press_replied("Start here", BOB)
        assert bot.slack.last_view()["title"]["text"] == "Your organisation"
        shape = {"model": "b2b", "stage": "?", "product_managers": "8", "pods": None, "teams": "central"}
        assert await fill(bot, shape) == "What breaks most"

        await bot.command("/cadence setup", BOB)
        said = await bot.replied()
        assert "1 of 5 answered, finish later" in said
        assert "some of it not known yet" in said
        proposed = await look(bot, "Use the starter, adjust later")

        assert "small-start" in proposed
        assert "At what stage are you? Growing fast (assumed, to be confirmed by 2026-12-09)" in proposed
        assert "How many product managers are there?" not in proposed
        assert "setting profile" in proposed
        assert in_force(bot).assumptions == Assumptions()

        assert "Version 2 is in force" in await look(bot, "Apply")
        now = in_force(bot)
        assert now.organisation.profile is not None
        assert (now.organisation.profile.product_managers, now.organisation.profile.stage) == (8, "growing")
        assert assumed(now, "organisation.profile.stage") == "(assumed)"
        assert assumed(now, "organisation.profile.product_managers") == ""
        assert [each.id for each in now.calendar.rituals] == [
            "weekly-product-update",
            "roadmap-review",
            "insights-review",
            "insights-digest",
        ]
        assert "Start here" not in await bot.home(BOB)

    play(story)
