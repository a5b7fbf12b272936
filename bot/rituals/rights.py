"""Who may change what a ritual does out of turn: product ops, and whoever owns it."""

from sqlalchemy.orm import Session

from bot.definitions import Ritual
from bot.errors import UserError
from bot.house import House
from bot.people.flow import require_person
from bot.people.model import People, Person


def is_in_charge(session: Session, house: House, ritual: Ritual, slack_id: str) -> bool:
    people = People(session, house)
    person = people.by_slack(slack_id)
    return person is not None and (person.is_product_ops or person == people.by_ref(ritual.owner))


def require_in_charge(session: Session, house: House, ritual: Ritual, slack_id: str, to_do: str) -> Person:
    """The person, if they may; else a `UserError` that says who does."""
    person = require_person(session, house, slack_id)
    if is_in_charge(session, house, ritual, slack_id):
        return person
    owner = People(session, house).named(ritual.owner)
    raise UserError(f"Only product ops may {to_do}, and {owner}, who owns {ritual.name}.")
