"""What should be easier is measured by what is proposed, whatever it is and whatever one begins with."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import pytest

from bot.definitions import Definitions, load_texts
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


def not_measured(texts: Mapping[str, str]) -> list[str]:
    """The measures with a target that have nothing to be computed from."""
    found = parsed(texts)
    assert found.measures is not None
    there = {*texts, *(each.id for each in found.calendar.rituals)}
    return [each.id for each in found.measures.measures if each.target and not there.issuperset(NEEDS.get(each.id, ()))]


@pytest.mark.proves("R18", "R52")
@pytest.mark.parametrize("chosen", PRESETS)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_what_should_be_easier_has_what_it_is_computed_from(chosen: str, outcome: str) -> None:
    found = proposed(begun("starter"), chosen, [outcome])

    measures = parsed(found).measures
    assert measures is not None
    assert [each.id for each in measures.measures if each.target] == [OUTCOMES[outcome].measure]
    assert not_measured(found) == []


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_what_it_is_computed_from_comes_where_it_is_not_there_yet(outcome: str) -> None:
    start = begun("signal-to-decision")
    found = proposed(start, "define", [outcome])

    assert not_measured(found) == []
    assert proposed(found, "define", [outcome]) == found


@pytest.mark.proves("R26")
@pytest.mark.parametrize("chosen", ["", *PRESETS])
def test_when_nothing_is_known_something_is_wanted_that_the_proposal_measures(chosen: str) -> None:
    found = proposed(begun("starter"), chosen, None)

    assert not_measured(found) == []
    if chosen:
        assert {each.id for each in parsed(found).calendar.rituals} <= set(PRESETS[chosen].rituals)
        assert OPTIONAL.intersection(found) == PRESETS[chosen].files - {"pilot.yaml"}, "nothing is added"


def test_knowing_nothing_one_wants_updates_in_time() -> None:
    measures = parsed(proposed(begun("starter"), "small-start", None)).measures

    assert measures is not None
    assert [each.id for each in measures.measures if each.target] == ["M1"]


def test_a_target_that_somebody_wrote_keeps_what_it_is_computed_from() -> None:
    start = dict(begun("starter"))

    def aim(data: Any) -> None:
        next(each for each in data["measures"] if each["id"] == "M14")["target"] = "70 %"

    start["measures.yaml"] = edited(start["measures.yaml"], aim)

    assert "pulses.yaml" in proposed(start, "define", ["updates-on-time"])
    assert "pulses.yaml" not in proposed(begun("starter"), "define", ["updates-on-time"])
