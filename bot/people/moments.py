"""When a person may be written to."""

from datetime import datetime

from bot.definitions.working_time import next_working_moment
from bot.house import House
from bot.people.model import Person


def working_moment(house: House, person: Person, at: datetime) -> datetime:
    """`at`, or when the person's working hours next begin."""
    organisation = house.definitions.organisation
    work_days = organisation.work_days(person.holidays)
    return next_working_moment(at, person.zone, organisation.working_hours, work_days.off)
