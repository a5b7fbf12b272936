"""What the calendar will do: the coming occurrences, with everybody's own times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bot.definitions import Definitions, PersonDefinition, Ritual, WorkDays
from bot.rituals.schedule import Slot, Times, coming, times


@dataclass(frozen=True)
class PersonTimes:
    """One person in one occurrence. Times are aware, in their zone."""

    ref: str
    name: str
    zone: ZoneInfo
    prompt: datetime
    reminder: datetime | None
    cutoff: datetime
    publish: datetime
    holiday: str | None
    """Their own public holiday, or the company's day, on the day they would be asked."""


@dataclass(frozen=True)
class Upcoming:
    """One occurrence to come; a slot that is not held has no people."""

    ritual: Ritual
    slot: Slot
    people: tuple[PersonTimes, ...]


def occurrences(definitions: Definitions, now: datetime, weeks: int) -> list[Upcoming]:
    """All that is open or begins within `weeks`, by day; those not held say why."""
    found: list[Upcoming] = []
    last = now.astimezone(definitions.organisation.zone).date() + timedelta(weeks=weeks)
    for ritual in definitions.calendar.rituals:
        for slot in coming(ritual, definitions.organisation, now):
            if slot.day > last:
                break
            found.append(Upcoming(ritual, slot, _people(definitions, ritual, slot)))
    return sorted(found, key=lambda each: (each.slot.day, each.slot.prompt, each.ritual.id))


def as_lines(upcoming: Iterable[Upcoming], width: int = 160) -> list[str]:
    """A plain table, one line for each person in each occurrence, then each ritual's rule in words."""
    upcoming = list(upcoming)
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in ("Day", "Ritual", "Who", "Zone", "Prompt", "Reminder", "Cutoff", "Publish", "Note"):
        table.add_column(heading, no_wrap=heading not in ("Ritual", "Note"))
    for each in upcoming:
        for row in _rows(each):
            table.add_row(*row)
    if not table.row_count:
        return ["Nothing is planned."]
    out = StringIO()
    # Names and reasons are people's own text, which may hold what rich takes for markup or an emoji.
    Console(file=out, width=width, markup=False, emoji=False, highlight=False).print(table, markup=False)
    rituals = {each.ritual.id: each.ritual for each in upcoming}
    rules = [f"{ritual.name}: {ritual.schedule.in_words()}. {_on_days_off(ritual)}" for ritual in rituals.values()]
    return [*(line.rstrip() for line in out.getvalue().splitlines() if line.strip()), "", *rules]


def as_data(upcoming: Iterable[Upcoming]) -> list[dict[str, Any]]:
    """Ready for JSON; times are ISO 8601 with the person's offset."""
    return [
        {
            "ritual": each.ritual.id,
            "name": each.ritual.name,
            "day": each.slot.day.isoformat(),
            "slot": each.slot.key,
            "moved_from": each.slot.moved_from.isoformat() if each.slot.moved_from else None,
            "moved_because": each.slot.moved_because,
            "skipped_because": each.slot.skipped_because,
            "set_by": each.slot.set_by,
            "why": each.slot.why,
            "rule": each.ritual.schedule.in_words(),
            "people": [_person_data(person) for person in each.people],
        }
        for each in upcoming
    ]


def _people(definitions: Definitions, ritual: Ritual, slot: Slot) -> tuple[PersonTimes, ...]:
    if slot.skipped_because:
        return ()
    organisation = definitions.organisation
    people = []
    for person in _participants(definitions, ritual):
        mine = times(slot, ritual, organisation, person.zone, person.holidays)
        people.append(
            _person_times(person, mine, person.zone or organisation.zone, organisation.work_days(person.holidays))
        )
    return tuple(people)


def _participants(definitions: Definitions, ritual: Ritual) -> list[PersonDefinition]:
    """What asks the owners of its areas asks each once; a digest is for its audience; others ask their owner."""
    refs: Sequence[str] = ritual.audience if ritual.is_digest else [ritual.owner]
    if ritual.asks_each:
        refs = [area.owner for area in definitions.areas_of(ritual)]
    people = {person.ref: person for ref in refs if (person := definitions.organisation.person(ref))}
    return list(people.values())


def _person_times(person: PersonDefinition, mine: Times, zone: ZoneInfo, work_days: WorkDays) -> PersonTimes:
    prompt = mine.prompt.astimezone(zone)
    return PersonTimes(
        ref=person.ref,
        name=person.name,
        zone=zone,
        prompt=prompt,
        reminder=mine.reminder and mine.reminder.astimezone(zone),
        cutoff=mine.cutoff.astimezone(zone),
        publish=mine.publish.astimezone(zone),
        holiday=work_days.holiday(prompt.date()),
    )


def _rows(upcoming: Upcoming) -> Iterable[tuple[str, ...]]:
    slot = upcoming.slot
    day, name = f"{slot.day:%a %Y-%m-%d}", upcoming.ritual.name
    if slot.skipped_because:
        yield (day, name, "-", "", "", "", "", "", f"not held: {slot.skipped_because}")
    moved = f"moved from {slot.moved_from:%a %Y-%m-%d}: {slot.moved_because}" if slot.moved_from else ""
    for person in upcoming.people:
        reminder = _clock(person.reminder) if person.reminder else "-"
        holiday = f"has a public holiday: {person.holiday}" if person.holiday else ""
        note = "; ".join(filter(None, (moved, holiday)))
        clocks = (_clock(person.prompt), reminder, _clock(person.cutoff), _clock(person.publish))
        yield (day, name, person.name, person.zone.key, *clocks, note)


def _on_days_off(ritual: Ritual) -> str:
    rules = {
        "later": "On a day off it moves to the next working day.",
        "earlier": "On a day off it moves to the working day before.",
        "skip": "On a day off it is left out.",
        "ignore": "It is held on days off, too.",
    }
    return rules[ritual.holidays]


def _clock(moment: datetime) -> str:
    return f"{moment:%a %H:%M}"


def _person_data(person: PersonTimes) -> dict[str, Any]:
    return {
        "ref": person.ref,
        "name": person.name,
        "zone": person.zone.key,
        "prompt": person.prompt.isoformat(),
        "reminder": person.reminder.isoformat() if person.reminder else None,
        "cutoff": person.cutoff.isoformat(),
        "publish": person.publish.isoformat(),
        "holiday": person.holiday,
    }
