"""How many messages a person gets, and how many minutes they cost, in a week of the calendar. Pure.

What is assumed, since nobody can know beforehand:
- everybody needs the reminder, and nobody is away; a person's own holidays and the calendar's are kept;
- all that is sent to one person on one day of theirs is one message;
- a weekly update takes 4 minutes an area, and 3 minutes to read its digest for whoever owns an area in it;
- a digest takes 2 minutes to read, in the day message of the people whom its `audience` names; who subscribes later, or
  is in a user group of Slack, is not counted;
- planning a quarter takes 15 minutes an area, 5 minutes to read the packet for whoever owns one, and 10 minutes for its
  owner to close the plan; what hampers them is not counted, since it can be skipped;
- a review takes its owner 5 minutes to write down what it left, and 5 minutes to read up before; the people whom its
  `audience` names read that, too. The meeting itself is not counted, nor who is in a user group of Slack;
- a person's figures are those of their busiest week, counted from today, among the weeks that are looked at.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.definitions import Definitions, PersonDefinition, Ritual
from bot.definitions.budget import Load
from bot.rituals.schedule import Slot, coming, next_working_moment, times

WEEKS = 8
UPDATE, DIGEST, WRITE_DOWN, READ_UP, ISSUE = 4, 3, 5, 5, 2
PART, CLOSE = 15, 10
"""Minutes."""
WEEKLY_UPDATE = "weekly_update"

Zones = Mapping[str, ZoneInfo]
"""Where people are, by how definitions refer to them, when Slack has told and the definitions do not."""


@dataclass(frozen=True)
class _Cost:
    """What one occurrence asks of one person on one day of theirs."""

    ref: str
    day: date
    minutes: int
    is_message: bool


def loads(definitions: Definitions, now: datetime, zones: Zones, weeks: int = WEEKS) -> dict[str, Load]:
    """Each person's busiest week from `now` on, by how definitions refer to them; nobody is left out."""
    first = now.astimezone(definitions.organisation.zone).date()
    minutes: dict[tuple[str, int], int] = defaultdict(int)
    days: dict[tuple[str, int], set[date]] = defaultdict(set)
    for ritual in definitions.calendar.rituals:
        for slot in coming(ritual, definitions.organisation, now):
            if slot.day >= first + timedelta(weeks=weeks):
                break
            for cost in () if slot.skipped_because else _costs(definitions, ritual, slot, zones):
                week = (cost.ref, (cost.day - first).days // 7)
                minutes[week] += cost.minutes
                if cost.is_message:
                    days[week].add(cost.day)
    return {
        person.ref: Load(
            max((len(days[week]) for week in list(days) if week[0] == person.ref), default=0),
            max((minutes[week] for week in list(minutes) if week[0] == person.ref), default=0),
        )
        for person in definitions.organisation.people
    }


def zone_of(definitions: Definitions, person: PersonDefinition, zones: Zones) -> ZoneInfo:
    return person.zone or zones.get(person.ref) or definitions.organisation.zone


def _costs(definitions: Definitions, ritual: Ritual, slot: Slot, zones: Zones) -> Iterator[_Cost]:
    if ritual.kind == WEEKLY_UPDATE:
        yield from _asking_costs(definitions, ritual, slot, zones, UPDATE)
    elif ritual.is_digest:
        yield from _digest_costs(definitions, ritual, slot, zones)
    elif ritual.asks_each:
        yield from _asking_costs(definitions, ritual, slot, zones, PART)
    elif not ritual.asks_nobody:
        yield from _review_costs(definitions, ritual, slot, zones)


def _asking_costs(definitions: Definitions, ritual: Ritual, slot: Slot, zones: Zones, an_area: int) -> Iterator[_Cost]:
    organisation = definitions.organisation
    owned: dict[str, int] = defaultdict(int)
    for area in definitions.areas_of(ritual):
        if person := organisation.person(area.owner):
            owned[person.ref] += 1
    for ref, areas in owned.items():
        person = organisation.people_by_ref[ref.casefold()]
        zone = zone_of(definitions, person, zones)
        mine = times(slot, ritual, organisation, zone, person.holidays)
        yield _Cost(ref, mine.prompt.astimezone(zone).date(), areas * an_area, is_message=True)
        if mine.reminder:
            yield _Cost(ref, mine.reminder.astimezone(zone).date(), 0, is_message=True)
        read, minutes = (mine.cutoff, READ_UP) if ritual.meets else (mine.publish, DIGEST)
        yield _Cost(ref, read.astimezone(zone).date(), minutes, is_message=False)
    owner = organisation.person(ritual.owner) if ritual.meets else None
    if owner is not None:
        zone = zone_of(definitions, owner, zones)
        mine = times(slot, ritual, organisation, zone, owner.holidays)
        yield _Cost(owner.ref, mine.cutoff.astimezone(zone).date(), CLOSE, is_message=True)


def _digest_costs(definitions: Definitions, ritual: Ritual, slot: Slot, zones: Zones) -> Iterator[_Cost]:
    """Part of the day message: of a day on which somebody is written to anyway it is no message more."""
    organisation = definitions.organisation
    for person in filter(None, map(organisation.person, ritual.audience)):
        zone = zone_of(definitions, person, zones)
        published = times(slot, ritual, organisation, zone, person.holidays).publish
        off = organisation.work_days(person.holidays).off
        said = next_working_moment(published, zone, organisation.working_hours, off)
        yield _Cost(person.ref, said.astimezone(zone).date(), ISSUE, is_message=True)


def _review_costs(definitions: Definitions, ritual: Ritual, slot: Slot, zones: Zones) -> Iterator[_Cost]:
    organisation = definitions.organisation
    owner = organisation.person(ritual.owner)
    named = (organisation.person(ref) for ref in ritual.audience if not ref.startswith("@"))
    readers = {person.ref: person for person in (owner, *named) if person is not None}
    for person in readers.values():
        zone = zone_of(definitions, person, zones)
        mine = times(slot, ritual, organisation, zone, person.holidays)
        yield _Cost(person.ref, mine.prompt.astimezone(zone).date(), READ_UP, is_message=False)
        if person is owner:
            yield _Cost(person.ref, mine.cutoff.astimezone(zone).date(), WRITE_DOWN, is_message=True)
