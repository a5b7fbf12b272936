"""Why somebody was asked while a quarter is planned, or will be: parts of `why/why.txt.j2` with their facts."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from bot.definitions import Ritual
from bot.house import House
from bot.people.model import People, Person
from bot.prompts import model as prompts
from bot.quarter import asking, frictions, model
from bot.rituals import model as occurrences
from bot.rituals.model import Occurrence

Said = tuple[str, dict[str, Any]]


def about(session: Session, house: House, kind: str, ref: str) -> Occurrence | None:
    """The planning that a prompt is about; none for prompts of other rooms."""
    id = ref.partition(":")[0]
    if kind == asking.PROMPT:
        return occurrences.get(session, house, model.part_of(session, house, id).occurrence_id)
    return occurrences.get(session, house, id) if kind in (asking.FRICTIONS, asking.CLOSE) else None


def asked(session: Session, house: House, ritual: Ritual, occurrence: Occurrence, person: Person) -> Iterator[Said]:
    """What a planning asked of somebody."""
    people = People(session, house)
    for part in model.parts(session, house, occurrence.id).values():
        area = house.definitions.organisation.area(part.area_id)
        was_asked = prompts.find(session, house, asking.key_of(part, person.slack_id)) is not None
        if area is None:
            continue
        facts = {"area": area, "part": part, "occurrence": occurrence}
        if part.asked == person.slack_id:
            yield "quarter_asked", facts
        elif was_asked or people.by_ref(area.owner) == person:
            yield "quarter_handed_on", facts | {"to": people.called(part.asked) if part.asked else ""}
    if person in frictions.asked(session, house):
        yield "quarter_frictions", {"ritual": ritual, "occurrence": occurrence, "ops": person.is_product_ops}
    if people.by_ref(ritual.owner) == person:
        yield "quarter_owner", {"ritual": ritual, "occurrence": occurrence}


def next_of(
    session: Session, house: House, ritual: Ritual, upcoming: Occurrence, person: Person, at: str | None
) -> Iterator[Said]:
    """What the next planning will ask of somebody, if nobody's absence changes until then."""
    for area in house.definitions.areas_of(ritual):
        found, stands_in_for = asking.whom(session, house, ritual, upcoming, area)
        if found == person:
            yield "quarter_next", {"area": area, "for": stands_in_for, "at": at}
