"""What somebody means by their words."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.folding import folded
from bot.people.heard import MOST, hear, near

THINGS = {
    "pricing": ["pricing", "discounts", "Prices and terms"],
    "priority": ["priority", "what to build"],
    "billing": ["Billing"],
    "weekly": ["Weekly product update", "weekly-product-update"],
    "review": ["Roadmap review"],
    "roadmap": ["roadmap"],
    "mobile": ["Mobile apps"],
}


@pytest.mark.parametrize(
    ("text", "meant", "unknown"),
    [
        ("pricing", ["pricing"], []),
        ("Who decides PRICING?", ["pricing"], []),
        ("prices & terms", ["pricing"], []),
        ("who owns billing", ["billing"], []),
        ("pricing in billing", ["pricing", "billing"], []),
        ("roadmap", ["roadmap"], []),
        ("roadmap review", ["review"], []),
        ("what to build", ["priority"], []),
        ("what should we build", ["priority"], []),
        ("weekly", ["weekly"], []),
        ("weekly update", ["weekly"], []),
        ("weekly_product-update", ["weekly"], []),
        ("prod", ["weekly"], []),
        ("discount", ["pricing"], []),
        ("prcing", ["pricing"], []),
        ("rodmap", ["roadmap", "review"], []),
        ("pricing gadgets", ["pricing"], ["gadgets"]),
        ("gadgets and gizmos", [], ["gadgets", "gizmos"]),
        ("pro", [], ["pro"]),
        ("who", [], []),
        ("", [], []),
        ("??", [], []),
    ],
)
def test_things_are_heard_by_their_names(text: str, meant: list[str], unknown: list[str]) -> None:
    heard = hear(text, THINGS)
    assert (sorted(heard.meant), list(heard.unknown)) == (sorted(meant), unknown)


def test_a_word_that_many_names_share_means_none_of_them() -> None:
    shared = {n: [f"team {n}"] for n in range(MOST + 1)}
    assert hear("team", shared).meant == ()
    assert hear("team 2", shared).meant == (2,)


def test_near_names_are_offered_and_no_more_than_a_few() -> None:
    assert near("bilings", THINGS)[0] == "billing"
    assert near("xyz", THINGS) == []
    assert len(near("p", {n: [f"p{n}"] for n in range(9)})) == MOST


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Zürich, CRÈME-brûlée!", ["zurich", "creme", "brulee"]),
        ("Straße Ærø Łódź", ["strasse", "aero", "lodz"]),
        ("don't_stop v2.0", ["don", "t", "stop", "v2", "0"]),
        ("Ｆｕｌｌ ﬁt", ["full", "fit"]),
        ("Привет ЁЖ", ["привет", "еж"]),
        ("🎉 — …", []),
    ],
)
def test_words_are_the_same_without_case_accents_and_signs(text: str, words: list[str]) -> None:
    assert folded(text) == words


@given(st.text(), st.lists(st.lists(st.text(), min_size=1, max_size=3), max_size=4))
def test_no_words_are_too_strange_to_be_heard(text: str, names: Sequence[Sequence[str]]) -> None:
    known = dict(enumerate(names))
    assert set(hear(text, known).meant) <= set(known)
    assert set(near(text, known)) <= set(known)


@given(st.text())
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert folded(" ".join(folded(text))) == folded(text)
