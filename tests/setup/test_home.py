"""What whoever sets up finds of the interview on Home."""

from datetime import timedelta

import pytest

from bot.db import Database
from bot.house import House
from bot.setup import flow, home, model
from bot.setup.questions import SHAPE
from tests.decisions import classes
from tests.fakes import StoppedClock
from tests.people import ALICE, BOB

OLD = "Is your company still made up as you said on"


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return classes.house_with_classes(db, clock)


def on_home(house: House, person: str) -> str:
    return str(house.db.call(home.on_home, house, person))


def say(house: House, **answers: str) -> None:
    house.db.call(flow.save, house, BOB, SHAPE, {name: [said] for name, said in answers.items()})


@pytest.mark.proves("R16")
def test_how_the_company_is_made_up_is_looked_at_again_each_year(house: House, clock: StoppedClock) -> None:
    assert "Start here" in on_home(house, BOB)
    say(house, product_managers="8")
    house.db.call(model.finish, house, BOB, 1)
    clock.turn(timedelta(days=364))
    assert on_home(house, BOB) == "[]"

    clock.turn(timedelta(days=1))
    assert OLD in on_home(house, BOB)
    assert "'value': 'shape'" in on_home(house, BOB)
    assert on_home(house, ALICE) == "[]"

    say(house, product_managers="8")
    assert on_home(house, BOB) == "[]"


def test_who_never_said_how_the_company_is_made_up_is_not_asked_whether_it_still_is_so(
    house: House, clock: StoppedClock
) -> None:
    house.db.call(model.finish, house, BOB, 1)
    clock.turn(timedelta(days=800))
    assert on_home(house, BOB) == "[]"
