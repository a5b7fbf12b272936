"""Which tier a release is of, for every combination of answers, and what the shipped rules ask of each tier."""

from collections import Counter
from itertools import combinations

import pytest

from bot.definitions import ReleaseRules, Tier
from bot.definitions.loading import load
from bot.definitions.tiers import applies, reasons, tier_of
from bot.shipped import folder
from tests.releases.launch import rules

FACTS = ("asked-about", "terms", "hard-to-undo", "many-at-once", "promised", "regulated")
EVERY_COMBINATION = [set(chosen) for count in range(7) for chosen in combinations(FACTS, count)]


@pytest.fixture(scope="module")
def shipped() -> ReleaseRules:
    definitions = load(folder("cadences")).definitions
    assert definitions is not None and definitions.releases is not None
    return definitions.releases


def oracle(facts: set[str]) -> Tier:
    """The rule in other words: what cannot be taken back, what is regulated, or a promise to many is high."""
    if facts & {"terms", "hard-to-undo", "regulated"}:
        return "high"
    if len(facts & {"many-at-once", "promised"}) == 2:
        return "high"
    return "medium" if facts & {"asked-about", "many-at-once", "promised"} else "low"


@pytest.mark.proves("R33", "R49")
def test_the_tier_follows_from_the_facts_in_all_64_cases(shipped: ReleaseRules) -> None:
    assert len(EVERY_COMBINATION) == 64
    assert {fact.id for fact in shipped.facts} == set(FACTS)
    assert [tier_of(shipped, facts) for facts in EVERY_COMBINATION] == [oracle(facts) for facts in EVERY_COMBINATION]
    assert Counter(map(oracle, EVERY_COMBINATION)) == {"high": 58, "medium": 5, "low": 1}


def test_one_more_fact_never_lowers_the_tier(shipped: ReleaseRules) -> None:
    order = ["low", "medium", "high"]
    for facts in EVERY_COMBINATION:
        for more in FACTS:
            before, after = tier_of(shipped, facts), tier_of(shipped, facts | {more})
            assert order.index(after) >= order.index(before)


def test_a_fact_that_is_no_longer_asked_counts_for_nothing() -> None:
    assert tier_of(rules(), ["gone"]) == "low"


def test_the_reasons_are_the_lines_that_hold() -> None:
    assert reasons(rules(), "high", ["terms", "many", "promised"]) == [("terms",), ("many", "promised")]
    assert reasons(rules(), "high", ["many"]) == []


def test_what_is_asked_only_sometimes_is_asked_when_one_of_its_facts_is_true() -> None:
    assert applies((), [])
    assert applies(("terms", "many"), ["many"])
    assert not applies(("terms", "many"), ["promised"])


@pytest.mark.proves("R33", "R49")
@pytest.mark.parametrize(
    ("tier", "always", "sometimes", "advisory"), [("low", 1, 0, 4), ("medium", 9, 1, 8), ("high", 22, 5, 0)]
)
def test_each_tier_asks_for_as_much_as_it_is_worth(
    shipped: ReleaseRules, tier: Tier, always: int, sometimes: int, advisory: int
) -> None:
    levels = [(item.levels.of(tier), bool(item.only_if)) for item in shipped.items]
    assert levels.count(("gate", False)) == always
    assert levels.count(("gate", True)) == sometimes
    assert sum(level == "advisory" for level, _only_if in levels) == advisory
    assert len(shipped.items) == 28
