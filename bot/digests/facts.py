"""What a digest may tell: one collection for every audience. Plain data; no name of a file or a person's Slack id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.updates.answer import AMBER, GREEN, RED, STATUS_NAMES, STATUS_SIGNS


@dataclass(frozen=True)
class Area:
    """One area as its last update says."""

    name: str
    owner: str
    colour: str = ""
    """Green, amber or red; empty when it said nothing."""
    before: str = ""
    """The colour before, where that was another and the change is news."""
    path: str = ""
    because: str = ""
    """Why it said nothing."""

    @property
    def sign(self) -> str:
        return STATUS_SIGNS.get(self.colour, "⚪")

    @property
    def colour_name(self) -> str:
        return STATUS_NAMES.get(self.colour, "no update").lower()

    @property
    def before_name(self) -> str:
        return STATUS_NAMES[self.before].lower()


@dataclass(frozen=True)
class Ask:
    """What one area needs from somebody."""

    area: str
    text: str
    of: str
    by: date | None


@dataclass(frozen=True)
class Decision:
    """An entry of the log: a question that waits, or what was decided."""

    ref: str
    what: str
    decider: str
    area: str
    day: date | None
    """By when it is wanted; of what was decided, the day it is looked at again."""
    overdue: bool = False


@dataclass(frozen=True)
class Gate:
    """Something open that a release waits for."""

    title: str
    owners: str
    people: str
    due: date
    overdue: bool


@dataclass(frozen=True)
class Release:
    """A release to come or under way."""

    name: str
    slug: str
    owner: str
    day: date
    last_day: date
    tier: str
    advice: str
    """In two or three words how it stands: the call that counts, else what is recommended."""
    sure: str
    summary: str
    whom: Sequence[str]
    """The names of the functions that it affects."""
    gates: Sequence[Gate]
    has_bundle: bool = False
    talk_track: str = ""
    """The first link in what people say to customers; empty when there is none."""


@dataclass(frozen=True)
class Happened:
    """What happened to a release: it moved, went live, was stopped or cancelled."""

    release: str
    kind: str
    before: str
    after: str
    because: str


@dataclass(frozen=True)
class Move:
    """What moved on the roadmap: places are horizons or months, never days."""

    ref: str
    name: str
    area: str
    before: str
    after: str
    why: str
    functions: Sequence[str]
    """The names of the functions that must hear it."""
    depends_on: str
    """The name of the other area that it depends on."""


@dataclass(frozen=True)
class Answered:
    """An insight and what became of it."""

    ref: str
    what: str
    how: str
    """The answer, such as `accepted`, or `live`."""
    why: str
    """The reason, or the release that brought it."""


@dataclass(frozen=True)
class Heard:
    """What customers told us and what became of it."""

    came: int = 0
    """How many insights came."""
    spikes: Sequence[str] = ()
    answers: Sequence[tuple[str, int]] = ()
    """How many were answered how."""
    answered: Sequence[Answered] = ()
    """What came live first, then the latest."""


@dataclass(frozen=True)
class Escape:
    what: str
    severity: str
    release: str


@dataclass(frozen=True)
class Action:
    what: str
    owner: str
    due: date
    late: bool


@dataclass(frozen=True)
class Facts:
    """Everything since a moment, in the order in which one reads it. What is restricted is in no part of it."""

    since: datetime
    until: datetime
    zone: ZoneInfo
    functions: Mapping[str, str]
    """The name of each function by its id."""
    areas: Sequence[Area]
    asks: Sequence[Ask]
    decided: Sequence[Decision]
    waiting: Sequence[Decision]
    """What is to be decided within two weeks, or should have been; the earliest first."""
    releases: Sequence[Release]
    """Those of this and the next two weeks that are not live, the earliest first, also what should have gone out."""
    happened: Sequence[Happened]
    moves: Sequence[Move]
    surprises: Sequence[str]
    heard: Heard
    escapes: Sequence[Escape]
    actions: Sequence[Action]
    """What is to be done within a week, or should have been; the earliest first."""

    @property
    def moved(self) -> list[Area]:
        """Areas whose colour is another, the worst first."""
        return [each for colour in (RED, AMBER, GREEN) for each in self.areas if each.before and each.colour == colour]

    @property
    def attention(self) -> list[Area]:
        """Red before amber."""
        return [each for colour in (RED, AMBER) for each in self.areas if each.colour == colour]

    @property
    def silent(self) -> list[Area]:
        return [each for each in self.areas if not each.colour]

    @property
    def news(self) -> int:
        """How much has changed of what everybody counts on: colours, releases, the roadmap."""
        return len(self.moved) + len(self.happened) + len(self.moves)

    @property
    def told_moves(self) -> list[Move]:
        """What moved and somebody outside its area must hear."""
        return [each for each in self.moves if each.functions]

    @property
    def dependencies(self) -> list[Move]:
        return [each for each in self.moves if each.depends_on]

    @property
    def stopped(self) -> list[Happened]:
        return [each for each in self.happened if each.kind == "stopped"]

    @property
    def this_week(self) -> list[Release]:
        """Those that go out until Sunday, or should have."""
        return [each for each in self.releases if each.day <= self._sunday]

    @property
    def after_this_week(self) -> list[Release]:
        return [each for each in self.releases if each.day > self._sunday]

    @property
    def _sunday(self) -> date:
        today = self.until.astimezone(self.zone).date()
        return today + timedelta(days=6 - today.weekday())

    def gates_of(self, function: str) -> list[tuple[Release, Gate]]:
        """What releases wait for that a function (its id) has."""
        name = self.functions.get(function, function)
        return [(each, gate) for each in self.releases for gate in each.gates if name in gate.owners.split(", ")]
