"""How somebody acknowledges an insight, says what becomes of it or hands it back: buttons, forms and commands."""

from dataclasses import replace
from typing import Any

import pytest

from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.insights import answering, asking
from bot.insights.answering import Disposition
from bot.insights.listeners import TABLES
from bot.insights.listeners import insight as command
from bot.insights.model import ACKNOWLEDGED, DECIDED, DISPOSITIONS, NEW, ROUTED
from tests.fakes import promised
from tests.insights.world import NO, TAGS, decided, heard, now, routed, run, told, wait
from tests.lookback.after import go_live
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import DANA, FRANK, Keyboard, inputs, shown
from tests.updates.team import berlin


def keyboard(user: str = ALICE) -> Keyboard:
    return Keyboard(user, opened=[], acks=[], replies=[])


def press(house: House, button: str, value: str, by: str = ALICE) -> Keyboard:
    board = keyboard(by)
    board.does(house, TABLES.actions[f"insights.{button}"], value=value)
    return board


def says(house: House, text: str, by: str = ALICE) -> Keyboard:
    """Somebody writes `/insight …`."""
    board = keyboard(by)
    board.does(house, command, text=text)
    return board


def submit(house: House, board: Keyboard, **typed: str) -> dict[str, Any]:
    """Submit the form that was opened last; what stands in its place."""
    form = board.opened[-1]
    board.submits(house, TABLES.views[form["callback_id"]], form, **typed)
    view: dict[str, Any] = board.acks[-1]["view"]
    return view


# Acknowledging.


def test_acknowledging_answers_at_once_with_what_comes_next(house: House) -> None:
    insight = routed(house)
    (reply,) = press(house, "acknowledge", "I-1").replies
    assert "Charlie sees that you have I-1, and that your answer comes by Thu 10 Dec" in reply["text"]
    labels = [each["text"]["text"] for block in reply["blocks"] for each in block.get("elements", [])]
    assert labels == ["Answer", "Not mine"]
    assert now(house, insight).state == ACKNOWLEDGED
    card = [each.text for each in promised(house.db, "insights.card")][-1]
    assert "who has seen it; answer by Thu 10 Dec" in card


def test_the_command_does_the_same(house: House) -> None:
    insight = routed(house)
    assert "Charlie sees that you have I-1" in says(house, "acknowledge i-1").replies[0]["text"]
    assert now(house, insight).state == ACKNOWLEDGED


def test_pressed_twice_it_says_how_it_stands(house: House) -> None:
    routed(house)
    press(house, "acknowledge", "I-1")
    with pytest.raises(UserError, match="I-1 waits for its answer"):
        press(house, "acknowledge", "I-1")


def test_all_are_acknowledged_at_once(house: House) -> None:
    first, second = routed(house), routed(house, key="b", what="Another")
    other = routed(house, key="c", tags=replace(TAGS, area_id="search"))
    for reply, text in (
        (says(house, "acknowledge all"), "I-1 and I-2 are acknowledged"),
        (press(house, "acknowledge_all", "all"), "Nothing waits to be acknowledged by you"),
    ):
        assert text in reply.replies[0]["text"]
    assert [now(house, each).state for each in (first, second, other)] == [ACKNOWLEDGED, ACKNOWLEDGED, ROUTED]


# Saying what becomes of it.


def test_the_form_offers_all_dispositions_each_with_a_line(house: House) -> None:
    routed(house)
    form = press(house, "dispose", "I-1").opened[0]
    options = inputs(form)["kind"]["options"]
    assert tuple(each["value"] for each in options) == DISPOSITIONS
    assert all(each["description"]["text"] for each in options)
    assert "“Invoices cannot be split between two payers”" in shown(form)


def test_it_is_declined_with_a_reason_that_its_submitter_reads(house: House) -> None:
    insight = routed(house)
    board = says(house, "decide I-1")
    view = submit(house, board, kind="declined", reason="Few ask for it", forward="Not this year.")
    assert "Charlie hears it from me now." in shown(view)
    assert now(house, insight).state == DECIDED
    assert "because: Few ask for it" in told(house)[0].text and "Not this year." in told(house)[0].text


