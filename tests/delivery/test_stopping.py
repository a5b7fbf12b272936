"""A relay that is told to stop while Slack takes its time."""

import asyncio

from bot.blocks import message, section
from bot.clock import SystemClock
from bot.db import Database
from bot.delivery import outbox
from bot.delivery.outcome import Call, Finding, NotNow, Outcome, Search, Sent
from bot.delivery.relay import Relay
from tests.fakes import make_house, promised
from tests.people import UPDATES

A_WHILE = 2.0
"""Seconds: far longer than everything else in a relay takes to end."""


class SlowSlack:
    """Takes every message, by and by."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def send(self, call: Call) -> Outcome:
        self.asked.set()
        await asyncio.sleep(A_WHILE)
        return Sent(UPDATES, "1.000100")

    async def look(self, search: Search) -> Finding:
        return NotNow("not asked here", 1_000)

    async def ask(self) -> None:
        return None


def test_what_slack_takes_after_the_relay_was_told_to_stop_is_still_written_down(db: Database) -> None:
    house = make_house(db, clock=SystemClock())
    with db.transaction() as session:
        outbox.post(session, house, UPDATES, message(section("on its way")), kind="greeting")

    async def story() -> None:
        slack, stop = SlowSlack(), asyncio.Event()
        running = asyncio.create_task(Relay(db, house.clock, slack, "node-a").run(stop))
        await slack.asked.wait()
        stop.set()
        await running

    asyncio.run(story())

    assert [each.state for each in promised(db)] == ["sent"]
