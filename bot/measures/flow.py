"""What people ask of measures: all of them, or one in full."""

from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.definitions.measures import COMPUTED
from bot.errors import UserError
from bot.house import House
from bot.measures import messages, standing
from bot.measures.catalogue import CATALOGUE
from bot.measures.figure import Details, periods
from bot.measures.standing import Stands
from bot.people import deciding
from bot.people.flow import require_person


def show(session: Session, house: House, slack_id: str, words: str) -> list[Message]:
    """Every measure; or the one that somebody means, by its id or a part of its name."""
    require_person(session, house, slack_id)
    if not words.strip():
        return messages.health(house, standing.of_all(session, house))
    return _one(session, house, _meant(house, words), slack_id)


def owner_of(session: Session, house: House, stands: Stands) -> str:
    """Who answers for the number, by name; empty when nobody does."""
    owner = stands.definition.owner if stands.definition else None
    if owner is None:
        return ""
    names = [person.name for person in deciding.meant(session, house, owner, None)]
    return ", ".join(names) or deciding.in_words(house, owner)


def _one(session: Session, house: House, id: str, slack_id: str) -> list[Message]:
    stands = _stands(session, house, id)
    guarded_by = stands.definition.guarded_by if stands.definition else COMPUTED[id].guard
    guard = _stands(session, house, guarded_by) if guarded_by else None
    return messages.one(house, stands, _details(session, house, id, slack_id), guard, owner_of(session, house, stands))


def _details(session: Session, house: House, id: str, slack_id: str) -> Details:
    """What it is made up of in its last period, as this person may see it."""
    measure = CATALOGUE.get(id)
    if measure is None:
        return Details()
    period = periods(house, measure.weeks)[-1]
    if measure.own is not None:
        return measure.own(session, house, period, slack_id)
    return measure.explain(session, house, period) if measure.explain else Details()


def _stands(session: Session, house: House, id: str) -> Stands:
    return standing.of(session, house, id) if id in COMPUTED else standing.kept_elsewhere(house, id)


def _meant(house: House, words: str) -> str:
    """The id of the measure; a `UserError` when there is none, or several."""
    rules, asked = house.definitions.measures, words.strip().casefold()
    own = {each.id: each.title for each in rules.measures if not each.computed} if rules else {}
    names = {id: each.name for id, each in COMPUTED.items()} | own
    exactly = [id for id, name in names.items() if asked in (id.casefold(), name.casefold())]
    found = exactly or [id for id, name in names.items() if asked in name.casefold()]
    if len(found) != 1:
        known = [f"{id} {names[id]}" for id in found or names]
        raise UserError(house.words.part(messages.HEALTH, "unknown", asked=words.strip()[:40], names=known))
    return found[0]
