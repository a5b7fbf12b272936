import pytest

from bot.db import Database
from bot.house import House
from tests.fakes import StoppedClock
from tests.quarter import world


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    """A house in which the planning of January to March has just opened."""
    return world.opened(db, clock)
