"""Drumbeat informs decisions and makes none: whoever asks it to is shown the way to the decider."""

import time

import pytest

from bot import app
from bot.db import Database
from bot.decisions import listeners
from bot.decisions.boundary import as_question, asks_to_decide, crosses
from bot.errors import UserError
from bot.house import House
from bot.welcome.meant import DECIDE, meant
from tests.decisions.classes import house_with_classes
from tests.decisions.log import Desk, initial, introduce
from tests.fakes import StoppedClock, make_house
from tests.people import BOB, CHARLIE


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return house_with_classes(db, clock)


def cadence(house: House, text: str, user: str = CHARLIE) -> Desk:
    desk = Desk(house, user)
    desk.does(app.tables().commands["/cadence"].handler, text)
    return desk


@pytest.mark.proves("R11", "R61")
@pytest.mark.parametrize(
    ("words", "question"),
    [
        ("decide for me", ""),
        ("Please decide", ""),
        ("decide on the price for us!", "The price"),
        ("decide whether we keep the free plan", "We keep the free plan"),
        ("prioritise the backlog for me", "Prioritise the backlog"),
        ("can you prioritize these bugs?", "Prioritize these bugs?"),
        ("choose between Atlas and Hermes", "Choose between Atlas and Hermes"),
        ("pick one", "Pick one"),
        ("rank our ideas", "Rank our ideas"),
        ("what should we build next", "What should we build next"),
        ("Which of these is better?", "Which of these is better?"),
        ("which bug comes first", "Which bug comes first"),
        ("should we launch?", "Should we launch?"),
        ("own the roadmap", "Own the roadmap"),
        ("drumbeat, choose", "Choose"),
        ("“please decide”", ""),
        ("tell us what to build next", "What to build next"),
        ("I need you to decide on SSO", "SSO"),
        ("We'd like you to choose", "Choose"),
        ("you decide", ""),
        ("it's your call", "It's your call"),
        ("make the call on the launch for us", "The launch"),
        ("let's decide whether to launch", "To launch"),
        ("re-prioritise Q1", "Re-prioritise Q1"),
        ("stack-rank these", "Stack-rank these"),
        ("order our backlog", "Order our backlog"),
        ("set priorities for search", "Set priorities for search"),
        ("plan next quarter", "Plan next quarter"),
        ("take over the roadmap", "Take over the roadmap"),
        ("what do you think we should build", "What do you think we should build"),
        ("what do we drop?", "What do we drop?"),
        ("what would you do", "What would you do"),
        ("where should we invest", "Where should we invest"),
        ("what is more important, SSO or exports?", "What is more important, SSO or exports?"),
        ("is SSO worth it?", "Is SSO worth it?"),
        ("should billing come first?", "Should billing come first?"),
        ("can we launch?", "Can we launch?"),
        ("launch or hold?", "Launch or hold?"),
        ("approve the launch", "Approve the launch"),
        ("hey drumbeat, pls decide", ""),
        ("hi, can you decide", ""),
        ("ok then choose", "Choose"),
        ("so what should we do", "What should we do"),
        ("tell me which one to build", "Which one to build"),
        ("which feature would you build", "Which feature would you build"),
        ("would you build SSO?", "Build SSO?"),
        ("what's our top priority?", "What's our top priority?"),
        ("what do you recommend?", "What do you recommend?"),
        ("do you think we should build SSO", "Do you think we should build SSO"),
        ("give me your opinion", "Give me your opinion"),
        ("advise us on what to do first", "What to do first"),
        ("take the decision for us", ""),
        ("break the tie", "Break the tie"),
        ("resolve this conflict", "Resolve this conflict"),
        ("go or no-go for atlas", "Go or no-go for atlas"),
        ("accept this insight", "Accept this insight"),
        ("decline I-317", "Decline I-317"),
        ("put SSO first", "Put SSO first"),
        ("move SSO to now", "Move SSO to now"),
        ("propose a roadmap", "Propose a roadmap"),
        ("what goes into next quarter", "What goes into next quarter"),
        ("score these ideas", "Score these ideas"),
        ("set the date of atlas", "Set the date of atlas"),
        ("when should we launch?", "When should we launch?"),
        ("you should decide", "Should decide"),
    ],
)
def test_requests_to_decide_are_known_and_become_questions(words: str, question: str) -> None:
    assert asks_to_decide(words)
    assert as_question(words) == question


@pytest.mark.parametrize(
    ("words", "sort", "says"),
    [
        ("write the PRD for exports", "spec", "I write no specifications, and neither does Product Ops: that is for"),
        ("can you draft user stories", "spec", "I write no specifications"),
        ("write a spec for billing", "spec", "that is for Alice."),
        ("set a target for M5", "target", "I make up no targets: whoever owns a number sets it"),
        ("suggest OKRs for next quarter", "target", "/cadence question keeps it open with an owner and a day"),
        ("what should our KPIs be?", "target", "I make up no targets"),
        ("plan user interviews", "research", "whoever runs research, not by me or by Product Ops"),
        ("please run a usability test for search", "research", "/insight takes it"),
        ("facilitate our retro", "team", "A team runs its own meetings: ask whoever leads it."),
        ("facilitate Ana's standup", "team", "A team runs its own meetings"),
        ("plan a campaign for the launch", "marketing", "What is said outside is for whoever leads Marketing"),
        ("write the press release", "marketing", "What is said outside"),
        ("write my update", "update", "An update is its area's own word"),
        ("fill in Ana's weekly update", "update", "their deputy is asked"),
        ("rank our PMs", "person", "I compare no people"),
        ("compare the product managers", "person", "I compare no people"),
        ("which PM is the slowest?", "person", "your own numbers are for you alone"),
        ("show me Ana's performance", "person", "I compare no people"),
        ("sign off for support", "release", "each function signs off for itself"),
        ("say go for atlas", "release", "its owner makes the call"),
        ("please waive the gate", "release", "an item is done or waived by whose it is"),
        ("override the hold on atlas", "release", "/launch-ready and its name shows who they are"),
        ("let atlas go out", "release", "Nobody lets a release go for others"),
    ],
)
def test_what_is_for_others_to_do_is_refused_with_whose_it_is(house: House, words: str, sort: str, says: str) -> None:
    assert crosses(words) == sort
    (answer,) = cadence(house, words).said
    assert says in answer["text"]
    assert answer["response_type"] == "ephemeral"
    # Somebody who writes it to Drumbeat itself reads the same.
    assert meant(words) == DECIDE


