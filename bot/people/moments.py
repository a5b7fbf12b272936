"""When a person may be written to: the one place that says it."""

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.definitions.working_time import next_working_moment, to_utc
from bot.house import House
from bot.people.model import People, Person

LAST_CALL = timedelta(hours=1)
"""Nothing is put off until working hours that leave less time than this before its deadline."""


def working_moment(house: House, person: Person, at: datetime, deadline: datetime | None = None) -> datetime:
    """`at`, or when the person's working hours next begin.

    What would be too late for its `deadline` then is said at `at`: outside their hours, but never on a day off.
    """
    organisation = house.definitions.organisation
    off = organisation.work_days(person.holidays).off
    moment = next_working_moment(at, person.zone, organisation.working_hours, off)
    if deadline is None or deadline <= at or moment < deadline - LAST_CALL:
        return moment
    day = at.astimezone(person.zone).date()
    is_day_off = off(day) or day.weekday() not in organisation.working_hours.weekdays
    return moment if is_day_off else at


def polite(session: Session, house: House, slack_id: str) -> datetime | None:
    """From when on something that nobody waits for may be said to a person; none when `slack_id` is no person's."""
    person = People(session, house).by_slack(slack_id)
    return working_moment(house, person, house.clock.now()) if person else None


def next_working_day(house: House, person: Person, now: datetime) -> datetime:
    """When the person's working hours begin on their next working day after today."""
    tomorrow = person.today(now) + timedelta(days=1)
    return working_moment(house, person, to_utc(datetime.combine(tomorrow, time()), person.zone))


def end_of_day(house: House, person: Person, now: datetime) -> datetime:
    """When the person's working hours end today."""
    end = house.definitions.organisation.working_hours.end
    return to_utc(datetime.combine(person.today(now), end), person.zone)
