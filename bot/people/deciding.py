"""Who decides: what stands in a class of decision, as the people who are meant by it now."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.definitions import Area, DecisionClass, labelled
from bot.definitions.decisions import (
    AREA_DEPUTY,
    AREA_OWNER,
    EVERYBODY,
    HEAD_OF_PRODUCT,
    PRODUCT_MANAGER,
    PRODUCT_OPS,
    SEVERAL,
    may_decide_on_product,
)
from bot.house import House
from bot.people.model import People, Person

WHO = "people/who.txt.j2"
ROLES = (HEAD_OF_PRODUCT, PRODUCT_OPS, PRODUCT_MANAGER)


@dataclass(frozen=True)
class Deciders:
    """Who decides, who does when they do not, and who in the end; each may be nobody, and nobody stands here twice."""

    decider: Person | None
    backup: Person | None
    head: Person | None

    @property
    def in_order(self) -> list[Person]:
        return [person for person in (self.decider, self.backup, self.head) if person is not None]


def deciders(session: Session, house: House, decision_class: DecisionClass, area: Area | None) -> Deciders:
    """Whom a class of decision comes to. Without an area, nobody stands for its owner.

    Of what is about the product, product ops decides nothing, also as somebody's deputy.
    """
    seen: list[Person] = []

    def first(word: str) -> Person | None:
        for person in meant(session, house, word, area):
            if person not in seen and (not decision_class.product or may_decide_on_product(person.roles)):
                seen.append(person)
                return person
        return None

    return Deciders(first(decision_class.decider), first(decision_class.backup), first(HEAD_OF_PRODUCT))


def meant(session: Session, house: House, word: str, area: Area | None) -> list[Person]:
    """The people whom a word of a class stands for, in the order in which they are asked."""
    people, organisation = People(session, house), house.definitions.organisation
    if word == EVERYBODY:
        return people.everybody()
    if word in (AREA_OWNER, AREA_DEPUTY):
        owner = people.by_ref(area.owner) if area else None
        if word == AREA_OWNER:
            return [owner] if owner else []
        return [person for person in people.stand_ins(area) if person != owner] if area else []
    if word in ROLES:
        return people.with_role(word)
    function = organisation.function(word)
    person = people.by_ref(function.lead if function else word)
    return [person] if person else []


def there_today(session: Session, house: House, people: Sequence[Person]) -> Person | None:
    """The first of them who is not away on their today."""
    known, now = People(session, house), house.clock.now()
    return next((person for person in people if not known.away_because(person, person.today(now))), None)


def in_words(house: House, word: str, area: Area | None = None) -> str:
    """`the owner of Billing`, `the lead of Support`, a name: what a word of a class says to a reader."""
    organisation = house.definitions.organisation
    function, person = organisation.function(word), organisation.person(word)
    part = word if word in SEVERAL else "function" if function else "person"
    return house.words.part(WHO, part, area=area, function=function, person=person)


def labelled_words(house: House, word: str) -> str:
    """The same in a list of who does what: `the head of product (assumed)` where it is only assumed who that is."""
    return labelled(house.definitions, in_words(house, word), *paths_of(word))


def paths_of(word: str, area: Area | None = None) -> tuple[str, ...]:
    """Where in the definitions it may be assumed whom a word means."""
    if area is not None and word in (AREA_OWNER, AREA_DEPUTY):
        return (f"organisation.areas.{area.id}.{'owner' if word == AREA_OWNER else 'deputy'}",)
    return f"organisation.people.{word}", f"organisation.functions.{word}"
