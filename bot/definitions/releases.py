"""Release rules: what makes a release risky, what each tier asks for, and the releases that are planned."""

import re
import unicodedata
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema, model_validator

from bot.definitions.bundle import BundleRules
from bot.definitions.comms import CommsRules
from bot.definitions.lookback import Awareness, Capture
from bot.definitions.values import (
    Day,
    Definition,
    Id,
    Name,
    PersonOrChannel,
    Ref,
    TimeOfDay,
    holding,
    number,
    parse_time,
)
from bot.yamlfile import wrong

Tier = Literal["low", "medium", "high"]
TIERS: tuple[Tier, ...] = ("low", "medium", "high")
Level = Literal["gate", "advisory", "hidden", "auto"]
Confidence = Literal["firm", "likely", "rough"]

RELEASE_OWNER = "release-owner"
"""Among the owners of an item: whoever owns the release."""
RESERVED = ("new", "hotfix", "help", "surprised")
"""What `/launch-ready` understands as a command and not as a release."""
NAME_LIMIT, SUMMARY_LIMIT, ANSWER_LIMIT = 80, 500, 400
DETAIL_LIMIT, LINKS_LIMIT = 300, 600
QUESTIONS = ("audience", "changes", "monitoring", "rollback")
SHORTEST_ANSWER: dict[Tier, int] = {"low": 1, "medium": 20, "high": 20}
"""Characters below which one of the four answers says nothing; where little is at stake a word may do."""
SLUG_LIMIT = 250
STRICTNESS: dict[Level, int] = {"hidden": 0, "advisory": 1, "gate": 2}
MOST_DAYS = 60
MOST_WAIVER_DAYS = 366


def slug(name: str) -> str:
    """A release's name as commands and comparisons know it: small letters and digits, joined by `-`.

    Cut at a length, since a single character may become eighteen.
    """
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", name).casefold()).strip("-")[:SLUG_LIMIT]


def _combination(value: Any) -> Any:
    """`a` or `a and b` as the facts that must all be true."""
    return tuple(str(value).split(" and ")) if isinstance(value, str) else value


def _release_name(value: Any) -> Any:
    if not slug(str(value or "")):
        raise wrong(f"`{value or ''}` is not a name for a release", "use at least one letter or digit")
    if slug(str(value)) in RESERVED:
        raise wrong(f"`{value}` is a word of the command `/launch-ready`", "choose another name")
    return value


WorkingDays = Annotated[int, number(0, MOST_DAYS)]
ReleaseName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LIMIT),
    BeforeValidator(_release_name),
]
Summary = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=SUMMARY_LIMIT)]
Answer = Annotated[str, StringConstraints(strip_whitespace=True, max_length=ANSWER_LIMIT)]


class Fact(Definition):
    """A question about a release that is answered yes or no."""

    id: Id
    # Slack shows these beside a box to tick, which holds 75 characters each.
    question: Name
    """Asked when a release is registered, and answered with a tick."""
    help: Annotated[str, StringConstraints(strip_whitespace=True, max_length=75)] = ""
    """What stands below the question."""


class TierRule(Definition):
    """When a release is of a tier, and how many working days must lie between its brief and its date."""

    when: tuple[Annotated[tuple[str, ...], BeforeValidator(_combination), WithJsonSchema({"type": "string"})], ...] = ()
    """Any one of these suffices; each is facts that must all be true."""
    lead_time: WorkingDays = Field(description="write the working days from brief to date, such as 5")
    look_back: tuple[WorkingDays, ...] = ()
    """Calendar days after the release on which to see what became of it."""


class Tiers(Definition):
    """The rule of each tier, tried from high to low."""

    low: TierRule
    medium: TierRule
    high: TierRule

    @model_validator(mode="after")
    def _low_is_the_rest(self) -> "Tiers":
        if self.low.when:
            raise wrong("`low` is every release that is neither medium nor high", "remove `when`", at="low")
        for tier in ("medium", "high"):
            if not self.of(tier).when:
                raise wrong(f"nothing makes a release {tier}", "add `when` with facts below it", at=tier)
        return self

    def of(self, tier: Tier) -> TierRule:
        rule: TierRule = getattr(self, tier)
        return rule


class Levels(Definition):
    """What an item is in each tier: a gate must be settled, an advisory one should be; auto needs nobody."""

    low: Level = "hidden"
    medium: Level = "hidden"
    high: Level = "hidden"

    def of(self, tier: Tier) -> Level:
        level: Level = getattr(self, tier)
        return level


class Due(Definition):
    """How many working days before the release's date an item is due, in each tier."""

    low: WorkingDays = 0
    medium: WorkingDays = 0
    high: WorkingDays = 0

    def of(self, tier: Tier) -> int:
        days: int = getattr(self, tier)
        return days


