"""What people and channels are told by the comms plan. Words and blocks only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import blocks
from bot.blocks import Message
from bot.comms.clashes import Clash
from bot.house import House, Panel
from bot.releases.messages import headline, short_day, span
from bot.releases.model import Release
from bot.releases.report import Report

WORDS, PANEL = "comms/plan.txt.j2", "comms/panel.txt.j2"
SHORT = ("changed", "held", "stopped", "resumed", "cancelled", "readiness")
"""What says all by itself, to those who know the release."""
MOST_ITEMS, MOST_NAMES, MOST_CLASHES = 6, 10, 5
WIDTH, WIDTH_AMONG_OTHERS = 200, 50
"""Characters of one answer, in a message that says one thing, and several; the card has the rest."""


@dataclass(frozen=True)
class Knows:
    """What somebody was told of a release last: its days in words, and its tier."""

    days: str
    tier: str


@dataclass(frozen=True)
class Standing:
    """How it stands with somebody who needs to know; moments are in the workspace's zone."""

    name: str
    told: datetime | None
    next: datetime | None
    when_live: bool
    """Whether they hear when it is live."""
    untold: str
    """Why they were not told and will not be; empty when they were or will."""
    is_late: bool
    """Whether it is high time that they are told."""


def panels(
    house: House,
    standings: Sequence[Standing],
    untold: Sequence[str],
    clashes: Sequence[tuple[Clash, Sequence[str]]],
) -> list[Panel]:
    """For the card; each clash comes with the names of those whom both releases name."""

    def part(block: str, **facts: Any) -> str:
        return house.words.part(PANEL, block, short_day=short_day, **facts)

    who = [part("nobody")] if not standings else [part("standing", each=each) for each in standings]
    stale = [part("untold", names=untold, most=MOST_NAMES)] if untold else []
    found = [Panel(part("title"), (*who, *stale), "Who hears what, when", "comms.plan")]
    if clashes:
        lines = [part("clash", clash=clash, shared=shared) for clash, shared in clashes[:MOST_CLASHES]]
        more = len(clashes) - len(lines)
        found.append(Panel(part("clashes"), (*lines, *([part("more_clashes", count=more)] if more else []))))
    return found


def news(
    house: House, release: Release, report: Report, says: Sequence[str], knows: Knows | None, *, named: bool
) -> tuple[str, str]:
    """To a person, as title and text; `named`: the release names them, or their function.

    The facts of the release come before what is said where they are not known yet.
    """
    facts = [] if _is_brief(says) else ["facts"]
    title, *parts = (
        _part(house, release, report, block, says, knows, named=named) for block in ["title", *facts, *says, "footer"]
    )
    return title, "\n".join(parts)


def post(title: str, text: str) -> Message:
    """The same to a channel, or a thread."""
    return blocks.message(*blocks.headed(f"{title}\n{text}"))


def first_words(house: House, release: Release, report: Report, says: str, most: int) -> str:
    """How a step begins, in one line."""
    words = " ".join(_part(house, release, report, says, [says], None).split())
    return blocks.fit(words, most)


def _part(
    house: House,
    release: Release,
    report: Report,
    block: str,
    says: Sequence[str],
    knows: Knows | None,
    *,
    named: bool = True,
) -> str:
    facts: dict[str, Any] = {
        "release": release,
        "report": report,
        "days": span(release),
        "headline": headline(report),
        "knows": knows or Knows(span(release), report.tier),
        "short_day": short_day,
        "most": MOST_ITEMS,
        "named": named and not _is_brief(says),
        "width": WIDTH if len(says) == 1 else WIDTH_AMONG_OTHERS,
    }
    return house.words.part(WORDS, block, says=says, **facts)


def _is_brief(says: Sequence[str]) -> bool:
    return all(each in SHORT for each in says)
