"""What the facts allow at most: each cap where it breaks, and where it just holds."""

from dataclasses import replace
from typing import Any

import pytest

from bot.rubric.caps import Facts, caps
from bot.rubric.scales import DIMENSIONS, SCALES

NOTHING = Facts(open=(), measured={}, rituals=6, interfaces=10, unowned=1, changelog_age=30)
"""Nothing holds anything down, though some of it only just."""


@pytest.mark.proves("R58")
@pytest.mark.parametrize(
    ("dimension", "most", "facts"),
    [
        ("charter", 2, {"open": {"CH01"}}),
        ("charter", 2, {"open": {"CH02"}}),
        ("charter", 2, {"open": {"BO01"}}),
        ("charter", 4, {"open": {"CH03"}}),
        ("charter", 2, {"open": {"CH03", "CH02"}}),
        ("model", 2, {"open": {"OM01"}}),
        ("model", 2, {"open": {"OM02"}}),
        ("model", 3, {"interfaces": 10, "unowned": 2}),
        ("model", 4, {"measured": {"M14": 0.49}}),
        ("cadence", 2, {"open": {"CA03"}}),
        ("cadence", 2, {"measured": {"M2": 0.59}}),
        ("cadence", 4, {"measured": {"M2": 0.60}}),
        ("cadence", 4, {"measured": {"M2": 0.84}}),
        ("cadence", 4, {"rituals": 7}),
        ("insights", 2, {"open": {"IN03"}}),
        ("insights", 3, {"measured": {"M8": 0.79}}),
        ("insights", 4, {"measured": {"M9": 0.69}}),
        ("adoption", 2, {"open": {"IM02"}}),
        ("adoption", 2, {"open": {"IM05"}}),
        ("adoption", 3, {"open": {"IM06"}}),
        ("adoption", 4, {"changelog_age": 31}),
        ("adoption", 4, {"changelog_age": None}),
    ],
)
def test_each_fact_holds_its_own_dimension_down(dimension: str, most: int, facts: dict[str, Any]) -> None:
    assert [(each.dimension, each.most) for each in caps(replace(NOTHING, **facts))] == [(dimension, most)]


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"open": {"CH04", "OM03", "IM09"}},
        {"measured": {"M2": 0.85, "M8": 0.80, "M9": 0.70, "M14": 0.50}},
        {"measured": {"M2": None, "M8": None, "M9": None, "M14": None}},
        {"interfaces": 0, "unowned": 0},
    ],
)
def test_what_just_holds_and_what_nobody_knows_hold_nothing_down(facts: dict[str, Any]) -> None:
    assert caps(replace(NOTHING, **facts)) == []


def test_a_cap_says_why_in_plain_words() -> None:
    (cap,) = caps(replace(NOTHING, open={"CH02"}))
    assert cap.reason == "CH02: the charter does not say that product managers keep their decision rights"
    (cap,) = caps(replace(NOTHING, measured={"M8": 0.5}))
    assert cap.reason == "M8: 50% of the insights were triaged in time, below 80%"


@pytest.mark.parametrize(
    ("scale", "scores", "passes"),
    [
        ("R-A", (4, 4, 4, 4, 4), True),
        ("R-A", (5, 4, 4, 4, 3), True),
        ("R-A", (4, 4, 4, 4, 3), False),
        ("R-A", (5, 5, 5, 5, 2), False),
        ("R-B", (2, 2, 1, 1, 1), True),
        ("R-B", (2, 1, 1, 1, 1), False),
        ("R-B", (2, 2, 2, 2, 0), False),
    ],
)
def test_the_bar_is_a_total_and_a_least_in_each_dimension(scale: str, scores: tuple[int, ...], passes: bool) -> None:
    assert SCALES[scale].passes(dict(zip(DIMENSIONS, scores, strict=True))) is passes


@pytest.mark.parametrize("most", [2, 3, 4])
def test_a_cap_that_fails_by_one_rubric_fails_by_the_other(most: int) -> None:
    fails = {each.id: each.allowed[most] < each.least_each for each in SCALES.values()}
    assert fails == {"R-A": most < 3, "R-B": most < 3}
