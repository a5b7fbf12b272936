"""What the definitions rest on that nobody knew for sure: each value with who confirms it, and by when."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StringConstraints

from bot.definitions.organisation import Organisation
from bot.definitions.values import Day, Definition, Ref, Text, holding, number
from bot.yamlfile import Document, Problem

if TYPE_CHECKING:
    from bot.definitions.loading import Definitions

MOST, MOST_DAYS = 100, 180
ASSUMED = "(assumed)"

Path = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+$")]


class Assumption(Definition):
    """A value that is used until somebody confirms or changes it."""

    what: Path = Field(description="write the file and the key, such as organisation.profile.pods")
    value: Text
    """What is taken for true, in words."""
    owner: Ref = Field(description="write who confirms it: their e-mail address or Slack member id")
    confirm_by: Day
    """The day on which they are asked, if they have not said by then."""
    why: Text
    """Why it is assumed, such as: nobody knew at setup."""


class Assumptions(Definition):
    confirm_within: Annotated[int, number(1, MOST_DAYS)] = 14
    """In how many days what the setup interview assumes is to be confirmed."""
    assumptions: Annotated[tuple[Assumption, ...], holding(0, MOST)] = ()

    def of(self, what: str) -> Assumption | None:
        return next((each for each in self.assumptions if each.what == what), None)


def assumed(definitions: "Definitions", path: str) -> str:
    """`(assumed)` when the value at `path`, what it is part of, or a part of it, is an assumption; else empty.

    `path` is the file's name without its ending, then the keys; of a list, the id: `organisation.areas.billing.owner`.
    """
    held = definitions.assumptions.assumptions if definitions.assumptions else ()
    return ASSUMED if any(is_within(path, each.what) or is_within(each.what, path) for each in held) else ""


def labelled(definitions: "Definitions", text: str, *paths: str) -> str:
    """The text, with `(assumed)` behind it when a value at one of the paths is an assumption; nothing stays nothing."""
    label = next(filter(None, (assumed(definitions, path) for path in paths)), "")
    return f"{text} {label}" if text and label else text


def labelled_measure(definitions: "Definitions", text: str, id: str, *keys: str) -> str:
    """The same of what is said of a measure: `keys` are those of its definition, such as `target` and `by`."""
    return labelled(definitions, text, *(f"measures.{id}.{key}" for key in keys))


def is_within(path: str, whole: str) -> bool:
    """Whether the value at a path is the one at `whole`, or a part of it."""
    return path == whole or path.startswith(f"{whole}.")


def check_assumptions(held: Assumptions, document: Document, organisation: Organisation | None) -> Iterator[Problem]:
    seen: set[str] = set()
    for i, each in enumerate(held.assumptions):
        if each.what in seen:
            message = f"`{each.what}` is assumed twice"
            yield document.problem(("assumptions", i, "what"), message, "keep one of them")
        seen.add(each.what)
        if organisation and organisation.person(each.owner) is None:
            message = f"`{each.owner}` is nobody of organisation.yaml"
            yield document.problem(("assumptions", i, "owner"), message, "write the address of somebody who is")
