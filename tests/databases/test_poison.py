"""A message that the database will not have changed: our own mistake, which holds up nobody else."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.blocks import message, section
from bot.db import Database
from bot.delivery import outbox
from bot.delivery.model import OutboxMessage
from bot.house import House
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock, make_house, relaying
from tests.people import LAUNCHES, UPDATES


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    return make_house(any_db, clock=clock)


def spoil(db: Database, message_id: int) -> None:
    """From now on no answer can be written down for this message."""
    with db.transaction() as session:
        if db.is_sqlite:
            session.execute(
                text(
                    "CREATE TRIGGER spoilt BEFORE UPDATE ON outbox"
                    f" WHEN OLD.id = {message_id} AND NEW.state = 'sent' BEGIN SELECT RAISE(ABORT, 'spoilt'); END"
                )
            )
            return
        session.execute(
            text("CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'spoilt'; END $$")
        )
        session.execute(
            text(
                "CREATE TRIGGER spoilt BEFORE UPDATE ON outbox FOR EACH ROW"
                f" WHEN (OLD.id = {message_id} AND NEW.state = 'sent') EXECUTE FUNCTION spoil()"
            )
        )


def mend(db: Database) -> None:
    with db.transaction() as session:
        session.execute(text("DROP TRIGGER spoilt" if db.is_sqlite else "DROP TRIGGER spoilt ON outbox"))


def test_one_answer_that_cannot_be_written_down_takes_no_other_with_it(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    with house.db.transaction() as session:
        bad, good = (
            outbox.post(session, house, channel, message(section("hello")), kind="greeting", report_to=None)
            for channel in (UPDATES, LAUNCHES)
        )
        marker = session.get_one(OutboxMessage, bad).marker
    spoil(house.db, bad)

    def states() -> list[str]:
        with house.db.transaction() as session:
            return [session.get_one(OutboxMessage, each).state for each in (bad, good)]

    async def story() -> None:
        async with relaying(house.db, clock, slack) as relay:
            await relay.once()
            assert states() == ["sending", "sent"]
            # Its lease ends, Slack's history is asked again and again, and others go on meanwhile.
            for _ in range(3):
                clock.turn(timedelta(seconds=61))
                await relay.once()
            assert states() == ["unsure", "sent"]
            mend(house.db)
            clock.turn(timedelta(seconds=61))
            await relay.once()
            assert states() == ["sent", "sent"]

    with capture_logs() as logged:
        asyncio.run(story())
    assert slack.said(UPDATES) == ["hello"]
    complaints = [each for each in logged if each["event"].startswith("could not write down")]
    assert len(complaints) >= 2
    assert {each["marker"] for each in complaints} == {marker}
