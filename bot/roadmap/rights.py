"""Who writes the roadmap of an area: its owner and deputy, and nobody beside them."""

from sqlalchemy.orm import Session

from bot.definitions import Area
from bot.definitions.decisions import HEAD_OF_PRODUCT, may_decide_on_product
from bot.errors import UserError
from bot.house import House
from bot.people.flow import require_person
from bot.people.model import People, Person

NO_VOTE = "Product ops keeps the process and decides nothing on the roadmap. "


def writers(session: Session, house: House, area_id: str) -> list[Person]:
    """Owner and deputy; when neither is there who may, whoever stands in, in the end the head of product.

    So it is for an area that the definitions no longer have.
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


def require_writer(session: Session, house: House, slack_id: str, area_id: str) -> Person:
    """The person, if the roadmap of this area is theirs to write; else a `UserError` that says whose it is."""
    person = require_person(session, house, slack_id)
    if may_write(session, house, slack_id, area_id):
        return person
    names = " or ".join(each.name for each in writers(session, house, area_id)) or "the head of product"
    area = house.definitions.organisation.area(area_id)
    no_vote = NO_VOTE if person.is_product_ops else ""
    raise UserError(f"{no_vote}The roadmap of {area.name if area else area_id} is written by {names}. Ask them.")


def written_by(session: Session, house: House, slack_id: str) -> list[Area]:
    """The areas whose roadmap somebody writes."""
    areas = house.definitions.organisation.areas
    return [area for area in areas if may_write(session, house, slack_id, area.id)]
