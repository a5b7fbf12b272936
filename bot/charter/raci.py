"""Who is accountable, responsible, consulted and informed, as the classes of decision say it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.definitions import DecisionClass
from bot.house import House
from bot.people.deciding import labelled_words

ACCOUNTABLE, RESPONSIBLE, CONSULTED, INFORMED, BACKUP = "accountable", "responsible", "consulted", "informed", "backup"
PARTS = (ACCOUNTABLE, BACKUP, RESPONSIBLE, CONSULTED, INFORMED)


@dataclass(frozen=True)
class Row:
    """One class of decision, with everybody in words: `the owner of the area`, `the lead of Support`."""

    id: str
    name: str
    product: bool
    """Whether it is about the product, and never decided by product ops."""
    accountable: str
    backup: str
    responsible: tuple[str, ...]
    consulted: tuple[str, ...]
    informed: tuple[str, ...]


def rows(house: House) -> list[Row]:
    """Every class, in the order of decisions.yaml; nothing without that file."""
    return [_row(house, each) for each in house.definitions.decision_classes]


def roles(house: House) -> dict[str, str]:
    """The words by which somebody stands in a class, each with the name to say."""
    organisation = house.definitions.organisation
    found: dict[str, str] = {}
    for decision_class in house.definitions.decision_classes:
        for part in PARTS:
            for word in words_of(decision_class, part):
                function, person = organisation.function(word), organisation.person(word)
                named = function.name if function else person.name if person else ""
                found[word] = named or word.replace("_", " ")
    return found


def of_role(house: House, word: str) -> Mapping[str, Sequence[str]]:
    """By part, such as `consulted`, the names of the classes in which a word stands there."""
    classes = house.definitions.decision_classes
    return {part: [each.name for each in classes if word in words_of(each, part)] for part in PARTS}


def words_of(decision_class: DecisionClass, part: str) -> tuple[str, ...]:
    """The words that stand in a part of a class."""
    if part == ACCOUNTABLE:
        return (decision_class.decider,)
    if part == BACKUP:
        return (decision_class.backup,)
    words: tuple[str, ...] = getattr(decision_class, part)
    return words


def _row(house: House, each: DecisionClass) -> Row:
    def said(part: str) -> tuple[str, ...]:
        return tuple(labelled_words(house, word) for word in words_of(each, part))

    (accountable,), (backup,), *others = map(said, PARTS)
    return Row(each.id, each.name, each.product, accountable, backup, *others)