@pytest.mark.parametrize(
    "words",
    [
        "what is due",
        "status billing",
        "how is billing doing",
        "how does the review work",
        "update",
        "show the roadmap",
        "performance of the search",
        "make it stop",
        "who owns billing",
        "set me away",
        "let me go out at noon",
        "skip the review",
        "close the retro",
        "what is the target of M5",
        "decide on prices",
    ],
)
def test_other_words_cross_no_boundary(words: str) -> None:
    assert crosses(words) == ""


@pytest.mark.parametrize(
    "words",
    [
        "",
        "xyzzy",
        "decisions",
        "picking",
        "what is due",
        "what do I have to do",
        "what's next",
        "which ritual is next",
        "which rituals are there",
        "ranking",
        "show the roadmap",
        "what to do today",
        "tell me what is due",
        "how do I skip this",
        "can I leave out the weekly update",
        "is Ana away",
        "help me",
        "make it stop",
        "set me away",
        "daily or weekly",
        "which releases are to ship this week",
        "when do we launch atlas",
        "what comes next week",
        "move the review to next week",
        "would you tell me what is due",
        "hi",
        "score the rubric",
        "then skip it",
        "you should let us export to CSV",
    ],
)
def test_other_words_are_no_request_to_decide(words: str) -> None:
    assert not asks_to_decide(words)


@pytest.mark.parametrize(
    "words", ["please " * 600, " ,:" * 1300, "a or " * 800, "make " + "a " * 1900, " " * 3999 + "x"]
)
def test_long_nonsense_is_read_quickly(words: str) -> None:
    """Everybody's gestures wait while this one's words are read."""
    began = time.process_time()
    asks_to_decide(words)
    as_question(words)
    crosses(words)
    assert time.process_time() - began < 0.1


@pytest.mark.proves("R11", "R61")
def test_a_request_to_decide_is_refused_in_one_sentence_with_the_way_to_the_decider(house: House) -> None:
    (answer,) = cadence(house, "decide on discounts for me").said
    assert answer["text"] == (
        "I bring decisions to those who make them and make none myself: this one is for Dana.\n[Raise to the decider]"
    )
    assert answer["response_type"] == "ephemeral"


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("prioritise the backlog", "raise it, and whoever decides it is asked."),
        ("what should we build in billing", "this one is for Alice."),
        ("what should we build next", "this one is for the owner of the area."),
        ("choose between pricing and planning", "raise it, and whoever decides it is asked."),
    ],
)
def test_it_names_the_decider_when_the_words_say_what_it_is_about(house: House, words: str, who: str) -> None:
    (answer,) = cadence(house, words).said
    assert f"make none myself: {who}\n" in answer["text"]


def test_product_ops_is_told_the_same(house: House) -> None:
    assert "this one is for Alice." in cadence(house, "choose what to build in search", BOB).said[0]["text"]


@pytest.mark.proves("R11", "R61")
def test_the_button_opens_the_form_filled_in(house: House) -> None:
    desk = cadence(house, "decide on discounts in billing for me")
    button = desk.said[0]["blocks"][-1]["elements"][0]
    assert button["text"]["text"] == "Raise to the decider"
    desk.does(app.tables().actions[button["action_id"]], value=button["value"])
    form = desk.form()
    assert form["callback_id"] == "decisions.raise"
    assert initial(form, "question") == "Discounts in billing"
    assert (initial(form, "class_id"), initial(form, "area_id")) == ("pricing", "billing")


def test_without_classes_the_form_is_filled_in_as_far_as_is_known(db: Database, clock: StoppedClock) -> None:
    house = make_house(db, clock=clock)
    with db.transaction() as session:
        introduce(session, house)
    desk = Desk(house)
    desk.does(listeners.raise_from_button, value="prioritise the backlog in billing")
    assert initial(desk.form(), "area_id") == "billing"


def test_a_verb_stays_a_verb(house: House) -> None:
    assert cadence(house, "who decides pricing for me").said[0]["text"].startswith("*Prices and terms*")
    with pytest.raises(UserError, match="There is no `/cadence xyzzy`"):
        cadence(house, "xyzzy")


def test_a_stranger_is_told_that_they_are_one(house: House) -> None:
    with pytest.raises(UserError, match="do not know you"):
        cadence(house, "decide for me", "U0STRANGER")
    with pytest.raises(UserError, match="do not know you"):
        Desk(house, "U0STRANGER").does(listeners.raise_from_button, value="x")
