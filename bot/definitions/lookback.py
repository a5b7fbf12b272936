"""What is asked once a release is live: captures on some days after it, and a poll of those it affects."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from bot.definitions.values import Definition, Id, Name, holding, number
from bot.yamlfile import wrong

Kind = Literal["text", "number", "choice", "outcome", "person", "date"]
"""What an answer is. `outcome`: whether the release's target was met, one of `OUTCOMES`."""
Meaning = Literal["tickets", "usual-tickets", "actual", "lesson"]
"""What the report on a release makes of an answer."""
NUMBERS: tuple[Meaning, ...] = ("tickets", "usual-tickets")
OUTCOMES = ("met", "not met", "not known yet")
IN_TIME, TOO_LATE, UNAWARE = "in_time", "too_late", "unaware"
KNEW = (IN_TIME, TOO_LATE, UNAWARE)
"""What the poll can answer."""
MOST_DAYS = 90
MOST_QUESTIONS = 8
"""Slack shows more, but nobody fills in more."""
MOST_REQUIRED = 6
"""Of these; whoever must answer more gives up."""

AfterDays = Annotated[int, number(1, MOST_DAYS)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=75)]


class Question(Definition):
    """One question of a capture."""

    id: Id
    label: Name = Field(description="write what is asked, such as: Is anything broken?")
    kind: Kind = "text"
    """What an answer is; `outcome`: whether the target is met."""
    options: Annotated[tuple[Words, ...], holding(2, 10)] | None = None
    """What can be chosen, for the kind `choice` alone."""
    required: bool = False
    """Whether it has to be answered."""
    means: Meaning | None = None
    """What the report takes it for: tickets in the week, tickets in a usual week, the number reached, a lesson."""

    @model_validator(mode="after")
    def _choices(self) -> "Question":
        if (self.kind == "choice") != (self.options is not None):
            if self.options is None:
                raise wrong(f"`{self.id}` is a choice of nothing", "add `options`, such as [yes, no]")
            raise wrong(f"`{self.id}` is no choice, but has `options`", "write `kind: choice`", at="options")
        if self.means in NUMBERS and self.kind != "number":
            raise wrong(f"`{self.id}` means {self.means}, which is counted", "write `kind: number`", at="means")
        return self


class Capture(Definition):
    """What some functions are asked on one day after a release."""

    id: Id
    day: AfterDays = Field(description="write how many days after the release, such as 7")
    functions: Annotated[tuple[Id, ...], holding(1, 10)] = Field(
        description="write ids of functions, or release-owner, such as [support]"
    )
    tiers: Annotated[tuple[Literal["low", "medium", "high"], ...], holding(1, 3)] = ("low", "medium", "high")
    """The tiers of which it is asked, where they look back on this day at all."""
    questions: Annotated[tuple[Question, ...], holding(1, MOST_QUESTIONS)]

    def question(self, id: str) -> Question | None:
        return next((question for question in self.questions if question.id == id), None)


class Knew(Definition):
    """The three answers of the poll, as they stand on its buttons."""

    in_time: Words = "I knew in time"
    """The label of the first button."""
    too_late: Words = "Too late to prepare"
    """Of the second: they had heard of it, but not in time."""
    unaware: Words = "I did not know"
    """Of the third."""


class Awareness(Definition):
    """Everybody in the functions that a release affects is asked once whether they knew of it."""

    day: AfterDays = 1
    """How many days after the release."""
    question: Name = "Did you know in time that this was coming?"
    """What everybody affected is asked."""
    answers: Knew = Knew()

    def label(self, answer: str) -> str:
        label: str = getattr(self.answers, answer)
        return label
