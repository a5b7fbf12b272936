"""When a ritual comes next, on the clocks of everybody it concerns. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from bot.definitions import Definitions, Ritual
from bot.edits.burden import Zones, zone_of
from bot.rituals.schedule import Slot, coming, times

NEXT = 3
"""How many occurrences are shown."""


@dataclass(frozen=True)
class Coming:
    """One occurrence to come: when it asks on the clocks of each zone, and when it ends for all."""

    day: str
    prompts: tuple[tuple[str, datetime], ...]
    """Zone and local time."""
    cutoff: datetime
    publish: datetime


@dataclass(frozen=True)
class Moved:
    """A ritual whose next occurrences are not where they were."""

    id: str
    name: str
    before: tuple[Coming, ...]
    after: tuple[Coming, ...]


def moved(before: Definitions, after: Definitions, now: datetime, zones: Zones) -> list[Moved]:
    """The rituals of both versions whose next three occurrences differ on anybody's clock."""
    found = []
    everywhere = _zones(before, after, zones)
    for ritual in after.calendar.rituals:
        old = before.calendar.ritual(ritual.id)
        if old is None:
            continue
        then, there = _next(before, old, now, everywhere), _next(after, ritual, now, everywhere)
        if then != there:
            found.append(Moved(ritual.id, ritual.name, then, there))
    return found


def first(definitions: Definitions, ritual: Ritual, now: datetime, zones: Zones) -> tuple[Coming, ...]:
    """The next three occurrences of a ritual."""
    return _next(definitions, ritual, now, _zones(definitions, definitions, zones))


def _zones(before: Definitions, after: Definitions, zones: Zones) -> Sequence[ZoneInfo]:
    """Every zone that people are in, the workspace's first."""
    people = [(version, person) for version in (after, before) for person in version.organisation.people]
    found = [after.organisation.zone, *(zone_of(version, person, zones) for version, person in people)]
    return list(dict.fromkeys(found))


def _next(definitions: Definitions, ritual: Ritual, now: datetime, zones: Sequence[ZoneInfo]) -> tuple[Coming, ...]:
    held = (slot for slot in coming(ritual, definitions.organisation, now) if not slot.skipped_because)
    return tuple(_coming(definitions, ritual, slot, zones) for slot in islice(held, NEXT))


def _coming(definitions: Definitions, ritual: Ritual, slot: Slot, zones: Sequence[ZoneInfo]) -> Coming:
    organisation = definitions.organisation
    shared = ritual.zone_for(organisation)
    prompts = [(zone.key, times(slot, ritual, organisation, zone).prompt.astimezone(zone)) for zone in zones]
    mine = times(slot, ritual, organisation)
    return Coming(
        f"{slot.day:%a %Y-%m-%d}", tuple(prompts), mine.cutoff.astimezone(shared), mine.publish.astimezone(shared)
    )
