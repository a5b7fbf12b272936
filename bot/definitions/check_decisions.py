"""What no single class of decision shows: words that stand for nobody, deciders who may not decide, what is missing."""

from collections.abc import Iterator

from bot.definitions.calendar import Calendar
from bot.definitions.check import by_rule, doubles, unknown_word
from bot.definitions.decisions import (
    AREA_OWNER,
    HEAD_OF_PRODUCT,
    NEEDED_TOPICS,
    ONE_PERSON,
    ONLY_RECORDS,
    PRODUCT_OPS,
    SEVERAL,
    DecisionClass,
    DecisionRules,
    may_decide_on_product,
)
from bot.definitions.organisation import Organisation, PersonDefinition
from bot.yamlfile import Document, KeyPath, Problem, nearest

BOT = ("bot", "drumbeat")
MOST_CONSULTED = 5
"""More who are asked for their view slow everybody down."""
WHO_ELSE = "write who does, such as area_owner or head_of_product; or `product: false` if it is not about the product"


def check_decisions(rules: DecisionRules, document: Document) -> Iterator[Problem]:
    yield from doubles(document, "classes", [each.id for each in rules.classes])
    known: dict[str, KeyPath] = {}
    for i, decision_class in enumerate(rules.classes):
        for j, topic in enumerate(decision_class.topics):
            place: KeyPath = ("classes", i, "topics", j)
            first = known.setdefault(topic.casefold(), place)
            if first != place:
                message = f"the topic `{topic}` stands already on line {document.values[first][0]}"
                yield document.problem(place, message, "let each topic belong to one class")
        if decision_class.backup == decision_class.decider:
            yield _same(document, i)
        if (count := len(decision_class.consulted)) > MOST_CONSULTED:
            message = f"{count} are asked for their view of {decision_class.name}, and each of them costs days"
            mend = f"leave at most {MOST_CONSULTED}, and put the others under `informed`"
            yield document.problem(("classes", i, "consulted"), message, mend, level="warning", rule="OM01")
    for topic in NEEDED_TOPICS:
        if topic not in known:
            mend = "write it among the `topics` of the class that says so"
            yield document.problem(("classes",), f"no class says who decides about `{topic}`", mend, rule="OM04")


def check_decision_references(
    rules: DecisionRules, document: Document, organisation: Organisation
) -> Iterator[Problem]:
    """The classes against the organisation."""
    if not organisation.with_role(HEAD_OF_PRODUCT):
        mend = f"give somebody the role `{HEAD_OF_PRODUCT}` in organisation.yaml"
        message = "there is no head of product to ask when nobody decides"
        yield document.problem(("classes",), message, mend, rule="DE02")
    for i, decision_class in enumerate(rules.classes):
        yield from _unknown(decision_class, organisation, document, ("classes", i))
        decider, backup = (_named(organisation, word) for word in (decision_class.decider, decision_class.backup))
        if decider is not None and decider == backup and decision_class.decider != decision_class.backup:
            yield _same(document, i)
        if decision_class.product:
            yield from _product_ops_decides(decision_class, organisation, document, ("classes", i))
    yield from _owner_may_not_decide(rules, organisation, document)


def check_decision_forums(rules: DecisionRules, document: Document, calendar: Calendar) -> Iterator[Problem]:
    rituals = [each.id for each in calendar.rituals]
    for i, decision_class in enumerate(rules.classes):
        ritual = decision_class.forum.ritual
        if ritual is not None and ritual not in rituals:
            message = f"no ritual has the id `{ritual}`"
            yield document.problem(("classes", i, "forum", "ritual"), message, nearest(ritual, rituals))


def _same(document: Document, i: int) -> Problem:
    message = "the backup is the decider, so nobody decides when they do not"
    return document.problem(("classes", i, "backup"), message, "name somebody else", rule="DE02")


def _unknown(
    decision_class: DecisionClass, organisation: Organisation, document: Document, path: KeyPath
) -> Iterator[Problem]:
    """Words that are neither ours nor a function's id nor a person."""
    unknown = unknown_word(organisation, document)
    places: list[tuple[KeyPath, str, tuple[str, ...]]] = [
        ((*path, key), getattr(decision_class, key), ONE_PERSON) for key in ("decider", "backup")
    ]
    for key in ("responsible", "consulted", "informed"):
        places += [((*path, key, j), word, SEVERAL) for j, word in enumerate(getattr(decision_class, key))]
    for place, word, words in places:
        if word.casefold() in BOT:
            message = f"Drumbeat helps people decide, and is nobody to be `{place[2]}`"
            yield document.problem(place, message, WHO_ELSE, rule="BO01")
        else:
            yield from by_rule("DE02" if place[2] in ("decider", "backup") else "", unknown(place, word, words))


def _product_ops_decides(
    decision_class: DecisionClass, organisation: Organisation, document: Document, path: KeyPath
) -> Iterator[Problem]:
    for key in ("decider", "backup"):
        word = getattr(decision_class, key)
        person = _named(organisation, word)
        if word == PRODUCT_OPS or (person is not None and not may_decide_on_product(person.roles)):
            yield document.problem((*path, key), ONLY_RECORDS, WHO_ELSE, rule="BO01")


def _owner_may_not_decide(rules: DecisionRules, organisation: Organisation, document: Document) -> Iterator[Problem]:
    """Areas of product ops, told once, where owners first decide about the product."""
    by_owners = [i for i, each in enumerate(rules.classes) if each.product and each.decider == AREA_OWNER]
    for area in organisation.areas if by_owners else ():
        owner = organisation.person(area.owner)
        if owner is not None and not may_decide_on_product(owner.roles):
            message = f"{area.name} is owned by {owner.name} of Product Ops. {ONLY_RECORDS}"
            mend = f"name a product manager as its owner, or give {owner.name} the role `product_manager`"
            yield document.problem(("classes", by_owners[0], "decider"), message, mend, rule="BO01")


def _named(organisation: Organisation, word: str) -> PersonDefinition | None:
    """Whom a word names for good: a person, or the lead of a function. Roles and areas change hands."""
    function = organisation.function(word)
    return organisation.person(function.lead or "") if function else organisation.person(word)
