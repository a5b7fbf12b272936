"""What somebody means by their words: the things whose names stand in them, and the near ones when none does. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Generic, TypeVar

from bot.folding import folded

ALIKE, NEAR = 0.8, 0.6
"""How much two words must have in common to be taken for a slip of the pen, and to be offered."""
MOST = 3
SHORTEST_START = 4

# What stands around the thing one asks for.
ASIDE = frozenset(
    folded(
        """
        a about an and any are ask between can could decide decided decider decides deciding do does for from here i
        in is it its me my of on our own owned owner owns please responsible should that the then there this to us we
        what when where which who whom whose will with would you
        """
    )
)

K = TypeVar("K")
Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Heard(Generic[K]):
    """The things that were meant, as they were named, and the words that stand for nothing known."""

    meant: tuple[K, ...]
    unknown: tuple[str, ...]


def hear(text: str, known: Mapping[K, Sequence[str]]) -> Heard[K]:
    """Which of the `known` things a text names, each by any of its phrases.

    Whole phrases count first, the longest of those that begin at the same word; of what is left then, parts of phrases
    and slips of the pen.
    """
    phrases = _by_phrase(known)
    words = folded(text)
    meant: list[K] = []
    rest: list[str] = []
    at = 0
    while at < len(words):
        found = _longest(phrases, words, at)
        if found:
            meant += phrases[found]
            at += len(found)
        else:
            rest.append(words[at])
            at += 1
    rest = [word for word in rest if word not in ASIDE]
    in_part = _by_parts(rest, phrases)
    return Heard(tuple(dict.fromkeys([*meant, *in_part.meant])), in_part.unknown)


def near(text: str, known: Mapping[K, Sequence[str]]) -> list[K]:
    """The things whose names are nearest to a text, at most three; for an offer."""
    by_word: dict[str, list[K]] = {}
    for phrase, keys in _by_phrase(known).items():
        for word in (" ".join(phrase), *phrase):
            by_word.setdefault(word, []).extend(keys)
    asked = [word for word in folded(text) if word not in ASIDE]
    close = [
        match for word in (" ".join(asked), *asked) for match in get_close_matches(word, by_word, n=MOST, cutoff=NEAR)
    ]
    return list(dict.fromkeys(key for word in close for key in by_word[word]))[:MOST]


def _by_phrase(known: Mapping[K, Sequence[str]]) -> dict[Phrase, list[K]]:
    found: dict[Phrase, list[K]] = {}
    for key, names in known.items():
        for phrase in dict.fromkeys(tuple(folded(name)) for name in names):
            if phrase:
                found.setdefault(phrase, []).append(key)
    return found


def _longest(phrases: Mapping[Phrase, list[K]], words: Sequence[str], at: int) -> Phrase | None:
    longest = max(map(len, phrases), default=0)
    lengths = range(min(longest, len(words) - at), 0, -1)
    return next((phrase for length in lengths if (phrase := tuple(words[at : at + length])) in phrases), None)


def _by_parts(words: Sequence[str], phrases: Mapping[Phrase, list[K]]) -> Heard[K]:
    """The things with most of the words in their names, when they are few; a word may be cut short or misspelt."""
    having = {word: list(dict.fromkeys(_having(word, phrases))) for word in words}
    counts: dict[K, int] = {}
    for keys in having.values():
        for key in keys:
            counts[key] = counts.get(key, 0) + 1
    best = [key for key, count in counts.items() if count == max(counts.values())]
    best = best if len(best) <= MOST else []
    return Heard(tuple(best), tuple(word for word in words if not any(key in best for key in having[word])))


def _having(word: str, phrases: Mapping[Phrase, list[K]]) -> Iterator[K]:
    in_names = {part for phrase in phrases for part in phrase} - ASIDE
    begun = {part for part in in_names if len(word) >= SHORTEST_START and part.startswith(word)}
    alike = {word} & in_names or begun or set(get_close_matches(word, in_names, n=1, cutoff=ALIKE))
    for phrase, keys in phrases.items():
        if alike & set(phrase):
            yield from keys
