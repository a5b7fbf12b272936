"""What may be typed about an item, as a table: what changed, where to, and what is said to it."""

from dataclasses import replace
from typing import Any

import pytest

from bot.roadmap.entry import NOBODY, Typed, wrong
from bot.roadmap.model import RoadmapItem
from tests.roadmap.world import NEW

NOW = RoadmapItem(area_id="billing", name="A", purpose="B", place="now", confidence="likely", functions=[])
MONTHS = RoadmapItem(area_id="billing", name="A", purpose="B", place="2027-01/2027-03", confidence="likely")


def typed(kind: str, **changes: Any) -> Typed:
    return replace(NEW, kind=kind, **({"place": "now"} | changes))


@pytest.mark.proves("F2")
@pytest.mark.parametrize(
    ("item", "said"),
    [
        (None, NEW),
        (None, replace(NEW, functions=(), people="Grace")),
        (NOW, typed("later", place="next")),
        (NOW, typed("later", place="2027-01/2027-03")),
        (NOW, typed("earlier", place="2026-12/2026-12")),
        (MONTHS, typed("earlier", place="now")),
        (MONTHS, typed("later", place="later")),
        (MONTHS, typed("later", place="2027-01/2027-04")),
        (MONTHS, typed("later", place="2027-02/2027-02")),
        (NOW, typed("scope")),
        (NOW, typed("scope", confidence="firm")),
        (NOW, typed("confidence", confidence="rough")),
        (NOW, typed("dropped", place="later")),
        (NOW, typed("dropped", place="")),
        (NOW, typed("unchanged", functions=())),
    ],
)
def test_what_fits(item: RoadmapItem | None, said: Typed) -> None:
    assert wrong(said, item) == {}


@pytest.mark.proves("F2")
@pytest.mark.parametrize(
    ("item", "said", "field", "because"),
    [
        (None, replace(NEW, name=" "), "name", "Give it a name."),
        (None, replace(NEW, name="n" * 81), "name", "within 80"),
        (None, replace(NEW, purpose=""), "purpose", "what it is for"),
        (None, replace(NEW, purpose="p" * 201), "purpose", "within 200"),
        (None, replace(NEW, why=""), "why", "Say why"),
        (None, replace(NEW, why="w" * 301), "why", "within 300"),
        (None, replace(NEW, confidence="certain"), "confidence", "how sure"),
        (None, replace(NEW, place=""), "first_month", "first month"),
        (None, replace(NEW, functions=()), "functions", "Tick who must hear it"),
        (None, replace(NEW, functions=(NOBODY, "support")), "functions", "Either nobody"),
        (None, replace(NEW, people="Grace"), "functions", "Either nobody"),
        (None, replace(NEW, depends_on="billing"), "depends_on", "its own area"),
        (None, replace(NEW, evidence="e" * 301), "evidence", "within 300"),
        (NOW, typed(""), "kind", "Pick what changed."),
        (NOW, typed("added"), "kind", "Pick what changed."),
        (NOW, typed("later"), "place", "stands there already: Now"),
        (NOW, typed("earlier", place="next"), "place", "later than Now"),
        (MONTHS, typed("later", place="2026-12/2027-02"), "place", "earlier than Jan–Mar 2027"),
        (NOW, typed("scope", place="next"), "kind", "earlier or later"),
        (NOW, typed("confidence", place="next", confidence="firm"), "kind", "earlier or later"),
        (NOW, typed("unchanged", place="next"), "kind", "earlier or later"),
        (NOW, typed("confidence"), "confidence", "likely already"),
        (NOW, typed("unchanged", confidence="firm"), "kind", "has changed"),
    ],
)
def test_what_does_not_is_said_at_its_field(item: RoadmapItem | None, said: Typed, field: str, because: str) -> None:
    found = wrong(said, item)
    assert list(found) == [field]
    assert because in found[field]
