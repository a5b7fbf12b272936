"""What every pack must have, and how much of that is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.house import Finding, House

ERROR = "error"
MUST_HAVES: Mapping[str, frozenset[str]] = {
    "charter": frozenset({"CH01", "CH02", "BO01", "IM01"}),
    "model": frozenset({"OM01", "OM02", "OM04", "DE01", "DE02", "BO03"}),
    "cadence": frozenset({"CA01", "CA03"}),
    "artifacts": frozenset({"AR01", "AR04"}),
    "insights": frozenset({"IN01", "IN03", "IN06", "DA01", "DA02"}),
    "releases": frozenset({"RE01", "RE02", "RE04", "RE05", "RE06", "RE07", "RE09", "RE10"}),
    "plan": frozenset({"IM02", "IM05", "IM06"}),
    "risks": frozenset({"IM09"}),
}
"""The sections that must be there, by their ids, each with the checks whose errors leave it incomplete.

What the list of checks calls less than an error does not stand against them.
"""


@dataclass(frozen=True)
class MustHave:
    title: str
    missing: str
    """What to do so that the section is there; empty when it is."""
    faults: Sequence[Finding]
    """The errors that stand against it."""

    @property
    def is_there(self) -> bool:
        return not self.missing and not self.faults


def faults(session: Session, house: House) -> list[Finding]:
    """What the checks of the records find now that stands against a must-have."""
    rules = frozenset[str]().union(*MUST_HAVES.values())
    level_of = house.links.level_of
    found = [each for find in house.links.findings for each in find(session, house) if each.rule in rules]
    return [each for each in found if level_of is None or level_of(each) == ERROR]
