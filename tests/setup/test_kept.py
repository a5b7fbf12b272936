"""What people said and wrote is kept: told at its field where it cannot be, and given back as it was."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.db import Database
from bot.definitions import Definitions, load_texts
from bot.errors import FieldErrors, UserError
from bot.presets import Lead, files
from bot.setup import areas, flow, listeners, messages, model
from bot.setup.composing import compose
from bot.setup.questions import AREAS, FRICTION, MORE, OUTCOME, nothing_known, understood
from bot.setup.resolving import Given, resolve
from bot.yamlfile import edited
from tests.decisions import classes
from tests.fakes import StoppedClock, make_house
from tests.people import BOB
from tests.releases.launch import Keyboard

TODAY = date(2026, 11, 25)


def texts() -> dict[str, str]:
    found = files("starter", Lead("Acme", "Bob", "bob@example.com", "Europe/Berlin"), TODAY)
    return {name: text for name, text in found.items() if name.endswith(".yaml")}


def parsed(found: Mapping[str, str]) -> Definitions:
    loaded = load_texts(found, "x")
    assert loaded.definitions is not None, loaded.problems
    return loaded.definitions


@pytest.mark.parametrize(("question", "field"), [(OUTCOME, "by"), (AREAS, "begins")])
def test_a_day_that_is_over_is_told_at_its_field_unless_it_stood_there(db: Database, question: Any, field: str) -> None:
    house = make_house(db, classes.definitions(), clock := StoppedClock())
    today = clock.now().date()

    with pytest.raises(FieldErrors) as refused:
        db.call(flow.save, house, BOB, question, {field: [str(today - timedelta(days=1))]})
    assert refused.value.fields == {field: "Pick a day, today or later."}

    db.call(flow.save, house, BOB, question, {field: [str(today)]})
    clock.turn(timedelta(days=30))
    db.call(flow.save, house, BOB, question, {field: [str(today)]})


@pytest.mark.proves("R22")
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("area = @squad", "`@squad` is no word to say: write a word in the singular, such as `squad`"),
        ("area = squad\nowner = area", "`area` would mean two things: `owner`, and what `squad` stands for"),
    ],
)
def test_a_word_that_the_definitions_would_refuse_is_told_at_its_field(db: Database, typed: str, says: str) -> None:
    house = make_house(db, classes.definitions())

    with pytest.raises(FieldErrors) as refused:
        db.call(flow.save, house, BOB, MORE, {"words": [typed]})
    assert list(refused.value.fields) == ["words"]
    assert refused.value.fields["words"].startswith(says)
    db.call(flow.save, house, BOB, MORE, {"words": ["area = squad"]})


def test_what_did_not_fit_into_a_form_is_kept_when_it_is_saved() -> None:
    lines = [f"Payments platform {i}, ana.{i}@example.com, ben.{i}@example.com, #payments-{i}" for i in range(10, 50)]
    field, text = AREAS.field("areas"), "\n".join(lines)
    shown = messages._input(field, text)["element"]["initial_value"].splitlines()

    typed = ["Payments platform 10, zoe@example.com", *shown[1:], "Payments platform 49, ?"]
    (kept,) = messages.with_what_did_not_fit(field, ["\n".join(typed)], text)
    assert kept.splitlines() == [*typed, *lines[len(shown) : -1]], "what is typed anew counts"
    assert areas.wrong(kept) == ""
    assert messages.with_what_did_not_fit(field, ["?"], text) == ["?"]
    assert messages.with_what_did_not_fit(field, ["Billing"], "\n".join(shown)) == ["Billing"], "what was shown may go"


def test_areas_that_are_only_assumed_may_be_many() -> None:
    before = texts()
    held = {"what": "organisation.areas", "value": "x", "owner": "bob@example.com", "confirm_by": TODAY, "why": "?"}

    def grow(data: Any) -> None:
        more = [f"area-{n}" for n in range(40)]
        data["areas"] = [
            {"id": each, "name": each, "owner": "bob@example.com", "forum": "#product-updates"} for each in more
        ]

    before["organisation.yaml"] = edited(before["organisation.yaml"], grow)
    before["assumptions.yaml"] = edited(before["assumptions.yaml"], lambda data: data.update(assumptions=[held]))
    before["pilot.yaml"] = before["pilot.yaml"].replace("first-area", "area-1")
    definitions = parsed(before)
    given = {AREAS.id: Given(nothing_known(AREAS), "bob@example.com")}
    resolved = resolve(given, definitions, TODAY, "bob@example.com")

    (areas_,) = (each for each in resolved.assumed if each.what == "organisation.areas")
    assert areas_.value.splitlines()[-1] == "area-10, bob@example.com, ?, #product-updates", "whole lines"
    parsed(compose(resolved, before, definitions, TODAY, str, has_begun=False).texts)


@pytest.mark.proves("R52")
def test_a_baseline_that_is_counted_is_accepted_back_as_it_stood_in_the_form() -> None:
    given = Given(nothing_known(OUTCOME) | {"outcomes": ["updates-on-time"]}, "bob@example.com")
    definitions = parsed(before := texts())
    resolved = resolve({OUTCOME.id: given}, definitions, TODAY, "bob@example.com")
    after = compose(resolved, before, definitions, TODAY, str, has_begun=False).texts

    stood = str(resolved.get("outcomes", "baseline"))
    again = understood(OUTCOME, {"outcomes": ["updates-on-time"], "baseline": [stood], "target": ["80 %"]})
    assert again["baseline"] == stood
    measured = parsed(after).measures
    later = resolve({OUTCOME.id: Given(again, "bob@example.com")}, parsed(after), TODAY, "bob@example.com")
    assert parsed(compose(later, after, parsed(after), TODAY, str, has_begun=False).texts).measures == measured


@pytest.mark.proves("R17")
def test_a_newer_ranking_of_what_breaks_counts_and_stays(db: Database) -> None:
    house = make_house(db, parsed(texts()), clock := StoppedClock())
    said = {"first": "surprises", "second": "own", "third": "", "own": "Too many tools", "examples": "In May\nEach day"}
    db.call(model.keep, house, FRICTION.id, said, "bob@example.com")
    found = db.call(flow.stand, house)
    before = dict(compose(found.resolved, texts(), house.definitions, TODAY, str, has_begun=True).texts)
    clock.turn(timedelta(hours=1))
    db.call(model.finish, house, "bob@example.com", 2)

    def rank(data: Any) -> None:
        data["frictions"].insert(0, data["frictions"].pop(1))
        data["frictions"].insert(1, {"id": "sprawl", "name": "Nobody finds the plan"})

    before["calendar.yaml"] = edited(before["calendar.yaml"], rank)
    later = replace(house, definitions=parsed(before))
    now = db.call(flow.stand, later)

    initial = flow.initial(now, FRICTION)
    assert [initial[each] for each in ("first", "second", "third")] == ["own", "surprises", ""]
    assert (initial["own"], initial["examples"]) == ("Too many tools", "Each day\nIn May")
    after = parsed(compose(now.resolved, before, later.definitions, TODAY, str, has_begun=True).texts)
    assert after.calendar.frictions == later.definitions.calendar.frictions

    db.call(model.keep, later, FRICTION.id, said, "bob@example.com")
    anew = db.call(flow.stand, later)
    again = parsed(compose(anew.resolved, before, later.definitions, TODAY, str, has_begun=True).texts)
    assert [each.id for each in again.calendar.frictions][:2] == ["surprises", "own-words"], "what is said since counts"


def test_whoever_changes_an_assumed_number_beside_the_first_is_told_where_it_stands(db: Database) -> None:
    keyboard, house = Keyboard(BOB), make_house(db, classes.definitions())
    with pytest.raises(UserError, match="as the `target` of M7: change it there, run `drumbeat apply`"):
        keyboard.does(house, listeners.change, value="measures.M7")
