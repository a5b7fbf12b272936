import json
from typing import Any

import pytest

from bot import app
from bot.decisions import listeners, model
from bot.errors import FieldErrors, UserError
from bot.house import House
from tests.decisions.log import Desk, day_messages, initial, names, raised, recorded, shown
from tests.fakes import promised
from tests.people import ALICE, BOB, CHARLIE, DECISIONS, UPDATES

ANSWERS = {
    "decision": {"type": "plain_text_input", "value": "end the free plan in May"},
    "options": {"type": "plain_text_input", "value": "Keep it\nEnd it in May"},
    "why": {"type": "plain_text_input", "value": "It costs more than it brings."},
    "door": {"type": "radio_buttons", "selected_option": {"value": "easy"}},
    "review_on": {"type": "datepicker", "selected_date": "2027-03-01"},
    "decider": {"type": "users_select", "selected_user": ALICE},
    "revisit": {"type": "plain_text_input", "value": None},
    "confidence": {"type": "static_select", "selected_option": {"value": "80"}},
    "inform_channel": {"type": "conversations_select", "selected_conversation": UPDATES},
}
QUESTION = {
    "question": {"type": "plain_text_input", "value": "Do we keep the free plan?"},
    "decider": {"type": "users_select", "selected_user": ALICE},
    "needed_by": {"type": "datepicker", "selected_date": "2026-11-27"},
    "stuck": {"type": "plain_text_input", "value": "The pricing page waits."},
    "door": {"type": "radio_buttons", "selected_option": {"value": "hard"}},
}


def test_the_command_alone_opens_the_form_to_record(house: House) -> None:
    desk = Desk(house)
    desk.does(listeners.decision)
    assert desk.form()["callback_id"] == "decisions.record"
    assert initial(desk.form(), "decider") == ALICE
    assert initial(desk.form(), "decision") is None


def test_words_after_the_command_fill_the_form(house: House) -> None:
    desk = Desk(house)
    desk.does(listeners.decision, "We will list every price")
    assert initial(desk.form(), "decision") == "list every price"


@pytest.mark.parametrize("text", ["list every price", "help sales", "D-day is in June", "raised prices stay"])
def test_words_that_only_begin_like_a_verb_fill_the_form_too(house: House, text: str) -> None:
    desk = Desk(house)
    desk.does(listeners.decision, text)
    assert initial(desk.form(), "decision") == text


def test_raise_opens_the_form_to_raise(house: House) -> None:
    desk = Desk(house)
    desk.does(listeners.decision, "raise Do we keep the free plan?")
    assert desk.form()["callback_id"] == "decisions.raise"
    assert initial(desk.form(), "question") == "Do we keep the free plan?"


def test_a_submitted_form_is_kept_and_answered_with_its_id(house: House) -> None:
    desk = Desk(house)
    desk.does(listeners.decision)
    desk.submits(listeners.record_submitted, desk.form()["private_metadata"], ANSWERS)
    answer = desk.answers[-1]
    assert answer["response_action"] == "update"
    assert "D-1 is in the decision log" in shown(answer["view"])
    assert [each.channel for each in promised(house.db)] == [DECISIONS, UPDATES]
    assert "Confidence 80 %." in promised(house.db)[0].text


def test_the_same_submission_twice_is_one_decision_and_one_answer(house: House) -> None:
    desk = Desk(house)
    desk.does(listeners.decision)
    for _ in range(2):
        desk.submits(listeners.record_submitted, desk.form()["private_metadata"], ANSWERS)
    assert desk.answers[-1] == desk.answers[-2]
    assert len(promised(house.db)) == 2


