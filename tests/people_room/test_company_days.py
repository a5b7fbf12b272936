"""Days the whole company has off: nobody is asked, reminded or waited for on them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.definitions import Definitions, Organisation
from bot.house import House
from bot.people.directory import keep
from bot.people.flow import require_person
from bot.people.model import People
from bot.people.moments import working_moment
from tests import people
from tests.people import ALICE
from tests.updates.team import directory

OUTING = date(2026, 12, 3)


@pytest.fixture
def house(house: House) -> House:
    """A company that is out together on a Thursday."""
    with house.db.transaction() as session:
        keep(session, house, directory())
    ours = {"company_days": [{"date": str(OUTING), "name": "Outing"}]}
    organisation = Organisation.model_validate(people.organisation().model_dump(exclude_unset=True) | ours)
    return replace(house, definitions=Definitions(organisation, people.calendar()))


def test_everybody_has_the_day_off(house: House) -> None:
    with house.db.transaction() as session:
        everyone, alice = People(session, house), require_person(session, house, ALICE)
        assert everyone.away_because(alice, OUTING) == "company day: Outing"
        assert everyone.away_because(alice, date(2026, 12, 4)) is None


def test_what_would_be_said_on_that_day_waits_for_the_next_morning(house: House) -> None:
    with house.db.transaction() as session:
        alice = require_person(session, house, ALICE)
    noon = datetime(2026, 12, 3, 11, tzinfo=UTC)
    assert working_moment(house, alice, noon) == datetime(2026, 12, 4, 8, tzinfo=UTC)
