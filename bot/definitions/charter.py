"""The charter of product operations: what it is for, what it owns and does not, how to ask it; and the interfaces."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from bot.definitions.decisions import HEAD_OF_PRODUCT, PRODUCT_OPS, OnlyOne, Who, only_one
from bot.definitions.values import ChannelName, Day, Definition, Id, Name, Text, holding, number

OWNERS = (HEAD_OF_PRODUCT, PRODUCT_OPS)
"""The words that may stand for an owner, beside ids of functions and people."""
FEWEST_NOT_OWNED = 3
FEWEST_MEASURES, MOST_MEASURES = 3, 5
SIDES = 2
"""What an interface lies between."""
REVIEW_AFTER = 180
"""Days after which a charter is looked at again, at the latest."""
MOST_LINES, MOST_INTERFACES, MOST_ROADMAPS = 20, 30, 100

Kind = Literal["central", "embedded", "hybrid"]


def _lines(value: Any) -> Any:
    """A key with nothing behind it is an empty list, of which the checks say what it lacks."""
    return () if value is None else [value] if isinstance(value, str) else value


Lines = Annotated[
    tuple[Text, ...],
    BeforeValidator(_lines),
    holding(0, MOST_LINES),
    WithJsonSchema({"type": ["array", "null"], "items": {"type": "string"}}),
]
MeasureId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
WorkingDays = Annotated[int, number(1, 60)]
Escalation = Annotated[
    str,
    only_one("be asked last", "name the one person who is asked last"),
    WithJsonSchema({"type": "string"}),
]


class Purpose(Definition):
    """One sentence: it exists to reduce this, and to improve that, for them."""

    reduce: Text = Field(description="write what goes wrong and is to happen less, such as launches that surprise us")
    improve: Text = Field(description="write what is to become better, such as what customers hear on the first day")
    whom: Text = Field(alias="for", description="write for whom, such as Support and Sales")


class Asking(Definition):
    """How somebody gets help from product operations."""

    channel: ChannelName = Field(description='write where to ask, such as "#product-ops"')
    form: Text | None = None
    """What to say or fill in, such as a command."""
    triage: Text = Field(description="write when asks are looked at, such as: every Monday")
    reply_within: WorkingDays
    """Working days until whoever asks has an answer."""


class OperatingModel(Definition):
    """Where product operations sits: in one team, in the areas, or both."""

    kind: Kind = Field(description="write central, embedded or hybrid")
    why: Text = Field(description="write why it is so, in one sentence")
    reports_to: Who = HEAD_OF_PRODUCT
    """Whom it answers to: head_of_product, the id of a function (its lead), or a person."""


class Side(Definition):
    """One of the two functions that an interface lies between."""

    function: Id = Field(alias="of", description="write the id of a function in organisation.yaml")
    owner: OnlyOne | None = None
    """Who answers for this side: head_of_product, product_ops, the id of a function (its lead), or a person."""
    backup: Who | None = None
    """Who does when the owner cannot."""


class Interface(Definition):
    """Where two functions hand something to each other."""

    id: Id
    name: Name
    about: Text = Field(description="write in one sentence what is handed over here")
    sides: Annotated[tuple[Side, ...], holding(0, SIDES)] = ()
    channel: ChannelName | None = None
    """Where it is talked about."""
    reply_within: WorkingDays | None = None
    """Working days in which either side answers the other."""
    escalation: Escalation | None = None
    """Who is asked when the two sides do not agree."""


class Roadmap(Definition):
    """Where the roadmap of an area is kept, if not with Drumbeat."""

    area: Id
    owner: Who = Field(description="write whose it is: head_of_product, the id of a function, or a person")
    where: Text = Field(description="write where it is kept, such as its address")


class Charter(Definition):
    problem: Purpose | None = None
    """What product operations is there for."""
    customers: Lines = ()
    """For whom it works."""
    owns: Lines = ()
    """What is its own, such as the cadence calendar."""
    does_not_own: Lines = ()
    """What is not, at least three lines, such as priorities."""
    decision_rights: Text | None = None
    """That product operations informs, and product managers and product leadership decide: in your own words."""
    asking: Asking | None = None
    """How to get help."""
    ranking: Text | None = None
    """What comes first when there is more to do than time."""
    model: OperatingModel | None = None
    """Where product operations sits."""
    measures: Annotated[
        tuple[MeasureId, ...],
        BeforeValidator(_lines),
        holding(0, MOST_LINES),
        WithJsonSchema({"type": ["array", "null"], "items": {"type": "string"}}),
    ] = ()
    """What success is measured by: ids of measures, such as M5."""
    sponsor: Who = HEAD_OF_PRODUCT
    """Who wants it to succeed, and clears the way."""
    owner: Who = PRODUCT_OPS
    """Who keeps this charter."""
    review_on: Day | None = None
    """When it is looked at again; left out, 180 days after it was approved."""
    rubric: Literal["R-A", "R-B"] = "R-A"
    """By which of the two rubrics the operating system is scored."""
    interfaces: Annotated[tuple[Interface, ...], holding(0, MOST_INTERFACES)] = ()
    roadmaps: Annotated[tuple[Roadmap, ...], holding(0, MOST_ROADMAPS)] = ()

    def interface(self, id: str) -> Interface | None:
        return next((each for each in self.interfaces if each.id == id), None)
