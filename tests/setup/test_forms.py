"""What stands in the forms of the interview, and what is read of it when nobody changes it."""

import pytest

from bot.errors import FieldErrors
from bot.setup import areas, messages
from bot.setup.questions import AREAS, FRICTION, OUTCOME, SENTENCE, understood
from bot.setup.resolving import sentence


def test_of_areas_that_do_not_fit_whole_lines_stand_in_the_form() -> None:
    lines = [f"Payments platform {i}, ana.{i}@example.com, ben.{i}@example.com, #payments-{i}" for i in range(10, 50)]
    found = messages._input(AREAS.field("areas"), "\n".join(lines))

    shown = found["element"]["initial_value"].splitlines()
    assert 10 < len(shown) < len(lines)
    assert [str(each) for each in areas.read("\n".join(shown))] == lines[: len(shown)]
    assert found["hint"]["text"].startswith("There are more than fit here")

    whole = messages._input(AREAS.field("areas"), "\n".join(lines[:3]))
    assert whole["element"]["initial_value"].splitlines() == lines[:3]
    assert "more than fit" not in whole["hint"]["text"]


def test_the_problem_sentence_stands_whole_in_its_form_however_long_their_own_words_are() -> None:
    own = "x" * FRICTION.field("own").longest
    frictions = {"first": "own", "second": "surprises", "third": "overhead", "own": own}
    reduce = sentence({"frictions": frictions, "outcomes": {"outcomes": ["fewer-surprises"]}})["reduce"]

    shown = messages._input(SENTENCE.field("reduce"), reduce)["element"]
    assert shown["initial_value"] == reduce
    assert understood(SENTENCE, {"reduce": [reduce]})["reduce"] == reduce


def test_text_that_is_longer_than_the_definitions_hold_is_refused_at_its_field() -> None:
    with pytest.raises(FieldErrors) as refused:
        understood(SENTENCE, {"reduce": ["x" * 501], "improve": ["x" * 500]})

    assert refused.value.fields == {"reduce": "Write at most 500 characters: these are 501."}


@pytest.mark.parametrize(
    ("outcome", "target", "says"),
    [
        ("faster-decisions", "10 %", "Write it in days: that is how the first of them is counted."),
        ("fewer-surprises", "2 days", "Write it in %: that is how the first of them is counted."),
        ("fewer-surprises", "150 %", "Write 100 % or less."),
    ],
)
def test_a_target_that_is_counted_in_another_way_is_refused_at_its_field(outcome: str, target: str, says: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        understood(OUTCOME, {"outcomes": [outcome], "target": [target]})

    assert refused.value.fields == {"target": says}
    assert understood(OUTCOME, {"outcomes": ["faster-decisions"], "target": ["1 day"]})["target"] == "1 day"
