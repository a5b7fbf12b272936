"""An artifact as it stands, as data. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.definitions import Artifact, Ritual
from bot.pointing import Spot

FRESH, DUE, STALE, NONE = "fresh", "due", "stale", "none"


@dataclass(frozen=True)
class Issued:
    """One artifact that went out."""

    at: datetime
    failed: dict[str, list[str]]
    """By test, what failed it."""
    done: frozenset[str]
    """The tests that held."""
    which: str = ""
    """Such as `D-42`, or the name of a release; empty for one of a ritual."""
    spot: Spot | None = None
    """Where its message stands in Slack."""
    link: str = ""
    """Where people made it."""


@dataclass(frozen=True)
class Stands:
    artifact: Artifact
    freshness: str
    """One of the four above."""
    owner: str
    readers: Sequence[str]
    ritual: Ritual | None
    paused: bool
    held: int
    """Of the ritual's last occurrences, how many were held."""
    left: int
    """Of those, how many left something."""
    issues: Sequence[Issued]
    """The newest first."""
    unread_since: date | None = None
    """For its owner and product ops: since when nobody has opened or cited it, when that is long ago."""

    @property
    def last(self) -> Issued | None:
        return self.issues[0] if self.issues else None
