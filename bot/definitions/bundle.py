"""Rules of the enablement bundle: what stands in it, who writes that, and who confirms that they know it."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from bot.definitions.values import Definition, Id, Name, holding, number
from bot.yamlfile import wrong

BundleTier = Literal["medium", "high"]
"""The tiers that have a bundle."""
BOTH: tuple[BundleTier, ...] = ("medium", "high")
Source = Literal["summary", "audience", "changes", "monitoring", "rollback", "owner"]
"""What a release says itself: its summary, one of its four answers, or who owns it."""
MOST_SECTIONS = 10
"""With what each may hold, as much as one message of Slack takes."""
MOST_DAYS = 60

Tiers = Annotated[tuple[BundleTier, ...], holding(1, 2)]


class SectionRule(Definition):
    """One section of the bundle."""

    id: Id
    title: Name
    asks: Name = Field(description="write what is asked of whoever writes it, such as: What will customers ask?")
    by: Id = Field(description="write the id of the function that writes it, or release-owner")
    source: Source | None = Field(default=None, alias="from")
    """What it says until somebody writes it: what the release says itself."""
    tiers: Tiers = BOTH
    """The tiers that need it."""
    only_if: tuple[str, ...] = ()
    """Facts of which one must be true; empty: always."""


class ConfirmRule(Definition):
    """A function whose people each confirm that they know what changes."""

    function: Id
    tiers: Tiers = BOTH
    """The tiers of which they do."""
    only_if: tuple[str, ...] = ()
    """Facts of which one must be true; empty: always."""
    item: Annotated[int, number(1, 999)] | None = None
    """The readiness item that is settled once enough of them have."""


class Training(Definition):
    """Until when it is published and confirmed, and by how many."""

    published: Annotated[int, number(0, MOST_DAYS)] = 3
    """Until when it is published, in working days before the release's date."""
    confirmed: Annotated[int, number(0, MOST_DAYS)] = 1
    """Until when people confirm it, in working days before."""
    share: Annotated[int, number(1, 100)] = 80
    """Percent of a function's people that suffice."""
    questions: bool = False
    """Whether the test questions, if there are any, are asked of whoever confirms."""

    @model_validator(mode="after")
    def _confirmed_after_it_is_published(self) -> "Training":
        if self.confirmed > self.published:
            message = f"it is confirmed {self.confirmed} working days before, but published {self.published}"
            raise wrong(message, f"write at most {self.published}", at="confirmed")
        return self


class BundleRules(Definition):
    sections: Annotated[tuple[SectionRule, ...], holding(1, MOST_SECTIONS)]
    confirm: tuple[ConfirmRule, ...] = ()
    medium: Training = Training()
    high: Training = Training(published=5, confirmed=3, questions=True)

    def training(self, tier: BundleTier) -> Training:
        return self.high if tier == "high" else self.medium
