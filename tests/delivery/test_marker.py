"""The marker by which a message is found in Slack's history."""

import asyncio

from bot.blocks import message, section
from bot.delivery import outbox
from bot.house import House
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock, deliver
from tests.people import UPDATES


def test_a_changed_message_is_still_found_by_its_first_marker(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    with house.db.transaction() as session:
        posted = outbox.post(session, house, UPDATES, message(section("before")), kind="greeting")
    asyncio.run(deliver(house.db, clock, slack))
    first = _marker(slack)
    with house.db.transaction() as session:
        outbox.update(session, house, posted, message(section("after")))
    asyncio.run(deliver(house.db, clock, slack))

    assert slack.said(UPDATES) == ["after"]
    assert _marker(slack) == first


def _marker(slack: FakeSlack) -> tuple[str, str]:
    """Of the only message: in its first block, and in its metadata."""
    (found,) = slack.messages(UPDATES)
    return found["blocks"][0]["block_id"], found["metadata"]["event_payload"]["k"]
