"""The way of a digest, over the wire: it comes with the day message, is read behind its button, left and joined."""

import asyncio

from bot.db import Database
from tests.digests.world import BRIEF, definitions
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.flows.test_releases import NAMES
from tests.people import ALICE, BOB
from tests.releases.launch import FRANK
from tests.updates.team import berlin


def test_a_brief_comes_with_the_day_message_is_read_proved_and_left(
    db: Database, slack: FakeSlack, clock: StoppedClock
) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.until(berlin(30, 9, 5))
        day = str(bot.slack.said(FRANK)[-1])
        assert "Leadership brief, Mon 30 Nov 2026" in day
        assert "Red or amber: nothing; no update from Billing and Search." in day

        await bot.press("Read it", FRANK)
        await bot.settled()
        assert "Leadership brief, Mon 30 Nov 2026" in str(bot.slack.replies[-1]["text"])

        await bot.command("/cadence digests leadership", BOB)
        await bot.settled()
        said = [str(each["text"]) for each in bot.slack.replies[-2:]]
        assert "1 of 1 have it" in said[0] and "Leadership brief, Mon 30 Nov 2026" in said[1]

        await bot.command("/cadence digests unsubscribe leadership", FRANK)
        await bot.command("/cadence digests", ALICE)
        await bot.settled()
        await bot.press_replied("Subscribe", ALICE)
        await bot.settled()
        assert "You have Leadership brief from now on" in str(bot.slack.replies[-1]["text"])
        await bot.until(berlin(7, 9, 5, month=12))
        assert not any("Leadership brief, Mon 7 Dec" in str(each) for each in bot.slack.said(FRANK))
        assert "Leadership brief, Mon 7 Dec 2026" in str(bot.slack.said(ALICE)[-1])

    async def whole() -> None:
        clock.set(berlin(25, 9))
        for id, name in NAMES.items():
            slack.add_user(id, name)
        async with drumbeat(db, slack, clock, definitions(BRIEF)) as bot:
            await story(bot)

    asyncio.run(whole())
