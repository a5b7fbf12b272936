"""What should be easier is measured by what is proposed, whatever it is and whatever one begins with."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import pytest

from bot.definitions import Definitions, assumed, load_texts
from bot.presets import PRESETS, Lead, files
from bot.setup.catalogue import NEEDS, OUTCOMES
from bot.setup.composing import compose
from bot.setup.questions import OUTCOME, nothing_known
from bot.setup.resolving import Given, resolve
from bot.yamlfile import edited

TODAY = date(2026, 11, 25)
OPTIONAL = {"releases.yaml", "decisions.yaml", "insights.yaml", "pulses.yaml"}


@cache
def begun(preset: str) -> Mapping[str, str]:
    found = files(preset, Lead("Acme", "Bob", "bob@example.com", "Europe/Berlin"), TODAY)
    return {name: text for name, text in found.items() if name.endswith(".yaml")}


def parsed(texts: Mapping[str, str]) -> Definitions:
    loaded = load_texts(texts, "cadences")
    assert loaded.definitions is not None, loaded.problems
    return loaded.definitions


@cache
def at_the_start() -> Definitions:
    return parsed(begun("starter"))


def proposed(texts: Mapping[str, str], chosen: str, outcomes: list[str] | None) -> Mapping[str, str]:
    definitions = at_the_start() if texts is begun("starter") else parsed(texts)
    given = {OUTCOME.id: Given(nothing_known(OUTCOME) | {"outcomes": outcomes}, "bob@example.com")} if outcomes else {}
    resolved = resolve(given, definitions, TODAY, "bob@example.com", chosen=chosen)
    return compose(resolved, texts, definitions, TODAY, str, has_begun=False).texts


def not_measured(found: Definitions, texts: Mapping[str, str]) -> list[str]:
    """The measures with a target that have nothing to be computed from."""
    assert found.measures is not None
    there = {*texts, *(each.id for each in found.calendar.rituals)}
    return [each.id for each in found.measures.measures if each.target and not there.issuperset(NEEDS.get(each.id, ()))]


@pytest.mark.proves("R18", "R52")
@pytest.mark.parametrize("chosen", PRESETS)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_what_should_be_easier_has_what_it_is_computed_from(chosen: str, outcome: str) -> None:
    found = proposed(begun("starter"), chosen, [outcome])

    definitions = parsed(found)
    assert definitions.measures is not None and definitions.charter is not None
    assert definitions.charter.measures[0] == OUTCOMES[outcome].measure
    assert {each.id for each in definitions.measures.measures if each.target} == {*definitions.charter.measures}
    assert not_measured(definitions, found) == []


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_what_it_is_computed_from_comes_where_it_is_not_there_yet(outcome: str) -> None:
    start = begun("signal-to-decision")
    found = proposed(start, "define", [outcome])

    assert not_measured(parsed(found), found) == []
    assert proposed(found, "define", [outcome]) == found


@pytest.mark.proves("R26")
@pytest.mark.parametrize("chosen", ["", *PRESETS])
def test_when_nothing_is_known_something_is_wanted_that_the_proposal_measures(chosen: str) -> None:
    found = proposed(begun("starter"), chosen, None)

    assert not_measured(parsed(found), found) == []
    if chosen:
        assert {each.id for each in parsed(found).calendar.rituals} <= set(PRESETS[chosen].rituals)
        assert OPTIONAL.intersection(found) == PRESETS[chosen].files - {"pilot.yaml"}, "nothing is added"


def test_knowing_nothing_one_wants_updates_in_time() -> None:
    charter = parsed(proposed(begun("starter"), "small-start", None)).charter

    assert charter is not None
    assert charter.measures[0] == "M1"


def test_a_target_that_somebody_wrote_keeps_what_it_is_computed_from() -> None:
    start = dict(begun("starter"))

    def aim(data: Any) -> None:
        next(each for each in data["measures"] if each["id"] == "M14")["target"] = "70 %"

    start["measures.yaml"] = edited(start["measures.yaml"], aim)

    assert "pulses.yaml" in proposed(start, "define", ["updates-on-time"])
    assert "pulses.yaml" not in proposed(begun("starter"), "define", ["updates-on-time"])


@pytest.mark.proves("R18", "R25", "CH03")
@pytest.mark.parametrize(
    "outcomes", [None, ["fewer-surprises"], ["feedback-answered", "fewer-surprises"], [*OUTCOMES][:3]]
)
def test_success_is_measured_by_three_things_at_least_and_of_each_it_is_known_from_where_to_where(
    outcomes: list[str] | None,
) -> None:
    found = proposed(begun("starter"), "minimum", outcomes)

    loaded = load_texts(found, "cadences")
    assert [each for each in loaded.problems if each.rule == "CH03"] == []
    assert loaded.definitions is not None and loaded.definitions.charter is not None
    assert len(loaded.definitions.charter.measures) == 3
    assert not_measured(parsed(found), found) == []
    assert proposed(found, "minimum", outcomes) == found


@pytest.mark.proves("R25")
def test_of_an_outcome_beside_the_first_the_usual_target_is_assumed_and_where_it_stands_is_counted() -> None:
    found = parsed(proposed(begun("starter"), "minimum", ["fewer-surprises"]))

    assert found.charter is not None and found.measures is not None and found.assumptions is not None
    assert found.charter.measures == ("M5", "M7", "M1"), "what releases and the weekly update show"
    ready, held = found.measures.of("M7"), found.assumptions.of("measures.M7")
    assert ready is not None and ready.baseline is not None and held is not None
    assert (str(ready.target), str(ready.by), ready.owner) == ("100 %", "2027-02-23", "product_ops")
    assert (str(ready.baseline.first), str(ready.baseline.last)) == ("2026-11-25", "2026-12-09")
    assert (held.value, held.owner, str(held.confirm_by)) == ("100 % by 2027-02-23", "bob@example.com", "2026-12-09")
    assert assumed(found, "measures.M7.target") == "(assumed)"


def test_what_is_confirmed_of_it_is_assumed_no_more_and_what_the_charter_goes_by_beside_stays() -> None:
    texts = dict(proposed(begun("starter"), "minimum", ["fewer-surprises"]))

    def confirm(data: Any) -> None:
        data["assumptions"] = [each for each in data["assumptions"] if each["what"] != "measures.M7"]

    texts["assumptions.yaml"] = edited(texts["assumptions.yaml"], confirm)
    texts["charter.yaml"] = edited(texts["charter.yaml"], lambda data: data.update(measures=["M5", "M7", "M14"]))
    again = parsed(proposed(texts, "minimum", ["fewer-surprises"]))

    assert again.charter is not None and again.assumptions is not None
    assert again.charter.measures == ("M5", "M7", "M14"), "three are enough"
    assert again.assumptions.of("measures.M7") is None


def test_a_number_that_was_only_assumed_is_so_too_once_it_is_that_of_the_first() -> None:
    texts = proposed(begun("starter"), "minimum", ["fewer-surprises"])
    again = parsed(proposed(texts, "minimum", ["teams-are-ready"]))

    assert again.assumptions is not None
    assert again.assumptions.of("measures.M7.target") is not None
    assert again.assumptions.of("measures.M7") is None
