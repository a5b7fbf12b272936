"""How people reach it in Slack: forms that are prefilled and come back, buttons, verbs and the shortcut."""

import json

import pytest

from bot import app
from bot.actions import listeners as action_listeners
from bot.db import Database
from bot.errors import UserError
from bot.house import House
from bot.lookback import listeners, model
from tests.fakes import StoppedClock
from tests.lookback import after
from tests.lookback.after import THURSDAY, atlas, captured, go_live, thread
from tests.people import ALICE, BOB, CHARLIE
from tests.prompts.asking import turn_to
from tests.releases.launch import DANA, ERIN, Keyboard, inputs, register, shown


@pytest.fixture
def live(house: House, clock: StoppedClock) -> House:
    go_live(house)
    turn_to(house, clock, THURSDAY)
    return house


def id_of(house: House) -> str:
    with house.db.transaction() as session:
        return str(atlas(session, house).id)


def test_the_workspace_looks_everything_up_here() -> None:
    tables = app.tables()
    assert listeners.TABLES.actions.items() <= tables.actions.items()
    assert listeners.TABLES.views.items() <= tables.views.items()
    assert tables.shortcuts["surprised_by"].kind == "message"


def test_a_capture_is_answered_and_the_form_shows_it_again(db: Database, live: House) -> None:
    charlie, row = Keyboard(CHARLIE), captured(live, "first-day", "support")
    charlie.does(live, listeners.open_capture, value=str(row.id))
    (form,) = charlie.opened
    assert "Atlas, 1 day after it went live, for Support." in shown(form)
    charlie.submits(live, listeners.captured, form, **{"answer-broken": "Yes", "answer-what": "The export"})
    assert "Kept. It stands in the thread of Atlas." in str(charlie.acks[-1])
    dana = Keyboard(DANA)
    dana.does(live, listeners.open_capture, value=str(row.id))
    assert inputs(dana.opened[0])["answer-broken"]["initial_option"]["value"] == "Yes"
    assert inputs(dana.opened[0])["answer-what"]["initial_value"] == "The export"


def test_who_was_slower_gets_the_form_back_with_their_words(db: Database, live: House) -> None:
    charlie, dana, row = Keyboard(CHARLIE), Keyboard(DANA), captured(live, "first-day", "support")
    for person in (charlie, dana):
        person.does(live, listeners.open_capture, value=str(row.id))
    charlie.submits(live, listeners.captured, charlie.opened[0], **{"answer-broken": "No"})
    dana.submits(live, listeners.captured, dana.opened[0], **{"answer-broken": "Yes", "answer-what": "Mine"})
    view = dana.acks[-1]["view"]
    assert "Charlie answered:" in shown(view)
    assert inputs(view)["answer-what"]["initial_value"] == "Mine"
    dana.submits(live, listeners.captured, view, **{"answer-broken": "Yes", "answer-what": "Mine"})
    assert thread(db)[-1].endswith("Dana says\n• Is anything broken? Yes\n• What? Mine")


def test_one_tap_answers_the_poll(db: Database, live: House) -> None:
    dana = Keyboard(DANA)
    dana.does(live, app.tables().actions["lookback.unaware"], value=id_of(live))
    assert dana.replies[0]["text"].startswith("Thank you. How many knew of Atlas stands on its card")
    with db.transaction() as session:
        rows = model.awareness(session, live, int(id_of(live)))
    assert {row.person: row.answer for row in rows} == {CHARLIE: "", DANA: "unaware"}


def test_an_escape_is_reported_from_the_card(db: Database, live: House) -> None:
    erin = Keyboard(ERIN)
    erin.does(live, listeners.open_escape, value=id_of(live))
    assert [each["value"] for each in inputs(erin.opened[0])["item"]["options"]] == ["2", "3", "none"]
    erin.submits(live, listeners.escaped, erin.opened[0], what="Wrong totals", severity="critical", item="3")
    assert thread(db)[-1].startswith("Escape, critical: Wrong totals\nShould have been caught by: 3 Release note")


def test_an_action_is_agreed_changed_dropped_and_done(db: Database, live: House) -> None:
    alice, release_id = Keyboard(ALICE), id_of(live)
    for what in ("Write it down", "Ask earlier"):
        alice.does(live, listeners.open_action, value=release_id)
        alice.submits(live, listeners.agreed, alice.opened[-1], what=what, owner=ERIN, due="2026-12-20")
    with db.transaction() as session:
        first, second = model.actions(session, live, int(release_id))
    erin = Keyboard(ERIN)
    erin.does(live, action_listeners.open_change, value=str(first.id))
    assert inputs(erin.opened[0])["what"]["initial_value"] == "Write it down"
    erin.submits(live, action_listeners.changed, erin.opened[0], what="Write more", owner=ERIN, due="2026-12-20")
    erin.does(live, action_listeners.done, value=str(first.id))
    assert erin.replies[-1]["text"].startswith("Kept.")
    erin.does(live, action_listeners.open_drop, value=str(second.id))
    erin.submits(live, action_listeners.dropped, erin.opened[-1], because="Nobody needs it")
    erin.does(live, listeners.show, value=release_id)
    assert "☑ Write more – Erin, done\n☐ Ask earlier – Erin, dropped: Nobody needs it" in erin.replies[-1]["text"]