@pytest.mark.proves("R14", "F5")
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": "nothing"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"kind": "declined"}, "reason"),
        ({"kind": "declined", "reason": "x" * 301}, "reason"),
        ({"kind": "accepted"}, "link"),
        ({"kind": "accepted", "link": "B-12"}, "link"),
        ({"kind": "accepted", "release": "99"}, "release"),
        ({"kind": "addressed", "reason": "It is there"}, "link"),
        ({"kind": "researching", "answer_by": "2026-12-10"}, "researcher"),
        ({"kind": "researching", "answer_by": "2026-12-10", "researcher": "U0NOBODY"}, "researcher"),
        ({"kind": "researching", "researcher": DANA}, "answer_by"),
        ({"kind": "researching", "researcher": DANA, "answer_by": "2026-11-25"}, "answer_by"),
        ({"kind": "parked"}, "reason"),
        ({"kind": "parked", "answer_by": "2026-11-01"}, "answer_by"),
        ({"kind": "declined", "reason": "No", "forward": "x" * 301}, "forward"),
    ],
)
def test_what_a_disposition_needs_is_asked_for_on_its_field_and_nothing_is_told(
    house: House, typed: dict[str, str], field: str
) -> None:
    insight = routed(house)
    board = press(house, "dispose", "I-1")
    with pytest.raises(FieldErrors) as refused:
        submit(house, board, **typed)
    assert list(refused.value.fields) == [field]
    assert now(house, insight).state == ROUTED and told(house) == []


@pytest.mark.parametrize(
    ("typed", "next_"),
    [
        ({"kind": "accepted", "link": "https://example.com/B-1"}, "Choose the release that brings it once you know it"),
        ({"kind": "researching", "researcher": DANA, "answer_by": "2026-12-10"}, "I ask you again on Thu 10 Dec"),
        ({"kind": "parked", "answer_by": "2027-01-11"}, "I ask you again on Mon 11 Jan"),
        ({"kind": "parked", "reason": "ten ask for it"}, "It has no day, so nobody asks you again"),
    ],
)
def test_whoever_answers_reads_what_comes_next(house: House, typed: dict[str, str], next_: str) -> None:
    routed(house)
    assert next_ in shown(submit(house, press(house, "dispose", "I-1"), **typed))


def test_the_release_that_brings_it_is_chosen_from_those_of_late_and_to_come(house: House) -> None:
    release = go_live(house)
    insight = routed(house)
    board = press(house, "dispose", "I-1")
    (option,) = inputs(board.opened[0])["release"]["options"]
    assert option["text"]["text"] == "Atlas"
    view = submit(house, board, kind="accepted", release=option["value"])
    assert "They read as well that it is live." in shown(view)
    assert now(house, insight).linked_release == release


def test_answered_anew_the_form_begins_with_what_was_said_before(house: House) -> None:
    decided(
        house,
        Disposition(
            "researching", reason="We ask ten of them", researcher=DANA, answer_by="2026-12-10", forward="Soon."
        ),
    )
    form = press(house, "dispose", "I-1").opened[0]
    found = inputs(form)
    assert found["kind"]["initial_option"]["value"] == "researching"
    assert found["reason"]["initial_value"] == "We ask ten of them"
    assert found["forward"]["initial_value"] == "Soon."
    assert found["researcher"]["initial_user"] == DANA
    assert found["answer_by"]["initial_date"] == "2026-12-10"
    assert "Researched by Dana" in shown(form)


def test_when_somebody_answered_meanwhile_the_form_is_shown_again_with_what_was_typed(house: House) -> None:
    insight = routed(house)
    board = press(house, "dispose", "I-1")
    run(house, answering.dispose, FRANK, "I-1", NO)
    again = submit(house, board, kind="accepted", link="https://example.com/B-1", reason="Mine")
    assert "Frank answered I-1" in shown(again) and "Declined by Frank" in shown(again)
    assert inputs(again)["reason"]["initial_value"] == "Mine"
    assert now(house, insight).disposition == "declined"
    board.opened.append(again)
    submit(house, board, kind="accepted", link="https://example.com/B-1", reason="Mine")
    assert now(house, insight).disposition == "accepted"
    assert len(told(house)) == 2


