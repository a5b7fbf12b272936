import pytest

from bot.db import Database
from bot.house import House
from tests.fakes import StoppedClock
from tests.lookback import after


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    """A house in which releases are looked back on."""
    return after.make(db, clock)
