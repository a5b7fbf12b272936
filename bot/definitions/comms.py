"""The comms plan of releases: who hears what when, and what gets in a release's way. A part of `releases.yaml`."""

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from bot.definitions.values import Definition, Id, holding, number
from bot.yamlfile import nearest, wrong

Event = Literal["registered", "live", "changed", "held", "stopped", "resumed", "cancelled"]
"""`changed`: its date or its tier has. `resumed`: its owner lets it go after a hold or a stop."""
CHANGES: tuple[Event, ...] = ("changed", "held", "stopped", "resumed", "cancelled")
"""What only those hear who were told of the release before."""
Group = Literal["affected", "leads", "front-line", "accounts", "launch-team", "told", "thread", "updates"]
Words = Literal[
    "brief", "outline", "accounts", "final", "reminder", "readiness", "live", "after",
    "changed", "held", "stopped", "resumed", "cancelled",
]  # fmt: skip
"""What a step says: the block of that name in `templates/comms/plan.txt.j2`."""
MOST_STEPS, MOST_DAYS, MOST_QUARTER_END = 40, 60, 20


def _group(value: Any) -> Any:
    groups = get_args(Group)
    if value is None:
        raise wrong("somebody belongs here; a channel needs quotes", f'write one of {", ".join(groups)}, or "#channel"')
    if value in groups or str(value).startswith("#"):
        return value
    raise wrong(f"`{value}` is nobody", nearest(str(value), groups))


def _words(value: Any) -> Any:
    if value in get_args(Words):
        return value
    raise wrong(f"there are no words called `{value}`", nearest(str(value), get_args(Words)))


Days = Annotated[int, number(0, MOST_DAYS)]
To = Annotated[str, BeforeValidator(_group), WithJsonSchema({"type": "string"})]
Says = Annotated[Words, BeforeValidator(_words)]


class ByTier(Definition):
    """Working days, in each tier; a tier that is left out does not have this step."""

    low: Days | None = None
    medium: Days | None = None
    high: Days | None = None

    def of(self, tier: str) -> int | None:
        days: int | None = getattr(self, tier)
        return days


class Step(Definition):
    """One step of the timeline: when, to whom, and what it says."""

    id: Id
    when: Event | None = None
    """It is said when this happens."""
    before: ByTier | None = None
    """It is said so many working days before the release's date."""
    after: ByTier | None = None
    """It is said so many working days after the release went live."""
    tiers: Annotated[tuple[Literal["low", "medium", "high"], ...], holding(1, 3)] = ("low", "medium", "high")
    """The tiers that have this step, where `when` says when."""
    to: Annotated[tuple[To, ...], holding(1, 10)] = Field(description="write to whom, such as [affected]")
    says: Says = Field(description="write which words, such as brief")
    again: bool = False
    """Whether it is said once more when the release has moved since."""

    @model_validator(mode="after")
    def _one_time(self) -> "Step":
        given = [name for name in ("when", "before", "after") if getattr(self, name) is not None]
        if len(given) != 1:
            message = f"`{self.id}` has {' and '.join(given)}" if given else f"`{self.id}` has no time"
            raise wrong(message, "write one of when, before and after")
        if (self.when in CHANGES) != ("told" in self.to):
            if self.when in CHANGES:
                raise wrong(f"who was never told of a release need not hear that it is {self.when}", "write to: [told]")
            mend = "write affected, or say when: changed, held, stopped, resumed or cancelled"
            raise wrong("`told` is for what changes", mend, at="to")
        return self

    def is_for(self, tier: str) -> bool:
        """Whether a release of this tier has it."""
        days = self.before or self.after
        return days.of(tier) is not None if days else tier in self.tiers


class CommsRules(Definition):
    """Who hears what about a release, and when."""

    timeline: Annotated[tuple[Step, ...], holding(0, MOST_STEPS)] = ()
    account_owners: Id | None = None
    """The function that looks after strategic accounts; it is affected where a release names some."""
    quarter_end: Annotated[int, number(0, MOST_QUARTER_END)] = 5
    """How many working days at the end of a quarter are a bad time for a release; 0 for none."""

    def step(self, id: str) -> Step | None:
        return next((step for step in self.timeline if step.id == id), None)
