"""A quarter is planned over the wire: asked, looked back on, bet on, decided, closed, corrected."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.db import Database
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, UPDATES
from tests.quarter import world
from tests.quarter.world import LEARNED, MEETS, OPENS, PACKET
from tests.releases.launch import DANA, FRANK
from tests.updates.team import berlin

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[..., None]
BET = {
    "what": "Finance teams split invoices themselves",
    "owner": ALICE,
    "measure": "Accounts that split an invoice",
    "link": "https://example.com/split",
    "target": "60 by the end of March",
    "declined": "The invoice portal",
}


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """Lets a story happen, from Wednesday on. Alice owns Billing; Frank, head of product, owns Search.

    `changes` are to the organisation.
    """

    def play(story: Story, **changes: Any) -> None:
        async def whole() -> None:
            clock.set(berlin(25, 9))
            for id, name in ((DANA, "Dana"), (FRANK, "Frank")):
                slack.add_user(id, name)
            async with drumbeat(db, slack, clock, world.definitions(**changes)) as bot:
                await story(bot)

        asyncio.run(whole())

    return play


@pytest.mark.proves("A9")
def test_from_the_question_to_the_posted_plan_and_its_correction(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.until(OPENS)
        assert "Billing: January to March 2027" in bot.slack.said(ALICE)[-1]

        await bot.press("Look back")
        assert (await bot.submit({"learned": LEARNED})).errors == {}
        await bot.press("Add a bet")
        refused = await bot.submit(BET | {"link": "the dashboard"})
        assert list(refused.errors) == ["link"]
        assert (await bot.submit(BET)).errors == {}
        await bot.deliver()
        assert "All is given. Thank you." in bot.slack.said(ALICE)[-1]

        await bot.command("/cadence quarter billing")
        assert "No decision record yet" in await bot.replied()
        await bot.press_replied("Raise it for decision")
        await bot.command("/cadence quarter plan")
        assert "1 bet of 2 areas · 1 in the decision log" in await bot.replied()
        assert "D-1, to be decided by Frank" in await bot.replied()

        await bot.press("Look back", FRANK)
        told = {"learned": "Typing errors matter most", "no_bets": "The index of this quarter is not done"}
        assert (await bot.submit(told, FRANK)).errors == {}
        await bot.until(PACKET)
        assert "• D-1" in bot.slack.said(UPDATES)[0]

        await bot.until(MEETS)
        await bot.press("Close the plan", FRANK)
        assert (await bot.submit({"summary": "Invoices first."}, FRANK)).errors == {}
        await bot.deliver()
        plan = bot.slack.messages(UPDATES)[-1]
        posted = "\n".join(bot.slack.said(UPDATES))
        for said in ("Closed on Thu 24 Dec 2026, 13:00 by Frank.", "Invoices first.", "No bets: The index of this"):
            assert said in posted
        assert plan["thread_ts"], "everything beside the summary stands in its thread"

        await bot.command("/cadence quarter billing")
        await bot.replied()
        await bot.press_replied("Change it")
        assert (await bot.submit(BET | {"target": "80 by the end of March"})).errors == {}
        await bot.deliver()
        posted = "\n".join(bot.slack.said(UPDATES))
        assert posted.count("Corrected on Thu 24 Dec 2026, 13:00 by Alice: Billing: a bet was changed") == 2
        assert "target 60 by the end of March" in posted, "the plan as it was stays in its thread"
        assert "target 80 by the end of March" in posted

    play(story)


def test_frictions_are_named_or_skipped_in_the_day_message(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.until(OPENS)
        await bot.press("Name them")
        refused = await bot.submit({"what_1": "Too many tools"})
        assert list(refused.errors) == ["example_1"]
        assert (await bot.submit({"what_1": "Too many tools", "example_1": "Status stands in four"})).errors == {}
        await bot.press("Skip", "U0BOB")
        await bot.deliver()
        assert "Noted. Thank you." in bot.slack.said(ALICE)[-1]
        assert "Skipped." in bot.slack.said("U0BOB")[-1]
        await bot.command("/cadence quarter")
        assert "2 of 2 people said what hampers them" in await bot.replied()

    play(story)


def test_whoever_writes_several_areas_picks_the_one_to_see(play: Play) -> None:
    areas = world.organisation().model_dump(mode="python", exclude_unset=True)["areas"]
    areas = [area | {"owner": FRANK, "deputy": ALICE} for area in areas]

    async def story(bot: Drumbeat) -> None:
        await bot.until(OPENS)
        await bot.command("/cadence quarter", FRANK)
        await bot.replied()
        menu, _close = bot.slack.replies[-1]["blocks"][-1]["elements"]
        assert [each["text"]["text"] for each in menu["options"]] == ["Billing", "Search"]

    play(story, areas=areas)
