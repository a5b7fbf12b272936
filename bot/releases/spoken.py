"""What somebody wants of which release, in the words of the command. Pure."""

from collections.abc import Collection

from bot.definitions.releases import slug

SHOW = "show"
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


def about(words: str, known: Collection[str]) -> tuple[str, str]:
    """The name of a release, and what is to be done with it; `known` are the slugs of all releases.

    A release that is itself called `Atlas call` is that first.
    """
    if slug(words) in known:
        return words, SHOW
    for word, what in WORDS.items():
        name = words.lower().removesuffix(f" {word}")
        if len(name) < len(words):
            return words[: len(name)].strip(), what
    return words, SHOW
