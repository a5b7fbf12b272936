"""Where Drumbeat may speak up unasked."""

import asyncio
from typing import Any

import pytest

from bot.pointing import may_reply_in


class Slack:
    """Says this of every channel."""

    def __init__(self, **says: bool) -> None:
        self.says = says

    async def conversations_info(self, *, channel: str) -> Any:
        return {"ok": True, "channel": {"id": channel, "is_member": True, **self.says}}


def may(**says: bool) -> bool:
    return asyncio.run(may_reply_in(Slack(**says), "C0BILLING"))  # type: ignore[arg-type]  # only this one is called


def test_in_a_channel_of_the_company_that_it_is_in() -> None:
    assert may()
    assert may(is_private=True, is_ext_shared=False)


@pytest.mark.parametrize(
    "says",
    [
        {"is_member": False}, {"is_ext_shared": True}, {"is_pending_ext_shared": True}, {"is_org_shared": True},
        {"is_im": True}, {"is_mpim": True}, {"is_archived": True},
    ],
    ids=str,
)  # fmt: skip
def test_nowhere_else(says: dict[str, bool]) -> None:
    assert not may(**says)
