"""A ritual whose day of review is over is found, for its owner."""

from datetime import date

import pytest

from bot.db import Database
from bot.improvements import reviewed
from bot.people.directory import keep
from tests.fakes import make_house
from tests.people import BOB
from tests.updates.team import definitions, directory


@pytest.mark.proves("R57", "IM08")
@pytest.mark.parametrize(("review_on", "found"), [("2026-11-24", [BOB]), ("2026-11-25", []), (None, [])])
def test_a_ritual_is_found_from_the_day_after_its_review(db: Database, review_on: str | None, found: list[str]) -> None:
    house = make_house(db, definitions(review_on=date.fromisoformat(review_on) if review_on else None))
    with db.transaction() as session:
        keep(session, house, directory())
        assert [each.owner for each in reviewed.findings(session, house)] == found
