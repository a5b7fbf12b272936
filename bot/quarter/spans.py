"""Which quarter a planning is for, when its answers end, and when each person is asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.definitions import Ritual
from bot.definitions.quarters import Quarter, quarter_after, quarter_of
from bot.house import House
from bot.people.model import Person
from bot.people.moments import working_moment
from bot.rituals import model as occurrences
from bot.rituals.model import Occurrence
from bot.rituals.schedule import last_working_moment, prompt_at, reminder_at


@dataclass(frozen=True)
class Times:
    prompt: datetime
    reminder: datetime | None


def planned_for(house: House, occurrence: Occurrence) -> Quarter:
    """The quarter that begins next after the day of its slot, however it was moved."""
    return quarter_after(house.definitions.organisation, occurrences.slot_day(occurrence))


def looked_back_on(house: House, occurrence: Occurrence) -> Quarter:
    """The quarter in which it is planned."""
    return quarter_of(house.definitions.organisation, occurrences.slot_day(occurrence))


def answers_by(house: House, ritual: Ritual, occurrence: Occurrence) -> datetime:
    """When the packet goes out, so that everybody has read what there is as they meet at the cutoff."""
    if not ritual.packet:
        return occurrence.cutoff_at
    organisation = house.definitions.organisation
    wanted = occurrence.cutoff_at - timedelta(hours=ritual.packet)
    zone, off = ritual.zone_for(organisation), ritual.work_days(organisation).off
    return last_working_moment(wanted, zone, organisation.working_hours, off) or wanted


def asked_at(house: House, ritual: Ritual, occurrence: Occurrence, person: Person) -> Times:
    """When a person is asked, and reminded once; at once where that time has passed, or it was run out of turn."""
    organisation, now = house.definitions.organisation, house.clock.now()
    slot = None if occurrence.run_by else occurrences.slot_of(house, ritual, occurrence)
    by = answers_by(house, ritual, occurrence)
    planned = prompt_at(slot, ritual, organisation, person.zone, person.holidays) if slot else now
    prompt = planned if now <= planned < by else now
    if ritual.schedule.reminder is None:
        return Times(prompt, None)
    reminder = reminder_at(
        occurrence.day,
        ritual.schedule.reminder,
        prompted=working_moment(house, person, prompt),
        cutoff=by,
        clock=person.zone if ritual.schedule.zone == "person" else ritual.zone_for(organisation),
        zone=person.zone,
        hours=organisation.working_hours,
        is_off=organisation.work_days(person.holidays).off,
        shift=timedelta(minutes=0 if occurrence.run_by else occurrence.shift_minutes),
    )
    return Times(prompt, reminder)
