import pytest

from bot.db import Database
from tests.updates.team import Week, definitions


@pytest.fixture
def week(db: Database) -> Week:
    """The week of Wednesday 25 November 2026, from Monday morning."""
    return Week(db, definitions())
