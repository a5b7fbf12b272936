"""Every message twice: as eyes see it, and as a screen reader reads it from the text at its top.

A test that has one of a kind before it says `read_aloud(message)`: it is then kept as a text to read in
tests/samples/messages/<kind>.txt. `DRUMBEAT_GOLDEN=1` writes it anew.
"""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.blocks.compose import MORE
from tests.fakes import Promised

GOLDEN = Path(__file__).parent / "samples" / "messages"
RENEW = "DRUMBEAT_GOLDEN"
HOW = f"Read what has changed; if it is meant, run this test with {RENEW}=1, and commit the golden text."


def read_aloud(message: Promised) -> None:
    """Compares a message with the one of its kind that we have read, and its blocks with its text."""
    golden = GOLDEN / f"{message.kind}.txt"
    both = "\n".join([message.kind, "\n=== shown", *shown(message.blocks), "\n=== read aloud", message.text, ""])
    if RENEW in os.environ:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(both, encoding="utf-8")
    assert golden.is_file(), HOW
    assert both == golden.read_text(encoding="utf-8"), HOW
    assert unsaid(message.text, message.blocks) == []


def shown(blocks: Sequence[dict[str, Any]]) -> Iterator[str]:
    """What is seen, a block a paragraph."""
    for block in blocks:
        lines = "\n".join(words(block)) or "———"
        yield f"({block['type']})\n{lines}"


def unsaid(text: str, blocks: Sequence[dict[str, Any]]) -> list[str]:
    """Lines that eyes see and ears do not hear, but for buttons and menus, which clients read themselves."""
    heard, is_cut = _plain(text), text.endswith(MORE)
    seen = [each for block in blocks if block["type"] != "actions" for each in words(block)]
    return [] if is_cut else [line for each in seen for line in each.split("\n") if _plain(line) not in heard]


def words(part: Any) -> Iterator[str]:
    """The texts in a block that people see, and what stands for its pictures."""
    if isinstance(part, list):
        for each in part:
            yield from words(each)
    if isinstance(part, dict):
        for name in ("title", "text", "alt_text", "label", "placeholder", "fields", "elements", "accessory", "rows"):
            value = part.get(name)
            yield from [value] if isinstance(value, str) else words(value)


def _plain(text: str) -> str:
    unmarked = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return " ".join(re.sub(r"[*_~`\u200b\u2060]", "", unmarked).split())
