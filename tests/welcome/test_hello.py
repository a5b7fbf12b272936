"""Everybody who does not set up Drumbeat is greeted on their first looks at Home."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.db import Database
from bot.home.page import home_view
from bot.house import House
from bot.welcome.home import A_LOOK, OFTEN_ENOUGH, on_home
from bot.welcome.model import Acquaintance
from tests.decisions import classes
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, BOB, CHARLIE
from tests.welcome.test_first_steps import Start

NO = "How to say no: each request has buttons to put it off"


@pytest.fixture
def start(db: Database, clock: StoppedClock) -> Start:
    start = Start(db, clock)
    start.know()
    return start


def look(start: Start, user: str = ALICE) -> str:
    """What stands first on Home in a look of its own."""
    start.clock.turn(A_LOOK)
    return start.home(user)


def test_three_lines_say_what_is_asked_when_and_how_to_say_no(start: Start) -> None:
    said = start.home(ALICE)
    title, asked, when, no, button = said.splitlines()
    assert title == "Hello Alice"
    assert asked.startswith("What I ask of you: Weekly product update, every Wednesday, about Billing")
    assert when.startswith("When: in one message a day, between 09:00 and 17:30 of your working days (Europe/Berlin)")
    assert no.startswith(NO)
    assert button == "[Got it]"


def test_each_role_is_told_its_own(start: Start) -> None:
    assert "whether your people are ready for a release" in start.home(CHARLIE)
    assert "What I ask of you: decisions that are yours to make" in start.home("U0ERIN")


def test_it_goes_after_it_was_seen_twice(start: Start) -> None:
    for _ in range(OFTEN_ENOUGH):
        assert NO in look(start)
    assert look(start) == ""
    assert NO in look(start, CHARLIE)


def test_drawn_anew_while_somebody_looks_it_is_one_look(start: Start) -> None:
    for _ in range(5):
        assert NO in start.home(ALICE)
        start.clock.turn(timedelta(seconds=5))
    assert NO in look(start)
    assert NO in start.home(ALICE)
    assert look(start) == ""


def test_who_has_got_it_sees_it_no_more(start: Start) -> None:
    assert NO in start.home(ALICE)
    assert NO not in start.press("welcome.got_it", ALICE)
    assert look(start) == ""
    assert NO in look(start, CHARLIE)


def test_who_presses_twice_has_got_it_once(start: Start) -> None:
    start.press("welcome.got_it", ALICE)
    first = kept(start)
    start.clock.turn(A_LOOK)
    start.press("welcome.got_it", ALICE)
    assert kept(start) == first


def kept(start: Start) -> object:
    def verb(session: Session, house: House) -> object:
        return session.query(Acquaintance.dismissed_at).filter_by(workspace_id=house.workspace_id).scalar()

    return start.run(verb)


def test_another_workspace_greets_for_itself(start: Start) -> None:
    start.press("welcome.got_it", ALICE)
    start.house = replace(start.house, workspace_id="T0OTHER")
    start.know()
    assert NO in start.home(ALICE)


def test_a_home_of_which_it_is_a_part_is_drawn_by_the_whole_house(start: Start) -> None:
    with start.db.transaction() as session:
        home = home_view(session, start.house, ALICE).payload()
        assert home["blocks"][0]["text"]["text"] == "Hello Alice"
        assert on_home(session, start.house, "U0EVE") == []


def published(slack: FakeSlack) -> int:
    return sum(method == "views.publish" for method, _said in slack.calls)


def test_over_the_wire_home_begins_with_it_and_a_press_takes_it_away(
    db: Database, slack: FakeSlack, clock: StoppedClock
) -> None:
    async def story(bot: Drumbeat) -> None:
        assert "Hello Alice" in await bot.home(ALICE)
        drawn = published(slack)
        await slack.click("welcome.got_it", user=ALICE, view={"type": "home", "id": "V0HOME"})
        await bot.settled()
        assert published(slack) == drawn + 1, "one press, one call"
        assert "Hello Alice" not in str(slack.homes[ALICE])
        assert "Hello Alice" not in await bot.home(ALICE)
        assert "First steps: " in await bot.home(BOB)
        await slack.click("welcome.hide", user=BOB, view={"type": "home", "id": "V0HOME"})
        await bot.settled()
        assert "First steps: " not in str(slack.homes[BOB])
        await bot.command("/cadence first-steps", BOB)
        assert "First steps: " in await bot.replied()

    async def whole() -> None:
        async with drumbeat(db, slack, clock, classes.definitions()) as bot:
            await story(bot)

    asyncio.run(whole())
