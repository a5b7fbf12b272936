"""What people change about a ritual beside its definition: days on which it is paused, occurrences they move."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True)
class PausedByHand:
    """Days on which a ritual is not held; without a last day until somebody resumes it."""

    first: date
    last: date | None
    because: str

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class MovedByHand:
    """Where one occurrence takes place: its day, and by how much its times of the day are shifted."""

    day: date
    shift: timedelta
    because: str


@dataclass(frozen=True)
class Changes:
    """All of a ritual's changes that still count; moves by the day the occurrence would have."""

    pauses: tuple[PausedByHand, ...] = ()
    moves: Mapping[date, MovedByHand] = field(default_factory=dict)
