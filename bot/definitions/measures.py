"""The measures a team goes by: whose each is, where it stood, where it is to be, and by when."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema, model_validator

from bot.definitions.decisions import HEAD_OF_PRODUCT, PRODUCT_OPS, Who
from bot.definitions.values import Day, Definition, Name, Text, holding
from bot.yamlfile import nearest, wrong

Unit = Literal["%", "days", "hours", "minutes", "messages", "count"]
"""What a measure is counted in; a count is a bare number."""
SHARE: Final = "%"
DAYS: Final = "days"
HOURS: Final = "hours"
MINUTES: Final = "minutes"
MESSAGES: Final = "messages"
COUNT: Final = "count"

OWNERS = (HEAD_OF_PRODUCT, PRODUCT_OPS)
"""The words that may stand for an owner, beside ids of functions and people."""
MOST_MEASURES, MOST_READINGS = 40, 120


@dataclass(frozen=True)
class Computed:
    """A measure that Drumbeat computes from its own records."""

    name: str
    unit: Unit
    more_is_better: bool
    guard: str = ""
    """What it is looked at with, so that speed does not cost quality: another measure's id; empty: it needs none, or
    shows its own beside itself."""


COMPUTED: Mapping[str, Computed] = {
    "M1": Computed("On-time updates", SHARE, more_is_better=True),
    "M2": Computed("Artifact yield", SHARE, more_is_better=True),
    "M3": Computed("Decision latency", DAYS, more_is_better=False, guard="M4"),
    "M4": Computed("Decisions reopened", SHARE, more_is_better=False),
    "M5": Computed("Launch surprises", SHARE, more_is_better=False),
    "M6": Computed("Unregistered launches", COUNT, more_is_better=False),
    "M7": Computed("Bundle coverage", SHARE, more_is_better=True, guard="M5"),
    "M8": Computed("Triage in time", SHARE, more_is_better=True, guard="M9"),
    "M9": Computed("Loop closure", SHARE, more_is_better=True),
    "M10": Computed("Orphans", COUNT, more_is_better=False),
    "M11": Computed("Cycle time", DAYS, more_is_better=False, guard="M15"),
    "M12": Computed("Overhead of product managers", MINUTES, more_is_better=False, guard="M1"),
    "M13": Computed("Status asks saved", SHARE, more_is_better=True),
    "M14": Computed("Stakeholder pulse", SHARE, more_is_better=True),
    "M15": Computed("Launch outcome", SHARE, more_is_better=True),
    "M16": Computed("Actions done", SHARE, more_is_better=True),
    "M17": Computed("Bot load", MESSAGES, more_is_better=False),
}
"""By id, in the order in which they are shown."""

_UNITS: Mapping[str, Unit] = {
    "": COUNT, "%": SHARE, "day": DAYS, "days": DAYS, "hour": HOURS, "hours": HOURS, "minute": MINUTES,
    "minutes": MINUTES, "message": MESSAGES, "messages": MESSAGES,
}  # fmt: skip
_AMOUNT = re.compile(r"(\d{1,9}(?:\.\d{1,4})?) ?(%|[a-z]*)")


@dataclass(frozen=True)
class Amount:
    """A number as people write it, with what it counts."""

    number: float
    """As written: 80 for `80 %`."""
    unit: Unit = COUNT

    @property
    def value(self) -> float:
        """As a share of 1, or in its unit."""
        return self.number / 100 if self.unit == SHARE else self.number

    def __str__(self) -> str:
        return f"{self.number:g}" if self.unit == COUNT else f"{self.number:g} {self.unit}"


def _amount(value: Any) -> Any:
    """`80 %`, `2 days` or `3`."""
    if isinstance(value, Amount):
        return value
    found = _AMOUNT.fullmatch(" ".join(str(value or "").split()))
    if not found:
        raise wrong(f"`{value or ''}` is not a number", "write a number with what it counts, such as 80 %, 2 days or 3")
    unit = _UNITS.get(found[2])
    if unit is None:
        message = f"nothing is counted in `{found[2]}`"
        raise wrong(message, "write %, days, hours, minutes, messages, or the number alone")
    return Amount(float(found[1]), unit)


def _id(value: Any) -> Any:
    if value in COMPUTED or re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", str(value)):
        return value
    mend = f"{nearest(str(value), COMPUTED)}; or at most 40 small letters, digits, - and _ for a metric of your own"
    raise wrong(f"`{value}` is no measure that Drumbeat computes", mend)


AmountText = Annotated[
    Amount,
    BeforeValidator(_amount),
    PlainSerializer(str),
    WithJsonSchema({"type": ["string", "number"], "description": "A number with what it counts, such as 80 % or 3."}),
]
MeasureId = Annotated[
    str,
    BeforeValidator(_id),
    WithJsonSchema({"type": "string", "description": "M1 to M17, or an id of your own for a metric kept elsewhere."}),
]
Link = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^https?://\S+$", max_length=500)]


class Baseline(Definition):
    """Where a measure stood before: counted by Drumbeat over some days, or by somebody, who says where from."""

    first: Day | None = Field(default=None, alias="from")
    last: Day | None = Field(default=None, alias="until")
    value: AmountText | None = None
    source: Text | None = None
    """Where the value comes from, such as a link, or: counted by hand over the last five launches."""

    @model_validator(mode="after")
    def _one_way(self) -> "Baseline":
        if self.value is not None:
            if self.first or self.last:
                raise wrong("it is both counted and entered", "keep `value` and `source`, or `from` and `until`")
            if not self.source:
                raise wrong("nobody can tell where this number comes from", "add `source`, such as a link")
        elif self.first is None or self.last is None:
            raise wrong("it says no number", "write `value` and `source`, or count it: `from` and `until`")
        elif self.last < self.first:
            raise wrong(f"{self.last} is before {self.first}", "write the last day, or swap the two", at="until")
        return self


class Reading(Definition):
    """What a metric that is kept elsewhere came to on a day, as its owner read it off."""

    on: Day
    value: AmountText


class MeasureDefinition(Definition):
    """One measure: what a team wants of it. Drumbeat never makes up a target."""

    id: MeasureId
    name: Name | None = None
    """Of a metric of your own; those that Drumbeat computes have theirs."""
    owner: Who | None = None
    """Who answers for the number: product_ops, head_of_product, a function's id (its lead), or an e-mail address."""
    link: Link | None = None
    """Where a metric is kept that Drumbeat cannot compute."""
    baseline: Baseline | None = None
    """Where it stood before; without one it is never shown as met."""
    target: AmountText | None = None
    """Where it is to be."""
    by: Day | None = None
    """The day by which it is to be there."""
    guard: MeasureId | None = None
    """Another measure that must not get worse for it; left out, it is the usual one."""
    readings: Annotated[tuple[Reading, ...], holding(0, MOST_READINGS)] = ()
    """What it came to, for a metric that is kept elsewhere."""

    @model_validator(mode="after")
    def _own_or_computed(self) -> "MeasureDefinition":
        if self.computed is None:
            if not self.name:
                raise wrong(f"`{self.id}` has no name", "add `name`: what people call it")
            if not self.link:
                raise wrong(f"Drumbeat cannot compute {self.name}", "add `link`: where its owner keeps it")
        elif self.name or self.link or self.readings:
            key = "name" if self.name else "link" if self.link else "readings"
            raise wrong(f"Drumbeat computes {self.id} itself", f"remove `{key}`", at=key)
        return self

    @property
    def computed(self) -> Computed | None:
        """What it is, where Drumbeat computes it."""
        return COMPUTED.get(self.id)

    @property
    def title(self) -> str:
        return self.computed.name if self.computed else self.name or self.id

    @property
    def is_whole(self) -> bool:
        """Whether it can prove something: it has a baseline, a target, a day and an owner."""
        return None not in (self.baseline, self.target, self.by, self.owner)

    @property
    def guarded_by(self) -> str:
        """The id of the measure it is looked at with; empty: none."""
        return self.guard or (self.computed.guard if self.computed else "")


class MeasureRules(Definition):
    measures: Annotated[tuple[MeasureDefinition, ...], holding(1, MOST_MEASURES)]

    def of(self, id: str) -> MeasureDefinition | None:
        return self._by_id.get(id)

    @cached_property
    def _by_id(self) -> dict[str, MeasureDefinition]:
        return {each.id: each for each in self.measures}