def test_a_form_that_slack_sends_twice_counts_once(house: House) -> None:
    insight = routed(house)
    board = press(house, "dispose", "I-1")
    for _ in range(2):
        assert "Charlie hears it" in shown(submit(house, board, kind="declined", reason="Few ask"))
    assert now(house, insight).answers == 1


def test_who_may_not_answer_gets_no_form(house: House) -> None:
    routed(house)
    for button in ("dispose", "hand_back"):
        with pytest.raises(UserError, match="I-1 is Alice's to answer"):
            press(house, button, "I-1", CHARLIE)
    routed(house, key="b", tags=replace(TAGS, area_id=""))
    with pytest.raises(UserError, match="Product Ops records this, but never decides it"):
        press(house, "dispose", "I-2", BOB)


def test_a_form_that_cannot_be_read_says_so(house: House) -> None:
    for view in ("insights.decided", "insights.handed_back"):
        with pytest.raises(UserError, match="Close it and open it again"):
            keyboard().does(house, TABLES.views[view], metadata="[")


def test_a_decision_is_raised_about_it_once_and_never_of_a_restricted_one(house: House) -> None:
    routed(house)
    view = submit(house, press(house, "dispose", "I-1"), kind="declined", reason="Few ask")
    labels = [each["text"]["text"] for block in view["blocks"] for each in block.get("elements", [])]
    assert labels == ["Raise a decision about it"]
    for _ in range(2):
        assert shown(press(house, "raise", "I-1").opened[0]).startswith("D-1 is in the decision log")
    heard(house, key="secret", theme_id="trust")
    with pytest.raises(UserError):
        press(house, "raise", "I-2")


# Handing back, and what waits.


def test_it_is_handed_back_with_a_reason(house: House) -> None:
    insight = routed(house)
    board = says(house, "hand-back I-1")
    view = submit(house, board, reason="It is about search")
    assert "I-1 is back in the queue" in shown(view)
    assert now(house, insight).state == NEW


def test_what_waits_stands_with_what_is_late_first_and_with_its_buttons(house: House) -> None:
    assert "No insight waits for you" in says(house, "waiting").replies[0]["text"]
    routed(house, severity="low", tags=replace(TAGS, severity="low"))
    routed(house, key="b", what="Another", tags=replace(TAGS, severity="high"))
    decided(house, Disposition("parked", reason="ten ask", answer_by="2026-11-27"), key="c", what="A third")
    wait(house, berlin(30, 9))
    reply = says(house, "waiting").replies[0]
    assert reply["text"].startswith("*3 insights wait for you, 1 late*")
    assert reply["text"].index("I-2") < reply["text"].index("I-1") < reply["text"].index("I-3")
    assert "Late: it was due on Fri 27 Nov" in reply["text"]
    labels = [
        each["text"]["text"] for block in reply["blocks"] for each in block.get("elements", []) if "action_id" in each
    ]
    assert labels == ["Acknowledge all", *["Acknowledge", "Answer", "Not mine"] * 2, "Answer"]
    assert [each.value for each in run(house, asking.obligations, ALICE)] == ["I-2", "I-1", "I-3"]


def test_many_that_wait_fit_in_one_message(house: House) -> None:
    for n in range(15):
        routed(house, key=str(n), what=f"Thing {n} " + "with many words " * 25)
    reply = says(house, "waiting").replies[0]
    assert "5 more wait" in str(reply["blocks"][-1]) and len(reply["blocks"]) <= 50


@pytest.mark.parametrize("text", ["waiting for an export takes ages", "decide which plan fits", "acknowledge me"])
def test_words_that_only_begin_like_a_verb_are_logged(house: House, text: str) -> None:
    (form,) = says(house, text, CHARLIE).opened
    assert form["callback_id"] == "insights.captured"
    assert inputs(form)["what"]["initial_value"] == text


@pytest.mark.parametrize("verb", ["decide", "acknowledge", "hand-back"])
def test_a_verb_without_an_id_says_what_is_missing(house: House, verb: str) -> None:
    with pytest.raises(UserError, match=f"Write `/insight {verb}` and its id"):
        says(house, verb)
