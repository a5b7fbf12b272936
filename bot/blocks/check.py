"""The last look at everything sent: what Slack would refuse, and what would notify people by accident."""

from typing import Any

MESSAGE_BLOCKS = 50
MESSAGE_CHARACTERS = 13_000


class PayloadError(Exception):
    """Slack would refuse this: ours, never shown to people."""


def check_message(payload: dict[str, Any], *, for_update: bool = False) -> None:
    """PayloadError when `chat.postMessage`, or with `for_update` `chat.update`, would refuse it."""
    if not payload.get("text"):
        raise PayloadError("text: a message needs it")


def check_view(payload: dict[str, Any]) -> None:
    """PayloadError when `views.open`, `views.update` or `views.publish` would refuse it."""
    if payload.get("type") not in ("modal", "home"):
        raise PayloadError(f"type: unknown view {payload.get('type')!r}")


def characters(block: dict[str, Any]) -> int:
    """How much a block counts towards the length of its message."""
    return sum(map(_count, block.values()))


def _count(part: Any) -> int:
    return 0
