"""What one area's owner answers for one week, and the rules it keeps."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from bot.errors import FieldErrors

GREEN, AMBER, RED = "green", "amber", "red"

STATUS_RULES = {
    GREEN: "The next milestone's date holds and nothing is unowned.",
    AMBER: "Date at risk or slipped up to 5 working days, with a plan.",
    RED: "Slipped more, or needs a change of scope, date or a decision.",
}
"""When each colour applies: shown beside it, because colours without written rules mean nothing."""

STATUS_NAMES = {GREEN: "Green", AMBER: "Amber", RED: "Red"}
STATUS_SIGNS = {GREEN: "🟢", AMBER: "🟠", RED: "🔴"}

DONE, MOVED, DROPPED = "done", "moved", "dropped"
CARRY_NAMES = {DONE: "Done", MOVED: "Moved to next week", DROPPED: "Dropped"}

MOST_PLANNED = 3
LIMITS = {
    "shipped": 600,
    "next": 400,
    "path": 300,
    "ask": 200,
    "metric": 120,
    "metric_link": 500,
    "links": 1500,
    "decided": 200,
    "undecided": 150,
}
"""The most characters each text may have."""


@dataclass(frozen=True)
class Carried:
    """A line planned last week, and what became of it."""

    line: str
    outcome: str


@dataclass(frozen=True)
class Answer:
    """One area's week. Texts are as typed; `status` is one of green, amber and red."""

    status: str = ""
    next: str = ""
    shipped: str = ""
    carried: tuple[Carried, ...] = ()
    confidence: int | None = None
    """How likely the next milestone lands on its date, in percent."""
    path: str = ""
    """How it gets back to green, and by when."""
    ask: str = ""
    ask_of: str = ""
    """Slack user id."""
    ask_by: str = ""
    """An ISO date."""
    metric: str = ""
    metric_link: str = ""
    links: str = ""
    decided: str = ""
    undecided: str = ""

    @property
    def planned(self) -> list[str]:
        """The lines of *next*, which come back next week to be marked done, moved or dropped."""
        return [line.strip(" -•*\t") for line in self.next.splitlines() if line.strip(" -•*\t")][:MOST_PLANNED]

    @property
    def ask_day(self) -> date | None:
        return date.fromisoformat(self.ask_by) if self.ask_by else None

    @property
    def urls(self) -> list[str]:
        return [word for word in self.links.split() if word.startswith(("https://", "http://"))][:3]

    def check(self) -> None:
        """Raise `FieldErrors`, by form field, when a rule is broken."""
        if wrong := dict(self._wrong()):
            raise FieldErrors(wrong)

    def _wrong(self) -> list[tuple[str, str]]:
        wrong = []
        if not self.next.strip():
            wrong.append(("next", "Write at least one line: it comes back next week to be ticked off."))
        if self.status not in STATUS_RULES:
            wrong.append(("status", "Pick green, amber or red."))
        if self.status in (AMBER, RED) and not self.path.strip():
            wrong.append(("path", f"{STATUS_NAMES[self.status]} needs a path: how does it get back to green, by when?"))
        if self.ask.strip() and not self.ask_of:
            wrong.append(("ask_of", "From whom do you need this?"))
        for name, limit in LIMITS.items():
            if len(getattr(self, name)) > limit:
                wrong.append((name, f"Keep this under {limit} characters; link to the rest."))
        if self.metric_link.strip() and not self.metric_link.startswith(("https://", "http://")):
            wrong.append(("metric_link", "Give a full address that starts with https://"))
        if self.links.split() and len(self.urls) != len(self.links.split()):
            wrong.append(("links", "Up to three full addresses, one a line, each starting with https://"))
        return wrong

    def without_decisions(self) -> "Answer":
        """The answer as it is kept: its decisions live in the decision log."""
        return replace(self, decided="", undecided="")

    def to_json(self) -> dict[str, Any]:
        return vars(self) | {"carried": [vars(line) for line in self.carried]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Answer":
        values = {key: value for key, value in data.items() if key in _FIELDS}
        values["carried"] = tuple(Carried(**line) for line in data.get("carried", ()))
        return cls(**values)


_FIELDS = frozenset(field.name for field in fields(Answer))
