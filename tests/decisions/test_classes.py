"""Classes of decision in the log: they name the decider, and keep product ops from deciding about the product."""

from dataclasses import replace
from typing import Any

import pytest

from bot.db import Database
from bot.decisions import forms, listeners, messages, model
from bot.decisions.entry import Question
from bot.errors import FieldErrors
from bot.house import House
from tests.decisions.classes import DANA, definitions, house_with_classes
from tests.decisions.log import (
    ENTRY,
    QUESTION,
    Desk,
    day_messages,
    initial,
    introduce,
    names,
    raised,
    recorded,
    settled,
    shown,
)
from tests.fakes import StoppedClock, make_house, promised
from tests.people import ALICE, BOB, CHARLIE

UNNAMED = replace(QUESTION, decider="")
ANSWERS: dict[str, Any] = {
    "question": {"type": "plain_text_input", "value": "Do we keep the free plan?"},
    "class_id": {"type": "static_select", "selected_option": {"value": "priority"}},
    "area_id": {"type": "static_select", "selected_option": {"value": "billing"}},
    "needed_by": {"type": "datepicker", "selected_date": "2026-11-27"},
    "stuck": {"type": "plain_text_input", "value": "The pricing page waits."},
    "door": {"type": "radio_buttons", "selected_option": {"value": "hard"}},
}


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return house_with_classes(db, clock)


@pytest.mark.parametrize(
    ("class_id", "area_id", "decider"),
    [("priority", "billing", ALICE), ("pricing", "", DANA), ("macros", "", CHARLIE), ("planning", "", BOB)],
)
def test_the_class_and_the_area_name_the_decider(house: House, class_id: str, area_id: str, decider: str) -> None:
    decision = raised(house, replace(UNNAMED, class_id=class_id, area_id=area_id))
    assert (decision.decider, decision.class_id, decision.area_id) == (decider, class_id, area_id)


def test_whoever_is_picked_by_hand_decides(house: House) -> None:
    assert raised(house, replace(QUESTION, class_id="pricing")).decider == ALICE


@pytest.mark.parametrize(
    ("question", "field", "says"),
    [
        (replace(UNNAMED, class_id="priority"), "area_id", "Pick the area: its owner decides this."),
        (replace(UNNAMED, class_id="dropped"), "class_id", "no longer have this"),
        (replace(QUESTION, class_id="pricing", area_id="dropped"), "area_id", "no longer have this area"),
        (UNNAMED, "decider", "Name the one person who decides this."),
    ],
)
def test_what_names_nobody_is_said_on_its_field(house: House, question: Question, field: str, says: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        raised(house, question)
    assert says in refused.value.fields[field]


def test_where_nobody_stands_for_anybody_the_decider_is_asked_for(db: Database, clock: StoppedClock) -> None:
    house = make_house(db, definitions(), clock)
    with db.transaction() as session:
        introduce(session, house, CHARLIE)
    with pytest.raises(FieldErrors) as refused:
        raised(house, replace(UNNAMED, class_id="pricing"))
    assert "Nobody stands where the definitions say who decides this." in refused.value.fields["decider"]


PRODUCT_OPS_NEVER = "Product Ops records this, but never decides it. Pick "


@pytest.mark.proves("R2", "R56")
@pytest.mark.parametrize(
    ("class_id", "area_id", "who"),
    [("priority", "billing", "Alice."), ("priority", "", "the owner of the area."), ("pricing", "", "Dana.")],
)
def test_product_ops_cannot_be_picked_to_decide_about_the_product(
    house: House, class_id: str, area_id: str, who: str
) -> None:
    question = replace(QUESTION, decider=BOB, class_id=class_id, area_id=area_id)
    entry = replace(ENTRY, decider=BOB, class_id=class_id, area_id=area_id)
    with pytest.raises(FieldErrors) as raising:
        raised(house, question)
    with pytest.raises(FieldErrors) as recording:
        recorded(house, entry)
    assert raising.value.fields == recording.value.fields == {"decider": PRODUCT_OPS_NEVER + who}
    assert promised(house.db) == []


def test_product_ops_decides_how_people_work_together_and_records_for_others(house: House) -> None:
    assert recorded(house, replace(ENTRY, decider=BOB, class_id="planning"), by=BOB).decider == BOB
    assert recorded(house, replace(ENTRY, class_id="pricing"), by=BOB, key="other").decider == ALICE


def test_completing_what_was_raised_keeps_its_class_and_area(house: House) -> None:
    ref = raised(house, replace(UNNAMED, class_id="priority", area_id="billing")).ref
    after = settled(house, ref, replace(ENTRY, class_id="pricing", area_id="search"))
    assert (after.class_id, after.area_id) == ("priority", "billing")


def test_the_entry_shows_its_class_and_area(house: House) -> None:
    recorded(house, replace(ENTRY, class_id="pricing", area_id="search"))
    assert "\nPrices and terms · Search" in promised(house.db)[0].text


def test_a_class_and_an_area_that_are_gone_are_shown_by_their_ids(house: House) -> None:
    recorded(house, replace(ENTRY, class_id="pricing", area_id="search"))
    with house.db.transaction() as session:
        decision = model.get(session, house, "D-1")
        decision.class_id, decision.area_id = "gone", "gone-too"
        assert messages.about(house, decision) == ("gone", "gone-too")


def test_the_form_asks_for_the_class_and_says_who_decides_each(house: House) -> None:
    form = forms.raise_form(house, "{}", class_id="pricing", area_id="search").payload()
    assert names(form, required=True) == ["question", "class_id", "needed_by", "stuck", "door"]
    assert (initial(form, "class_id"), initial(form, "area_id")) == ("pricing", "search")
    (options,) = (block["element"]["options"] for block in form["blocks"] if block.get("block_id") == "class_id")
    assert [(each["text"]["text"], each["description"]["text"]) for each in options][:2] == [
        ("What comes first inside an area", "Decided by the owner of the area"),
        ("Prices and terms", "Decided by the head of product"),
    ]


def test_recording_asks_for_both_and_insists_on_neither(house: House) -> None:
    form = forms.record_form(house, None, str, ALICE, "{}").payload()
    assert {"class_id", "area_id"} <= set(names(form))
    assert len(names(form, required=True)) == 6


def test_from_the_form_to_the_decider_whom_the_class_names(house: House) -> None:
    desk = Desk(house, CHARLIE)
    desk.does(listeners.raise_)
    desk.submits(listeners.raise_submitted, desk.form()["private_metadata"], ANSWERS)
    assert "Alice is asked to decide by Fri 27 Nov 2026." in shown(desk.answers[-1]["view"])
    assert len(day_messages(house, ALICE)) == 1


def test_without_classes_the_decider_is_asked_for(db: Database, clock: StoppedClock) -> None:
    form = forms.raise_form(make_house(db, clock=clock), "{}").payload()
    assert "class_id" not in names(form)
    assert "decider" in names(form, required=True)
