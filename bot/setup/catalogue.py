"""What the interview offers to choose from: what hampers the work, and what should be easier, with what measures it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.presets import INSIGHTS, RELEASES, WEEKLY, Preset

_UPDATES, _RELEASES, _HEARD, _PULSES = (WEEKLY,), (RELEASES,), ("insights.yaml", INSIGHTS), ("pulses.yaml",)
NEEDS: Mapping[str, tuple[str, ...]] = {
    "M1": _UPDATES,
    "M5": _RELEASES,
    "M6": _RELEASES,
    "M7": _RELEASES,
    "M8": _HEARD,
    "M9": _HEARD,
    "M11": _HEARD,
    "M12": _PULSES,
    "M14": _PULSES,
    "M15": _RELEASES,
}
"""Of what the starter has, the files and rituals (by id) without which there is nothing to compute a measure from."""


@dataclass(frozen=True)
class Hampers:
    """Something that goes wrong again and again."""

    name: str
    reduce: str
    """As the problem sentence says it: to reduce …"""
    whom: str
    """For whom it is mended."""
    preset: str
    """What Drumbeat proposes to begin with when this is the worst."""
    outcome: str
    """What becomes easier once it is mended, by its id in `OUTCOMES`."""


@dataclass(frozen=True)
class Outcome:
    """Something that is to be easier in 30 to 90 days."""

    name: str
    improve: str
    """As the problem sentence says it: to improve …"""
    measure: str
    """The id of the measure that shows it."""
    unit: str
    usual: str
    """The target that others set themselves; used, and labelled assumed, where nobody knows one yet."""

    @property
    def needs(self) -> tuple[str, ...]:
        """What its measure is computed from, as `NEEDS` has it; empty: there is always something."""
        return NEEDS.get(self.measure, ())

    def is_measured_by(self, preset: Preset) -> bool:
        return all(map(preset.has, self.needs))


FRICTIONS: Mapping[str, Hampers] = {
    "surprises": Hampers(
        "Launches and changes surprise those who talk to customers",
        "launches that surprise people",
        "product managers, Support, Sales and Customer Success",
        "no-surprise-launches",
        "fewer-surprises",
    ),
    "status": Hampers(
        "Product managers spend their days on status questions",
        "the time that status questions take",
        "product managers and those who ask them",
        "less-overhead",
        "fewer-status-asks",
    ),
    "visibility": Hampers(
        "Nobody sees what the teams work on, or what moved",
        "work that nobody sees",
        "product managers and everybody who depends on them",
        "visibility",
        "updates-on-time",
    ),
    "feedback": Hampers(
        "Nobody learns what becomes of feedback",
        "feedback that leads to nothing",
        "product managers and those who talk to customers",
        "signal-to-decision",
        "feedback-answered",
    ),
    "deciding": Hampers(
        "Nobody knows who decides, or decisions take too long",
        "decisions that wait for nobody in particular",
        "product managers and the functions around them",
        "define",
        "faster-decisions",
    ),
    "mandate": Hampers(
        "Nobody can say what Product Ops is for",
        "work that lies between all chairs",
        "product managers and the functions around them",
        "define",
        "rituals-leave-something",
    ),
    "overhead": Hampers(
        "Meetings and forms that leave nothing",
        "meetings and forms that leave nothing",
        "product managers",
        "less-overhead",
        "less-overhead",
    ),
}
"""By the id that they have in calendar.yaml."""

OUTCOMES: Mapping[str, Outcome] = {
    "fewer-surprises": Outcome("Fewer launches surprise Support and Sales", "how ready people are", "M5", "%", "10 %"),
    "teams-are-ready": Outcome("Everybody has their material before a launch", "preparation", "M7", "%", "100 %"),
    "updates-on-time": Outcome("Everybody sees what moves without asking", "sight of what moves", "M1", "%", "80 %"),
    "fewer-status-asks": Outcome("Fewer status questions reach people", "answers without asking", "M13", "%", "50 %"),
    "less-overhead": Outcome(
        "Less of a week goes into coordination", "time for the product", "M12", "minutes", "90 minutes"
    ),
    "faster-decisions": Outcome("Decisions are made sooner", "how soon things are decided", "M3", "days", "10 days"),
    "feedback-answered": Outcome(
        "Whoever brings feedback learns what became of it", "what becomes of feedback", "M9", "%", "70 %"
    ),
    "rituals-leave-something": Outcome("Each meeting leaves something", "what meetings leave", "M2", "%", "80 %"),
}
