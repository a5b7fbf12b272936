"""What a button or a form names is looked at again when it is pressed or sent."""

import pytest

from bot.db import Database
from bot.errors import UserError
from bot.house import House
from bot.quarter import frictions, model
from bot.rituals.model import Occurrence
from tests.fakes import StoppedClock
from tests.people import ALICE
from tests.quarter import world
from tests.quarter.world import planning, run


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return world.opened(db, clock)


def another_ritual(house: House) -> Occurrence:
    """One that is open beside the planning, such as a weekly update."""
    open_now = planning(house)
    values = {each.key: getattr(open_now, each.key) for each in Occurrence.__table__.columns if each.key != "id"}
    with house.db.transaction() as session:
        session.add(found := Occurrence(**values | {"ritual_id": "weekly-update"}))
    return found


def test_what_hampers_somebody_is_named_in_a_planning_and_nowhere_else(house: House) -> None:
    other = another_ritual(house)
    with pytest.raises(UserError, match="no longer in the calendar"):
        run(house, frictions.say, ALICE, other, [("Slow builds", "An hour each")])
    assert run(house, model.frictions, other.id) == []
