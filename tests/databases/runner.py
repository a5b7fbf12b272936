"""One node that does nothing but deliver, for tests that kill it: `runner.py DATABASE SLACK NODE EPOCH`."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from bot.db import Database
from bot.delivery.relay import Relay
from bot.delivery.slack import SlackSender, make_client, make_session
from tests.fake_slack import BOT_TOKEN

SPEED = 2.5


class FastClock:
    """Runs faster than time since `epoch`, so that a test need not sit out the quiet time."""

    def __init__(self, epoch: datetime) -> None:
        self._epoch = epoch

    def now(self) -> datetime:
        passed = datetime.now(UTC) - self._epoch
        return self._epoch + timedelta(seconds=passed.total_seconds() * SPEED)


async def deliver(database: str, slack: str, node: str, epoch: float) -> None:
    async with make_session() as session:
        sender = SlackSender(make_client(BOT_TOKEN, slack, session))
        clock = FastClock(datetime.fromtimestamp(epoch, UTC))
        await Relay(Database(database), clock, sender, node).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(deliver(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])))
