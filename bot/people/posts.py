"""What the definitions name people for: areas, rituals and functions."""

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
    """Everything that somebody is named for, and who: areas, rituals and functions."""
    organisation = house.definitions.organisation

    def refs(ref: str | None) -> str | None:
        person = organisation.person(ref) if ref else None
        return person.ref if person else None

    for area in organisation.areas:
        for role, ref in (("owner", refs(area.owner)), ("deputy", refs(area.deputy))):
            if ref:
                yield Post(f"area:{area.id}:{role}", f"{role} of {area.name}", ref)
    for ritual in house.definitions.calendar.rituals:
        if ref := refs(ritual.owner):
            yield Post(f"ritual:{ritual.id}:owner", f"owner of {ritual.name}", ref)
    for function in organisation.functions:
        if ref := refs(function.lead):
            yield Post(f"function:{function.id}:lead", f"lead of {function.name}", ref)
