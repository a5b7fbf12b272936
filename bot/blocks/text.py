"""How long a text is to Slack, and how to shorten or divide one without breaking what it means.

Slack does not say whether it counts code points or UTF-16 units, so lengths here are in UTF-16 units,
of which no text has fewer.
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

_SEQUENCE = re.compile(r"<[^<>\n]*>")
_ENTITY = re.compile(r"&(?:amp|lt|gt);")
_ENTITY_OR_SEQUENCE = re.compile(f"{_ENTITY.pattern}|{_SEQUENCE.pattern}")
_CLINGING = frozenset("\u200d\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
_LONGEST_CLUSTER = 16


def size(text: str) -> int:
    """The length of `text` in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def fit(text: str, limit: int) -> str:
    """`text` in at most `limit` UTF-16 units; cut with `…`, never inside an entity, a `<…>` or an emoji.

    Markup stays markup, and control characters are replaced.
    """
    cleaned = markup.clean(text)
    if size(cleaned) <= limit:
        return cleaned
    cuttable = _cuttable(cleaned, limit)
    kept = cuttable[: _end(cuttable, limit - 1)].rstrip() + ELLIPSIS
    return Mrkdwn(kept) if isinstance(text, Mrkdwn) else kept


def split(text: str, limit: int = SECTION) -> list[str]:
    """`text` in pieces of at most `limit` UTF-16 units, divided after a line or a word; only blank pieces go.

    Markup stays markup, and control characters are replaced.
    """
    kind = Mrkdwn if isinstance(text, Mrkdwn) else str
    rest = markup.clean(text)
    pieces: list[str] = []
    while size(rest) > limit:
        rest = _cuttable(rest, limit)
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


def _cuttable(text: str, limit: int) -> str:
    """`text` with each `<…>` that fits nowhere shown as it is written, so that it can be divided."""
    if not isinstance(text, Mrkdwn):
        return text
    return Mrkdwn(_SEQUENCE.sub(lambda found: _written_out(found.group(), limit), text))


def _written_out(sequence: str, limit: int) -> str:
    return markup.neutralise(sequence[1:-1]) if size(sequence) >= limit else sequence


def _end(text: str, limit: int) -> int:
    """The largest index up to which `text` may be cut within `limit` units."""
    end = _index(text, limit)
    for atom in _atoms(text).finditer(text):
        if atom.start() < end < atom.end():
            return atom.start()
    for back in range(end, max(end - _LONGEST_CLUSTER, 0), -1):
        if not _clings(text, back):
            return back
    return end


def _index(text: str, limit: int) -> int:
    if text.isascii():
        return min(limit, len(text))
    return len(text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", "ignore"))


def _atoms(text: str) -> re.Pattern[str]:
    return _ENTITY_OR_SEQUENCE if isinstance(text, Mrkdwn) else _ENTITY


def _clings(text: str, index: int) -> bool:
    """Whether the character at `index` belongs to the one before it, which ends no entity or `<…>`."""
    if index >= len(text) or text[index - 1] in ";>":
        return False
    return text[index] in _CLINGING or unicodedata.combining(text[index]) > 0 or text[index - 1] == "\u200d"


def _after(text: str, separator: str, end: int) -> int:
    """The index after the last separator before `end`; 0 if that is far back or inside a `<…>`."""
    found = text.rfind(separator, end // 2, end)
    divides = any(atom.start() < found < atom.end() for atom in _atoms(text).finditer(text))
    return 0 if divides else found + 1
