"""What no single value shows: references that lead nowhere, doubles, kinds nobody knows."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.definitions.calendar import Calendar, Ritual
from bot.definitions.organisation import Organisation, PersonDefinition, refs_of
from bot.definitions.values import Offset
from bot.yamlfile import Document, Path_, Problem, nearest

WINTER, SUMMER = datetime(2026, 1, 15), datetime(2026, 7, 15)


def check_organisation(organisation: Organisation, document: Document) -> Iterator[Problem]:
    yield from _doubles(document, "functions", [each.id for each in organisation.functions])
    yield from _doubles(document, "areas", [each.id for each in organisation.areas])
    yield from _double_people(organisation, document)
    functions = [each.id for each in organisation.functions]
    for i, person in enumerate(organisation.people):
        if person.function not in functions:
            message = f"no function has the id `{person.function}`"
            yield document.problem(("people", i, "function"), message, nearest(person.function, functions))
    unknown = _unknown_person(organisation, document)
    for i, function in enumerate(organisation.functions):
        yield from unknown(("functions", i, "lead"), function.lead)
    for i, area in enumerate(organisation.areas):
        yield from unknown(("areas", i, "owner"), area.owner)
        yield from unknown(("areas", i, "deputy"), area.deputy)
        if area.deputy and _same(organisation, area.owner, area.deputy):
            message = f"the deputy of {area.name} is its owner"
            yield document.problem(("areas", i, "deputy"), message, "name somebody else, or remove `deputy`")


def check_calendar(calendar: Calendar, document: Document, kinds: Collection[str]) -> Iterator[Problem]:
    yield from _doubles(document, "rituals", [each.id for each in calendar.rituals])
    for i, ritual in enumerate(calendar.rituals):
        if ritual.kind not in kinds:
            mend = nearest(ritual.kind, sorted(kinds))
            yield document.problem(("rituals", i, "kind"), f"no ritual kind is called `{ritual.kind}`", mend)


def check_references(calendar: Calendar, document: Document, organisation: Organisation) -> Iterator[Problem]:
    """The calendar against the organisation."""
    unknown = _unknown_person(organisation, document)
    for i, ritual in enumerate(calendar.rituals):
        yield from unknown(("rituals", i, "owner"), ritual.owner)
        yield from _areas(ritual, organisation, document, ("rituals", i, "areas"))
        for person in _asked_too_late(ritual, organisation):
            message = f"{person.name}, in {person.zone}, would be asked only after the cutoff"
            mend = "write a later cutoff, such as +1 day 14:00, or another `zone`"
            yield document.problem(("rituals", i, "schedule", "cutoff"), message, mend)


def _areas(ritual: Ritual, organisation: Organisation, document: Document, path: Path_) -> Iterator[Problem]:
    areas = [area.id for area in organisation.areas]
    for i, area in enumerate(ritual.areas):
        if area not in areas:
            yield document.problem((*path, i), f"no area has the id `{area}`", nearest(area, areas))
        elif area in ritual.areas[:i]:
            yield document.problem((*path, i), f"`{area}` stands here twice", "keep one of them")


def _asked_too_late(ritual: Ritual, organisation: Organisation) -> Iterator[PersonDefinition]:
    """Owners of its areas so far west, in winter or summer, that their prompt comes after everybody's cutoff."""
    owners = {area.owner for area in organisation.areas if not ritual.areas or area.id in ritual.areas}
    schedule, shared = ritual.schedule, ritual.zone_for(organisation)
    answer_time = _since_midnight(schedule.cutoff) - _since_midnight(schedule.prompt)
    for person in filter(None, map(organisation.person, sorted(owners))):
        zone = person.zone if schedule.zone == "person" else None
        if zone and any(_behind(zone, shared, day) >= answer_time for day in (WINTER, SUMMER)):
            yield person


def _since_midnight(offset: Offset) -> timedelta:
    return timedelta(days=offset.days, hours=offset.at.hour, minutes=offset.at.minute)


def _behind(zone: ZoneInfo, other: ZoneInfo, day: datetime) -> timedelta:
    return (other.utcoffset(day) or timedelta()) - (zone.utcoffset(day) or timedelta())


def _doubles(document: Document, part: str, ids: Sequence[str]) -> Iterator[Problem]:
    for i, id in enumerate(ids):
        if id in ids[:i]:
            line = document.values[(part, ids.index(id), "id")][0]
            message = f"the id `{id}` is taken: it first stands on line {line}"
            yield document.problem((part, i, "id"), message, "give this one another id")


def _double_people(organisation: Organisation, document: Document) -> Iterator[Problem]:
    counts = Counter(ref.casefold() for person in organisation.people for ref in refs_of(person))
    seen: set[str] = set()
    for i, person in enumerate(organisation.people):
        for key, ref in (("email", person.email), ("slack", person.slack)):
            if ref and counts[ref.casefold()] > 1:
                if ref.casefold() in seen:
                    yield document.problem(("people", i, key), f"`{ref}` stands for two people", "keep one of them")
                seen.add(ref.casefold())


def _unknown_person(organisation: Organisation, document: Document) -> Callable[[Path_, str | None], Iterable[Problem]]:
    known = sorted(person.ref for person in organisation.people)

    def unknown(path: Path_, ref: str | None) -> Iterator[Problem]:
        if ref is not None and organisation.person(ref) is None:
            mend = f"{nearest(ref, known, by=_before_the_at)}; or add this person under `people` in organisation.yaml"
            yield document.problem(path, f"nobody in the organisation is `{ref}`", mend)

    return unknown


def _before_the_at(ref: str) -> str:
    """What tells colleagues' addresses apart."""
    return ref.partition("@")[0].casefold()


def _same(organisation: Organisation, ref: str, other: str) -> bool:
    return organisation.person(ref) is not None and organisation.person(ref) == organisation.person(other)
