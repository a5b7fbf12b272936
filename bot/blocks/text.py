"""How long a text is to Slack, and how to shorten or divide one without breaking what it means.

Slack does not say whether it counts code points or UTF-16 units, so lengths here are the larger: UTF-16 units.
"""

import re
import unicodedata
from typing import Any

from bot import markup
from bot.markup import Mrkdwn

Block = dict[str, Any]

NOTHING = "—"
ELLIPSIS = "…"
SECTION = 3000

_ENTITY = re.compile(r"&(?:amp|lt|gt);")
_ENTITY_OR_SEQUENCE = re.compile(r"&(?:amp|lt|gt);|<[^<>\n]*>")
_CLINGING = frozenset("\u200d\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
_LONGEST_CLUSTER = 16


def size(text: str) -> int:
    """The length of `text` in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def fit(text: str, limit: int) -> str:
    """`text` in at most `limit` UTF-16 units, ending in `…` when cut; never inside an entity, a `<…>` or an emoji.

    Markup stays markup, and control characters are replaced.
    """
    cleaned = markup.clean(text)
    if size(cleaned) <= limit:
        return cleaned
    kept = cleaned[: _end(cleaned, limit - 1)].rstrip() + ELLIPSIS
    return Mrkdwn(kept) if isinstance(text, Mrkdwn) else kept


def split(text: str, limit: int = SECTION) -> list[str]:
    """`text` in pieces of at most `limit` UTF-16 units, divided after a line or a word; only blank pieces go.

    Markup stays markup, and control characters are replaced.
    """
    kind = Mrkdwn if isinstance(text, Mrkdwn) else str
    rest = markup.clean(text)
    pieces: list[str] = []
    while size(rest) > limit:
        end = _end(rest, limit)
        end = _after(rest, "\n", end) or _after(rest, " ", end) or end
        pieces.append(kind(rest[:end]))
        rest = kind(rest[end:])
    pieces.append(rest)
    return [piece for piece in pieces if piece.strip()] or [NOTHING]


def plain_text(text: str, limit: int = SECTION) -> Block:
    """A text object shown literally; of markup, what a reader would see of it."""
    shown = fit(markup.plain(text), limit)
    return {"type": "plain_text", "text": shown if shown.strip() else NOTHING, "emoji": False}


def text_object(text: str, limit: int = SECTION) -> Block:
    """A text object: markup as markup, anything else literally."""
    if not isinstance(text, Mrkdwn):
        return plain_text(text, limit)
    shown = fit(text, limit)
    return {"type": "mrkdwn", "text": str(shown) if shown.strip() else NOTHING, "verbatim": True}


def _end(text: str, limit: int) -> int:
    """The largest index up to which `text` may be cut within `limit` units."""
    end = limit if text.isascii() else len(text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", "ignore"))
    atoms = _ENTITY_OR_SEQUENCE if isinstance(text, Mrkdwn) else _ENTITY
    for atom in atoms.finditer(text):
        if atom.start() < end < atom.end():
            return atom.start() or end
    for back in range(end, max(end - _LONGEST_CLUSTER, 0), -1):
        if not _clings(text, back):
            return back
    return end


def _clings(text: str, index: int) -> bool:
    return index < len(text) and (
        text[index] in _CLINGING or unicodedata.combining(text[index]) > 0 or text[index - 1] == "\u200d"
    )


def _after(text: str, separator: str, end: int) -> int:
    """The index after the last separator before `end`, or 0; not so early that pieces become tiny."""
    found = text.rfind(separator, end // 2, end)
    inside = any(atom.start() < found < atom.end() for atom in _ENTITY_OR_SEQUENCE.finditer(text, 0, end + SECTION))
    return 0 if inside else found + 1
