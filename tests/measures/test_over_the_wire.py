"""Somebody asks over the wire how the operating system does, and for one measure in full."""

import asyncio

import pytest

from bot.db import Database
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import drumbeat
from tests.measures.world import definitions
from tests.people import ALICE, CHARLIE
from tests.updates.team import berlin

OWN = "*By area, of those you were asked for; nobody else is shown them*\n• Billing: 100 % of 1"
ANSWERS = {"status": "green", "confidence": "80", "next": "Invoice rounding"}


@pytest.mark.proves("R55")
def test_everybody_sees_how_the_operating_system_does(db: Database, slack: FakeSlack, clock: StoppedClock) -> None:
    slack.direct(CHARLIE)

    async def story() -> None:
        async with drumbeat(db, slack, clock, definitions()) as bot:
            await bot.until(berlin(25, 10))
            await bot.command("/weekly-update billing")
            await bot.submit(ANSWERS)
            await bot.until(berlin(1, 9, month=12))

            await bot.command("/cadence health", CHARLIE)
            await bot.settled()
            said = await bot.replied()
            assert "1 met, 0 on course, 0 off" in said
            assert "🟢 M1 On-time updates: 100 %, met" in said
            assert "·······█ by week: no data at first, 100 %" in said
            assert "Target 80 % by Fri 26 Feb 2027, from 50 %; of 1" in said
            assert "⚪ M12 Overhead of product managers: nothing to compute it from yet" in said

            await bot.press_replied("How, and in parts", CHARLIE)
            await bot.settled()
            in_full = await bot.replied()
            assert "How it is computed" in in_full
            assert "divided by those expected" in in_full
            assert "Owner: Bob" in in_full
            assert "Billing" not in in_full, "how often one person is in time is for that person"

            await bot.command("/cadence health m1", ALICE)
            await bot.settled()
            assert await bot.replied() == f"{in_full}\n{OWN}"
            await bot.command("/cadence health speed", ALICE)
            await bot.settled()
            assert "There is no measure “speed”" in await bot.replied()

    asyncio.run(story())
