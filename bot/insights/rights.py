"""Who may do what with an insight: who sees it, who works on the queue, who answers."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.definitions import InsightRules
from bot.definitions.decisions import ONLY_RECORDS, may_decide_on_product
from bot.errors import UserError
from bot.house import House
from bot.insights import model, states
from bot.insights.model import Insight
from bot.people import deciding
from bot.people.flow import require_person
from bot.people.model import People, Person


def rules_of(house: House) -> InsightRules:
    """A `UserError` when the team keeps no `insights.yaml`."""
    if house.definitions.insights is None:
        raise UserError("Insights are not set up here. Product ops can add `insights.yaml` to the definitions.")
    return house.definitions.insights


def everybody_of(session: Session, house: House, words: Sequence[str]) -> list[Person]:
    """Everybody whom these words mean: all who have a role or belong to a function, and single people."""
    people, organisation = People(session, house), house.definitions.organisation
    found: list[Person] = []
    for word in words:
        members = {each.ref for each in organisation.people if each.function == word or word in each.roles}
        meant = [person for person in people.everybody() if person.ref in members]
        found += meant or deciding.meant(session, house, word, None)
    return list(dict.fromkeys(found))


def is_reader(session: Session, house: House, slack_id: str) -> bool:
    """Whether somebody sees restricted insights."""
    rules = house.definitions.insights
    if rules is None:
        return False
    return any(each.slack_id == slack_id for each in everybody_of(session, house, rules.readers))


def is_triager(session: Session, house: House, slack_id: str) -> bool:
    """Whether somebody works on the queue; who reads restricted ones triages those."""
    rules = house.definitions.insights
    if rules is None:
        return False
    return triages_all(session, house, slack_id) or is_reader(session, house, slack_id)


def triages_all(session: Session, house: House, slack_id: str) -> bool:
    """Whether somebody works on all of the queue that is not restricted."""
    rules = rules_of(house)
    return any(each.slack_id == slack_id for each in everybody_of(session, house, rules.triagers))


def require_triager(session: Session, house: House, slack_id: str) -> Person:
    """A `UserError` that names some who may."""
    person = require_person(session, house, slack_id)
    if not is_triager(session, house, slack_id):
        names = [each.name for each in everybody_of(session, house, rules_of(house).triagers)][:3]
        raise UserError(f"The queue is worked on by {' or '.join(names) or 'product ops'}. Ask one of them.")
    return person


def may_see(session: Session, house: House, insight: Insight, slack_id: str) -> bool:
    """Restricted ones: their readers, and who is to answer them. Their submitters have cards of their own."""
    counts_for = model.chain(session, house, insight)[-1]
    if not is_for_readers(session, house, insight) or slack_id in (counts_for.owner, counts_for.asked_of):
        return True
    return is_reader(session, house, slack_id)


def is_for_readers(session: Session, house: House, insight: Insight) -> bool:
    """Whether only they see it: it is restricted, or says the same as one that is, since it was merged into that."""
    return any(each.restricted for each in model.chain(session, house, insight))


def may_triage(session: Session, house: House, insight: Insight, slack_id: str) -> bool:
    if not is_triager(session, house, slack_id):
        return False
    if is_for_readers(session, house, insight):
        return is_reader(session, house, slack_id)
    return triages_all(session, house, slack_id)


def seen(session: Session, house: House, slack_id: str, ref: str) -> Insight:
    """The insight called so, for this person; where they may not see it, it says the same as where there is none."""
    require_person(session, house, slack_id)
    rules_of(house)
    insight = model.get(session, house, ref)
    if not may_see(session, house, insight, slack_id):
        raise model.unknown(ref)
    return insight


def triageable(session: Session, house: House, slack_id: str, ref: str) -> Insight:
    """The insight, for somebody who may triage it; it is held. A `UserError` for others."""
    require_triager(session, house, slack_id)
    insight = _held(session, house, ref)
    if not may_triage(session, house, insight, slack_id):
        raise model.unknown(ref)
    return insight


def answerable(session: Session, house: House, slack_id: str, ref: str) -> Insight:
    """The insight, for somebody who may say what becomes of it; it is held.

    That is its owner, who stands in for them, and the head of product; product ops never decides on the product.
    """
    insight = theirs(session, house, slack_id, ref)
    if not may_decide_on_product(require_person(session, house, slack_id).roles):
        raise UserError(f"{ONLY_RECORDS}. Sort {insight.ref} into an area, so that its owner answers it.")
    return insight


def theirs(session: Session, house: House, slack_id: str, ref: str) -> Insight:
    """The insight, held for whoever it is routed to; also product ops, who finds an area for what has none."""
    person = require_person(session, house, slack_id)
    rules_of(house)
    insight = _held(session, house, ref)
    if not may_see(session, house, insight, slack_id):
        raise model.unknown(ref)
    if not may_answer(session, house, insight, person):
        raise not_theirs(session, house, insight)
    return insight


def not_theirs(session: Session, house: House, insight: Insight) -> UserError:
    """What is said to whoever may not answer it."""
    if insight.owner is None:
        return UserError(f"{insight.ref} {states.IN_WORDS[insight.state]}. `/insight {insight.ref}` shows it.")
    return UserError(f"{insight.ref} is {People(session, house).called(insight.owner)}'s to answer.")


def may_answer(session: Session, house: House, insight: Insight, person: Person) -> bool:
    """Whether it is theirs: as its owner, standing in, or as head of product."""
    if person.slack_id in (insight.owner, insight.asked_of):
        return True
    # What only its readers may see, others do not get by their role.
    return "head_of_product" in person.roles and may_see(session, house, insight, person.slack_id)


def _held(session: Session, house: House, ref: str) -> Insight:
    """Before anybody's rights are looked at: who owns it, and whether it is restricted, may change until then."""
    return model.held(session, house, model.get(session, house, ref).id)[0]
