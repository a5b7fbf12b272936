"""What shows that something has become easier: three outcomes at least, each measured from where it stands to a target.

Of the first one people are asked for the numbers. Of the others the usual target is assumed, and where they stand is
counted, until somebody knows more.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot import presets
from bot.definitions import Definitions
from bot.definitions.charter import FEWEST_MEASURES
from bot.setup.catalogue import FRICTIONS, OUTCOMES, Outcome
from bot.setup.questions import Values

COUNTED_FOR = timedelta(days=14)
"""How long a baseline is counted that nobody knows."""
UNTIL_A_PULSE = timedelta(days=31)
"""The same of what people say in a monthly pulse: in this time it is asked once."""


@dataclass(frozen=True)
class Wanted:
    """An outcome beside the first."""

    outcome: Outcome
    is_chosen: bool
    """Whether somebody chose it; else it is there since fewer than three measures prove little."""
    target: str
    by: str
    """An ISO date."""
    is_assumed: bool
    """Whether nobody has said yet that this is the number."""

    @property
    def what(self) -> str:
        """Where it stands in the definitions."""
        return f"measures.{self.outcome.measure}"

    @property
    def said(self) -> str:
        return f"{self.target} by {self.by}"


def further(values: Mapping[str, Values], preset: str, definitions: Definitions) -> tuple[Wanted, ...]:
    """The outcomes beside the first: those that were chosen, then others that are measured by what there is."""
    first, *chosen = values["outcomes"]["outcomes"]
    there = {part for each in (first, *chosen) for part in OUTCOMES[each].needs}
    others = [each for each in _fit(values, preset, definitions, there) if each not in (first, *chosen)]
    fewest = FEWEST_MEASURES - len(kept(definitions)) - 1
    return tuple(
        _wanted(OUTCOMES[each], each in chosen, str(values["outcomes"]["by"]), definitions)
        for each in (*chosen, *others[: max(0, fewest - len(chosen))])
    )


def asks(what: str) -> str:
    """What is asked about an outcome beside the first, by where it stands; empty for anything else."""
    return next(
        (f"{each.name}: to what number?" for each in OUTCOMES.values() if what == f"measures.{each.measure}"), ""
    )


def kept(definitions: Definitions) -> list[str]:
    """What the charter goes by beside the outcomes that the interview offers."""
    offered = {each.measure for each in OUTCOMES.values()}
    return [each for each in (definitions.charter.measures if definitions.charter else ()) if each not in offered]


def counted(outcome: Outcome, today: date) -> tuple[date, date]:
    """From when to when its baseline is counted."""
    return today, today + (UNTIL_A_PULSE if "pulses.yaml" in outcome.needs else COUNTED_FOR)


def entry(wanted: Wanted, owner: str, definitions: Definitions, today: date) -> dict[str, Any]:
    """What measures.yaml is to say of it; what stands there already stays."""
    held = definitions.measures.of(wanted.outcome.measure) if definitions.measures else None
    first, last = counted(wanted.outcome, today)
    usual = {
        "owner": owner,
        "baseline": {"from": first, "until": last},
        "target": wanted.target,
        "by": date.fromisoformat(wanted.by),
    }
    return {"id": wanted.outcome.measure} | {
        key: value for key, value in usual.items() if getattr(held, key, None) is None
    }


def _fit(values: Mapping[str, Values], preset: str, definitions: Definitions, there: Collection[str]) -> list[str]:
    """What is measured by what there is: what was aimed at already, what mends what breaks, then anything."""
    ranked = (str(values["frictions"].get(each)) for each in ("first", "second", "third"))
    mends = [FRICTIONS[each].outcome for each in ranked if each in FRICTIONS]
    by_measure = {each.measure: id for id, each in OUTCOMES.items()}
    aimed = [by_measure[each] for each in _aimed_at(definitions) if each in by_measure]
    begun = presets.PRESETS[preset]
    measured = [
        each for each in (*mends, *OUTCOMES) if all(part in there or begun.has(part) for part in OUTCOMES[each].needs)
    ]
    return list(dict.fromkeys((*aimed, *measured)))


def _aimed_at(definitions: Definitions) -> list[str]:
    """The measures that the charter goes by and that have a target, as they stand there."""
    targets = {each.id for each in definitions.measures.measures if each.target} if definitions.measures else set()
    return [each for each in (definitions.charter.measures if definitions.charter else ()) if each in targets]


def _wanted(outcome: Outcome, is_chosen: bool, by: str, definitions: Definitions) -> Wanted:
    held = definitions.measures.of(outcome.measure) if definitions.measures else None
    target = str(held.target) if held and held.target else ""
    where = f"measures.{outcome.measure}"
    guesses = definitions.assumptions.assumptions if definitions.assumptions else ()
    is_guess = any(each.what in (where, f"{where}.target") for each in guesses)
    return Wanted(
        outcome, is_chosen, target or outcome.usual, str(held.by) if held and held.by else by, not target or is_guess
    )
