"""A company's own words for Drumbeat's, such as *squad* for *area*: one table, for everything that is said.

What people typed stays as it is. Templates have their own text replaced before any value comes into it (see `words`);
of what is written in the code, labels and sentences are replaced on their way out.
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.blocks import fit

_KEPT = r"`[^`]*`|https?://\S+|<[^<>]*>|(?<!\w)/[a-z][a-z-]+(?: [a-z-]+)?|[\w.-]*[@#][\w.-]+"
"""Names and commands, addresses, mentions: they must stay what they are to work."""
_VOWELS = "aeiou"
_TITLE = 24
"""What Slack takes at the top of a form."""
_LABELS: Mapping[str, int] = {"label": 2000, "hint": 2000, "placeholder": 150, "submit": 24, "close": 24}
"""Where Slack shows a label that is ours, and how long it may be."""
_BUTTON = 75


class Aliases:
    """Own words by Drumbeat's, both in the singular; an irregular plural has an entry of its own."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self.table = table
        self._words = {word.casefold(): own for word, own in table.items()}
        for word, own in table.items():
            self._words.setdefault(_many(word).casefold(), _many(own))
        longest_first = sorted(self._words, key=len, reverse=True)
        words = "|".join(re.escape(word) for word in longest_first)
        self._pattern = re.compile(rf"({_KEPT})|(?<![\w-])(?:(an?) )?({words})(?![\w-])", re.IGNORECASE)

    def own(self, text: str) -> str:
        """A text of ours in the company's words; its names, commands and addresses as they were."""
        return self._pattern.sub(self._replaced, text) if self._words else text

    def labels(self, payload: dict[str, Any]) -> dict[str, Any]:
        """A message's or view's payload with its labels in the company's words: on buttons, beside and in fields."""
        return self._walked(payload) if self._words else payload

    def _replaced(self, found: re.Match[str]) -> str:
        kept, article, word = found.groups()
        if kept is not None:
            return str(kept)
        own = _in_case_of(word, self._words[word.casefold()])
        if not article:
            return own
        proper = "an" if own[0].lower() in _VOWELS else "a"
        return f"{proper.capitalize() if article[0].isupper() else proper} {own}"

    def _walked(self, thing: Any) -> Any:
        if isinstance(thing, list):
            return [self._walked(each) for each in thing]
        if not isinstance(thing, dict):
            return thing
        walked = {key: self._walked(value) for key, value in thing.items()}
        for key, longest in _LABELS.items():
            if key in walked:
                walked[key] = self._label(walked[key], longest)
        if walked.get("type") == "button":
            walked["text"] = self._label(walked["text"], _BUTTON)
        if walked.get("type") in ("modal", "home") and "title" in walked:
            walked["title"] = self._label(walked["title"], _TITLE)
        return walked

    def _label(self, shown: Any, longest: int) -> Any:
        if not isinstance(shown, dict) or shown.get("type") != "plain_text":
            return shown
        # A name that somebody gave stands behind a colon.
        ours, colon, name = shown["text"].partition(": ")
        return shown | {"text": fit(self.own(ours) + colon + name, longest)}


def _in_case_of(word: str, own: str) -> str:
    if word.isupper():
        return own.upper()
    return own[0].upper() + own[1:] if word[0].isupper() else own


def _many(word: str) -> str:
    """The plural of an English noun that has a regular one."""
    if re.search(r"[^aeiou]y$", word, re.IGNORECASE):
        return f"{word[:-1]}ies"
    return f"{word}es" if re.search(r"(s|x|z|ch|sh)$", word, re.IGNORECASE) else f"{word}s"


NONE = Aliases({})
