import pytest

from bot.db import Database
from bot.house import House
from tests.decisions.log import introduce
from tests.fakes import StoppedClock, make_house


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    """A house whose people Slack knows."""
    made = make_house(db, clock=clock)
    with db.transaction() as session:
        introduce(session, made)
    return made
