"""One message's trouble is no other's."""

import asyncio

from bot.blocks import message, section
from bot.clock import to_millis
from bot.db import Database
from bot.delivery import outbox
from bot.delivery.claim import claim
from bot.delivery.outcome import Later
from bot.delivery.settle import settle
from bot.house import House
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock, relaying
from tests.people import LAUNCHES, UPDATES


def test_a_message_that_slack_takes_later_holds_up_no_other_channel(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    now = to_millis(clock.now())
    with db.transaction() as session:
        outbox.post(session, house, UPDATES, message(section("later")), kind="greeting")
        (taken,) = claim(session, "node-a", now, 8)
        settle(session, taken, Later("service_unavailable"), now)
        outbox.post(session, house, LAUNCHES, message(section("now")), kind="greeting")

    asyncio.run(_deliver_what_is_due(db, clock, slack))

    assert (slack.said(UPDATES), slack.said(LAUNCHES)) == ([], ["now"])


async def _deliver_what_is_due(db: Database, clock: StoppedClock, slack: FakeSlack) -> None:
    async with relaying(db, clock, slack) as relay:
        await relay.once()
