"""Every measure that Drumbeat computes: how long its periods are, its figure in one, and what that is made up of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.house import House
from bot.measures import deciding, effort, launches, listening, rhythm
from bot.measures.figure import A_MONTH, A_WEEK, Details, Figure, Period

Compute = Callable[[Session, House, Period], Figure]
Explain = Callable[[Session, House, Period], Details]


@dataclass(frozen=True)
class Measure:
    weeks: int
    """In each of its periods."""
    compute: Compute
    explain: Explain | None = None
    own: Callable[[Session, House, Period, str], Details] | None = None
    """Instead of `explain` where the parts are of one person each: those of the person with this Slack user id."""


CATALOGUE: Mapping[str, Measure] = {
    "M1": Measure(A_WEEK, rhythm.on_time, own=rhythm.of_own_areas),
    "M2": Measure(A_MONTH, rhythm.artifact_yield, rhythm.by_ritual),
    "M3": Measure(A_MONTH, deciding.latency, deciding.by_class),
    "M4": Measure(A_MONTH, deciding.reopened),
    "M5": Measure(A_MONTH, launches.surprises, launches.surprising),
    "M6": Measure(A_MONTH, launches.unregistered),
    "M7": Measure(A_MONTH, launches.coverage),
    "M8": Measure(A_MONTH, listening.triage, listening.by_severity),
    "M9": Measure(A_MONTH, listening.loop),
    "M10": Measure(A_WEEK, listening.nobodys, listening.without_owner),
    "M11": Measure(A_MONTH, launches.cycle_time, launches.by_tier),
    "M12": Measure(A_MONTH, effort.overhead),
    "M13": Measure(A_WEEK, effort.asks_saved),
    "M14": Measure(A_MONTH, effort.favourable, effort.by_question),
    "M15": Measure(A_MONTH, launches.outcomes, launches.each_launch),
    "M16": Measure(A_MONTH, rhythm.actions_done, rhythm.oldest_actions),
    "M17": Measure(A_WEEK, effort.bot_load),
}
"""By id, as definitions name them."""
