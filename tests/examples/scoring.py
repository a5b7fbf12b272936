"""How a company stands: what its pack lacks, what the checks find, and what the rubric proposes of the facts."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.checks.catalogue import ERROR
from bot.checks.model import Found
from bot.house import House
from bot.improvements import flow as improvements
from bot.pack import sections
from bot.pack.sections import Pack
from bot.rubric.caps import caps
from bot.rubric.facts import facts
from bot.rubric.scales import DIMENSIONS, SCALES

SCALE = SCALES["R-A"]


@dataclass(frozen=True)
class Stands:
    pack: Pack
    rules: frozenset[str]
    """The checks that find something now."""
    scores: Mapping[str, int]
    """What the facts allow in each dimension."""

    @property
    def total(self) -> int:
        return sum(self.scores.values())

    @property
    def passes(self) -> bool:
        return SCALE.passes(self.scores)

    @property
    def lacks(self) -> list[str]:
        """The must-haves that are not there, by title."""
        return [each.title for each in self.pack.must_haves if not each.is_there]


def errors_by_night(session: Session) -> set[str]:
    """The checks that found an error in any night."""
    return set(session.scalars(select(Found.rule).where(Found.level == ERROR)))


def errors_now(session: Session) -> set[str]:
    return set(session.scalars(select(Found.rule).where(Found.level == ERROR, Found.ended_at.is_(None))))


def look(session: Session, house: House) -> Stands:
    found = facts(session, house, improvements.changelog_age(session, house))
    held = {each.dimension: each.most for each in caps(found)}
    scores = {each: held.get(each, SCALE.highest) for each in DIMENSIONS}
    return Stands(sections.gather(session, house), frozenset(found.open), scores)
