"""What a simulated time shows: who got what, what it cost them, what became of every ritual and every request."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

from bot.definitions import Definitions, PersonDefinition, Ritual, WorkDays, WorkingHours
from bot.definitions.budget import Load
from bot.edits.burden import CLOSE, DIGEST, ISSUE, PART, READ_UP, UPDATE, WEEKLY_UPDATE, WRITE_DOWN
from bot.rituals import model as occurrences
from bot.rituals.schedule import Slot, slots, times
from bot.simulate import slack
from bot.simulate.life import Life, Request
from bot.simulate.slack import Said
from bot.updates.model import ANSWERED, AWAY, LET_OFF, NOT_MINE

IN_TIME, LATE, SILENT, SKIPPED, STILL_OPEN = "answered in time", "answered late", "silent", "skipped", "still open"
FATES = (IN_TIME, LATE, AWAY, LET_OFF, NOT_MINE, SILENT, SKIPPED, STILL_OPEN)
"""Everything that can become of a request."""
TOGETHER = timedelta(minutes=30)
"""Two rituals that want one person within this time want them at once."""


@dataclass(frozen=True)
class Got:
    """One message to one person, at the time on their clock."""

    at: datetime
    kind: str
    headline: str


@dataclass(frozen=True)
class Week:
    """What one week, named by its Monday, cost one person."""

    monday: date
    load: Load


@dataclass(frozen=True)
class Burden:
    """One person's messages and weeks; weeks without anything are left out."""

    ref: str
    name: str
    zone: ZoneInfo
    got: Sequence[Got]
    weeks: Sequence[Week]

    @property
    def over(self) -> list[Week]:
        return [week for week in self.weeks if week.load.is_too_much]


@dataclass(frozen=True)
class Held:
    """What became of one ritual."""

    ritual: Ritual
    planned: int
    """How often the calendar has it in these weeks, less what it leaves out."""
    states: Mapping[str, int]
    """How many of its occurrences ended in which state."""
    lost: Sequence[str]
    """Slots that the calendar has and that never came about: a fault of the program."""
    expected: int
    """Requests there must be: one for each area and occurrence."""
    fates: Mapping[str, int]


@dataclass(frozen=True)
class Change:
    """One occurrence that is not where its rule has it, or not at all."""

    day: date
    ritual: str
    what: str
    why: str


@dataclass(frozen=True)
class Clash:
    """Something that goes badly together."""

    day: date
    sort: str
    who: str
    what: str


@dataclass(frozen=True)
class OffHours:
    """A message that came to a person outside their working hours."""

    name: str
    got: Got
    why: str


@dataclass(frozen=True)
class Findings:
    life: Life
    people: Sequence[Burden]
    rituals: Sequence[Held]
    changes: Sequence[Change]
    clashes: Sequence[Clash]
    off_hours: Sequence["OffHours"]

    @property
    def over(self) -> list[tuple[Burden, Week]]:
        return [(person, week) for person in self.people for week in person.over]


def find(life: Life) -> Findings:
    """Everything that is worth knowing about a simulated time."""
    messages = _messages(life)
    minutes = _minutes(life)
    people = [_burden(life, person, messages[person.ref], minutes[person.ref]) for person in _people(life)]
    return Findings(
        life=life,
        people=people,
        rituals=[_held(life, ritual) for ritual in life.definitions.calendar.rituals],
        changes=sorted(_changes(life), key=lambda each: (each.day, each.ritual)),
        clashes=sorted(_clashes(life), key=lambda each: (each.day, each.sort, each.who, each.what)),
        off_hours=[each for person in people for each in _off_hours(life, person)],
    )


def _people(life: Life) -> Sequence[PersonDefinition]:
    return life.definitions.organisation.people


def _zone(life: Life, person: PersonDefinition) -> ZoneInfo:
    return person.zone or life.definitions.organisation.zone


def _by_slack(life: Life) -> dict[str, PersonDefinition]:
    ids = slack.slack_ids(life.definitions)
    return {ids[person.ref]: person for person in _people(life)}


def _messages(life: Life) -> dict[str, list[Said]]:
    """What was posted to each person; a message changed in place is not counted again."""
    people, found = _by_slack(life), defaultdict(list)
    for said in life.said:
        if not said.is_change and (person := people.get(said.channel)):
            found[person.ref].append(said)
    return found


