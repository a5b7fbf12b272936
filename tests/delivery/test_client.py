"""The client that everything said to Slack goes through."""

import asyncio

from bot.delivery.slack import make_session


def test_a_request_ends_within_ten_seconds_all_in_all() -> None:
    async def limits() -> float | None:
        async with make_session() as session:
            return session.timeout.total

    # Not ten seconds for each step of it: what is looked for afterwards must not be under way any more.
    assert asyncio.run(limits()) == 10
