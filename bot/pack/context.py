"""Section 0: who we are, what hampers us, and who is who."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.definitions.organisation import Area
from bot.house import House
from bot.pack_parts import Part
from bot.pack_words import Say
from bot.people.model import People

WORDS = "pack/sections.txt.j2"


def parts(session: Session, house: House) -> Sequence[Part]:
    say, people, organisation = Say(house, WORDS), People(session, house), house.definitions.organisation
    managers = organisation.with_role("product_manager")
    facts = {
        "people": len(organisation.people),
        "managers": len(managers),
        "areas": len(organisation.areas),
        "functions": len(organisation.functions),
        "zone": str(organisation.zone),
        "year": organisation.fiscal_year_starts.capitalize(),
    }
    return [
        Part(says=[say.text("context", **facts)]),
        Part(
            say.text("frictions_title"),
            says=[say.text("frictions", count=len(house.definitions.calendar.frictions))],
            points=[each.name for each in house.definitions.calendar.frictions],
        ),
        Part(
            say.text("areas_title"), tables=[say.table("areas", [_area(people, each) for each in organisation.areas])]
        ),
        Part(
            say.text("functions_title"),
            tables=[
                say.table(
                    "functions",
                    [
                        (
                            each.name,
                            people.named(each.lead) if each.lead else say.text("nobody"),
                            [person.name for person in organisation.people if person.function == each.id],
                        )
                        for each in organisation.functions
                    ],
                )
            ],
        ),
    ]


def _area(people: People, area: Area) -> Sequence[str]:
    owner, deputy = people.by_ref(area.owner), people.by_ref(area.deputy)
    others = [each.name for each in people.stand_ins(area) if each not in (owner, deputy)]
    return area.name, people.named(area.owner), people.named(area.deputy), ", ".join(others[:1]) or "–", area.forum
