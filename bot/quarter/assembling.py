"""The plan of a quarter as it stands, put together from what areas say and from the decision log. Pure reading."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy.orm import Session

from bot.definitions import Area, Ritual
from bot.definitions.quarters import Quarter
from bot.definitions.working_time import to_utc
from bot.house import DecisionFacts, House, Section
from bot.people.model import People
from bot.quarter import frictions, model, spans
from bot.quarter.frictions import Merged
from bot.quarter.model import Bet, PlanVersion, QuarterPart
from bot.rituals import model as occurrences
from bot.rituals.model import Occurrence

OWNER, MEASURE, LINK = "owner", "measure", "link"
"""What a bet may lack. With owner and link a bet is done; the measure says what the link shows."""


@dataclass(frozen=True)
class BetFacts:
    """A bet, with what its ids mean."""

    bet: Bet
    owner: str
    """By name."""
    depends_on: str
    """The area's name; empty without one."""
    decision: DecisionFacts | None
    missing: tuple[str, ...]

    @property
    def is_done(self) -> bool:
        """Whether it has all that a bet in a plan must have."""
        return not {OWNER, LINK}.intersection(self.missing)


@dataclass(frozen=True)
class AreaPlan:
    """One area's part: it has one source, whoever writes it."""

    id: str
    name: str
    owner: str
    """By name; empty when the definitions no longer have the area."""
    asked: str
    """Who is asked, by name; empty when nobody can be."""
    part: QuarterPart | None
    before: Sequence[Bet]
    """What it bet on in the plan before."""
    bets: Sequence[BetFacts]

    @property
    def learned(self) -> str:
        return self.part.learned if self.part else ""

    @property
    def no_bets(self) -> str:
        return self.part.no_bets if self.part else ""

    @property
    def without_result(self) -> int:
        return sum(not bet.result for bet in self.before)

    @property
    def is_silent(self) -> bool:
        """Whether nothing at all was given."""
        return not (self.learned or self.no_bets or self.bets or any(bet.result for bet in self.before))

    @property
    def is_complete(self) -> bool:
        """Whether all was given that is asked for."""
        bets = bool(self.no_bets) if not self.bets else all(not each.missing for each in self.bets)
        return bool(self.learned) and not self.without_result and bets


@dataclass(frozen=True)
class Plan:
    ritual: Ritual
    occurrence: Occurrence
    quarter: Quarter
    """What is planned."""
    before: Quarter
    """What is looked back on."""
    areas: Sequence[AreaPlan]
    decisions: Sequence[DecisionFacts]
    """Of this planning, but those that bets are linked to."""
    sections: Sequence[Section]
    """What other rooms have to say of the quarter before."""
    entries: Sequence[str]
    """Open in the registers about the quarter, this planning, its areas, decisions and releases: a line each."""
    frictions: Sequence[Merged]
    frictions_said: int
    """How many have answered the question for them."""
    frictions_asked: int
    versions: Sequence[PlanVersion]

    @property
    def closed(self) -> PlanVersion | None:
        """The plan as it was closed; none while it is a draft."""
        return self.versions[0] if self.versions else None

    @property
    def corrections(self) -> Sequence[PlanVersion]:
        return self.versions[1:]

    @property
    def bets(self) -> list[tuple[AreaPlan, BetFacts]]:
        return [(area, each) for area in self.areas for each in area.bets]

    @property
    def incomplete(self) -> list[AreaPlan]:
        """The areas that have not given all they are asked for."""
        return [area for area in self.areas if not area.is_complete]

    @property
    def undone(self) -> list[tuple[AreaPlan, BetFacts]]:
        """The bets that lack what each bet in a plan must have."""
        return [(area, each) for area, each in self.bets if not each.is_done]

    @property
    def undecided(self) -> list[tuple[AreaPlan, BetFacts]]:
        """The bets that nobody has decided on: without an entry in the log, or with one that waits."""
        return [(area, each) for area, each in self.bets if each.decision is None or each.decision.state == "proposed"]


