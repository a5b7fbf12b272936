"""Digests as people see them: the issue, its lines in a day message, the list of digests, who got what. Words only."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import blocks
from bot.blocks import Block, Message, fit
from bot.definitions import Ritual
from bot.delivery.outbox import Posted
from bot.digests.facts import Facts
from bot.digests.model import Issue
from bot.house import House

WORDS = "digests/parts/answers.txt.j2"
MOST_LINES, LONGEST_LINES = 5, 620
"""Of an issue in a day message; what is longer is read behind the button."""


@dataclass(frozen=True)
class Missed:
    """Somebody who does not have an issue, and why."""

    name: str
    why: str
    is_lost: bool = False
    """Whether it was given up: `why` is then Slack's own word."""


@dataclass(frozen=True)
class Proof:
    """What became of an issue: never who read it."""

    promised: int
    have: int
    first: datetime | None
    """When the first of them got it, and when the last did."""
    last: datetime | None
    missing: Sequence[Missed]


@dataclass(frozen=True)
class Standing:
    """One digest for one reader."""

    ritual: Ritual
    subscribed: bool
    next: datetime | None
    issue: Issue | None
    posted: Posted | None
    """Where its copy stands in a channel; none when it goes to none, or is still on its way."""
    proof: Proof | None
    """For its owner and product ops."""
    link: str = ""
    """To that copy, once Slack was asked for it."""


def worded(house: House, ritual: Ritual, facts: Facts) -> dict[str, object]:
    """What an issue says, as it is kept. TemplateProblem when its template is broken or gone."""
    template = f"digests/{ritual.readers}.txt.j2"
    values = {"name": ritual.name, "facts": facts}
    title, lines, whole = (house.words.part(template, block, **values) for block in ("title", "lines", "whole"))
    return {"title": title.strip(), "lines": _not_empty(lines)[:MOST_LINES], "whole": _together(whole)}


def pages(house: House, issue: Issue) -> list[Message]:
    """All of it, over as many messages as it needs."""
    return blocks.pages(
        blocks.header(str(issue.says["title"])),
        *(block for paragraph in issue.says["whole"].split("\n\n") for block in _paragraph(paragraph)),
        *([blocks.context(_part(house, "edited", at=issue.edited_at, zone=_zone(house)))] if issue.edited_at else []),
    )


def answers(house: House, issue: Issue) -> list[Message]:
    """All of it for one reader; of one that is longer than Slack takes the first part, which says so."""
    return blocks.answers(pages(house, issue), blocks.section(_part(house, "cut")))


def in_channel(house: House, ritual: Ritual, issue: Issue) -> Message:
    """The issue as one message; of one that is too long the first part, which says where the rest is."""
    first, *others = pages(house, issue)
    return blocks.message(*first.blocks[:-1], blocks.context(_part(house, "rest", ritual=ritual))) if others else first


def in_day_message(issue: Issue) -> tuple[str, str]:
    """Its title and its lines, each cut so that all have room."""
    return str(issue.says["title"]), "\n".join(_cut(issue.says["lines"], LONGEST_LINES))


def listing(house: House, found: Sequence[Standing]) -> list[Message]:
    """Every digest, with what one reader may do about it."""
    if not found:
        return [blocks.message(blocks.section(_part(house, "none")))]
    parts = (block for each in found for block in _standing(house, each))
    return blocks.answers(
        blocks.pages(blocks.header(_part(house, "title")), *parts), blocks.section(_part(house, "more"))
    )


def one(house: House, found: Standing) -> Message:
    """One digest, with all that its owner and product ops may know of its last issue."""
    return blocks.message(*_standing(house, found), *_proof(house, found))


def chosen(house: House, ritual: Ritual, *, wanted: bool, next: datetime | None) -> Message:
    text = _part(house, "chosen", ritual=ritual, wanted=wanted, next=next, zone=_zone(house))
    return blocks.message(blocks.section(text))


def _standing(house: House, found: Standing) -> list[Block]:
    facts = {"each": found, "issue": found.issue, "zone": _zone(house)}
    verb = "Unsubscribe" if found.subscribed else "Subscribe"
    buttons = [blocks.button(verb, f"digests.{verb.lower()}", found.ritual.id)]
    if found.issue is not None:
        buttons.append(blocks.button("Read the last one", "digests.read", str(found.issue.id)))
    return [*blocks.headed(_part(house, "digest", **facts)), blocks.actions(*buttons)]


def _proof(house: House, found: Standing) -> list[Block]:
    if found.proof is None or found.issue is None:
        return []
    return blocks.sections(_part(house, "proof", proof=found.proof, issue=found.issue, zone=_zone(house)))


def _paragraph(text: str) -> list[Block]:
    """One whose second line begins with a point has a heading."""
    has_heading = text.partition("\n")[2].startswith("•")
    return blocks.headed(text) if has_heading else blocks.sections(text)


def _together(text: str) -> str:
    """Paragraphs apart by one empty line, their points together."""
    return re.sub(r"\n{2,}", "\n\n", re.sub(r"\n{2,}(?=• )", "\n", text.strip()))


def _not_empty(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _cut(lines: Sequence[str], most: int) -> list[str]:
    """The lines with at most so many characters in all; the longest are cut first."""
    room = most - len(lines)
    widest = max((width for width in range(room) if sum(min(len(line), width) for line in lines) <= room), default=0)
    return [fit(line, widest) if widest else line for line in lines]


def _zone(house: House) -> object:
    return house.definitions.organisation.zone


def _part(house: House, block: str, /, **values: object) -> str:
    return house.words.part(WORDS, block, **values)
