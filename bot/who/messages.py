"""What people see when they ask who decides, owns or leads something. Words and blocks only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot import blocks
from bot.blocks import Message
from bot.house import House

WHO = "who/who.txt.j2"

Thing = tuple[str, str]
"""What one may ask about: its kind, and its id."""


@dataclass(frozen=True)
class Line:
    """One line of an answer: a part of the template `who/who.txt.j2`, with the facts it names."""

    part: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Found:
    answers: tuple[Answer, ...]
    unknown: tuple[str, ...]
    """The words that were not understood, and the names that are near to them."""
    near: tuple[str, ...] = ()


def answers(house: House, found: Found) -> list[Message]:
    parts = []
    for answer in found.answers:
        lines = [house.words.part(WHO, line.part, **line.facts) for line in answer.lines]
        parts += blocks.headed("\n".join([answer.title, *(f"• {line}" for line in lines)]))
    if found.unknown:
        parts.append(blocks.context(house.words.part(WHO, "unknown", words=found.unknown, near=found.near)))
    return blocks.pages(*parts)


def everything(house: House, known: Mapping[Thing, Sequence[str]]) -> list[Message]:
    """What one may ask about, by its kind."""
    names: dict[str, list[str]] = {}
    for (kind, _id), called in known.items():
        names.setdefault(kind, []).append(called[0])
    return blocks.pages(
        blocks.header(house.words.part(WHO, "title")),
        blocks.section(house.words.part(WHO, "how")),
        *_lists(house, names),
    )


def _lists(house: House, names: Mapping[str, Sequence[str]]) -> Iterable[blocks.Block]:
    for kind in ("class", "area", "ritual", "function", "interface", "release"):
        text = house.words.part(WHO, f"every_{kind}", names=names.get(kind, []))
        if text.strip():
            yield from blocks.sections(text)
