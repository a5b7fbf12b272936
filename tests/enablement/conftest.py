import pytest

from bot import app
from bot.db import Database
from bot.house import House
from tests.enablement.bundles import BUNDLE
from tests.fakes import StoppedClock, make_house
from tests.releases.launch import definitions, introduce


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    """A house with rules for releases and their bundles, whose rooms know each other, and whose people Slack knows."""
    made = make_house(db, clock=clock, definitions=definitions(bundle=BUNDLE), links=app.LINKS)
    with db.transaction() as session:
        introduce(session, made)
    return made
