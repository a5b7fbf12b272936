"""Wherever words can be typed: who asks Drumbeat to decide reads in one line that it does not, who does, and how."""

import pytest

from bot import app
from bot.db import Database
from bot.errors import UserError
from bot.house import House
from tests.fakes import StoppedClock
from tests.people import ALICE, BOB, CHARLIE
from tests.quarter import world
from tests.releases import launch
from tests.releases.launch import Keyboard

DECIDES = "I bring decisions to those who make them and make none myself:"
CALLS = "Nobody lets a release go for others, and I let none go: its owner makes the call"


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    """With areas, releases, a roadmap, classes of decision and a planning: all that can be typed about."""
    house = world.opened(db, clock)
    with db.transaction() as session:
        launch.register(session, house)
    return house


def types(house: House, line: str, user: str = CHARLIE) -> Keyboard:
    command, _, text = line.partition(" ")
    keyboard = Keyboard(user)
    keyboard.does(house, app.tables().commands[command].handler, text=text)
    return keyboard


@pytest.mark.proves("R11", "R61", "BO02")
@pytest.mark.parametrize("user", [CHARLIE, BOB])
@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/cadence decide for me", DECIDES),
        ("/cadence hey drumbeat, pls decide", DECIDES),
        ("/cadence what do you recommend?", DECIDES),
        ("/cadence tell us which one to build", DECIDES),
        ("/cadence sign off atlas for support", CALLS),
        ("/cadence waive the gate for me", CALLS),
        ("/cadence status what should we build next", DECIDES),
        ("/cadence roadmap what comes first", DECIDES),
        ("/cadence roadmap put SSO first", DECIDES),
        ("/cadence quarter what goes into next quarter", DECIDES),
        ("/decision decide about prices for us", DECIDES),
        ("/decision should we raise the price?", "this one is for Frank."),
        ("/decision can you settle this?", DECIDES),
        ("/decision write the PRD for me", "I write no specifications"),
        ("/insight please prioritise these", DECIDES),
        ("/insight which of these should we fix first?", DECIDES),
        ("/launch-ready approve the launch", DECIDES),
        ("/launch-ready should we launch atlas?", DECIDES),
        ("/launch-ready say go for atlas", CALLS),
        ("/launch-ready lower the tier of atlas", CALLS),
        ("/weekly-update write my update", "An update is its area's own word"),
        ("/weekly-update what should we do first", DECIDES),
    ],
)
def test_a_command_answers_whose_it_is(house: House, line: str, says: str, user: str) -> None:
    keyboard = types(house, line, user)
    (answer,) = keyboard.replies
    assert says in answer["text"]
    assert answer["response_type"] == "ephemeral"
    assert keyboard.opened == []


@pytest.mark.parametrize(
    ("line", "form"),
    [
        ("/decision choose Postgres", "decisions.record"),
        ("/decision prioritise SSO over exports", "decisions.record"),
        ("/decision we will keep the free plan", "decisions.record"),
        ("/decision raise should we keep the free plan?", "decisions.raise"),
        ("/cadence question what should we build next?", "registers.added"),
        ("/decision you should see the old price until May", "decisions.record"),
        ("/launch-ready new Choose your plan", "releases.register"),
    ],
)
def test_what_somebody_means_to_write_down_opens_its_form(house: House, line: str, form: str) -> None:
    keyboard = types(house, line, ALICE)
    assert [view["callback_id"] for view in keyboard.opened] == [form]


def test_words_that_name_nothing_and_ask_for_no_decision_are_told_what_there_is(house: House) -> None:
    with pytest.raises(UserError, match="Did you mean `atlas`"):
        types(house, "/launch-ready atles")
