import pytest

from bot.db import Database
from bot.house import House
from tests.fakes import StoppedClock
from tests.status import world


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    """A house of which nothing is recorded yet."""
    return world.make(db, clock)
