"""The forms in which somebody decides or hands on what was raised: nothing typed elsewhere holds them up."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.db import Database
from bot.decisions import flow, listeners
from bot.definitions import DecisionRules
from bot.errors import FieldErrors
from bot.house import DecisionDraft, House
from tests.decisions.classes import DANA, house_with_classes
from tests.decisions.log import QUESTION, Desk, initial, names, raised, shown
from tests.decisions.test_listeners import ANSWERS
from tests.decisions.test_turns import again, be_away, delegated
from tests.fakes import StoppedClock, promised
from tests.people import ALICE, DECISIONS

SEARCH = replace(QUESTION, class_id="priority", area_id="search", decider="")


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return house_with_classes(db, clock)


def typed(text: str) -> dict[str, str]:
    return {"type": "plain_text_input", "value": text}


def chosen(value: str) -> dict[str, Any]:
    return {"type": "radio_buttons", "selected_option": {"value": value}}


def decides(desk: Desk, **answers: dict[str, Any]) -> None:
    """Fills in the form that is open, as it is usually answered but for `answers`, and submits it."""
    usual = {name: answer for name, answer in ANSWERS.items() if name in names(desk.form())}
    desk.submits(listeners.decide_submitted, desk.form()["private_metadata"], usual | answers)


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("Keep it", "keep it"),
        ("We will keep it", "keep it"),
        ("SSO first", "SSO first"),
        ("iOS first", "iOS first"),
        ("Ümbau", "ümbau"),
        ("2 prices", "2 prices"),
    ],
)
def test_a_chosen_option_goes_on_the_sentence_that_it_finishes(house: House, option: str, words: str) -> None:
    decision = raised(house, replace(SEARCH, options=f"Something else\n{option}"))
    desk = Desk(house, ALICE)
    desk.does(listeners.choose, value="D-1:1")
    assert initial(desk.form(), "decision") == words
    decides(desk, decision=typed(words), revisit=typed("Sign-ups fall by a third"))
    assert again(house, decision).decision == words


def test_known_options_as_long_as_they_may_be_leave_room_for_another_one(house: House) -> None:
    """The form does not show them, so nobody could shorten them there."""
    longest = "\n".join(["x" * 99] * 8)
    raised(house, replace(SEARCH, options=longest))
    desk = Desk(house, ALICE)
    desk.does(listeners.choose, value="D-1:other")
    decides(desk, decision=typed("y" * 200), options=typed("z" * 800), revisit=typed("Sign-ups fall by a third"))
    assert "D-1 is in the decision log" in shown(desk.answers[-1]["view"])


def test_what_was_noted_in_passing_may_turn_out_to_be_hard_to_reverse(house: House) -> None:
    with house.db.transaction() as session:
        flow.log_draft(session, house, DecisionDraft(ALICE, "Do we hire?", False, "weekly update"))
    desk = Desk(house, DANA)
    desk.does(listeners.choose, value="D-1:other")
    with pytest.raises(FieldErrors) as refused:
        decides(desk, door=chosen("hard"))
    assert set(refused.value.fields) == {"revisit"}
    assert "revisit" in names(desk.form())
    decides(desk, door=chosen("hard"), revisit=typed("Nobody applies"))
    assert "Would change our mind: Nobody applies" in promised(house.db, channel=DECISIONS)[-1].text


def test_a_class_that_the_definitions_no_longer_have_holds_up_no_delegating(house: House) -> None:
    """The form asks for no class, so nobody could pick another one there."""
    decision, rules = raised(house, SEARCH), house.definitions.decisions
    assert rules is not None
    fewer = DecisionRules(classes=rules.classes[1:])
    house = replace(house, definitions=replace(house.definitions, decisions=fewer))
    delegated(house, decision, DANA)
    assert again(house, decision).decider == DANA


def test_who_delegates_to_somebody_absent_hears_of_it(house: House) -> None:
    raised(house, SEARCH)
    be_away(house, DANA, date(2026, 11, 24), date(2026, 12, 24))
    desk = Desk(house, ALICE)
    desk.does(listeners.delegate, value="D-1")
    to_dana = {
        "decider": {"type": "users_select", "selected_user": DANA},
        "needed_by": {"type": "datepicker", "selected_date": "2026-12-02"},
    }
    desk.submits(listeners.delegate_submitted, desk.form()["private_metadata"], to_dana)
    assert "Note: Dana is away until Thu 24 Dec." in shown(desk.answers[-1]["view"])


def test_the_sort_of_decision_that_was_not_said_in_passing_is_said_when_it_is_decided(house: House) -> None:
    with house.db.transaction() as session:
        flow.log_draft(session, house, DecisionDraft(ALICE, "Do we raise the price?", False, "weekly update"))
    assert "What sort of decision it is, is not said yet" in promised(house.db, channel=DECISIONS)[0].text
    desk = Desk(house, DANA)
    desk.does(listeners.choose, value="D-1:other")
    assert "class_id" in names(desk.form())
    with pytest.raises(FieldErrors) as refused:
        decides(desk, class_id=chosen("gone"))
    assert set(refused.value.fields) == {"class_id"}
    decides(desk, class_id=chosen("pricing"))
    assert "Prices and terms" in promised(house.db, channel=DECISIONS)[0].text
    assert "not said yet" not in promised(house.db, channel=DECISIONS)[0].text


def test_and_when_it_is_completed(house: House) -> None:
    with house.db.transaction() as session:
        flow.log_draft(session, house, DecisionDraft(ALICE, "We will raise the price", True, "weekly update"))
    desk = Desk(house, ALICE)
    desk.does(listeners.record, value="D-1")
    answers = {name: answer for name, answer in ANSWERS.items() if name in names(desk.form())}
    answers["class_id"] = chosen("priority")
    desk.submits(listeners.record_submitted, desk.form()["private_metadata"], answers)
    assert "What comes first inside an area" in promised(house.db, channel=DECISIONS)[0].text


def test_the_sort_of_decision_that_is_known_is_not_asked_for_again(house: House) -> None:
    raised(house, SEARCH)
    desk = Desk(house, ALICE)
    desk.does(listeners.choose, value="D-1:0")
    assert "class_id" not in names(desk.form())
    desk.does(listeners.record, value="D-1")
    assert "class_id" not in names(desk.form())
