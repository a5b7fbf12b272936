"""What people see of the pilot. Words and blocks only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot import blocks
from bot.blocks import Block, Message
from bot.house import House
from bot.pilot.progress import Progress

WORDS = "pilot/progress.txt.j2"


@dataclass(frozen=True)
class Gone:
    """A gate that was passed."""

    name: str
    """Of its box."""
    day: date | None
    by: str
    """By name; empty when it was passed without Drumbeat."""
    because: str


def progress(house: House, now: Progress, passed: Sequence[Gone]) -> Message:
    parts = ["deliverables", "gate", "rituals", *(["passed"] if passed else [])]
    shown = {"now": now, "box": now.box, "passed": passed, "everybody": now.box.everybody}
    return blocks.message(
        blocks.header(_words(house, "title", **shown)),
        blocks.context(_words(house, "where", **shown)),
        *blocks.headed(_words(house, "about", **shown)),
        *(block for part in parts for block in blocks.headed(_words(house, part, **shown))),
    )


def over(house: House, passed: Sequence[Gone]) -> Message:
    return blocks.message(*blocks.headed(_words(house, "over", passed=passed)))


def line(house: House, now: Progress) -> list[Block]:
    """The line on Home."""
    return [blocks.context(_words(house, "line", now=now, box=now.box))]


def _words(house: House, block: str, **facts: object) -> str:
    return house.words.part(WORDS, block, **facts)
