"""The artifact library on either database: the same thing kept, and opened, at the same moment."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot import app
from bot.artifacts import listing, model
from bot.db import Database
from bot.house import Checked, House
from bot.prompts.model import Prompt
from tests.artifacts.world import definitions
from tests.databases.test_roadmap_at_once import together
from tests.people import ALICE, BOB, CHARLIE
from tests.updates.team import Week


@pytest.fixture
def house(any_db: Database) -> House:
    return replace(Week(any_db, definitions()).house, links=app.LINKS)


def test_one_that_is_kept_several_times_at_once_is_one_and_is_told_once(house: House) -> None:
    library = house.links.library
    assert library is not None
    checked = Checked("ritual:weekly-update", "occurrence:7", {"every-area-accounted-for": ["Mobile"]})
    assert together(house, *[lambda session: library.issued(session, house, checked, None)] * 4) == []
    with house.db.transaction() as session:
        (issue,) = model.last_issues(session, house, "weekly-digest")
        assert issue.failed == {"every-area-accounted-for": ["Mobile"]}
        news = session.scalars(select(Prompt).where(Prompt.key.startswith("not-done:weekly-digest:"))).all()
        assert sorted(each.person for each in news) == sorted([BOB, CHARLIE])


def test_all_who_open_it_at_once_are_counted(house: House) -> None:
    assert together(house, *[lambda session: listing.opened(session, house, ALICE, "weekly-digest")] * 5) == []
    with house.db.transaction() as session:
        assert session.scalars(select(model.ArtifactOpened.count)).all() == [5]