def assemble(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> Plan:
    """All that is known now; `house` is the one that the occurrence opened under."""
    before = model.previous(session, house, occurrence)
    bets = model.bets(session, house, [occurrence.id])
    earlier = model.bets(session, house, [before.id]) if before else []
    parts = model.parts(session, house, occurrence.id)
    looked_back_on = spans.looked_back_on(house, occurrence)
    decisions = _decisions(session, house, ritual, looked_back_on, bets)
    linked = {bet.decision for bet in bets}
    said = model.frictions(session, house, occurrence.id)
    planned_for = spans.planned_for(house, occurrence)
    areas = _areas(house, ritual, [*parts, *(bet.area_id for bet in bets)])
    return Plan(
        ritual=ritual,
        occurrence=occurrence,
        quarter=planned_for,
        before=looked_back_on,
        areas=[_area(session, house, id, area, parts.get(id), earlier, bets, decisions) for id, area in areas.items()],
        decisions=[each for ref, each in decisions.items() if ref not in linked],
        sections=[
            look(session, house, looked_back_on.first, looked_back_on.last) for look in house.links.quarter_sections
        ],
        entries=_entries(session, house, ritual, planned_for, areas, decisions),
        frictions=frictions.of(session, house, occurrence),
        frictions_said=len({each.person for each in said}),
        frictions_asked=len(frictions.asked(session, house)),
        versions=model.versions(session, house, occurrence.id),
    )


def of_part(session: Session, house: House, occurrence: Occurrence, part: QuarterPart) -> AreaPlan:
    """One area's part alone; the decisions of its bets are not looked up."""
    before = model.previous(session, house, occurrence)
    found = model.bets(session, house, [occurrence.id, *([before.id] if before else [])])
    bets = [bet for bet in found if bet.occurrence_id == occurrence.id]
    earlier = [bet for bet in found if bet.occurrence_id != occurrence.id]
    area = house.definitions.organisation.area(part.area_id)
    return _area(session, house, part.area_id, area, part, earlier, bets, {})


def _areas(house: House, ritual: Ritual, used: Sequence[str]) -> dict[str, Area | None]:
    """Those that take part, and then those that the definitions no longer have."""
    found: dict[str, Area | None] = {area.id: area for area in house.definitions.areas_of(ritual)}
    return found | {id: house.definitions.organisation.area(id) for id in used if id not in found}


def _area(
    session: Session,
    house: House,
    id: str,
    area: Area | None,
    part: QuarterPart | None,
    earlier: Sequence[Bet],
    bets: Sequence[Bet],
    decisions: dict[str, DecisionFacts],
) -> AreaPlan:
    people = People(session, house)
    return AreaPlan(
        id=id,
        name=area.name if area else id,
        owner=people.named(area.owner) if area else "",
        asked=people.called(part.asked) if part and part.asked else "",
        part=part,
        before=[bet for bet in earlier if bet.area_id == id],
        bets=[_facts(house, people, bet, decisions) for bet in bets if bet.area_id == id],
    )


def _facts(house: House, people: People, bet: Bet, decisions: dict[str, DecisionFacts]) -> BetFacts:
    depends = house.definitions.organisation.area(bet.depends_on)
    lacks = {OWNER: people.by_slack(bet.owner) is None, MEASURE: not bet.measure, LINK: not bet.link}
    return BetFacts(
        bet=bet,
        owner=people.called(bet.owner),
        depends_on=depends.name if depends else bet.depends_on,
        decision=decisions.get(bet.decision),
        missing=tuple(name for name, is_missing in lacks.items() if is_missing),
    )


def _decisions(
    session: Session, house: House, ritual: Ritual, since: Quarter, bets: Sequence[Bet]
) -> dict[str, DecisionFacts]:
    if house.links.planning is None:
        return {}
    moment = to_utc(datetime.combine(since.first, time()), house.definitions.organisation.zone)
    refs = {bet.decision for bet in bets if bet.decision}
    return {each.ref: each for each in house.links.planning(session, house, ritual.id, moment, refs)}


def _entries(
    session: Session,
    house: House,
    ritual: Ritual,
    quarter: Quarter,
    areas: Mapping[str, Area | None],
    decisions: Collection[str],
) -> Sequence[str]:
    if house.links.entries_about is None:
        return ()
    releases = house.links.releases(session, house, None) if house.links.releases else []
    names = [each.name for each in releases if quarter.first <= each.day <= quarter.last]
    names += [area.name for area in areas.values() if area]
    return house.links.entries_about(session, house, [str(quarter), ritual.name, *names, *decisions])


def every_bet_has_owner_and_measure(session: Session, house: House, ref: str, _value: str) -> list[str]:
    """A test of the plan's definition of done: the bets that lack an owner or a link to their measure."""
    occurrence = occurrences.get(session, house, ref.partition(":")[2])
    ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
    found = assemble(session, house, ritual, occurrence) if ritual else None
    return [f"{each.bet.what} ({area.name})" for area, each in found.undone] if found else []
