"""What no single value of the pilot shows: one or two areas, a reason, and that all it names is there."""

from collections.abc import Iterator

from bot.definitions.calendar import Calendar
from bot.definitions.check import doubles, unknown_person
from bot.definitions.organisation import Organisation
from bot.definitions.pilot import RITUAL_LEFT, Condition, Pilot
from bot.yamlfile import Document, KeyPath, Problem, nearest

MOST_AREAS = 2
BIG_BANG = "IM05"


def check_pilot(pilot: Pilot, document: Document) -> Iterator[Problem]:
    yield from doubles(document, "boxes", [each.id for each in pilot.boxes])
    if not pilot.areas:
        mend = "name one or two areas: those in which most goes wrong"
        yield document.problem(("areas",), "the pilot has no area to be tried in", mend, rule=BIG_BANG)
    if len(pilot.areas) > MOST_AREAS:
        message = f"{len(pilot.areas)} areas are no pilot"
        yield document.problem(("areas", MOST_AREAS), message, "keep one or two of them", rule=BIG_BANG)
    if not pilot.why:
        mend = "write under `why` what goes wrong in these areas"
        yield document.problem(("areas",), "nobody can see why it is tried there", mend, rule=BIG_BANG)
    for i, id in enumerate(pilot.areas):
        if id in pilot.areas[:i]:
            yield document.problem(("areas", i), f"`{id}` stands here twice", "keep one of them")
    begun: dict[str, str] = {}
    for i, box in enumerate(pilot.boxes):
        for j, ritual in enumerate(box.rituals):
            if ritual in begun:
                message = f"`{ritual}` begins with {begun[ritual]} already"
                yield document.problem(("boxes", i, "rituals", j), message, "keep one of them")
            begun.setdefault(ritual, box.name)


def check_pilot_references(pilot: Pilot, document: Document, organisation: Organisation) -> Iterator[Problem]:
    """The pilot against the organisation."""
    yield from unknown_person(organisation, document)(("owner",), pilot.owner)
    areas = [area.id for area in organisation.areas]
    for i, id in enumerate(pilot.areas):
        if id not in areas:
            yield document.problem(("areas", i), f"no area has the id `{id}`", nearest(id, areas))


def check_pilot_rituals(pilot: Pilot, document: Document, calendar: Calendar) -> Iterator[Problem]:
    """The pilot against the calendar."""
    yield from _ritual(calendar, document, ("retro_of",), pilot.retro_of)
    for i, box in enumerate(pilot.boxes):
        for j, id in enumerate(box.rituals):
            yield from _ritual(calendar, document, ("boxes", i, "rituals", j), id)
        parts: tuple[tuple[str, tuple[Condition, ...]], ...] = (("deliverables", box.deliverables), ("gate", box.gate))
        for part, conditions in parts:
            for j, condition in enumerate(conditions):
                if condition.test_name == RITUAL_LEFT:
                    yield from _ritual(calendar, document, ("boxes", i, part, j, "test"), condition.test_value)


def _ritual(calendar: Calendar, document: Document, path: KeyPath, id: str) -> Iterator[Problem]:
    if calendar.ritual(id) is None:
        mend = nearest(id, [each.id for each in calendar.rituals])
        yield document.problem(path, f"no ritual has the id `{id}`", mend)
