import pytest

from bot.db import Database
from bot.house import House
from bot.people.directory import Directory, keep
from tests.fakes import StoppedClock, make_house
from tests.measures.world import definitions
from tests.people import ALICE, BOB, CHARLIE, UPDATES


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    house = make_house(any_db, definitions(), clock=clock)
    people = tuple({"id": each, "tz": "Europe/Berlin"} for each in (ALICE, BOB, CHARLIE))
    with any_db.transaction() as session:
        keep(session, house, Directory(members=people, channels=({"id": UPDATES, "name": "product-updates"},)))
    return house
