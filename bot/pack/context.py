"""Section 0: who we are, what hampers us, who is who, and what of all this is only assumed."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.definitions import FunctionDefinition, labelled
from bot.definitions.organisation import Area
from bot.house import House
from bot.pack import assumed
from bot.pack_parts import Cell, Part
from bot.pack_words import Say
from bot.people.deciding import paths_of
from bot.people.model import People
from bot.reviews.model import old_meetings

FRICTIONS = "calendar.frictions"

WORDS = "pack/sections.txt.j2"


def parts(session: Session, house: House) -> Sequence[Part]:
    say, people, organisation = Say(house, WORDS), People(session, house), house.definitions.organisation
    frictions = house.definitions.calendar.frictions
    facts = {
        "people": len(organisation.people),
        "managers": len(organisation.with_role("product_manager")),
        "areas": len(organisation.areas),
        "functions": len(organisation.functions),
        "zone": str(organisation.zone),
        "year": organisation.fiscal_year_starts.capitalize(),
    }
    areas = [_area(house, people, each) for each in organisation.areas]
    functions = [_function(house, people, each) for each in organisation.functions]
    return [
        Part(says=[say.text("context", **facts)], points=_profile(house)),
        Part(
            say.text("frictions_title"),
            says=[say.text("frictions", count=len(frictions))],
            points=[
                labelled(house.definitions, say.text("friction", friction=each), f"{FRICTIONS}.{each.id}")
                for each in frictions
            ],
        ),
        *_constraints(house),
        Part(say.text("areas_title"), tables=[say.table("areas", areas)]),
        Part(say.text("functions_title"), tables=[say.table("functions", functions)]),
        *_old_meetings(session, house),
        assumed.part(session, house),
    ]


def _profile(house: House) -> list[str]:
    """What the interview has asked about the company, as far as somebody has answered."""
    profile, say = house.definitions.organisation.profile, Say(house, WORDS)
    found = []
    for key, value in profile or ():
        if value is not None:
            text = say.text(f"profile_{key}", value=value)
            found.append(labelled(house.definitions, text, f"organisation.profile.{key}"))
    return found


def _constraints(house: House) -> Sequence[Part]:
    constraints, say = house.definitions.organisation.constraints, Say(house, WORDS)
    if not constraints:
        return []
    points = [
        labelled(house.definitions, say.text("constraint", constraint=each), f"organisation.constraints.{each.id}")
        for each in constraints
    ]
    return [Part(say.text("constraints_title"), points=points)]


def _area(house: House, people: People, area: Area) -> Sequence[str]:
    owner, deputy, path = people.by_ref(area.owner), people.by_ref(area.deputy), f"organisation.areas.{area.id}"
    others = [each.name for each in people.stand_ins(area) if each not in (owner, deputy)]
    return (
        area.name,
        people.named(area.owner, f"{path}.owner"),
        people.named(area.deputy, f"{path}.deputy"),
        ", ".join(others[:1]) or "–",
        area.forum,
    )


def _function(house: House, people: People, function: FunctionDefinition) -> Sequence[Cell]:
    everybody = [each.name for each in house.definitions.organisation.people if each.function == function.id]
    lead = people.named(function.lead, *paths_of(function.id)) if function.lead else Say(house, WORDS).text("nobody")
    return function.name, lead, everybody or "–"


def _old_meetings(session: Session, house: House) -> Sequence[Part]:
    """What there was before this calendar, and what becomes of it."""
    say, found = Say(house, WORDS), old_meetings(session, house)
    if not found:
        return []
    rows = [
        (each.name, say.text("old_meeting_size", meeting=each), each.pain or "–", say.text("verdict", meeting=each))
        for each in found
    ]
    return [Part(say.text("old_meetings_title"), tables=[say.table("old_meetings", rows)])]
