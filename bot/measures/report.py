"""The health report: what the review of the operating system leaves, and what its packet says before."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from bot.actions import model as actions
from bot.blocks import Message
from bot.findings import to_be_mended
from bot.house import House
from bot.measures import report_messages, standing
from bot.measures.figure import PERIODS
from bot.measures.flow import owner_of
from bot.measures.standing import Stands
from bot.people.model import People
from bot.reviews import yields
from bot.reviews.at_risk import Risk, at_risk
from bot.reviews.packet import SORT
from bot.rituals import model as occurrences

ARTIFACT, RITUAL = "health-report", "system-health"
"""The ids under which the library has the report, and of the ritual that leaves it where there is no library."""
LEVELS = ("error", "warning", "info")
"""The worst first."""


@dataclass(frozen=True)
class Change:
    """What was agreed in the review."""

    what: str
    owner: str
    due: str


@dataclass(frozen=True)
class Report:
    measures: Sequence[Stands]
    owners: Mapping[str, str]
    """Who answers for each, by the measure's id; empty: nobody."""
    findings: Sequence[tuple[str, int]]
    """How many checks found something, by how bad it is; where nobody knows that, by the check's id."""
    risks: Sequence[Risk]
    changes: Sequence[Change] = ()
    said: str = ""
    """What whoever closed the review wrote that it left."""

    @property
    def off(self) -> list[Stands]:
        return [each for each in self.measures if each.is_off]


def ritual_id(house: House) -> str:
    """The review that looks at the operating system itself."""
    library = house.definitions.artifacts
    artifact = library.of(ARTIFACT) if library else None
    return artifact.ritual if artifact and artifact.ritual else RITUAL


def packet(session: Session, house: House, ritual_id_: str) -> list[str]:
    """What needs to be looked at, a line each: measures that are off, what checks found, rituals at risk."""
    if ritual_id_ != ritual_id(house):
        return []
    found = read(session, house, 1)
    # Only what is shown needs the periods before.
    shown = [standing.of(session, house, each.id) if each.weeks else each for each in found.off]
    return report_messages.packet(house, replace(found, measures=shown))


def artifact(session: Session, house: House, ritual_id_: str, occurrence_id: int) -> list[Message]:
    """The report as an occurrence closes: the text to post, and a picture for its thread. Nothing of other rituals."""
    if ritual_id_ != ritual_id(house):
        return []
    occurrence = occurrences.get(session, house, occurrence_id)
    people = People(session, house)
    agreed = [
        Change(each.what, people.called(each.owner), f"{each.due_on:%-d %b %Y}")
        for each in actions.of(session, house, f"{SORT}:{ritual_id_}")
        if occurrence.opened_at is not None and each.agreed_at >= occurrence.opened_at
    ]
    found = read(session, house)
    whole = Report(found.measures, found.owners, found.findings, found.risks, agreed, occurrence.artifact or "")
    return report_messages.report(house, occurrence.day, whole)


def read(session: Session, house: House, count: int = PERIODS) -> Report:
    """As of now, with the last `count` periods of each measure."""
    measures = standing.of_all(session, house, count)
    ids = [each.id for each in house.definitions.calendar.rituals]
    return Report(
        measures,
        {each.id: owner_of(session, house, each) for each in measures},
        _findings(session, house),
        at_risk(session, house, yields.of_all(session, house, ids)),
    )


def nobodys(session: Session, house: House, ref: str, _value: str) -> list[str]:
    """A test of the report's definition of done: the measures that are off and nobody owns."""
    found = read(session, house, 1)
    return [each.title for each in found.off if not found.owners[each.id]]


def _findings(session: Session, house: House) -> list[tuple[str, int]]:
    level_of = house.links.level_of
    found = to_be_mended(session, house)
    if level_of is None:
        return sorted(Counter(each.rule for each in found).items())
    counts = Counter(level_of(each) for each in found)
    return [(level, counts[level]) for level in LEVELS if counts[level]]
