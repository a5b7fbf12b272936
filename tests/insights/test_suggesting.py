"""What an observation is probably about: by its words, by what is like it, or not sure."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.db import Database
from bot.definitions import load
from bot.house import House
from bot.insights import model
from bot.insights.suggesting import NOT_SURE, Guess, Suggested, suggested
from tests.fakes import StoppedClock, make_house
from tests.insights import world
from tests.insights.labelled import TEXTS, logged
from tests.people import ALICE

SHIPPED = Path(__file__).parent.parent.parent / "cadences"


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    return world.make(any_db, clock)


def log(house: House, what: str, **values: Any) -> None:
    with house.db.transaction() as session:
        model.add(
            session, house,
            **{"state": model.ROUTED, "captured_at": house.clock.now(), "what": what, "severity": "low", **values},
        )  # fmt: skip


def asked(house: House, what: str, **known: Any) -> Suggested:
    with house.db.transaction() as session:
        return suggested(session, house, what, **{"seen": None, **known})


def test_the_area_is_the_one_whose_name_is_said(house: House) -> None:
    log(house, "The searches take ages", area_id="billing")
    assert asked(house, "Searches take ages").area == Guess("search", "it says Search")


def test_the_theme_is_the_one_that_most_words_are_said_of(house: House) -> None:
    assert asked(house, "The invoices have wrong prices").theme == Guess("pricing", "it says invoice, price")
    assert asked(house, "It crashed: the invoice fails").theme == Guess("reliability", "it says crash, fails")


def test_else_they_are_those_of_most_of_what_is_like_it(house: House) -> None:
    log(house, "Refund was promised and nothing came back", area_id="billing", theme_id="pricing")
    log(house, "Still waiting for the refund", area_id="billing", theme_id="pricing")
    log(house, "Refund policy of the shop", area_id="search", theme_id="trust")
    found = asked(house, "Customer waits for a refund")
    assert found.area == Guess("billing", "as I-2 and I-1")
    assert found.theme == Guess("pricing", "as I-2 and I-1")
    assert found.duplicates[0].insight.ref == "I-2"


def test_where_words_leave_several_what_is_like_it_decides_between_these(house: House) -> None:
    log(house, "Privacy page: price of the add-on", theme_id="trust")
    log(house, "Privacy page is gone", theme_id="reliability")
    assert asked(house, "Privacy page shows a price").theme == Guess("trust", "as I-1")


def test_it_is_not_sure_when_nothing_is_like_it_or_when_they_disagree(house: House) -> None:
    assert asked(house, "Refund is late") == Suggested(NOT_SURE, NOT_SURE, [])
    log(house, "Refund is late", area_id="billing")
    log(house, "Refund is late", area_id="search")
    assert asked(house, "Refund is late").area == NOT_SURE


def test_what_is_not_sorted_yet_and_the_insight_itself_have_no_say(house: House) -> None:
    log(house, "Refund is late")
    log(house, "Refund is late", area_id="billing")
    with house.db.transaction() as session:
        own = model.get(session, house, "I-2")
        found = suggested(session, house, own.what, but=own, seen=None)
    assert found.area == NOT_SURE
    assert [each.insight.ref for each in found.duplicates] == ["I-1"]


def test_what_somebody_may_not_see_has_no_say(house: House) -> None:
    log(house, "Refund is late", area_id="billing", restricted=True)
    assert asked(house, "Refund is late", seen=model.visible(False, ALICE)).area == NOT_SURE
    assert asked(house, "Refund is late", seen=model.visible(True, ALICE)).area == Guess("billing", "as I-1")


def test_most_areas_are_suggested_and_hardly_any_is_wrong(db: Database, clock: StoppedClock) -> None:
    definitions = load(SHIPPED).definitions
    assert definitions is not None
    house = replace(make_house(db, clock=clock), definitions=definitions)
    with db.transaction() as session:
        own = [logged(session, house, each) for each in TEXTS]
        asked_for = list(zip(TEXTS, own, strict=True))[::3]
        areas = [
            (each.area, suggested(session, house, each.what, but=but, seen=None).area.id) for each, but in asked_for
        ]
    said = [(right, area) for right, area in areas if area]
    right = sum(area == right for right, area in said)
    print(f"\nof {len(areas)} areas {len(said)} are suggested, {right} of them rightly")
    assert len(said) >= 0.65 * len(areas)
    assert right >= 0.93 * len(said)
