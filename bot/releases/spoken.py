"""What somebody wants of which release, in the words of the command. Pure."""

import re
from collections.abc import Collection

from bot.definitions.releases import slug

SHOW, AS_OF, POST = "show", "as of", "post"
WITH_MORE = {
    AS_OF: re.compile(r"(.*\S)\s+as\s+of\s+(\S.*)", re.IGNORECASE),
    POST: re.compile(r"(.*\S)\s+(?:--)?post(?:\s+(#\S+))?", re.IGNORECASE),
}
"""What may follow the name and say more: since when, and where to."""
WORDS = {
    "answers": "answers",
    "items": "items",
    "item": "items",
    "sign off": "sign off",
    "sign-off": "sign off",
    "call": "call",
    "acknowledge": "acknowledge",
    "condition": "condition",
    "live": "live",
    "stop": "stop",
    "move": "move",
    "tier": "tier",
    "assign": "assign",
    "edit": "edit",
    "cancel": "cancel",
}
"""What may follow the name of a release, and what it is called here."""


def about(words: str, known: Collection[str]) -> tuple[str, str, str]:
    """The name of a release, what is to be done with it, and what more was said; `known` are all releases' slugs.

    A release that is itself called `Atlas call` is that first.
    """
    if slug(words) in known:
        return words, SHOW, ""
    for what, form in WITH_MORE.items():
        if found := form.fullmatch(words):
            return found[1], what, found[2] or ""
    for word, what in WORDS.items():
        name = words.lower().removesuffix(f" {word}")
        if len(name) < len(words):
            return words[: len(name)].strip(), what, ""
    return words, SHOW, ""
