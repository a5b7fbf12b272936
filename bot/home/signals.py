"""What somebody brought lately, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.home.look import Look
from bot.insights import listing
from bot.insights.model import Insight, Submission

MOST_SHOWN = 5


@dataclass(frozen=True)
class Brought:
    insight: Insight
    submission: Submission
    """What they said themselves."""


@dataclass(frozen=True)
class Signals:
    brought: Sequence[Brought]
    """The latest first."""
    more: bool
    """Whether there are others."""


def read(look: Look) -> Signals:
    """Also of restricted ones: whoever brought one knows it."""
    found = listing.mine(look.session, look.house, look.slack_id, MOST_SHOWN + 1)
    return Signals([Brought(*each) for each in found[:MOST_SHOWN]], len(found) > MOST_SHOWN)
