import pytest

from bot.db import Database
from bot.house import House
from tests.fakes import StoppedClock, make_house
from tests.releases.launch import definitions, introduce


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    """A house with release rules, whose people Slack knows."""
    made = make_house(db, clock=clock, definitions=definitions())
    with db.transaction() as session:
        introduce(session, made)
    return made
