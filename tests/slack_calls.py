"""Calls of Slack's Web API, one at a time, for tests that are no story."""

import asyncio
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.delivery.slack import make_client, make_session
from tests.fake_slack import BOT_TOKEN, FakeSlack


def call(slack: FakeSlack, method: str, token: str = BOT_TOKEN, **args: Any) -> Any:
    async def story() -> Any:
        async with make_session() as session:
            return (await make_client(token, slack.url, session).api_call(method, json=args)).data

    return asyncio.run(story())


def refusal(slack: FakeSlack, method: str, token: str = BOT_TOKEN, **args: Any) -> str:
    """The error with which Slack refuses this."""
    with pytest.raises(SlackApiError) as caught:
        call(slack, method, token, **args)
    return str(caught.value.response["error"])
