from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.decisions.entry import HARD, LIMITS, without_opening
from bot.errors import FieldErrors
from tests.decisions.log import ENTRY, QUESTION

TODAY = date(2026, 11, 25)


def test_a_complete_decision_breaks_no_rule() -> None:
    ENTRY.check(TODAY)


def test_a_complete_question_breaks_no_rule() -> None:
    QUESTION.check(TODAY)


@pytest.mark.proves("F3")
@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("decision", " ", "Finish the sentence"),
        ("decision", "We will …", "Finish the sentence"),
        ("options", "", "at least two options"),
        ("options", "End it in May", "at least two options"),
        ("options", "End it in May\n\n - \n", "at least two options"),
        ("options", "End it in May\n• end it in may", "at least two options"),
        ("why", "\n", "Give the reason"),
        ("door", "", "easy or hard to reverse"),
        ("door", "revolving", "easy or hard to reverse"),
        ("review_on", None, "a day after today"),
        ("review_on", TODAY, "a day after today"),
        ("review_on", date.max, "too far away"),
        ("decider", "", "one person who decided"),
        ("confidence", 75, "offered numbers"),
        ("confidence", 0, "offered numbers"),
        ("inform_channel", "<!channel>", "Pick a channel"),
        ("links", "javascript:alert(1)", "full addresses"),
        ("links", "https://a.example https://b.example https://c.example https://d.example", "Up to three"),
    ],
)
def test_a_decision_is_refused_on_the_field(field: str, value: Any, says: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        replace(ENTRY, **{field: value}).check(TODAY)
    assert list(refused.value.fields) == [field]
    assert says in refused.value.fields[field]


@pytest.mark.proves("F3")
def test_what_is_hard_to_reverse_says_what_would_change_our_mind() -> None:
    hard = replace(ENTRY, door=HARD)
    with pytest.raises(FieldErrors) as refused:
        hard.check(TODAY)
    assert "what would change our mind" in refused.value.fields["revisit"]
    replace(hard, revisit="Sign-ups fall by a third.").check(TODAY)


@pytest.mark.proves("F3")
@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("question", "", "one sentence"),
        ("decider", "", "one person who decides"),
        ("needed_by", None, "Pick the day"),
        ("needed_by", TODAY - timedelta(days=1), "That day is over"),
        ("needed_by", date.max, "too far away"),
        ("stuck", " ", "what stalls"),
        ("door", "", "easy or hard to reverse"),
    ],
)
def test_a_question_is_refused_on_the_field(field: str, value: Any, says: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        replace(QUESTION, **{field: value}).check(TODAY)
    assert list(refused.value.fields) == [field]
    assert says in refused.value.fields[field]


def test_a_question_may_be_needed_today_and_come_without_options() -> None:
    replace(QUESTION, needed_by=TODAY, options="").check(TODAY)


@pytest.mark.parametrize("field", ["decision", "why", "revisit", "inform"])
def test_a_decision_keeps_within_its_lengths(field: str) -> None:
    _most_fits(ENTRY, field)


@pytest.mark.parametrize("field", ["question", "stuck", "options"])
def test_a_question_keeps_within_its_lengths(field: str) -> None:
    _most_fits(QUESTION, field)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("We will end it", "end it"),
        ("we'll  end it", "end it"),
        ("We’ll end it", "end it"),
        ("We will … end it", "end it"),
        ("we willingly end it", "we willingly end it"),
        ("end what we will not miss", "end what we will not miss"),
    ],
)
def test_we_will_is_not_said_twice(typed: str, kept: str) -> None:
    assert without_opening(typed) == kept


def _most_fits(form: Any, field: str) -> None:
    """Exactly as many characters as allowed pass, one more does not."""
    longest = "a\nb" + "x" * (LIMITS[field] - 3)
    replace(form, **{field: longest}).check(TODAY)
    with pytest.raises(FieldErrors) as refused:
        replace(form, **{field: longest + "x"}).check(TODAY)
    assert str(LIMITS[field]) in refused.value.fields[field]
