"""When a roadmap is done: the tests of its definition that only this room can compute."""

import re

from sqlalchemy.orm import Session

from bot.house import House
from bot.roadmap import model, places, rights
from bot.roadmap.model import RoadmapItem

# With a capital letter, since two customers may pay, and people march.
_MONTHS = (
    "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    "|Nov(?:ember)?|Dec(?:ember)?"
)
_DAY = re.compile(
    rf"\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}\.?(?:st|nd|rd|th)? (?:of )?(?:{_MONTHS})\b"
    rf"|\b(?:{_MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?\b"
)
"""A single day as people write it: `2027-03-15`, `15 March`, `15th of March`, `Mar 15`."""


def ranges_only(session: Session, house: House, _ref: str, _value: str) -> list[str]:
    """The items that name a day: in their place, or in the words that others read."""
    return [item.ref for item in model.items(session, house) if _names_a_day(item)]


def one_source_per_area(session: Session, house: House, _ref: str, _value: str) -> list[str]:
    """The areas with items that nobody writes: the definitions no longer have them, or nobody is there who may."""
    organisation = house.definitions.organisation
    with_items = dict.fromkeys(item.area_id for item in model.items(session, house))
    areas = {id: organisation.area(id) for id in with_items}
    return [
        area.name if area else id
        for id, area in areas.items()
        if area is None or not rights.writers(session, house, id)
    ]


def _names_a_day(item: RoadmapItem) -> bool:
    return places.read(item.place) != item.place or bool(_DAY.search(f"{item.name}\n{item.purpose}"))
