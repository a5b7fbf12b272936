"""What the registers hold stands where it matters: on the card of a release, and in the plan of a quarter."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.db import Database
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.registers import flow, listeners, model
from bot.registers.flow import Typed
from bot.registers.model import Entry
from bot.releases import editing
from bot.releases import model as releases
from tests.fakes import StoppedClock, promised
from tests.people import ALICE, BOB
from tests.quarter import world
from tests.releases import launch
from tests.releases.launch import Keyboard, inputs

RISK = Typed("The migration takes longer", "A dry run on Monday", "2", "3", ALICE, "2026-12-01", "the Atlas")
QUARTER = "January to March 2027"
QUESTION = Typed("Who answers at night?", "Two sign-offs wait", owner=BOB, due="2026-12-02", about=QUARTER)
STEP = Typed("Ask two accounts", owner=ALICE, due="2026-12-03", about="billing")


def add(house: House, sort: str, typed: Typed) -> Entry:
    with house.db.transaction() as session:
        return flow.add(session, house, BOB, sort, typed)


def registered(house: House) -> str:
    with house.db.transaction() as session:
        return str(launch.register(session, house).id)


def card(house: House) -> str:
    """The card of the release, as it reads now."""
    return promised(house.db, "release.card")[-1].text


@pytest.mark.proves("R35")
def test_the_card_of_a_release_shows_the_open_entries_about_it(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock)
    registered(house)
    assert "None is written down for this release." in card(house)

    entry = add(house, "risk", RISK)
    add(house, "next", STEP)
    assert entry.about == "Atlas"
    assert "RISK-1 The migration takes longer (Alice, by Tue 1 Dec 2026)" in card(house)
    assert "NEXT-2" not in card(house)

    with db.transaction() as session:
        flow.end(session, house, ALICE, "1", 1, "The dry run went well")
    assert "None is written down for this release." in card(house)


def test_an_entry_that_is_about_something_else_now_leaves_the_card(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock)
    registered(house)
    add(house, "next", Typed("Ask two accounts", owner=ALICE, due="2026-12-03", about="atlas"))
    assert "NEXT-1 Ask two accounts" in card(house)
    with db.transaction() as session:
        flow.change(session, house, ALICE, "1", 1, STEP)
    assert "NEXT-1" not in card(house)


@pytest.mark.proves("R35", "A9")
def test_the_plan_of_a_quarter_has_what_is_about_it_its_areas_and_its_releases(
    db: Database, clock: StoppedClock
) -> None:
    house = world.opened(db, clock)
    with db.transaction() as session:
        launch.register(session, house, target="2027-01-20")
    for sort, typed in (("next", STEP), ("question", QUESTION), ("risk", RISK)):
        add(house, sort, Typed(**{**vars(typed), "due": "2026-12-20"}))
    add(house, "risk", Typed("Too many forms", "Cut one", "1", "1", ALICE, "2026-12-20"))

    risks = "\n".join(world.pages(house)).partition("*Risks, open questions and next steps*\n")[2]
    assert risks.split("\n")[:3] == [
        "• RISK-3 The migration takes longer (Alice, by Sun 20 Dec 2026)",
        "• QUESTION-2 Who answers at night? (Bob, by Sun 20 Dec 2026)",
        "• NEXT-1 Ask two accounts (Alice, by Sun 20 Dec 2026)",
    ]
    assert "Too many forms" not in risks


def test_the_button_of_a_card_and_the_command_show_the_same_and_begin_an_entry(
    db: Database, clock: StoppedClock
) -> None:
    house, alice = world.make(db, clock), Keyboard(ALICE)
    release_id = registered(house)
    add(house, "risk", RISK)

    alice.does(house, listeners.about_release, value=release_id)
    alice.does(house, listeners.show, text="atlas")
    pressed, asked = alice.replies
    assert pressed == asked
    assert "RISK-1 The migration takes longer" in pressed["text"]
    alice.does(house, listeners.open_add, value="question:Atlas")
    assert inputs(alice.opened[0])["about"]["initial_value"] == "Atlas"

    with pytest.raises(UserError, match="one thing as I know it"):
        alice.does(house, listeners.show, text="the moon")
    with pytest.raises(UserError, match="do not know that release"):
        alice.does(house, listeners.about_release, value="99")


def test_what_an_entry_is_about_is_one_thing(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock)
    with db.transaction() as session, pytest.raises(FieldErrors) as refused:
        flow.add(session, house, BOB, "next", Typed("Ask", owner=ALICE, due="2026-12-03", about="Billing or Search"))
    assert set(refused.value.fields) == {"about"}


def renamed(house: House, name: str) -> None:
    with house.db.transaction() as session:
        release = releases.get(session, house, "1")
        editing.edit(session, house, ALICE, "1", release.version, launch.brief(name=name))


def test_what_is_about_a_release_stays_on_its_card_under_another_name(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock)
    registered(house)
    add(house, "risk", RISK)
    for name in ("ATLAS", "Meridian"):
        renamed(house, name)
        assert "RISK-1 The migration takes longer" in card(house)
    with db.transaction() as session:
        assert model.get(session, house, "RISK-1").about == "Meridian"


def test_what_is_about_an_area_of_the_old_name_stays_with_that(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock)
    with db.transaction() as session:
        launch.register(session, house, name="Billing")
    add(house, "next", STEP)
    renamed(house, "Meridian")
    with db.transaction() as session:
        assert model.get(session, house, "NEXT-1").about == "Billing"


def test_what_bears_the_name_of_something_else_is_called_by_it(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock)
    with db.transaction() as session:
        launch.register(session, house, name="Billing")
    assert add(house, "next", STEP).about == "Billing"
    assert "NEXT-1 Ask two accounts" in card(house)


def test_what_an_entry_is_about_may_stay_when_it_is_past(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock)
    entry = add(house, "question", QUESTION)
    clock.turn(timedelta(days=300))
    later = replace(QUESTION, due="2027-12-01")
    with db.transaction() as session:
        flow.change(session, house, BOB, str(entry.id), 1, later)
    with db.transaction() as session, pytest.raises(FieldErrors):
        flow.add(session, house, BOB, "question", later)


def test_no_menu_adds_to_what_has_too_long_an_address_for_it(db: Database, clock: StoppedClock) -> None:
    house, alice = world.make(db, clock), Keyboard(ALICE)
    for length, menus in ((20, 1), (300, 0)):
        alice.does(house, listeners.show, text=f"https://example.com/{'x' * length}")
        assert [each["type"] for each in alice.replies[-1]["blocks"]].count("actions") == menus