def test_what_is_wrong_is_said_on_the_field(house: House) -> None:
    desk = Desk(house)
    desk.does(listeners.decision)
    answers = ANSWERS | {
        "options": {"type": "plain_text_input", "value": "End it in May"},
        "review_on": {"type": "datepicker", "selected_date": "2026-02-31"},
        "confidence": {"type": "static_select", "selected_option": {"value": "³"}},
    }
    with pytest.raises(FieldErrors) as refused:
        desk.submits(listeners.record_submitted, desk.form()["private_metadata"], answers)
    assert set(refused.value.fields) == {"options", "review_on"}
    assert set(refused.value.fields) <= set(names(desk.form()))


@pytest.mark.parametrize("nothing", ["\u200b", "\u2060\u200f \ufeff", "\n \u200d"])
def test_what_shows_nothing_is_no_answer(house: House, nothing: str) -> None:
    desk = Desk(house)
    desk.does(listeners.decision)
    answers = ANSWERS | {
        "options": {"type": "plain_text_input", "value": f"End it in May\n{nothing}"},
        "why": {"type": "plain_text_input", "value": nothing},
    }
    with pytest.raises(FieldErrors) as refused:
        desk.submits(listeners.record_submitted, desk.form()["private_metadata"], answers)
    assert set(refused.value.fields) == {"options", "why"}


def test_a_question_goes_from_the_form_to_the_deciders_button_to_the_log(house: House) -> None:
    charlie, alice = Desk(house, CHARLIE), Desk(house, ALICE)
    charlie.does(listeners.decision, "raise")
    charlie.submits(listeners.raise_submitted, charlie.form()["private_metadata"], QUESTION)
    assert "Alice is asked to decide by Fri 27 Nov 2026." in shown(charlie.answers[-1]["view"])

    (asked,) = day_messages(house, ALICE)
    button = next(block for block in asked.blocks if block["type"] == "actions")["elements"][0]
    alice.does(app.tables().actions[button["action_id"]], value=button["value"])
    answers = {name: answer for name, answer in ANSWERS.items() if name in names(alice.form())}
    assert "revisit" in names(alice.form(), required=True), "the question is hard to reverse"
    answers["revisit"] = {"type": "plain_text_input", "value": "Sign-ups fall by a third"}
    alice.submits(listeners.decide_submitted, alice.form()["private_metadata"], answers)
    assert "We will end the free plan in May" in promised(house.db, channel=DECISIONS)[0].text
    assert "*D-1 is decided*" in day_messages(house, CHARLIE)[0].text


def test_an_absent_decider_is_mentioned_to_whoever_raises(house: House) -> None:
    Desk(house, ALICE).does(app.tables().verbs["away"].handler, "until 2026-12-04")
    desk = Desk(house, CHARLIE)
    desk.does(listeners.raise_)
    desk.submits(listeners.raise_submitted, desk.form()["private_metadata"], QUESTION)
    assert "Note: Alice is away until Fri 4 Dec." in shown(desk.answers[-1]["view"])


def test_a_button_checks_again_who_presses_it(house: House) -> None:
    raised(house, by=ALICE)
    with pytest.raises(UserError, match="Alice's to decide"):
        Desk(house, CHARLIE).does(listeners.record, value="D-1")
    with pytest.raises(UserError, match="do not know you"):
        Desk(house, "U0STRANGER").does(listeners.record, value="D-1")


def test_the_button_of_what_is_decided_by_now_says_so(house: House) -> None:
    recorded(house)
    with pytest.raises(UserError, match="Alice was quicker: D-1 is recorded"):
        Desk(house, BOB).does(listeners.record, value="D-1")


@pytest.mark.parametrize("value", ["", "1", "D-7", "D-1;drop table decision", "⅐"])
def test_a_button_with_a_strange_value_is_refused_in_words(house: House, value: str) -> None:
    for handler in (listeners.record, listeners.review):
        with pytest.raises(UserError, match="There is no decision"):
            Desk(house).does(handler, value=value)


@pytest.mark.parametrize("metadata", ["", "[]", "{}", "3", '"x"', "not json"])
def test_a_form_with_strange_metadata_is_refused_in_words(house: House, metadata: str) -> None:
    for handler in (listeners.record_submitted, listeners.raise_submitted, listeners.review_submitted):
        with pytest.raises(UserError, match="out of date"):
            Desk(house).submits(handler, metadata, ANSWERS)


