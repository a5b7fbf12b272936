"""What every pack must have, and how much of that is there."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.findings import to_be_mended
from bot.house import Finding, House
from bot.pack.contents import (
    ARTIFACTS,
    CADENCE,
    CHARTER,
    INSIGHTS,
    MODEL,
    PLAN,
    RELEASES,
    RISKS,
)

ERROR = "error"
MUST_HAVES = (CHARTER, MODEL, CADENCE, ARTIFACTS, INSIGHTS, RELEASES, PLAN, RISKS)
"""The sections that must be there: written, and without an error that a check finds."""
_STANDS_AGAINST: Mapping[str, str] = {
    "IM01": CHARTER,
    "IM09": RISKS,
    "CH": CHARTER,
    "BO": CHARTER,
    "OM": MODEL,
    "DE": MODEL,
    "CA": CADENCE,
    "NO": CADENCE,
    "AR": ARTIFACTS,
    "IN": INSIGHTS,
    "DA": INSIGHTS,
    "RE": RELEASES,
    "IM": PLAN,
}
"""By the id of a check, or the two letters of its group, the must-have that its errors leave incomplete."""


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


def must_have(rule: str) -> str:
    """The must-have against which a check stands, by its id."""
    return _STANDS_AGAINST.get(rule) or _STANDS_AGAINST[rule[:2]]


def faults(session: Session, house: House) -> Mapping[str, Sequence[Finding]]:
    """What the checks of the records find now, the list of checks calls an error and nobody waived, by must-have."""
    level_of, found = house.links.level_of, defaultdict[str, list[Finding]](list)
    for each in to_be_mended(session, house):
        if level_of is None or level_of(each) == ERROR:
            found[must_have(each.rule)].append(each)
    return found
