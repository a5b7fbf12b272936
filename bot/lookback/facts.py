"""What is known of a release once it is live, and of the checklist, as data. Pure."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from bot.definitions import ReadinessItem
from bot.lookback.model import SEVERITIES, Aim

CHANGE, DROP = "change", "drop"
FEWEST = 5
"""Below so many answers a count would show who gave which."""


@dataclass(frozen=True)
class Counts:
    """What some people answered. `function` is empty for everybody together."""

    function: str
    asked: int
    in_time: int
    too_late: int
    unaware: int

    @property
    def answered(self) -> int:
        return self.in_time + self.too_late + self.unaware


@dataclass(frozen=True)
class Escaped:
    what: str
    severity: str
    item: str
    """Its number and title; empty when no item could have caught it."""


@dataclass(frozen=True)
class Agreed:
    what: str
    owner: str
    due: date
    state: str
    because: str
    is_late: bool


@dataclass(frozen=True)
class Waits:
    """Something that is not known: who was to say it, on which day after the release, and until when."""

    function: str
    day: int
    due: date


@dataclass(frozen=True)
class Outcome:
    """One release, looked back on. Texts are as typed, and empty while they are not known."""

    name: str
    slug: str
    owner: str
    tier: str
    live_on: date
    aim: Aim | None
    actual: str
    met: str
    """`met`, `not met` or `not known yet`; empty while nobody was asked or has answered."""
    escapes: tuple[Escaped, ...]
    tickets: str
    usual: str
    everybody: Counts
    by_function: tuple[Counts, ...]
    surprises: int
    lessons: tuple[tuple[str, str], ...]
    """Each with the function that says so."""
    actions: tuple[Agreed, ...]
    waits: tuple[Waits, ...]
    asked: int
    """How many captures there are."""

    @property
    def load(self) -> str:
        """Tickets in the week less those of a usual one, with its sign; empty while either is not known."""
        if not self.tickets or not self.usual:
            return ""
        return f"{_number(self.tickets) - _number(self.usual):+g}"

    @property
    def by_severity(self) -> list[tuple[str, int]]:
        """How many escaped of each severity, the worst first."""
        found = Counter(each.severity for each in self.escapes)
        return [(severity, found[severity]) for severity in reversed(SEVERITIES) if found[severity]]

    @property
    def counts_are_shown(self) -> bool:
        """Whether so many answered the poll that their counts show nobody's answer."""
        return self.everybody.answered >= FEWEST


@dataclass(frozen=True)
class Proposal:
    """What is proposed for an item, and why: so many escapes, or so many releases in which it caught nothing."""

    item: ReadinessItem
    what: str
    count: int


def _number(text: str) -> float:
    return float(text.replace(",", "."))
