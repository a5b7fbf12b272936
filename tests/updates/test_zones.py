"""People travel, and Slack says so: they are asked at the ritual's hour where they are."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.people.directory import keep, keep_member
from bot.prompts.model import DayMessage
from tests.people import ALICE, BOB, CHARLIE
from tests.updates.team import NEW_YORK, Week, berlin, directory, member

AUCKLAND, LOS_ANGELES = ZoneInfo("Pacific/Auckland"), ZoneInfo("America/Los_Angeles")


def test_who_travels_east_before_a_ritual_opens_is_asked_at_its_hour_there(week: Week) -> None:
    week.run(keep_member, member(ALICE, "Alice", "Pacific/Auckland"))
    week.until(berlin(26, 17))
    assert asked(week, ALICE, AUCKLAND) == [datetime(2026, 11, 25, 10), datetime(2026, 11, 26, 10)]


def test_so_is_whose_journey_only_the_nightly_look_at_slack_shows(week: Week) -> None:
    everybody = (
        member(ALICE, "Alice", "Pacific/Auckland"),
        member(BOB, "Bob"),
        member(CHARLIE, "Charlie", "America/New_York"),
    )
    week.run(keep, directory(*everybody))
    week.until(berlin(25, 8))
    assert asked(week, ALICE, AUCKLAND) == [datetime(2026, 11, 25, 10)]


def test_who_travels_west_while_it_is_open_is_asked_at_its_hour_there(week: Week) -> None:
    week.until(berlin(25, 11))
    week.run(keep_member, member(CHARLIE, "Charlie", "America/Los_Angeles"))
    week.until(berlin(26, 17))
    assert asked(week, CHARLIE, LOS_ANGELES) == [datetime(2026, 11, 25, 10)]


def test_who_was_asked_already_is_not_asked_again_where_they_arrive(week: Week) -> None:
    week.until(berlin(25, 16, 30))
    week.deliver()
    week.run(keep_member, member(CHARLIE, "Charlie", "America/Los_Angeles"))
    week.until(berlin(26, 17))
    assert asked(week, CHARLIE, NEW_YORK) == [datetime(2026, 11, 25, 10)]


def asked(week: Week, person: str, zone: ZoneInfo) -> list[datetime]:
    """When a person's messages went out, on clocks in `zone`."""
    query = select(DayMessage.sent_at).where(DayMessage.person == person).order_by(DayMessage.id)
    with week.db.transaction() as session:
        return [at.astimezone(zone).replace(tzinfo=None) for at in session.scalars(query)]
