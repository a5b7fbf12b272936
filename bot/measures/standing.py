"""How each measure stands: its last eight periods against where it stood and where it is to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.definitions.measures import COMPUTED, SHARE, MeasureDefinition, Unit
from bot.house import House, Measured
from bot.measures.catalogue import CATALOGUE
from bot.measures.figure import PERIODS, Figure, Period, periods

MET, ON_COURSE, OFF, NO_BASELINE, NO_DATA = "met", "on course", "off", "no baseline", "no data"
"""The target is reached; better than the baseline, and its day is not over; neither; nothing to go by; no figure now.

Only what has a figure, a baseline and a target is ever met or on course.
"""


@dataclass(frozen=True)
class Stands:
    id: str
    title: str
    unit: Unit
    figures: tuple[Figure, ...]
    """Of the last periods, the oldest first; at least one."""
    days: tuple[date, ...]
    """The last day of each."""
    weeks: int
    """In each period; 0 of a metric that is kept elsewhere, which has readings."""
    definition: MeasureDefinition | None
    """What the team wants of it; none where it has not said."""
    baseline: Figure | None
    status: str

    @property
    def now(self) -> Figure:
        return self.figures[-1]

    @property
    def is_off(self) -> bool:
        return self.status == OFF


def of_all(session: Session, house: House, count: int = PERIODS) -> list[Stands]:
    """Every measure that Drumbeat computes, over its last `count` periods, then the metrics that are kept elsewhere."""
    rules = house.definitions.measures
    computed = [of(session, house, id, count) for id in COMPUTED]
    own = [each.id for each in rules.measures if not each.computed] if rules else []
    return [*computed, *(kept_elsewhere(house, id) for id in own)]


def of(session: Session, house: House, id: str, count: int = PERIODS) -> Stands:
    """One that Drumbeat computes, over its last `count` periods."""
    measure, definition = CATALOGUE[id], house.definitions.measures.of(id) if house.definitions.measures else None
    spans = periods(house, measure.weeks, count)
    figures = tuple(measure.compute(session, house, each) for each in spans)
    baseline = _baseline(session, house, definition) if definition else None
    return Stands(
        id, COMPUTED[id].name, COMPUTED[id].unit, figures, tuple(each.last for each in spans), measure.weeks,
        definition, baseline, status(house, definition, figures[-1], baseline, COMPUTED[id].more_is_better),
    )  # fmt: skip


def kept_elsewhere(house: House, id: str) -> Stands:
    """A metric as its owner read it off; which way is better, its target says."""
    definition = house.definitions.measures.of(id) if house.definitions.measures else None
    assert definition is not None
    readings = sorted(definition.readings, key=lambda each: each.on)[-PERIODS:]
    unit: Unit = readings[-1].value.unit if readings else definition.target.unit if definition.target else SHARE
    figures = tuple(Figure(each.value.value, 1, unit) for each in readings) or (Figure(None, 0, unit),)
    entered = definition.baseline.value if definition.baseline else None
    baseline = Figure(entered.value, 1, unit) if entered else None
    more = entered is None or definition.target is None or definition.target.value >= entered.value
    return Stands(
        definition.id, definition.title, unit, figures, tuple(each.on for each in readings), 0, definition, baseline,
        status(house, definition, figures[-1], baseline, more),
    )  # fmt: skip


def status(
    house: House, definition: MeasureDefinition | None, now: Figure, baseline: Figure | None, more_is_better: bool
) -> str:
    """As the words above say."""
    if now.value is None:
        return NO_DATA
    if definition is None or definition.target is None or baseline is None or baseline.value is None:
        return NO_BASELINE
    sign = 1 if more_is_better else -1
    if sign * now.value >= sign * definition.target.value:
        return MET
    today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
    is_better = sign * now.value > sign * baseline.value
    return ON_COURSE if is_better and (definition.by is None or today <= definition.by) else OFF


def measured(session: Session, house: House) -> Sequence[Measured]:
    """Every measure as it is now, for other rooms."""
    return [
        Measured(
            id=each.id,
            current=each.now.value,
            n=each.now.n,
            met={MET: True, ON_COURSE: False, OFF: False}.get(each.status),
            baseline=each.baseline.value if each.baseline else None,
        )
        for each in of_all(session, house, 1)
    ]


def _baseline(session: Session, house: House, definition: MeasureDefinition) -> Figure | None:
    """As somebody entered it, or counted over its days."""
    baseline = definition.baseline
    if baseline is None:
        return None
    if baseline.value is not None:
        return Figure(baseline.value.value, 1, baseline.value.unit)
    assert baseline.first is not None and baseline.last is not None
    return CATALOGUE[definition.id].compute(session, house, Period(baseline.first, baseline.last))
