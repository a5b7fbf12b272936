"""Who is to decide what somebody raises or records: the class says it, and who may not decide is refused."""

from dataclasses import replace

from sqlalchemy.orm import Session

from bot.decisions import boundary
from bot.decisions.entry import Entry, Question
from bot.decisions.model import Decision
from bot.definitions import DecisionClass
from bot.definitions.decisions import AREA_OWNER, HEAD_OF_PRODUCT, ONLY_RECORDS, may_decide_on_product
from bot.house import House
from bot.people.deciding import deciders, in_words, meant
from bot.people.heard import hear
from bot.people.model import People, Person

Asked = Question | Entry
MARKETING = "marketing"
"""The id of the function that speaks to the market, where there is one."""
AREA, CLASS = "area", "class"
UNKNOWN_PERSON = "I do not know them. Pick a person whom `organisation.yaml` names."


def sorts(house: House) -> dict[tuple[str, str], list[str]]:
    """The classes and areas that people may name, each with the words for it; the first is the one to say."""
    areas = {(AREA, area.id): [area.name, area.id] for area in house.definitions.organisation.areas}
    classes = house.definitions.decision_classes
    return areas | {(CLASS, each.id): [*each.topics, each.name, each.id] for each in classes}


def heard(house: House, words: str) -> tuple[str, str]:
    """The ids of the class and the area that somebody's words are about; empty when they name none, or several."""
    meant = hear(words, sorts(house)).meant
    found = {kind: [id for each, id in meant if each == kind] for kind in (CLASS, AREA)}
    class_id, area_id = (ids[0] if len(ids) == 1 else "" for ids in found.values())
    return class_id, area_id


def decider(session: Session, house: House, words: str) -> str:
    """Who decides what somebody's words are about: a name, else as what; empty when they name no class."""
    class_id, area_id = heard(house, words)
    found, area = house.definitions.decision_class(class_id), house.definitions.organisation.area(area_id)
    if found is None:
        return ""
    person = deciders(session, house, found, area).decider
    return person.name if person else in_words(house, found.decider, area)


def whose(session: Session, house: House, words: str) -> tuple[str, str]:
    """What somebody wants that is for others to do, as `boundary.crosses` calls it, and who they are, in words."""
    sort, area = boundary.crosses(words), house.definitions.organisation.area(heard(house, words)[1])
    word = MARKETING if sort == boundary.MARKETING else AREA_OWNER
    if word == MARKETING and house.definitions.organisation.function(MARKETING) is None:
        return sort, ""
    people = meant(session, house, word, area)
    return sort, people[0].name if len(people) == 1 else in_words(house, word, area)


def with_decider(session: Session, house: House, question: Question) -> Question:
    """The question with the decider its class and area name; as it is when somebody was picked, or nobody is named."""
    found, area = (
        house.definitions.decision_class(question.class_id),
        house.definitions.organisation.area(question.area_id),
    )
    if question.decider or found is None or (found.is_about_an_area and area is None):
        return question
    first = next(iter(deciders(session, house, found, area).in_order), None)
    return replace(question, decider=first.slack_id) if first else question


def line(session: Session, house: House, decision: Decision) -> list[Person]:
    """Who decides an entry, in this order: its decider, then whoever its class names, or who stands in for its area."""
    first = People(session, house).by_slack(decision.decider)
    others = in_line(session, house, decision.class_id, decision.area_id)
    in_order = dict.fromkeys(([first] if first else []) + others)
    return [person for person in in_order if may_decide(house, decision.class_id, person)]


def in_line(session: Session, house: House, class_id: str, area_id: str) -> list[Person]:
    """Who decides what is of a class and about an area, each of which may be unknown, in this order."""
    people, area = People(session, house), house.definitions.organisation.area(area_id)
    found = house.definitions.decision_class(class_id)
    if found is not None:
        return deciders(session, house, found, area).in_order
    others = people.stand_ins(area) if area else people.with_role(HEAD_OF_PRODUCT)[:1]
    return [person for person in others if may_decide(house, class_id, person)]


def vacant(session: Session, house: House) -> list[DecisionClass]:
    """The classes that nobody decides now, since nobody stands where they say who does; areas apart.

    Of areas that have lost their owner product ops hears as soon as somebody leaves.
    """
    return [
        each
        for each in house.definitions.decision_classes
        if not each.is_about_an_area and deciders(session, house, each, None).decider is None
    ]


def decided_in(house: House, ritual_id: str) -> str:
    """The class whose decisions are made in a ritual; empty when there is none, or several."""
    found = [each.id for each in house.definitions.decision_classes if ritual_id and each.forum.ritual == ritual_id]
    return found[0] if len(found) == 1 else ""


def may_decide(house: House, class_id: str, person: Person) -> bool:
    """Whether somebody may decide this: product ops only what is said not to be about the product."""
    found = house.definitions.decision_class(class_id)
    is_about_product = found.product if found else house.definitions.decisions is not None
    return not is_about_product or may_decide_on_product(person.roles)


def wrong(session: Session, house: House, asked: Asked) -> dict[str, str]:
    """What is wrong with the class, the area and the decider, by form field."""
    found = house.definitions.decision_class(asked.class_id)
    fields = wrong_class(house, asked.class_id)
    if asked.area_id and house.definitions.organisation.area(asked.area_id) is None:
        fields["area_id"] = "The definitions no longer have this area. Pick another one."
    if asked.decider:
        fields |= wrong_decider(session, house, asked)
    elif found is not None and found.is_about_an_area and not asked.area_id:
        fields["area_id"] = "Pick the area: its owner decides this. Or name the decider."
    elif found is not None:
        fields["decider"] = "Nobody stands where the definitions say who decides this. Name the one person."
    return fields


def wrong_inform(session: Session, house: House, entry: Entry) -> dict[str, str]:
    """What is wrong with the person who must know, by form field: whom I do not know I cannot tell."""
    if entry.inform_person and People(session, house).by_slack(entry.inform_person) is None:
        return {"inform_person": UNKNOWN_PERSON}
    return {}


def wrong_class(house: House, class_id: str) -> dict[str, str]:
    """What is wrong with the class alone, by form field."""
    if class_id and house.definitions.decision_class(class_id) is None:
        return {"class_id": "The definitions no longer have this. Pick another one."}
    return {}


def wrong_decider(session: Session, house: House, asked: Asked) -> dict[str, str]:
    """What is wrong with the decider alone, by form field."""
    decider, found = People(session, house).by_slack(asked.decider), house.definitions.decision_class(asked.class_id)
    if decider is None:
        return {"decider": UNKNOWN_PERSON}
    if may_decide(house, asked.class_id, decider):
        return {}
    if found is None:
        return {"decider": f"{ONLY_RECORDS}. Pick who decides, or say above what sort of decision it is."}
    area = house.definitions.organisation.area(asked.area_id)
    named = deciders(session, house, found, area).decider
    who = named.name if named else in_words(house, found.decider, area)
    return {"decider": f"{ONLY_RECORDS}. Pick {who}."}