def test_a_key_that_is_not_ours_fits_its_column(house: House) -> None:
    Desk(house).submits(listeners.record_submitted, json.dumps({"key": "k" * 1000}), ANSWERS)
    with house.db.transaction() as session:
        assert model.get(session, house, "D-1").form_key == "k" * 40


def test_one_decision_is_shown_to_whoever_asks(house: House) -> None:
    raised(house)
    desk = Desk(house, BOB)
    desk.does(listeners.decision, "d-1")
    assert desk.said[-1]["response_type"] == "ephemeral"
    assert desk.said[-1]["text"].startswith("D-1 · to be decided\nDo we keep the free plan?")
    assert desk.said[-1]["text"].endswith("[Record the decision]")


def test_an_id_that_is_none_is_answered_with_the_latest(house: House) -> None:
    raised(house)
    with pytest.raises(UserError, match=r"There is no decision “D-12”\. The latest: `D-1`"):
        Desk(house).does(listeners.decision, "D-12")


def test_the_list_says_who_decides_until_when_and_what_is_overdue(house: House) -> None:
    raised(house)
    recorded(house)
    desk = Desk(house)
    desk.does(listeners.decision, "list")
    assert desk.said[-1]["text"] == (
        "The decision log: what is due first, then the latest\n"
        "• D-2 · decided by Alice on Wed 25 Nov 2026: We will end the free plan in May\n"
        "• D-1 · to be decided by Alice until Fri 27 Nov 2026: Do we keep the free plan?\n"
        "The latest 2 of 2. /decision D-42 shows any one of them."
    )


def test_an_empty_log_says_how_to_begin(house: House) -> None:
    desk = Desk(house)
    desk.does(listeners.decision, "list")
    assert desk.said[-1]["text"].startswith("The log is empty.")


def test_help_lists_every_form_of_the_command(house: House) -> None:
    desk = Desk(house)
    desk.does(listeners.decision, "help")
    for form in ("/decision raise", "/decision D-42", "/decision list", "/decision export", "/decision help"):
        assert form in desk.said[-1]["text"]


def test_export_says_where_the_files_come_from(house: House) -> None:
    desk = Desk(house)
    desk.does(listeners.decision, "Export")
    assert "drumbeat decisions export log.csv" in desk.said[-1]["text"]
    desk.does(listeners.decision, "export addresses to the CRM")
    assert initial(desk.form(), "decision") == "export addresses to the CRM"


def test_a_review_shows_the_decision_and_keeps_it(house: House) -> None:
    recorded(house)
    desk = Desk(house)
    desk.does(listeners.review, value="D-1")
    assert "We will end the free plan in May" in shown(desk.form())
    later: dict[str, Any] = {"review_on": {"type": "datepicker", "selected_date": "2027-06-01"}}
    desk.submits(listeners.review_submitted, desk.form()["private_metadata"], later)
    assert "D-1 stands. The next look is on Tue 1 Jun 2027." in shown(desk.answers[-1]["view"])
    with house.db.transaction() as session:
        assert str(model.get(session, house, "D-1").review_on) == "2027-06-01"


def test_each_opened_form_is_told_apart_from_the_others(house: House) -> None:
    desk = Desk(house)
    desk.does(listeners.decision)
    desk.does(listeners.decision)
    first, second = (json.loads(form["private_metadata"])["key"] for form in desk.opened)
    assert first != second


def test_every_button_and_form_is_answered(house: House) -> None:
    tables = app.tables()
    assert {"decisions.record", "decisions.review"} <= tables.actions.keys()
    assert {"decisions.record", "decisions.raise", "decisions.review"} <= tables.views.keys()
    assert tables.shortcuts["raise_decision"].name == "Raise decision"
