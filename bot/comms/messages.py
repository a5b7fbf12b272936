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


def news(house: House, release: Release, report: Report, says: Sequence[str], knows: Knows | None) -> tuple[str, str]:
    """To a person, as title and text."""
    return _part(house, release, report, "title", says, knows), text(house, release, report, says, knows)


def post(house: House, release: Release, report: Report, says: Sequence[str], knows: Knows | None) -> Message:
    """To a channel, or a thread."""
    title, words = news(house, release, report, says, knows)
    return blocks.message(*blocks.headed(f"{title}\n{words}"))


def text(house: House, release: Release, report: Report, says: Sequence[str], knows: Knows | None) -> str:
    """All that is said, with the facts of the release before it where they are not known yet."""
    facts = [] if _is_brief(says) else ["facts"]
    return "\n".join(_part(house, release, report, block, says, knows) for block in [*facts, *says, "footer"])


def first_words(house: House, release: Release, report: Report, says: str, most: int) -> str:
    """How a step begins, in one line."""
    words = " ".join(_part(house, release, report, says, [says], None).split())
    return blocks.fit(words, most)


def _part(house: House, release: Release, report: Report, block: str, says: Sequence[str], knows: Knows | None) -> str:
    facts: dict[str, Any] = {
        "release": release,
        "report": report,
        "days": span(release),
        "headline": headline(report),
        "knows": knows or Knows(span(release), report.tier),
        "short_day": short_day,
        "most": MOST_ITEMS,
        "brief": _is_brief(says),
        "width": WIDTH if len(says) == 1 else WIDTH_AMONG_OTHERS,
    }
    return house.words.part(WORDS, block, says=says, **facts)


def _is_brief(says: Sequence[str]) -> bool:
    return all(each in SHORT for each in says)
