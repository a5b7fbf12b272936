"""What the facts allow at most in each dimension, and why. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from bot.rubric.scales import ADOPTION, CADENCE, CHARTER, INSIGHTS, MODEL

MOST_RITUALS = 6
MOST_UNOWNED = 0.1
"""As a share of the interfaces."""
CHANGELOG_WITHIN = 30
"""Days."""


@dataclass(frozen=True)
class Facts:
    """What is known as somebody scores."""

    open: Collection[str]
    """The ids of the checks that find something now."""
    measured: Mapping[str, float | None]
    """By measure, such as `M2`: its figure as a share; none, or not there, where there is none."""
    rituals: int
    interfaces: int
    unowned: int
    """Interfaces that have no owner on one side."""
    changelog_age: int | None
    """In days; none when nothing was ever told."""


@dataclass(frozen=True)
class Cap:
    dimension: str
    most: int
    """On the scale from 1 to 5."""
    reason: str


OPEN: tuple[tuple[str, int, str, str], ...] = (
    (CHARTER, 2, "CH01", "the charter lacks what is owned, what is not, how to ask, or its measures"),
    (CHARTER, 2, "CH02", "the charter does not say that product managers keep their decision rights"),
    (CHARTER, 2, "BO01", "product ops or Drumbeat decides about the product"),
    (CHARTER, 4, "CH03", "the measures of success lack a baseline or a target, or are too few or too many"),
    (MODEL, 2, "OM01", "a class of decision lacks the one person who is accountable, or anybody responsible"),
    (MODEL, 2, "OM02", "an owner or a backup is missing"),
    (CADENCE, 2, "CA03", "a ritual leaves nothing"),
    (INSIGHTS, 2, "IN03", "some insights go nowhere"),
    (ADOPTION, 2, "IM02", "no measure has a baseline, a target, a day and an owner"),
    (ADOPTION, 2, "IM05", "nobody said where it is tried first, and why there"),
    (ADOPTION, 3, "IM06", "a ritual begins for people who were not told"),
)
"""What a check that finds something allows at most."""

LOW: tuple[tuple[str, int, str, float, str], ...] = (
    (CADENCE, 2, "M2", 0.60, "of the rituals held left what they were to leave"),
    (CADENCE, 4, "M2", 0.85, "of the rituals held left what they were to leave"),
    (INSIGHTS, 3, "M8", 0.80, "of the insights were triaged in time"),
    (INSIGHTS, 4, "M9", 0.70, "of the insights came to an answer"),
    (MODEL, 4, "M14", 0.50, "of the answers to the pulse are 4 or 5 of 5"),
)
"""What a measure below a share allows at most."""


def caps(facts: Facts) -> list[Cap]:
    """By dimension the tightest cap with its reason; dimensions that nothing holds down have none."""
    tightest: dict[str, Cap] = {}
    for cap in _all(facts):
        if cap.dimension not in tightest or cap.most < tightest[cap.dimension].most:
            tightest[cap.dimension] = cap
    return list(tightest.values())


def _all(facts: Facts) -> Iterator[Cap]:
    for dimension, most, rule, reason in OPEN:
        if rule in facts.open:
            yield Cap(dimension, most, f"{rule}: {reason}")
    for dimension, most, measure, least, reason in LOW:
        figure = facts.measured.get(measure)
        if figure is not None and figure < least:
            yield Cap(dimension, most, f"{measure}: {figure:.0%} {reason}, below {least:.0%}")
    if facts.interfaces and facts.unowned / facts.interfaces > MOST_UNOWNED:
        yield Cap(MODEL, 3, f"{facts.unowned} of {facts.interfaces} interfaces have no owner on one side")
    if facts.rituals > MOST_RITUALS:
        yield Cap(CADENCE, 4, f"there are {facts.rituals} rituals, more than {MOST_RITUALS}")
    if facts.changelog_age is None:
        yield Cap(ADOPTION, 4, "no changelog ever said what was changed")
    elif facts.changelog_age > CHANGELOG_WITHIN:
        yield Cap(ADOPTION, 4, f"the last changelog is {facts.changelog_age} days old, more than {CHANGELOG_WITHIN}")
