"""Home with every room of the house in it."""

import json
from dataclasses import replace

from sqlalchemy.orm import Session

from bot import app
from bot.db import Database
from bot.decisions.flow import raise_question
from bot.definitions import Calendar
from bot.home.page import home_view
from bot.house import House
from tests.decisions.log import QUESTION
from tests.fakes import StoppedClock, make_house
from tests.people import ALICE, BOB
from tests.releases import launch
from tests.rituals.desk import ritual


def test_home_shows_what_waits_in_every_room(db: Database, clock: StoppedClock) -> None:
    team = launch.definitions()
    review = ritual("roadmap", name="Roadmap review", kind="review", owner=ALICE)
    calendar = Calendar(rituals=(*team.calendar.rituals, review))
    house = make_house(db, replace(team, calendar=calendar), clock, links=app.LINKS)

    with db.transaction() as session:
        launch.introduce(session, house)
        _everything_waits_for_alice(session, house)
        home = json.dumps(home_view(session, house, ALICE).payload(), ensure_ascii=False)

    for waiting in ("Weekly update: Billing", "Roadmap review: close it", "Decide D-1", "Release Atlas:"):
        assert waiting in home


def _everything_waits_for_alice(session: Session, house: House) -> None:
    for each in house.definitions.calendar.rituals:
        app.RITUALS.run_now(session, house, each, BOB)
    raise_question(session, house, BOB, replace(QUESTION, decider=ALICE), "a form")
    launch.register(session, house)
