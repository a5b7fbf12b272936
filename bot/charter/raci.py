"""Who is accountable, responsible, consulted and informed, as the classes of decision say it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.definitions import DecisionClass, labelled
from bot.house import House
from bot.people.deciding import in_words, paths_of

ACCOUNTABLE, RESPONSIBLE, CONSULTED, INFORMED, BACKUP = "accountable", "responsible", "consulted", "informed", "backup"
PARTS = (ACCOUNTABLE, BACKUP, RESPONSIBLE, CONSULTED, INFORMED)
KEYS: Mapping[str, str] = {part: part for part in PARTS} | {ACCOUNTABLE: "decider"}
"""Under which key of a class each part stands."""


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
    return {
        part: [
            labelled(house.definitions, each.name, path_of(each, part))
            for each in classes
            if word in words_of(each, part)
        ]
        for part in PARTS
    }


def words_of(decision_class: DecisionClass, part: str) -> tuple[str, ...]:
    """The words that stand in a part of a class."""
    words: str | tuple[str, ...] = getattr(decision_class, KEYS[part])
    return (words,) if isinstance(words, str) else words


def path_of(decision_class: DecisionClass, part: str) -> str:
    """Where in the definitions it may be assumed who stands in a part of a class."""
    return f"decisions.classes.{decision_class.id}.{KEYS[part]}"


def _row(house: House, each: DecisionClass) -> Row:
    def said(part: str) -> tuple[str, ...]:
        path = path_of(each, part)
        return tuple(
            labelled(house.definitions, in_words(house, word), path, *paths_of(word)) for word in words_of(each, part)
        )

    (accountable,), (backup,), *others = map(said, PARTS)
    return Row(each.id, each.name, each.product, accountable, backup, *others)
