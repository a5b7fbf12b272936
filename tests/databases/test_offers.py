"""What is offered once a day is offered once a day, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot import offers
from bot.db import Database
from bot.house import House
from bot.offers import Offer
from bot.pointing import Spot
from tests.fakes import StoppedClock, make_house
from tests.people import ALICE, BOB, UPDATES

SPOT = Spot(UPDATES, "1764061200.000001")


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    return make_house(any_db, clock=clock)


def offered(house: House, spot: Spot = SPOT, person: str = ALICE, what: str = "decision") -> bool:
    return house.db.call(offers.note, house, what, spot, person)


def test_one_offer_a_day_to_a_person_for_a_message(house: House, clock: StoppedClock) -> None:
    assert offered(house)
    assert not offered(house)
    assert offered(house, person=BOB)
    assert offered(house, what="insight")
    assert offered(house, Spot(UPDATES, "1764061200.000002"))
    assert offered(replace(house, workspace_id="T0OTHER"))

    clock.turn(timedelta(hours=23))
    assert not offered(house)
    clock.turn(timedelta(hours=1))
    assert offered(house)


def test_old_offers_are_let_go_of_in_their_own_workspace(house: House, clock: StoppedClock) -> None:
    other = replace(house, workspace_id="T0OTHER")
    assert offered(house) and offered(other) and offered(house, person=BOB)
    clock.turn(timedelta(days=1))
    offered(house)
    with house.db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Offer)) == 2


def test_an_offer_that_is_taken_back_may_be_made_again(house: House) -> None:
    other = replace(house, workspace_id="T0OTHER")
    assert offered(house) and offered(house, person=BOB) and offered(other)
    house.db.call(offers.take_back, house, "decision", SPOT, ALICE)
    assert offered(house)
    assert not offered(house, person=BOB)
    assert not offered(other)
