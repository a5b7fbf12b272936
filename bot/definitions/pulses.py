"""The pulses: at most three questions that people are asked every month or quarter, answered without their name."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from bot.definitions.check import doubles
from bot.definitions.values import Definition, Id, Name, holding, number
from bot.yamlfile import Document, Problem

AGREE, MINUTES, WORDS = "agree", "minutes", "words"
PRODUCT_MANAGERS, STAKEHOLDERS = "product_managers", "stakeholders"
MOST_QUESTIONS = 3
"""What is answered in a minute."""

Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=150)]


class PulseQuestion(Definition):
    """One question of a pulse."""

    id: Id
    label: Label = Field(description="write what is asked, such as: This system saves me more time than it costs")
    kind: Literal["agree", "minutes", "words"]
    """What an answer is: 1 to 5, minutes in bands, or words."""


class Pulse(Definition):
    """What some people are asked every month or quarter."""

    id: Id
    name: Name
    asks: Literal["product_managers", "stakeholders"]
    """Whom: the product managers, or everybody who is neither that nor in product operations."""
    every: Literal["month", "quarter"]
    """How often."""
    day: Annotated[int, number(1, 28)] = 8
    """The day of the month, or of the first month of a quarter."""
    open_days: Annotated[int, number(2, 28)] = 7
    """For how many days it can be answered."""
    questions: Annotated[tuple[PulseQuestion, ...], holding(1, MOST_QUESTIONS)]

    def question(self, id: str) -> PulseQuestion | None:
        return next((each for each in self.questions if each.id == id), None)


class PulseRules(Definition):
    """All pulses."""

    pulses: Annotated[tuple[Pulse, ...], holding(1, 6)]

    def pulse(self, id: str) -> Pulse | None:
        return next((each for each in self.pulses if each.id == id), None)


def check_pulses(rules: PulseRules, document: Document) -> Iterator[Problem]:
    """What no single value shows: ids that are taken."""
    yield from doubles(document, "pulses", [each.id for each in rules.pulses])
    for i, pulse in enumerate(rules.pulses):
        ids = [each.id for each in pulse.questions]
        for j, id in enumerate(ids):
            if id in ids[:j]:
                message = f"the id `{id}` is taken by a question above"
                yield document.problem(("pulses", i, "questions", j, "id"), message, "give this one another id")
