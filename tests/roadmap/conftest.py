import pytest

from bot.db import Database
from bot.house import House
from tests.fakes import StoppedClock
from tests.roadmap import world


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    """A house with a roadmap that is still empty."""
    return world.make(db, clock)