def _minutes(life: Life) -> dict[str, Counter[date]]:
    """The minutes that each week took of each person, by its Monday."""
    found: dict[str, Counter[date]] = defaultdict(Counter)
    people, definitions = _by_slack(life), life.definitions

    def spend(person: PersonDefinition, at: datetime, minutes: int) -> None:
        found[person.ref][_monday(at.astimezone(_zone(life, person)).date())] += minutes

    for request in life.requests:
        asked = people.get(request.asked or "")
        if asked is not None and request.prompted_at is not None:
            spend(asked, request.prompted_at, UPDATE)
    for occurrence in life.occurrences:
        ritual = definitions.calendar.ritual(occurrence.ritual_id)
        if ritual is None or occurrence.state in (occurrences.SCHEDULED, occurrences.SKIPPED):
            continue
        for person in _named(definitions, ritual.audience) if ritual.is_digest else ():
            spend(person, occurrence.publish_at, ISSUE)
        if ritual.asks_nobody:
            continue
        if ritual.kind == WEEKLY_UPDATE:
            for person in _owners(definitions, ritual):
                spend(person, occurrence.publish_at, DIGEST)
            continue
        if ritual.asks_each:
            for person in _owners(definitions, ritual):
                areas = sum(
                    definitions.organisation.person(area.owner) == person for area in definitions.areas_of(ritual)
                )
                spend(person, occurrence.opens_at, PART * areas)
                spend(person, occurrence.cutoff_at, READ_UP)
            if owner := definitions.organisation.person(ritual.owner):
                spend(owner, occurrence.cutoff_at, CLOSE)
            continue
        for person in _readers(definitions, ritual):
            spend(person, occurrence.opens_at, READ_UP)
        if owner := definitions.organisation.person(ritual.owner):
            spend(owner, occurrence.cutoff_at, WRITE_DOWN)
    return found


def _burden(life: Life, person: PersonDefinition, said: Sequence[Said], minutes: Counter[date]) -> Burden:
    zone = _zone(life, person)
    got = [Got(each.at.astimezone(zone), _kind_in_words(each.kind), each.headline) for each in said]
    messages = Counter(_monday(each.at.date()) for each in got)
    weeks = [Week(monday, Load(messages[monday], minutes[monday])) for monday in sorted({*messages, *minutes})]
    return Burden(person.ref, person.name, zone, got, weeks)


def _kind_in_words(kind: str) -> str:
    """`update.not_mine` as `not mine`."""
    known = {"prompts.day": "day message", "prompts.urgent": "urgent message", "prompts.again": "after a snooze"}
    return known.get(kind, kind.rpartition(".")[2].replace("_", " "))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _held(life: Life, ritual: Ritual) -> Held:
    mine = [each for each in life.occurrences if each.ritual_id == ritual.id]
    began = [each for each in mine if each.state != occurrences.SCHEDULED]
    known = {each.slot for each in began}
    planned = [
        slot
        for slot in _slots(life, ritual)
        if not slot.skipped_because and (slot.key in known or not _is_paused(life, ritual, slot.day))
    ]
    ended = {each.slot for each in began if each.state in occurrences.ENDED}
    skipped = {each.slot for each in began if each.state == occurrences.SKIPPED}
    areas = len(life.definitions.areas_of(ritual)) if ritual.kind == WEEKLY_UPDATE else 0
    requests = [each for each in life.requests if each.ritual == ritual.id]
    fates = Counter(_fate(each, each.slot in ended, each.slot in skipped) for each in requests)
    asked = {each.slot for each in requests}
    fates[SKIPPED] += areas * len(skipped - asked)
    return Held(
        ritual=ritual,
        planned=len(planned),
        states=Counter(each.state for each in began),
        lost=[slot.key for slot in planned if slot.key not in known],
        expected=areas * len(began),
        fates={fate: fates[fate] for fate in FATES if fates[fate]},
    )


def _is_paused(life: Life, ritual: Ritual, day: date) -> bool:
    return any(
        pause.ritual_id == ritual.id and pause.first_day <= day and (pause.last_day is None or day <= pause.last_day)
        for pause in life.pauses
    )


def _fate(request: Request, has_ended: bool, is_skipped: bool) -> str:
    if request.state == ANSWERED:
        return LATE if request.late else IN_TIME
    if request.state in (AWAY, LET_OFF, NOT_MINE):
        return request.state
    if is_skipped:
        return SKIPPED
    return SILENT if has_ended else STILL_OPEN


def _slots(life: Life, ritual: Ritual) -> Iterator[Slot]:
    """What the calendar has in these weeks, with what it leaves out."""
    first, last = life.assumed.first_day, life.assumed.last_day
    return takewhile(lambda slot: slot.day <= last, slots(ritual, life.definitions.organisation, first))


