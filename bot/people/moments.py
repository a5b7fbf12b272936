"""When a person may be written to: the one place that says it."""

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.definitions.working_time import next_working_moment, to_utc
from bot.house import House
from bot.people.model import People, Person


def working_moment(house: House, person: Person, at: datetime) -> datetime:
    """`at`, or when the person's working hours next begin."""
    organisation = house.definitions.organisation
    off = organisation.work_days(person.holidays).off
    return next_working_moment(at, person.zone, organisation.working_hours, off)


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