def test_what_it_is_to_move_is_said_in_a_form(db: Database, live: House) -> None:
    alice = Keyboard(ALICE)
    alice.does(live, listeners.lookback, text="atlas target")
    alice.submits(live, listeners.aimed, alice.opened[0], metric="Splits", baseline="0", target="9", until="2026-12-31")
    assert "Splits, to be 9: not known yet" in after.card(db)


def test_the_verb_shows_and_does_the_same(db: Database, live: House) -> None:
    charlie = Keyboard(CHARLIE)
    charlie.does(live, listeners.lookback, text="Atlas")
    assert "Atlas: what became of it" in charlie.replies[0]["text"]
    charlie.does(live, listeners.lookback, text="atlas answer")
    assert "for Support." in shown(charlie.opened[0])
    charlie.does(live, listeners.lookback, text="atlas escape")
    charlie.does(live, listeners.lookback, text="atlas action")
    assert [view["callback_id"] for view in charlie.opened[1:]] == ["lookback.escaped", "lookback.agreed"]
    with pytest.raises(UserError, match="Of which release"):
        charlie.does(live, listeners.lookback, text="")
    with pytest.raises(UserError, match="asked nothing"):
        Keyboard(ERIN).does(live, listeners.lookback, text="atlas answer")


def test_a_release_that_is_called_like_a_verb_is_shown(db: Database, live: House) -> None:
    with db.transaction() as session:
        register(session, live, name="Atlas target")
    with pytest.raises(UserError, match="Atlas target is not looked back on"):
        Keyboard(CHARLIE).does(live, listeners.lookback, text="atlas target")


def test_a_stranger_is_not_told_which_releases_there_are(db: Database, live: House) -> None:
    for handler in (listeners.lookback, app.tables().commands["/launch-ready"].handler):
        with pytest.raises(UserError, match="do not know you"):
            Keyboard("U0NOBODY").does(live, handler, text="atlsa")


def test_the_command_knows_who_was_surprised_and_leaves_the_rest(db: Database, live: House) -> None:
    dana, handler = Keyboard(DANA), app.tables().commands["/launch-ready"].handler
    dana.does(live, handler, text="surprised split invoices")
    (form,) = dana.opened
    assert inputs(form)["words"]["initial_value"] == "split invoices"
    assert [each["value"] for each in inputs(form)["release"]["options"]] == [id_of(live), "none"]
    dana.submits(live, listeners.surprise_reported, form, release=id_of(live), words="split invoices")
    assert "Noted: Atlas surprised you." in json.dumps(dana.acks[-1], ensure_ascii=False)
    dana.does(live, handler, text="help")
    assert "/launch-ready surprised" in dana.replies[-1]["text"]


def test_the_button_notes_it_at_once(db: Database, live: House) -> None:
    dana = Keyboard(DANA)
    dana.does(live, listeners.surprised, value=id_of(live))
    assert dana.replies[0]["text"].startswith("Noted: Atlas surprised you.")


def test_product_ops_names_somebody_who_answers(db: Database, live: House) -> None:
    dana, bob, erin = Keyboard(DANA), Keyboard(BOB), Keyboard(ERIN)
    dana.does(live, listeners.open_surprise, text="A new button")
    dana.submits(live, listeners.surprise_reported, dana.opened[0], release="none", words="A new button")
    assert "Product ops looks for whose it is" in str(dana.acks[-1])
    bob.does(live, listeners.open_search, value="1")
    assert "“A new button”" in shown(bob.opened[0])
    bob.submits(live, listeners.searched, bob.opened[0], owner=ERIN)
    assert "Erin is asked about it." in str(bob.acks[-1])
    erin.does(live, listeners.open_explain, value="1")
    erin.submits(live, listeners.explained, erin.opened[0], what="A test for ten customers")
    assert "Whoever was surprised is told." in str(erin.acks[-1])


@pytest.mark.parametrize("value", ["", "x", "999", "9" * 40, "²"])
def test_values_that_mean_nothing_are_refused_in_words(db: Database, live: House, value: str) -> None:
    for handler in (
        listeners.open_capture,
        listeners.open_escape,
        listeners.open_aim,
        listeners.open_action,
        action_listeners.done,
        listeners.open_search,
        listeners.confirm,
        listeners.show,
        listeners.surprised,
    ):
        with pytest.raises(UserError):
            Keyboard(BOB).does(live, handler, value=value)
