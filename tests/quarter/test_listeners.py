"""A person at a keyboard: the command, the forms, and what stands in their place."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot import app
from bot.db import Database
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.people.model import note_joined
from bot.quarter import listeners
from tests import people
from tests.decisions.log import Desk, initial, names, shown
from tests.fakes import StoppedClock
from tests.people import ALICE, BOB, CHARLIE, UPDATES
from tests.quarter import world
from tests.quarter.world import BET, LEARNED, bet, looked_back, part, plan
from tests.releases.launch import FRANK
from tests.rituals.desk import berlin
from tests.roadmap.test_listeners import chosen, ticked, written

WHO: dict[str, Any] = {"type": "users_select", "selected_user": ALICE}


def filled(**more: Any) -> dict[str, Any]:
    texts = {"what": BET.what, "measure": BET.measure, "link": BET.link, "target": BET.target}
    return {name: written(text) for name, text in texts.items()} | {"owner": WHO} | more


def metadata(desk: Desk) -> str:
    return str(desk.form()["private_metadata"])


def test_the_command_alone_says_how_far_it_is_with_buttons_for_ones_own(house: House) -> None:
    bet(house)
    desk = Desk(house)
    desk.does(listeners.quarter)
    (said,) = desk.said
    assert "0 of 2 areas have given all; 1 bet so far. 0 of 2 people said what hampers them." in said["text"]
    assert "◐ Billing: missing what was learned (asked: Alice)" in said["text"]
    assert "○ Search: missing what was learned and bets, or why there are none (asked: Frank)" in said["text"]
    assert said["text"].endswith("[Billing]")
    frank = Desk(house, FRANK)
    frank.does(listeners.quarter)
    assert frank.said[0]["text"].endswith("[Search] [Close the plan]")


@pytest.mark.proves("R12")
def test_a_number_that_nobody_knows_becomes_an_open_question_about_the_area(house: House) -> None:
    bet(house, measure="")
    bet(house, key="other")
    desk = Desk(house)
    desk.does(listeners.quarter, text="billing")
    actions = [block["elements"] for block in desk.said[0]["blocks"] if block["type"] == "actions"]
    (asking,) = [each for buttons in actions for each in buttons if each["action_id"] == "registers.add"]
    desk.does(app.tables().actions["registers.add"], value=asking["value"])
    assert desk.form()["title"]["text"] == "An open question"
    assert initial(desk.form(), "about") == "Billing"


def test_the_form_of_a_bet_needs_two_fields_and_keeps_what_was_typed(house: House) -> None:
    desk = Desk(house)
    desk.does(listeners.bet, value=str(part(house).id))
    assert names(desk.form(), required=True) == ["what", "owner"]
    assert initial(desk.form(), "owner") == ALICE
    with pytest.raises(FieldErrors):
        desk.submits(listeners.bet_kept, metadata(desk), filled(link=written("nowhere")))
    desk.submits(listeners.bet_kept, metadata(desk), filled())
    assert "Still missing of Billing: what was learned." in shown(desk.answers[-1]["view"])
    buttons = desk.answers[-1]["view"]["blocks"][-1]["elements"]
    assert [each["text"]["text"] for each in buttons] == ["Raise it for decision", "Add a bet"]
    desk.does(listeners.to_log, value=buttons[0]["value"])
    assert "D-1 is in the decision log" in shown(desk.form())


def test_a_bet_is_changed_where_it_stands_or_dropped(house: House) -> None:
    made = bet(house)
    desk = Desk(house)
    desk.does(listeners.change_bet, value=str(made.id))
    assert (initial(desk.form(), "what"), initial(desk.form(), "target")) == (BET.what, BET.target)
    desk.submits(listeners.bet_kept, metadata(desk), filled(target=written("80")))
    desk.submits(listeners.bet_kept, metadata(desk), filled(target=written("100")))
    again = desk.answers[-1]["view"]
    assert "changed this while your form was open. Your words are still here" in shown(again)
    assert initial(again, "target") == "100", "their own words"
    desk.submits(listeners.bet_kept, again["private_metadata"], filled(drop=ticked("drop")))
    assert plan(house).bets == []


def test_looking_back_needs_one_field_and_begins_with_what_was_said(house: House) -> None:
    looked_back(house, no_bets="The ledger first")
    desk = Desk(house)
    desk.does(listeners.look_back, value=str(part(house).id))
    assert names(desk.form(), required=True) == ["learned"]
    assert (initial(desk.form(), "learned"), initial(desk.form(), "no_bets")) == (LEARNED, "The ledger first")
    looked_back(house, learned="Otherwise")
    desk.submits(listeners.looked_back, metadata(desk), {"learned": written("My own words")})
    again = desk.answers[-1]["view"]
    assert "Alice has changed this" in shown(again)
    assert initial(again, "learned") == "My own words"


def test_the_form_asks_what_came_of_each_earlier_bet(house: House) -> None:
    made = bet(house)
    world.close(house, although="First plan")
    world.wait(house, berlin(4, 12, month=3, year=2027))
    desk = Desk(house)
    desk.does(listeners.look_back, value=str(part(house).id))
    assert names(desk.form()) == [f"result_{made.id}", f"note_{made.id}", f"link_{made.id}", "learned", "no_bets"]
    assert initial(desk.form(), f"link_{made.id}") == BET.link
    answers = {f"result_{made.id}": chosen("met"), f"note_{made.id}": written("64"), "learned": written(LEARNED)}
    desk.submits(listeners.looked_back, metadata(desk), answers)
    assert plan(house).areas[0].before[0].result_note == "64"


def test_an_area_is_shown_to_everybody_and_changed_by_its_writers(house: House) -> None:
    bet(house)
    desk = Desk(house, CHARLIE)
    desk.does(listeners.quarter, "billing")
    assert BET.what in desk.said[0]["text"]
    assert "[Change it]" not in desk.said[0]["text"]
    alice = Desk(house)
    alice.does(listeners.show, value=str(part(house).id))
    assert "[Change it] [Raise it for decision]" in alice.said[0]["text"]
    with pytest.raises(UserError, match="area"):
        desk.does(listeners.quarter, "nonsense")


def test_the_form_that_closes_it_names_what_is_missing(house: House) -> None:
    bet(house)
    with house.db.transaction() as session:
        note_joined(session, house, UPDATES, "product-updates")
    desk = Desk(house, FRANK)
    desk.does(listeners.quarter, "close")
    assert "in #product-updates, with everything" in shown(desk.form())
    assert "• Search: what was learned and bets, or why there are none" in shown(desk.form())
    assert names(desk.form()) == ["summary", "although", "reason"]
    assert names(desk.form(), required=True) == []
    with pytest.raises(FieldErrors):
        desk.submits(listeners.closed, metadata(desk), {})
    desk.submits(listeners.closed, metadata(desk), {"although": written("Search is merged")})
    assert "Closed. The plan stands in #product-updates." in shown(desk.answers[-1]["view"])
    with pytest.raises(UserError, match="The plan is closed by Frank"):
        Desk(house, BOB).does(listeners.quarter, "close")


def test_what_hampers_is_named_with_the_words_of_others_in_sight(house: House) -> None:
    bob = Desk(house, BOB)
    bob.does(listeners.quarter, "frictions")
    named = {"what_1": written("Too many tools"), "example_1": written("Status stands in four")}
    bob.submits(listeners.frictions_named, metadata(bob), named)
    desk = Desk(house)
    desk.does(listeners.name_frictions, value=metadata(bob))
    assert "your voice is counted with it: Too many tools" in shown(desk.form())
    assert "Bob" not in shown(desk.form())
    desk.does(listeners.skip_frictions, value=metadata(bob))
    bob.does(listeners.skip_frictions, value=metadata(bob))
    assert [each.people for each in plan(house).frictions] == [1], "a skip takes nothing back"


@pytest.mark.parametrize("metadata", ["", "x", "[]", "3", json.dumps({"other": 1})])
def test_a_form_of_another_time_is_refused(house: House, metadata: str) -> None:
    for handler in (listeners.looked_back, listeners.bet_kept):
        with pytest.raises(UserError, match="This form is out of date"):
            Desk(house).submits(handler, metadata, filled())


def test_before_the_first_planning_it_says_when_that_opens(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock)
    desk = Desk(house)
    desk.does(listeners.quarter)
    assert "No quarter has been planned here yet. Quarterly planning opens on Thu 3 Dec, 10:00." in desk.said[0]["text"]
    with pytest.raises(UserError, match="has not opened yet"):
        desk.does(listeners.quarter, "close")
    with pytest.raises(UserError, match="I do not know you yet"):
        Desk(house, "U0NOBODY").does(listeners.quarter)


def test_without_such_a_ritual_it_says_how_to_have_one(house: House) -> None:
    house = replace(house, definitions=people.definitions())
    with pytest.raises(UserError, match="Add a ritual of kind `quarter`"):
        Desk(house).does(listeners.quarter)
    assert "quarter" in app.tables().verbs
