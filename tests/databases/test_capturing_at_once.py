"""The same insight may come twice at the same moment, and is one."""

from sqlalchemy import func, select

from bot.db import Database
from bot.house import House
from bot.insights import capturing
from bot.insights.model import Insight, Submission
from tests.databases.test_deciding_at_once import at_once
from tests.fakes import StoppedClock, promised
from tests.insights import world
from tests.insights.world import HEARD, INSIGHTS
from tests.people import ALICE, CHARLIE


def counted(house: House) -> tuple[int, int]:
    """How many insights there are, and how many voices."""
    with house.db.transaction() as session:
        found = [session.scalar(select(func.count()).select_from(table)) or 0 for table in (Insight, Submission)]
    return found[0], found[1]


def test_a_form_that_is_sent_twice_at_once_is_one_insight(any_db: Database, clock: StoppedClock) -> None:
    house = world.make(any_db, clock)
    refused = at_once(
        house,
        lambda session: capturing.capture(session, house, CHARLIE, HEARD, "form"),
        lambda session: capturing.capture(session, house, CHARLIE, HEARD, "form"),
    )
    assert refused == []
    assert counted(house) == (1, 1)
    assert len(promised(any_db, channel=INSIGHTS)) == 1


def test_two_people_at_once_bring_two(any_db: Database, clock: StoppedClock) -> None:
    house = world.make(any_db, clock)
    refused = at_once(
        house,
        lambda session: capturing.capture(session, house, CHARLIE, HEARD, "charlies"),
        lambda session: capturing.capture(session, house, ALICE, HEARD, "alices"),
    )
    assert refused == []
    assert counted(house) == (2, 2)


def test_one_more_voice_counts_once_also_when_it_is_pressed_twice_at_once(
    any_db: Database, clock: StoppedClock
) -> None:
    house = world.make(any_db, clock)
    insight = world.heard(house)
    refused = at_once(
        house,
        lambda session: capturing.also(session, house, ALICE, insight.ref),
        lambda session: capturing.also(session, house, ALICE, insight.ref),
    )
    assert refused == ["You have brought I-1 already, and hear what becomes of it."]
    assert counted(house) == (1, 2)
