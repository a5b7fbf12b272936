"""A person at a keyboard: the command, the forms, and what stands in their place."""

from typing import Any

import pytest

from bot import app
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.roadmap import listeners, model
from tests.decisions.log import Desk, initial, names, shown
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import FRANK
from tests.roadmap.world import added, changed, fresh, run


def chosen(value: str) -> dict[str, Any]:
    return {"type": "static_select", "selected_option": {"value": value}}


def written(text: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": text}


def ticked(*values: str) -> dict[str, Any]:
    return {"type": "checkboxes", "selected_options": [{"value": value} for value in values]}


MOVED = {
    "kind": chosen("later"),
    "place": chosen("months"),
    "first_month": chosen("2027-01"),
    "last_month": chosen("2027-03"),
    "confidence": chosen("rough"),
    "purpose": written("Two payers can share an invoice"),
    "why": written("The ledger comes first"),
    "functions": ticked("support"),
    "people": written("Grace"),
}
NEW = MOVED | {"name": written("Late fees"), "area_id": chosen("billing")}


def fields(desk: Desk, answers: dict[str, Any]) -> dict[str, Any]:
    """Only what the form has."""
    return {name: answer for name, answer in answers.items() if name in names(desk.form())}


def metadata(desk: Desk) -> str:
    return str(desk.form()["private_metadata"])


def test_the_command_shows_the_roadmap(house: House) -> None:
    added(house)
    desk = Desk(house, CHARLIE)
    desk.does(listeners.roadmap)
    desk.does(listeners.roadmap, "r1")
    assert "R-1 Split invoices" in desk.said[0]["text"]
    assert "What has happened to it" in desk.said[1]["text"]


def test_change_alone_asks_which_item_of_ones_own(house: House) -> None:
    added(house)
    added(house, by=FRANK, key="b", area_id="search", name="Typing errors")
    desk = Desk(house)
    desk.does(listeners.roadmap, "change")
    (select,) = [block for block in desk.form()["blocks"] if block["type"] == "input"]
    assert [each["text"]["text"] for each in select["element"]["options"]] == ["A new item", "R-1 Split invoices"]
    desk.submits(listeners.chosen, "", {"item": chosen("R-1")})
    form = desk.answers[-1]["view"]
    assert form["title"]["text"] == "Change R-1"
    desk.submits(listeners.chosen, "", {"item": chosen("new")})
    assert desk.answers[-1]["view"]["title"]["text"] == "A new item"


def test_the_form_begins_with_how_the_item_stands(house: House) -> None:
    added(house, place="2027-01/2027-03", functions=("support",))
    desk = Desk(house)
    desk.does(listeners.roadmap, "change split invoices")
    form = desk.form()
    assert initial(form, "place") == "months"
    assert (initial(form, "first_month"), initial(form, "last_month")) == ("2027-01", "2027-03")
    assert initial(form, "confidence") == "likely"
    assert "R-1 Split invoices · Billing\nIt stands: Jan–Mar 2027, ◐ likely." in shown(form)
    assert names(form, required=True) == ["kind", "place", "confidence", "purpose", "why"]
    ticks = next(block["element"] for block in form["blocks"] if block.get("block_id") == "functions")
    assert [each["value"] for each in ticks["initial_options"]] == ["support"]


def test_a_name_that_nobody_knows_begins_a_new_item(house: House) -> None:
    desk = Desk(house)
    desk.does(listeners.roadmap, "change Late fees")
    assert initial(desk.form(), "name") == "Late fees"
    assert initial(desk.form(), "area_id") == "billing", "the only one that is hers"
    assert "I know no item called “Late fees”, so this adds one." in shown(desk.form())
    assert names(desk.form(), required=True) == ["name", "area_id", "place", "confidence", "purpose", "why"]


def test_a_new_item_goes_from_the_form_to_the_roadmap(house: House) -> None:
    desk = Desk(house)
    desk.does(listeners.roadmap, "change")
    desk.submits(listeners.changed, metadata(desk), fields(desk, NEW))
    said = shown(desk.answers[-1]["view"])
    assert "R-1 is on the roadmap: new, Jan–Mar 2027." in said
    assert "Support and U0GRACE will hear it" in said or "Support and Grace will hear it" in said
    item = run(house, model.get, "R-1")
    assert (item.name, item.place, item.confidence) == ("Late fees", "2027-01/2027-03", "rough")


@pytest.mark.proves("F2")
def test_a_change_goes_from_the_form_to_the_roadmap_and_offers_a_decision(house: House) -> None:
    item = added(house)
    desk = Desk(house)
    desk.does(listeners.change, value="R-1")
    desk.submits(listeners.changed, metadata(desk), fields(desk, MOVED))
    view = desk.answers[-1]["view"]
    assert fresh(house, item).place == "2027-01/2027-03"
    assert "It is noticed outside Billing. If it is not decided yet, raise it: Frank is asked." in shown(view)
    button = next(block for block in view["blocks"] if block["type"] == "actions")["elements"][0]
    for _ in range(2):
        desk.does(app.tables().actions[button["action_id"]], value=button["value"])
        assert "D-1 is in the decision log" in shown(desk.form())


def test_the_second_of_two_gets_their_words_again_beside_what_the_first_did(house: House) -> None:
    item = added(house)
    desk = Desk(house)
    desk.does(listeners.change, value="R-1")
    changed(house, item, "earlier", place="now", why="A customer waits")
    desk.submits(listeners.changed, metadata(desk), fields(desk, MOVED))
    again = desk.answers[-1]["view"]
    assert "While you had the form open, Alice changed R-1: Next → Now. Why: A customer waits" in shown(again)
    assert "It stands: Now" in shown(again)
    assert initial(again, "why") == "The ledger comes first"
    assert initial(again, "people") == "Grace"
    assert initial(again, "kind") == "later"
    assert fresh(house, item).place == "now"
    desk.opened.append(again)
    desk.submits(listeners.changed, metadata(desk), fields(desk, MOVED))
    assert fresh(house, item).place == "2027-01/2027-03"


def test_what_is_wrong_stands_at_fields_that_the_form_has(house: House) -> None:
    added(house)
    desk = Desk(house)
    desk.does(listeners.change, value="R-1")
    answers = MOVED | {
        "last_month": chosen("2026-12"),
        "why": written(""),
        "functions": ticked(),
        "people": written("X"),
    }
    with pytest.raises(FieldErrors) as refused:
        desk.submits(listeners.changed, metadata(desk), fields(desk, answers))
    assert set(refused.value.fields) == {"first_month", "why", "people"}
    assert set(refused.value.fields) <= set(names(desk.form()))


@pytest.mark.parametrize(("who", "says"), [(BOB, "Product ops keeps the process"), (CHARLIE, "written by Alice")])
def test_who_writes_nothing_is_told_who_does(house: House, who: str, says: str) -> None:
    added(house)
    for words in ("change", "change R-1", "change anything"):
        with pytest.raises(UserError, match=says):
            Desk(house, who).does(listeners.roadmap, words)


@pytest.mark.parametrize("damaged", ["", "{}", "[]", '{"item": "R-1", "version": "x", "key": ""}'])
def test_a_form_that_is_not_ours_is_refused(house: House, damaged: str) -> None:
    with pytest.raises(UserError, match="out of date"):
        Desk(house).submits(listeners.changed, damaged, MOVED)


@pytest.mark.parametrize("value", ["", "x", "9" * 30, "77"])
def test_a_button_for_nothing_says_so(house: House, value: str) -> None:
    with pytest.raises(UserError, match="gone"):
        Desk(house, ALICE).does(listeners.decide, value=value)
