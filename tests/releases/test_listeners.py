"""Releases as people meet them: the command, its forms and its buttons."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot import app
from bot.db import Database
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.releases import ahead, flow, listeners
from bot.releases.listeners import TABLES
from tests.fakes import StoppedClock, promised
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import ANSWERS, SUMMARY, TARGET, Keyboard, inputs, register, shown, sign

TYPED: dict[str, Any] = {
    "name": "Atlas",
    "owner": ALICE,
    "target": TARGET,
    "confidence": "likely",
    "summary": SUMMARY,
    "facts": ["asked", "terms"],
}


def test_everything_is_answered_where_the_workspace_looks_it_up() -> None:
    tables = app.tables()
    assert TABLES.commands.keys() <= tables.commands.keys()
    assert TABLES.actions.items() <= tables.actions.items()
    assert TABLES.views.items() <= tables.views.items()


@pytest.mark.proves("F6")
def test_a_release_is_registered_answered_and_reported(db: Database, house: House) -> None:
    alice = Keyboard()
    alice.does(house, listeners.launch_ready, text="new Atlas")
    (form,) = alice.opened
    assert inputs(form)["name"]["initial_value"] == "Atlas"
    assert inputs(form)["owner"]["initial_user"] == ALICE

    alice.submits(house, listeners.register, form, **TYPED)
    questions = alice.acks[-1]["view"]
    assert alice.acks[-1]["response_action"] == "update"
    assert "Atlas is registered.\nTier: high, because of yes to: Does the price change?" in shown(questions)
    assert "5 gates to settle before it goes out; /launch-ready" in shown(questions)
    assert inputs(questions)["changes"]["initial_value"] == SUMMARY

    alice.submits(house, listeners.answered, questions, **ANSWERS)
    assert "Hold, 4 gates open" in shown(alice.acks[-1]["view"])

    alice.does(house, listeners.launch_ready, text="atlas")
    (card,) = promised(db)
    reply = alice.replies[-1]
    assert reply["response_type"] == "ephemeral"
    assert (reply["text"], reply["blocks"]) == (card.text, card.blocks)


def test_product_ops_registers_for_somebody_else(db: Database, house: House) -> None:
    bob = Keyboard(BOB)
    bob.does(house, listeners.launch_ready, text="new")
    assert "initial_user" not in inputs(bob.opened[0])["owner"]
    with pytest.raises(FieldErrors, match="not own it"):
        bob.submits(house, listeners.register, bob.opened[0], **TYPED | {"owner": BOB})
    bob.submits(house, listeners.register, bob.opened[0], **TYPED)
    assert "Atlas is registered" in shown(bob.acks[-1]["view"])


def test_who_registers_for_another_sees_that_it_is_kept(db: Database, house: House) -> None:
    charlie = Keyboard(CHARLIE)
    charlie.does(house, listeners.launch_ready, text="new")
    charlie.submits(house, listeners.register, charlie.opened[0], **TYPED)
    view = charlie.acks[-1]["view"]
    assert "submit" not in view
    assert "Atlas goes out Wed 9 Dec 2026" in shown(view)


def test_the_command_alone_lists_releases_or_says_how_to_register_one(db: Database, house: House) -> None:
    alice = Keyboard()
    alice.does(house, listeners.launch_ready)
    assert "/launch-ready new registers one" in alice.replies[-1]["text"]
    with db.transaction() as session:
        register(session, house)
    alice.does(house, listeners.launch_ready)
    assert "Atlas – Wed 9 Dec 2026 (likely), medium" in alice.replies[-1]["text"]
    details = alice.replies[-1]["blocks"][1]["accessory"]
    alice.does(house, TABLES.actions[details["action_id"]], value=details["value"])
    assert "Atlas: 🔴 Hold" in alice.replies[-1]["text"]


def test_help_lists_what_the_command_understands(house: House) -> None:
    alice = Keyboard()
    alice.does(house, listeners.launch_ready, text="help")
    assert "/launch-ready new" in alice.replies[-1]["text"]


@pytest.mark.proves("R49")
@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ([], "1 gate to settle before it goes out, and 1 item that should be done;"),
        (["asked"], "3 gates to settle before it goes out, and 1 item that should be done;"),
        (["terms"], "5 gates to settle before it goes out; /launch-ready"),
    ],
)
def test_how_much_is_asked_follows_from_what_is_ticked(
    db: Database, house: House, facts: list[str], asked: str
) -> None:
    alice = Keyboard()
    alice.does(house, listeners.launch_ready, text="new Atlas")
    alice.submits(house, listeners.register, alice.opened[0], **{**TYPED, "facts": facts})
    assert asked in shown(alice.acks[-1]["view"])


def test_an_unknown_name_and_a_stranger_get_a_sentence(db: Database, house: House) -> None:
    with db.transaction() as session:
        register(session, house)
    with pytest.raises(UserError, match="Did you mean `atlas`"):
        Keyboard().does(house, listeners.launch_ready, text="atles")
    for words in ("", "atlas", "new"):
        with pytest.raises(UserError, match="do not know you"):
            Keyboard("U0NOBODY").does(house, listeners.launch_ready, text=words)


def test_every_button_of_the_card_opens_its_form(db: Database, house: House) -> None:
    release = _registered(db, house)
    alice, charlie, tables = Keyboard(), Keyboard(CHARLIE), app.tables()
    alice.does(house, listeners.launch_ready, text="atlas")
    *buttons, raising, more = next(
        block["elements"] for block in alice.replies[-1]["blocks"] if block["type"] == "actions"
    )
    assert {button["value"] for button in buttons} == {release}
    assert (raising["action_id"], raising["value"]) == ("decisions.raise", "Launch of Atlas: ")
    assert [option["value"] for option in more["options"]] == [
        f"{what}:{release}" for what in ("assign", "move", "tier", "edit", "cancel")
    ]
    for option in more["options"]:
        alice.does(house, tables.actions[more["action_id"]], value=option["value"])
        assert alice.opened.pop()["callback_id"] in tables.views
    for person, button in zip((alice, alice, alice, charlie), buttons, strict=True):
        person.does(house, tables.actions[button["action_id"]], value=button["value"])
    assert [view["callback_id"] for view in (*alice.opened, *charlie.opened)] == [
        "releases.called",
        "releases.answered",
        "releases.item_updated",
        "releases.signed_off",
    ]
    assert {view["callback_id"] for view in (*alice.opened, *charlie.opened)} <= tables.views.keys()


def test_an_item_is_updated_from_what_waits_for_a_person(db: Database, house: House) -> None:
    _registered(db, house)
    with db.transaction() as session:
        (waiting,) = ahead.obligations(session, house, CHARLIE)
    charlie = Keyboard(CHARLIE)
    assert waiting.action_id is not None
    charlie.does(house, TABLES.actions[waiting.action_id], value=waiting.value)
    (form,) = charlie.opened
    assert inputs(form)["item"]["initial_option"]["value"] == "2"
    charlie.submits(house, listeners.item_updated, form, item="2", state="done", evidence="https://x.io", reason="")
    assert "2 gates open" in shown(charlie.acks[-1]["view"])


def test_the_second_of_two_people_sees_how_an_item_stands_and_keeps_their_words(db: Database, house: House) -> None:
    release = _registered(db, house)
    alice, charlie = Keyboard(), Keyboard(CHARLIE)
    for person in (alice, charlie):
        person.does(house, listeners.open_item, value=release)
    charlie.submits(house, listeners.item_updated, charlie.opened[0], item="2", state="in work")
    typed = {"item": "2", "state": "waived", "reason": "There is nothing to tell", "until": TARGET}
    alice.submits(house, listeners.item_updated, alice.opened[0], **typed)
    again = alice.acks[-1]["view"]
    assert "Charlie set 2 Support has been briefed to: in work" in shown(again)
    assert inputs(again)["reason"]["initial_value"] == "There is nothing to tell"

    alice.submits(house, listeners.item_updated, again, **typed)
    assert "2 gates open" in shown(alice.acks[-1]["view"])


def test_the_second_of_two_people_sees_the_answers_kept_and_keeps_their_words(db: Database, house: House) -> None:
    release = _registered(db, house)
    alice, bob = Keyboard(), Keyboard(BOB)
    for person in (alice, bob):
        person.does(house, listeners.open_answers, value=release)
    alice.submits(house, listeners.answered, alice.opened[0], **ANSWERS)
    bob.submits(house, listeners.answered, bob.opened[0], **ANSWERS | {"audience": "Only the people in Support"})
    again = bob.acks[-1]["view"]
    assert f"It says now:\n• Who needs to know? {ANSWERS['audience']}\nNothing of yours is saved." in shown(again)
    assert inputs(again)["audience"]["initial_value"] == "Only the people in Support"


DETAILS = {
    "rollout": "To ourselves on Monday, to a tenth on Wednesday, to everybody a week later",
    "limits": "No second currency on one invoice",
    "links": "spec https://example.com/spec\nhttps://example.com/flag",
}


@pytest.mark.proves("F6", "R13")
def test_a_brief_says_how_it_rolls_out_what_it_does_not_do_and_where_more_is_written(
    db: Database, house: House
) -> None:
    release = _registered(db, house)
    alice = Keyboard()
    alice.does(house, listeners.open_answers, value=release)
    alice.submits(house, listeners.answered, alice.opened[0], **ANSWERS, **DETAILS)
    card = promised(db, "release.card")[-1].text
    assert "How does it roll out? To ourselves on Monday, to a tenth on Wednesday" in card
    assert "What does it not do? No second currency on one invoice" in card
    assert "Where is more written? spec <https://example.com/spec> · <https://example.com/flag>" in card

    alice.does(house, listeners.open_answers, value=release)
    assert {name: inputs(alice.opened[1])[name]["initial_value"] for name in DETAILS} == DETAILS
    alice.submits(house, listeners.answered, alice.opened[1], **ANSWERS)
    assert "No second currency" in promised(db, "release.card")[-1].text


@pytest.mark.proves("F6", "R13")
@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("rollout", "x" * 301),
        ("limits", "x" * 301),
        ("links", "the specification"),
        ("links", "https://example.com/spec https://example.com/flag is where to look"),
        ("links", "Everything that it is to do and how we mean to do it https://example.com"),
        ("links", "https://example.com/" + "x" * 600),
    ],
)
def test_what_a_brief_says_besides_is_short_and_links_are_links(
    db: Database, house: House, field: str, text: str
) -> None:
    release = _registered(db, house)
    alice = Keyboard()
    alice.does(house, listeners.open_answers, value=release)
    with pytest.raises(FieldErrors) as refused:
        alice.submits(house, listeners.answered, alice.opened[0], **ANSWERS, **{field: text})
    assert list(refused.value.fields) == [field]


def test_of_a_low_release_no_more_is_asked_than_four_questions(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = str(register(session, house, facts=()).id)
    alice = Keyboard()
    alice.does(house, listeners.open_answers, value=release)
    assert not DETAILS.keys() & inputs(alice.opened[0]).keys()


def test_who_had_a_form_without_them_open_clears_nothing_of_what_a_colleague_wrote_besides(
    db: Database, house: House
) -> None:
    with db.transaction() as session:
        release = register(session, house, facts=())
    alice, bob = Keyboard(), Keyboard(BOB)
    alice.does(house, listeners.open_answers, value=str(release.id))
    with db.transaction() as session:
        flow.find(session, house, "atlas").facts = ["asked", "terms"]
    bob.does(house, listeners.open_answers, value=str(release.id))
    bob.submits(house, listeners.answered, bob.opened[0], **ANSWERS, **DETAILS)
    alice.submits(house, listeners.answered, alice.opened[0], **ANSWERS)
    again = alice.acks[-1]["view"]
    assert {name: inputs(again)[name].get("initial_value") for name in DETAILS} == DETAILS


def test_the_second_of_two_colleagues_sees_the_sign_off(db: Database, house: House) -> None:
    release = _registered(db, house)
    charlie = Keyboard(CHARLIE)
    charlie.does(house, listeners.open_sign_off, value=release)
    with db.transaction() as session:
        sign(session, house, flow.find(session, house, "atlas"), "not ready", "The macros are wrong")
    typed = {"function": "support", "said": "ready", "risk": ""}
    charlie.submits(house, listeners.signed_off, charlie.opened[0], **typed)
    again = charlie.acks[-1]["view"]
    assert "Charlie signed off: 🔴 not ready. The macros are wrong" in shown(again)
    assert inputs(again)["said"]["initial_option"]["value"] == "ready"
    charlie.submits(house, listeners.signed_off, again, **typed)
    assert "Saved." in shown(charlie.acks[-1]["view"])


HUGE = f'[1,{10**30},{{"2":{10**30}}}]'


@pytest.mark.parametrize(
    "metadata", ["", "null", "[]", "{}", "[1]", '[1,"x",{}]', "[1,1,[]]", "[" * 2000, "[1,1e999,{}]", HUGE]
)
def test_a_form_that_was_tampered_with_is_refused_in_words(db: Database, house: House, metadata: str) -> None:
    _registered(db, house)
    for handler in (listeners.answered, listeners.item_updated, listeners.signed_off):
        with pytest.raises(UserError, match="can not read this form"):
            Keyboard(CHARLIE).submits(house, handler, {"private_metadata": metadata}, item="2", state="done")


def test_a_form_of_another_release_is_checked_like_any_other(db: Database, house: House) -> None:
    _registered(db, house)
    for release in ("999", "x", "-1"):
        metadata = json.dumps([release, 0, {}])
        with pytest.raises(UserError, match="do not know that release"):
            Keyboard(CHARLIE).submits(house, listeners.item_updated, {"private_metadata": metadata}, item="2")


def test_the_card_follows_what_people_do(db: Database, house: House, clock: StoppedClock) -> None:
    release = _registered(db, house)
    charlie = Keyboard(CHARLIE)
    charlie.does(house, listeners.launch_ready, text="atlas")
    clock.turn(timedelta(hours=1))
    charlie.does(house, listeners.open_sign_off, value=release)
    charlie.submits(house, listeners.signed_off, charlie.opened[0], function="support", said="ready", risk="")
    (card,) = promised(db)
    assert "Support: ✅ ready (Charlie)" in card.text
    assert "As of Wed 25 Nov 2026, 11:00" in card.text


def _registered(db: Database, house: House) -> str:
    with db.transaction() as session:
        return str(register(session, house).id)
