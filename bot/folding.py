"""Words as people mean them: without case, accents and signs, so that `Zürich` is found by `zurich`."""

import re
import unicodedata

LONGEST_WORD = 60
"""Characters of a word that count; longer ones are addresses and keys."""

# Letters that are no letter with an accent to Unicode, but are to whoever has no such key.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> list[str]:
    """The words of a text, in their order."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return [word[:LONGEST_WORD] for word in _WORD.findall(bare.casefold().translate(_PLAIN))]
