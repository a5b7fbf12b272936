"""When people are asked in one occurrence, and reminded."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.definitions import Ritual
from bot.house import House
from bot.people.model import Person
from bot.people.moments import working_moment
from bot.rituals import model as occurrences
from bot.rituals.model import Occurrence
from bot.rituals.schedule import prompt_at, reminder_at

LAST_CALL = timedelta(hours=1)
"""Nobody is asked when their working hours leave less time than this before the cutoff."""


@dataclass(frozen=True)
class Times:
    """One person's."""

    prompt: datetime
    reminder: datetime | None
    in_time: bool
    """Whether they are at work early enough before the cutoff."""


class Asking:
    """One occurrence as its people are asked now; with the same clock and the same holidays, all at the same times."""

    def __init__(self, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        self.house = house
        self.ritual = ritual
        self.occurrence = occurrence
        self._now = house.clock.now()
        # What somebody runs out of turn has no time of its own.
        self._slot = None if occurrence.run_by else occurrences.slot_of(house, ritual, occurrence)
        self._known: dict[tuple[ZoneInfo, str | None], Times] = {}

    def times(self, person: Person) -> Times:
        alike = (person.zone, person.holidays)
        if alike not in self._known:
            self._known[alike] = self._times(person)
        return self._known[alike]

    def _times(self, person: Person) -> Times:
        prompt, cutoff = self._prompt(person), self.occurrence.cutoff_at
        begins = working_moment(self.house, person, prompt)
        return Times(prompt, self._reminder(person, begins), begins == prompt or begins <= cutoff - LAST_CALL)

    def _prompt(self, person: Person) -> datetime:
        """The ritual's time in the person's zone; at once when that has passed, or when there is none."""
        if self._slot is None:
            return self._now
        organisation = self.house.definitions.organisation
        planned = prompt_at(self._slot, self.ritual, organisation, person.zone, person.holidays)
        return self._now if planned < self._now or planned >= self.occurrence.cutoff_at else planned

    def _reminder(self, person: Person, prompted: datetime) -> datetime | None:
        schedule, organisation = self.ritual.schedule, self.house.definitions.organisation
        if schedule.reminder is None:
            return None
        return reminder_at(
            self.occurrence.day,
            schedule.reminder,
            prompted=prompted,
            cutoff=self.occurrence.cutoff_at,
            clock=person.zone if schedule.zone == "person" else self.ritual.zone_for(organisation),
            zone=person.zone,
            hours=organisation.working_hours,
            is_off=organisation.work_days(person.holidays).off,
            shift=timedelta(minutes=0 if self.occurrence.run_by else self.occurrence.shift_minutes),
        )