def _changes(life: Life) -> Iterator[Change]:
    for ritual in life.definitions.calendar.rituals:
        for slot in _slots(life, ritual):
            if slot.skipped_because:
                yield Change(slot.day, ritual.name, "left out", slot.why or slot.skipped_because)
            elif slot.moved_from:
                yield Change(slot.day, ritual.name, "moved", slot.why or slot.moved_because or "")
    for pause in life.pauses:
        if paused := life.definitions.calendar.ritual(pause.ritual_id):
            yield Change(pause.first_day, paused.name, "paused", pause.reason)
    for occurrence in life.occurrences:
        ritual_ = life.definitions.calendar.ritual(occurrence.ritual_id)
        if occurrence.state == occurrences.SKIPPED and ritual_:
            yield Change(occurrence.day, ritual_.name, "skipped", occurrence.reason or "")


def _clashes(life: Life) -> Iterator[Clash]:
    yield from _wanted_at_once(life)
    yield from _due_while_away(life)
    yield from _asked_before_a_holiday(life)


def _wanted_at_once(life: Life) -> Iterator[Clash]:
    wanted: dict[str, list[tuple[datetime, Ritual]]] = defaultdict(list)
    organisation = life.definitions.organisation
    for ritual in (each for each in life.definitions.calendar.rituals if not each.asks_nobody):
        people = _owners(life.definitions, ritual) if ritual.asks_each else _readers(life.definitions, ritual)
        for slot in _slots(life, ritual):
            for person in () if slot.skipped_because else people:
                mine = times(slot, ritual, organisation, _zone(life, person), person.holidays)
                wanted[person.ref].append((mine.prompt, ritual))
    for person in _people(life):
        moments = sorted(wanted[person.ref], key=lambda each: (each[0], each[1].id))
        for (at, one), (then, other) in pairwise(moments):
            if then - at < TOGETHER and one.id != other.id:
                local = at.astimezone(_zone(life, person))
                yield Clash(
                    local.date(), "two rituals at once", person.name, f"{one.name} and {other.name}, {local:%H:%M}"
                )


def _due_while_away(life: Life) -> Iterator[Clash]:
    for occurrence in life.occurrences:
        ritual = life.definitions.calendar.ritual(occurrence.ritual_id)
        owner = life.definitions.organisation.person(ritual.owner) if ritual else None
        if ritual is None or ritual.asks_nobody or owner is None:
            continue
        if occurrence.state in (occurrences.SCHEDULED, occurrences.SKIPPED):
            continue
        day = occurrence.publish_at.astimezone(_zone(life, owner)).date()
        if why := _away_because(life, owner, day):
            yield Clash(day, "artifact due while its owner is away", owner.name, f"{ritual.name}: {why}")


def _asked_before_a_holiday(life: Life) -> Iterator[Clash]:
    people = _by_slack(life)
    for request in life.requests:
        person = people.get(request.asked or "")
        if person is None or request.prompted_at is None:
            continue
        day = request.prompted_at.astimezone(_zone(life, person)).date()
        holiday = life.definitions.organisation.work_days(person.holidays).holiday(day + timedelta(days=1))
        ritual = life.definitions.calendar.ritual(request.ritual)
        if holiday and ritual:
            area = life.definitions.organisation.area(request.area)
            what = f"{ritual.name}, {area.name if area else request.area}: {holiday} is the day after"
            yield Clash(day, "asked on the day before a holiday", person.name, what)


def _away_because(life: Life, person: PersonDefinition, day: date) -> str | None:
    if holiday := life.definitions.organisation.work_days(person.holidays).holiday(day):
        return holiday
    away = next((each for each in life.leaves if each.ref == person.ref and each.first <= day <= each.last), None)
    return f"away until {away.last:%a %-d %b}" if away else None


def _off_hours(life: Life, person: Burden) -> Iterator[OffHours]:
    organisation = life.definitions.organisation
    hours = organisation.working_hours
    work_days = organisation.work_days(organisation.people_by_ref[person.ref.casefold()].holidays)
    for got in person.got:
        if why := _why_off(hours, work_days, got.at):
            yield OffHours(person.name, got, why)


def _why_off(hours: WorkingHours, work_days: WorkDays, at: datetime) -> str | None:
    if off := work_days.why_off(at.date()):
        return off.because
    if not hours.start <= at.time() < hours.end:
        return f"not between {hours.start:%H:%M} and {hours.end:%H:%M}"
    return None


def _owners(definitions: Definitions, ritual: Ritual) -> list[PersonDefinition]:
    found = (definitions.organisation.person(area.owner) for area in definitions.areas_of(ritual))
    return list({person.ref: person for person in found if person}.values())


def _readers(definitions: Definitions, ritual: Ritual) -> list[PersonDefinition]:
    """A meeting's owner and the people whom its audience names; nobody is in a user group here."""
    return _named(definitions, (ritual.owner, *ritual.audience))


def _named(definitions: Definitions, refs: Iterable[str]) -> list[PersonDefinition]:
    found = (definitions.organisation.person(ref) for ref in refs)
    return list({person.ref: person for person in found if person}.values())
