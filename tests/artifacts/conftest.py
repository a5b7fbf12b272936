import pytest

from bot import app
from bot.db import Database
from tests.artifacts.world import definitions
from tests.updates.team import Week


@pytest.fixture
def week(db: Database) -> Week:
    """A week of the team, in which all rooms know each other; it is Monday morning."""
    return Week(db, definitions(), links=app.LINKS)
