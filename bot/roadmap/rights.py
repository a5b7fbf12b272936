"""Who writes the roadmap of an area: its owner and deputy, and nobody beside them."""

from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.house import House
from bot.people.flow import require_person
from bot.people.model import Person
from bot.people.writers import may_write, writers, written_by

__all__ = ["may_write", "require_writer", "writers", "written_by"]

NO_VOTE = "Product ops keeps the process and decides nothing on the roadmap. "


def require_writer(session: Session, house: House, slack_id: str, area_id: str) -> Person:
    """The person, if the roadmap of this area is theirs to write; else a `UserError` that says whose it is."""
    person = require_person(session, house, slack_id)
    if may_write(session, house, slack_id, area_id):
        return person
    names = " or ".join(each.name for each in writers(session, house, area_id)) or "the head of product"
    area = house.definitions.organisation.area(area_id)
    no_vote = NO_VOTE if person.is_product_ops else ""
    raise UserError(f"{no_vote}The roadmap of {area.name if area else area_id} is written by {names}. Ask them.")
