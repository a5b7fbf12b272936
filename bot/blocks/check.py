"""The last look at everything sent: what Slack would refuse, and what would notify people by accident.

Stricter than Slack where Slack's answer would be a surprise: fields it might ignore, elements nobody could
answer, mentions of everybody, and texts that were not escaped are all refused.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot.blocks.elements import ACTION_ID
from bot.blocks.kinds import IN_HOME, IN_MESSAGE, IN_MODAL
from bot.blocks.shape import Check, PayloadError, anything, choice, flag, many, shape, string
from bot.blocks.text import size
from bot.blocks.wording import marked_up, plain

MESSAGE_BLOCKS = 50
MESSAGE_CHARACTERS = 13_000
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000
TABLE_CHARACTERS = 10_000
MARKDOWN_CHARACTERS = 12_000
AT_MOST = {"table": 1, "data_table": 1, "data_visualization": 2}

_TEXT = marked_up(40_000)
_EDITED_TEXT = marked_up(4000)
_MESSAGE_BLOCKS = many(IN_MESSAGE, least=0, most=MESSAGE_BLOCKS)
_SHOWN = ("text", "alt_text", "label", "hint", "title", "caption")
_HOLDING = ("elements", "fields", "accessory", "rows")


def check_message(payload: dict[str, Any], *, for_update: bool = False) -> None:
    """PayloadError when `chat.postMessage`, or with `for_update` `chat.update`, would refuse it."""
    _check_part(payload, "text", _EDITED_TEXT if for_update else _TEXT)
    if payload.get("link_names") or payload.get("parse") not in (None, "none"):
        raise PayloadError("link_names and parse would turn people's words into mentions")
    if "blocks" in payload:
        _check_part(payload, "blocks", _MESSAGE_BLOCKS)
        _check_together(payload["blocks"])
        _check_message_lengths(payload["blocks"])


def check_view(payload: dict[str, Any]) -> None:
    """PayloadError when `views.open`, `views.update` or `views.publish` would refuse it."""
    kind = payload.get("type")
    if kind not in ("modal", "home"):
        raise PayloadError(f"{kind!r} is an unknown kind of view", "type")
    (_MODAL if kind == "modal" else _HOME)(payload)
    _check_together(payload["blocks"])
    if (length := len(json.dumps(payload))) > VIEW_BYTES:
        raise PayloadError(f"the view has {length} bytes, more than {VIEW_BYTES}")


def characters(part: Any) -> int:
    """How much of what a reader sees is in a block or a part of one, in UTF-16 units."""
    if isinstance(part, str):
        return size(part)
    if isinstance(part, list):
        return sum(map(characters, part))
    if not isinstance(part, dict):
        return 0
    return sum(characters(part[name]) for name in (*_SHOWN, *_HOLDING) if name in part)


def _check_part(payload: dict[str, Any], name: str, check: Check) -> None:
    if name not in payload:
        raise PayloadError(f"{name} is missing")
    try:
        check(payload[name])
    except PayloadError as error:
        raise error.inside(name) from None


def _check_together(blocks: list[dict[str, Any]]) -> None:
    _distinct_block_ids(blocks)
    _one_focus(blocks)
    kinds = Counter(block["type"] for block in blocks)
    for kind, most in AT_MOST.items():
        if kinds[kind] > most:
            raise PayloadError(f"{kinds[kind]} blocks of type {kind}, more than {most}", "blocks")


def _distinct_block_ids(blocks: list[dict[str, Any]]) -> None:
    for block_id, times in Counter(block["block_id"] for block in blocks if "block_id" in block).items():
        if times > 1:
            raise PayloadError(f"{times} blocks have the block_id {block_id!r}", "blocks")


def _one_focus(blocks: list[dict[str, Any]]) -> None:
    if sum(bool(element.get("focus_on_load")) for block in blocks for element in _elements(block)) > 1:
        raise PayloadError("two elements want the focus", "blocks")


def _elements(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from block.get("elements", ())
    yield from (block[name] for name in ("element", "accessory") if name in block)


def _check_message_lengths(blocks: list[dict[str, Any]]) -> None:
    lengths: Counter[str] = Counter()
    for block in blocks:
        lengths[block["type"]] += characters(block)
    for kinds, most in (
        (("markdown",), MARKDOWN_CHARACTERS),
        (("table", "data_table"), TABLE_CHARACTERS),
        ((), MESSAGE_CHARACTERS),
    ):
        length = sum(lengths[kind] for kind in kinds) if kinds else lengths.total()
        if length > most:
            what = " and ".join(kinds) or "all"
            raise PayloadError(f"{what} blocks together have {length} characters, more than {most}", "blocks")


def _only_inputs_are_submitted(view: dict[str, Any]) -> None:
    if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        raise PayloadError("submit is missing, and there are inputs")


_SHARED = {
    "private_metadata": string(3000, least=0),
    "callback_id": ACTION_ID,
    "external_id": string(255),
}
_MODAL = shape(
    {"type": choice("modal"), "title": plain(24), "blocks": many(IN_MODAL, most=VIEW_BLOCKS)},
    {
        **_SHARED,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
    _only_inputs_are_submitted,
)
_HOME = shape(
    {"type": anything, "blocks": many(IN_HOME, most=VIEW_BLOCKS)},
    _SHARED,
)
