"""When a digest is done: the tests of its definition that only this room can compute."""

from sqlalchemy.orm import Session

from bot.definitions import Area
from bot.house import House
from bot.people.model import People
from bot.rituals import model as occurrences
from bot.updates import model
from bot.updates.answer import RED


def every_area_accounted_for(session: Session, house: House, ref: str, _value: str) -> list[str]:
    """The areas that say nothing, and of which nobody can be asked: silent ones without an owner who is there."""
    answered, ownerless = _of(session, house, ref)
    return [area.name for area in ownerless if area.id not in answered]


def each_red_has_an_owner(session: Session, house: House, ref: str, _value: str) -> list[str]:
    """The red areas without one."""
    answered, ownerless = _of(session, house, ref)
    return [area.name for area in ownerless if answered.get(area.id) == RED]


def _of(session: Session, house: House, ref: str) -> tuple[dict[str, str], list[Area]]:
    """The status of each area that has answered, by its id, and the areas without an owner who is there."""
    occurrence = occurrences.get(session, house, ref.partition(":")[2])
    ritual, people = house.definitions.calendar.ritual(occurrence.ritual_id), People(session, house)
    areas = house.definitions.areas_of(ritual) if ritual else ()
    ownerless = [area for area in areas if people.by_ref(area.owner) is None]
    # Nearly always there is none, and then nothing more need be read.
    updates = model.submitted(session, house, occurrence.id) if ownerless else {}
    return {area_id: update.answer.status for area_id, update in updates.items()}, ownerless
