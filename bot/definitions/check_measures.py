"""What no single measure shows: doubles, numbers that count something else, owners nobody knows, nothing to prove."""

from collections.abc import Iterator

from bot.definitions.check import doubles, unknown_word
from bot.definitions.measures import COMPUTED, OWNERS, SHARE, Amount, MeasureDefinition, MeasureRules, Unit
from bot.definitions.organisation import Organisation
from bot.yamlfile import Document, KeyPath, Problem, nearest

IM02 = "IM02"
"""The check that some measure can prove something."""


def check_measures(rules: MeasureRules, document: Document) -> Iterator[Problem]:
    ids = [each.id for each in rules.measures]
    yield from doubles(document, "measures", ids)
    for i, measure in enumerate(rules.measures):
        yield from _units(measure, document, ("measures", i))
        yield from _direction(measure, document, ("measures", i))
        guard = measure.guard
        if guard == measure.id:
            yield document.problem(("measures", i, "guard"), "it would guard itself", "name another measure")
        elif guard is not None and guard not in ids and guard not in COMPUTED:
            mend = nearest(guard, dict.fromkeys([*ids, *COMPUTED]))
            yield document.problem(("measures", i, "guard"), f"no measure has the id `{guard}`", mend)
    if not any(each.is_whole for each in rules.measures):
        message = "no measure has a baseline, a target, a day and an owner, so nothing can be proved"
        mend = "give one of them `baseline`, `target`, `by` and `owner`"
        yield document.problem(("measures",), message, mend, at_key=True, level="warning", rule=IM02)


def check_measure_references(rules: MeasureRules, document: Document, organisation: Organisation) -> Iterator[Problem]:
    """The measures against the organisation."""
    word = unknown_word(organisation, document)
    for i, measure in enumerate(rules.measures):
        if measure.owner is not None:
            yield from word(("measures", i, "owner"), measure.owner, OWNERS)


def _units(measure: MeasureDefinition, document: Document, place: KeyPath) -> Iterator[Problem]:
    """Numbers that count something else than the measure, or than each other."""
    unit = _unit(measure)
    for path, amount in _amounts(measure):
        if amount.unit != unit:
            message = f"{measure.title} is counted in {unit}, and `{amount}` is not"
            yield document.problem((*place, *path), message, f"write it as `{Amount(amount.number, unit)}`")
        elif unit == SHARE and amount.number > 100:
            yield document.problem((*place, *path), f"`{amount}` is more than all of it", "write at most 100 %")


def _direction(measure: MeasureDefinition, document: Document, place: KeyPath) -> Iterator[Problem]:
    """A target that would be worse than where it stood."""
    computed, baseline, target = measure.computed, measure.baseline, measure.target
    if computed is None or baseline is None or baseline.value is None or target is None:
        return
    better = target.value >= baseline.value.value if computed.more_is_better else target.value <= baseline.value.value
    if not better:
        word = "more" if computed.more_is_better else "less"
        message = f"of {measure.title} {word} is better, but `{target}` is worse than it was (`{baseline.value}`)"
        yield document.problem((*place, "target"), message, "swap the two, or write another target", level="warning")


def _unit(measure: MeasureDefinition) -> Unit:
    """What it is counted in: a metric of one's own, as the first number of it says."""
    if measure.computed:
        return measure.computed.unit
    return next((amount.unit for _path, amount in _amounts(measure)), SHARE)


def _amounts(measure: MeasureDefinition) -> Iterator[tuple[KeyPath, Amount]]:
    if measure.target is not None:
        yield ("target",), measure.target
    if measure.baseline is not None and measure.baseline.value is not None:
        yield ("baseline", "value"), measure.baseline.value
    for i, reading in enumerate(measure.readings):
        yield ("readings", i, "value"), reading.value
