"""A planning that ended without a plan is over: what is run next is that of the quarter after, as people are told."""

from bot import app
from bot.db import Database
from bot.quarter import spans
from tests.fakes import StoppedClock
from tests.people import BOB
from tests.quarter import world
from tests.quarter.world import asked, close, planning
from tests.releases.launch import FRANK
from tests.rituals.desk import berlin


def test_who_is_told_that_there_is_no_plan_is_not_sent_to_the_next_quarter(db: Database, clock: StoppedClock) -> None:
    house = world.opened(db, clock)
    assert not close(house, reason="The company is sold")
    world.wait(house, berlin(4, 12, month=12))
    told = asked(house, FRANK)
    assert "says what holds for January to March 2027 all the same" in told
    assert "/cadence run quarter-plan does not open it anew, but the planning of the quarter after" in told
    with house.db.transaction() as session:
        app.RITUALS.run_now(session, house, house.definitions.calendar.rituals[0], BOB)
    assert str(spans.planned_for(house, planning(house))) == "April to June 2027"
