"""Who writes what an area means to do: its owner and deputy, so that it has one source."""

from sqlalchemy.orm import Session

from bot.definitions import Area
from bot.definitions.decisions import HEAD_OF_PRODUCT, may_decide_on_product
from bot.house import House
from bot.people.model import People, Person


def writers(session: Session, house: House, area_id: str) -> list[Person]:
    """Owner and deputy; when neither is there who may, whoever stands in, in the end the head of product.

    So it is for an area that the definitions no longer have. Product ops writes none of it, not even as a deputy.
    """
    people, area = People(session, house), house.definitions.organisation.area(area_id)
    heads = people.with_role(HEAD_OF_PRODUCT)
    named = [people.by_ref(area.owner), people.by_ref(area.deputy)] if area else []
    for group in (named, people.stand_ins(area) if area else [], heads):
        allowed = [person for person in group if person is not None and may_decide_on_product(person.roles)]
        if allowed:
            return list(dict.fromkeys(allowed))
    return []


def may_write(session: Session, house: House, slack_id: str, area_id: str) -> bool:
    return any(person.slack_id == slack_id for person in writers(session, house, area_id))


def written_by(session: Session, house: House, slack_id: str) -> list[Area]:
    """The areas of which somebody writes this."""
    areas = house.definitions.organisation.areas
    return [area for area in areas if may_write(session, house, slack_id, area.id)]