class ReadinessItem(Definition):
    """One thing a tier asks for."""

    id: Annotated[int, number(1, 999)]
    title: Name
    owners: Annotated[tuple[Id, ...], holding(1, 10)] = Field(
        description="write ids of functions, or release-owner, such as [engineering]"
    )
    evidence: Name = Field(description="write what shows that it is done, such as: link to the test run")
    levels: Levels
    due: Due = Due()
    only_if: tuple[str, ...] = ()
    """Facts of which one must be true; empty: always."""
    computed: Literal["answers", "sign-offs", "comms", "clashes"] | None = None
    """It is settled by the four answers, by the sign-offs, by the comms plan, or by there being no clash.

    Nobody ticks it. The last two somebody may waive.
    """

    means: Literal["rehearsal"] | None = None
    """What the checks take it for: that the way back was tried before it is needed."""

    @property
    def is_found_out(self) -> bool:
        """Whether another room computes it, so that nobody says it is done, but somebody may waive it."""
        return self.computed in ("comms", "clashes")

    @model_validator(mode="after")
    def _levels_make_sense(self) -> "ReadinessItem":
        levels = [(tier, self.levels.of(tier)) for tier in TIERS]
        if all(level == "hidden" for _tier, level in levels):
            mend = "write gate, advisory or auto for a tier, or remove the item"
            raise wrong(f"item {self.id} is hidden in every tier", mend, at="levels")
        asked = [(tier, level) for tier, level in levels if level != "auto"]
        for (lower, before), (higher, after) in pairwise(asked):
            if STRICTNESS[after] < STRICTNESS[before]:
                message = f"item {self.id} is {_a(before)} for {lower} and {_a(after)} for {higher}"
                raise wrong(message, f"a higher tier never asks for less: write {before} for {higher}", at="levels")
        return self

    @model_validator(mode="after")
    def _due_where_it_is_asked(self) -> "ReadinessItem":
        for tier in TIERS:
            if tier in self.due.model_fields_set and self.levels.of(tier) == "hidden":
                message = f"item {self.id} has a due day for {tier}, where it is hidden"
                raise wrong(message, f"remove {tier} from `due`, or give it a level", at="due")
        return self


class SignOffRule(Definition):
    """A function whose own answer is asked for, in some tiers."""

    function: Id
    tiers: Annotated[tuple[Tier, ...], holding(1, 3)] = Field(description="write tiers, such as [medium, high]")
    only_if: tuple[str, ...] = ()
    """Facts of which one must be true; empty: always."""
    veto: bool = False
    """Whether nobody can let the release go before this function is ready and its own gates are settled."""


class Checks(Definition):
    """How many working days before the release's date its readiness is written into the thread of its card."""

    low: tuple[WorkingDays, ...] = ()
    medium: tuple[WorkingDays, ...] = ()
    high: tuple[WorkingDays, ...] = ()

    def of(self, tier: Tier) -> tuple[int, ...]:
        days: tuple[int, ...] = getattr(self, tier)
        return days


class CallRule(Definition):
    """The call of a medium or high release."""

    by: TimeOfDay = parse_time("09:00")
    """The time of the release's day, in the workspace's zone, at which it is on hold unless its owner has let it go."""
    reason: Annotated[int, number(1, 300)] = 50
    """How many characters a reason for going against the advice needs at least."""


class FourAnswers(Definition):
    """Who needs to know, what changes, how it is watched and how it is taken back."""

    audience: Answer = ""
    changes: Answer = ""
    monitoring: Answer = ""
    rollback: Answer = ""


class ReleaseDefinition(Definition):
    """A planned release. What stands here wins over what was said in Slack; what is left out stays."""

    name: ReleaseName
    owner: Ref = Field(description="every release has one owner: write their e-mail address or Slack member id")
    date: Day = Field(description="write a day, such as 2026-11-25")
    until: Day | None = None
    """The last of the days on which it may go out, if there are several."""
    confidence: Confidence = "likely"
    """How sure the date is."""
    summary: Summary = Field(description="write what changes, in plain words")
    facts: tuple[str, ...] = ()
    """The ids of the questions whose answer is yes."""
    answers: FourAnswers = FourAnswers()
    functions: tuple[Id, ...] = ()
    """The functions that need to know, by id."""
    accounts: Answer = ""
    """The strategic accounts that need to know."""
    beyond: tuple[PersonOrChannel, ...] = ()
    """People and channels that need to know as well."""

    @model_validator(mode="after")
    def _until_is_later(self) -> "ReleaseDefinition":
        if self.until is not None and self.until <= self.date:
            raise wrong(f"{self.until} is not after {self.date}", "write a later day, or remove `until`", at="until")
        return self


class ReleaseRules(Definition):
    # Slack shows at most ten boxes to tick, and a hundred choices in a menu.
    facts: Annotated[tuple[Fact, ...], holding(1, 10)]
    tiers: Tiers
    items: Annotated[tuple[ReadinessItem, ...], holding(1, 100)]
    sign_offs: tuple[SignOffRule, ...] = ()
    checks: Checks = Checks()
    call: CallRule = CallRule()
    bundle: BundleRules | None = None
    """The enablement bundle of medium and high releases; left out, there is none."""
    comms: CommsRules = CommsRules()
    captures: tuple[Capture, ...] = ()
    """What is asked on the days of `look_back`."""
    awareness: Awareness | None = None
    """The poll of those whom a release affects; left out, there is none."""
    longest_waiver: Annotated[int, number(1, MOST_WAIVER_DAYS)] = 90
    """Days for which an item may be waived at most, unless the release's date is further away."""
    releases: tuple[ReleaseDefinition, ...] = ()

    def item(self, id: int) -> ReadinessItem | None:
        return next((item for item in self.items if item.id == id), None)

    def capture(self, id: str) -> Capture | None:
        return next((capture for capture in self.captures if capture.id == id), None)


def _a(level: Level) -> str:
    return {"gate": "a gate", "advisory": "advisory", "hidden": "hidden", "auto": "auto"}[level]
