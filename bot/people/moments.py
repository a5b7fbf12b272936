"""When a person may be written to."""

from datetime import UTC, datetime, time, timedelta

from bot.definitions import is_holiday
from bot.house import House
from bot.people.model import Person

LOOK_AHEAD = 31
"""Days; where none of them is worked, the moment itself has to do."""


def working_moment(house: House, person: Person, at: datetime) -> datetime:
    """`at`, or when the person's working hours next begin."""
    hours, local = house.definitions.organisation.working_hours, at.astimezone(person.zone)
    for ahead in range(LOOK_AHEAD):
        day = local.date() + timedelta(days=ahead)
        begins = local.time() if ahead == 0 else time.min
        if day.weekday() in hours.weekdays and not is_holiday(person.holidays, day) and begins < hours.end:
            moment = datetime.combine(day, max(hours.start, begins), tzinfo=person.zone)
            return moment.astimezone(UTC)
    return at
