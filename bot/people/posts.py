"""What the definitions name people for: areas, rituals, functions, classes of decision, the charter and its seams."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.house import House


@dataclass(frozen=True)
class Post:
    """Something that the definitions name a person for."""

    key: str
    words: str
    """As in *you were named …*: `owner of Billing`."""
    ref: str


def posts(house: House) -> Iterator[Post]:
    """Everything that somebody is named for, and who. Whoever leads a function is named for that alone."""
    for key, words, ref in (*_of_organisation(house), *_of_classes(house), *_of_charter(house)):
        person = house.definitions.organisation.person(ref) if ref else None
        if person is not None:
            yield Post(key, words, person.ref)


_Named = Iterator[tuple[str, str, str | None]]
"""A post's key, its words, and whom the definitions write there: a person, nobody, or a word for something else."""


def _of_organisation(house: House) -> _Named:
    for area in house.definitions.organisation.areas:
        yield f"area:{area.id}:owner", f"owner of {area.name}", area.owner
        yield f"area:{area.id}:deputy", f"deputy of {area.name}", area.deputy
    for ritual in house.definitions.calendar.rituals:
        yield f"ritual:{ritual.id}:owner", f"owner of {ritual.name}", ritual.owner
    for function in house.definitions.organisation.functions:
        yield f"function:{function.id}:lead", f"lead of {function.name}", function.lead


def _of_classes(house: House) -> _Named:
    for each in house.definitions.decision_classes:
        yield f"class:{each.id}:decider", f"decider of “{each.name}”", each.decider
        yield f"class:{each.id}:backup", f"backup of “{each.name}”", each.backup


def _of_charter(house: House) -> _Named:
    charter, organisation = house.definitions.charter, house.definitions.organisation
    if charter is None:
        return
    yield "charter:product-operations:sponsor", "sponsor of the charter", charter.sponsor
    yield "charter:product-operations:owner", "owner of the charter", charter.owner
    for interface in charter.interfaces:
        for side in interface.sides:
            function = organisation.function(side.function)
            where = f"{interface.name} on the side of {function.name if function else side.function}"
            for role, ref in (("owner", side.owner), ("backup", side.backup)):
                yield f"interface:{interface.id}:{side.function}-{role}", f"{role} of {where}", ref
