"""Why somebody was asked for something or was not: from the same rules and records that decided it.

Each reason is a part of the template with its facts. Nothing is decided here anew: the calendar's slots say what
moved or left out an occurrence, requests keep why they passed on, and the rule that asks says who is asked next.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import Event
from bot.definitions import Area, Ritual
from bot.errors import UserError
from bot.house import House
from bot.people.model import People, Person, as_read
from bot.prompts import model as prompts
from bot.prompts.flow import next_said
from bot.prompts.model import Prompt
from bot.quarter.model import KIND as QUARTER
from bot.rituals import model as occurrences
from bot.rituals.flow import MISSED, REMOVED
from bot.rituals.model import DAY, NEVER, Occurrence
from bot.rituals.schedule import Slot, coming, times
from bot.rituals.standing import as_it_stands
from bot.updates.asking import PROMPT, prompt_key, whom_to_ask
from bot.updates.flow import EVERYONE_AWAY
from bot.updates.model import ANSWERED, KIND, LET_OFF, WAITING, Ask, asks, get_ask
from bot.updates.times import Asking
from bot.why import quarters

LATELY = timedelta(days=14)
AHEAD = timedelta(days=35)
"""Further ahead, what will not be held is nobody's question yet."""
MOST_AHEAD = 3
LATE = timedelta(minutes=10)
BY_RULE = (MISSED, REMOVED, EVERYONE_AWAY)
"""The reasons for which Drumbeat itself skips an occurrence."""


@dataclass(frozen=True)
class Reason:
    """One sentence: a part of the template `why/why.txt.j2`, with the facts it names."""

    part: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def of_prompt(session: Session, house: House, prompt: Prompt) -> tuple[Ritual, Occurrence] | None:
    """The ritual and occurrence that a prompt is about, if it is about one; a `UserError` when they are gone."""
    if prompt.kind == PROMPT:
        ask = get_ask(session, house, prompt.ref.partition(":")[0])
        occurrence: Occurrence | None = occurrences.get(session, house, ask.occurrence_id)
    else:
        occurrence = quarters.about(session, house, prompt.kind, prompt.ref)
    if occurrence is None:
        return None
    then = occurrences.house_of(session, house, occurrence)
    ritual = then.definitions.calendar.ritual(occurrence.ritual_id)
    if ritual is None:
        raise UserError("That ritual is no longer in the calendar.")
    return ritual, occurrence


def lately(session: Session, house: House, person: Person) -> list[tuple[Ritual, list[Reason]]]:
    """Why each thing that was asked of somebody in the last two weeks was, by ritual."""
    found = []
    for ritual in house.definitions.calendar.rituals:
        query = select(Occurrence).where(
            Occurrence.workspace_id == house.workspace_id,
            Occurrence.ritual_id == ritual.id,
            Occurrence.opened_at >= house.clock.now() - LATELY,
        )
        opened = session.scalars(query.order_by(Occurrence.slot.desc())).all()
        said = [each for occurrence in opened for each in _concerning(session, house, ritual, occurrence, person)]
        if said:
            found.append((ritual, said))
    return found


def of_ritual(
    session: Session, house: House, ritual: Ritual, person: Person, occurrence: Occurrence | None = None
) -> list[Reason]:
    """Why somebody got the last occurrence of a ritual, or `occurrence`, or did not, and what comes next for them."""
    shown = occurrence or _last(session, house, ritual)
    said = []
    if shown is not None:
        said = _concerning(session, house, ritual, shown, person) or [_not_asked(session, house, ritual, shown)]
    if occurrence is not None:
        return said
    return [*said, *_ahead(session, house, ritual, person)]


def _last(session: Session, house: House, ritual: Ritual) -> Occurrence | None:
    """The one that is open, or the last that opened or was skipped."""
    query = select(Occurrence).where(
        Occurrence.workspace_id == house.workspace_id,
        Occurrence.ritual_id == ritual.id,
        Occurrence.state != occurrences.SCHEDULED,
    )
    return session.scalar(query.order_by(Occurrence.slot.desc()).limit(1))


def _concerning(session: Session, house: House, ritual: Ritual, occurrence: Occurrence, person: Person) -> list[Reason]:
    """What an occurrence had to do with somebody; nothing when it asked nothing of them."""
    house = occurrences.house_of(session, house, occurrence)
    ritual = house.definitions.calendar.ritual(ritual.id) or ritual
    said = list(_how_it_went(session, house, ritual, occurrence))
    if occurrence.state == occurrences.SKIPPED:
        return said
    concerning = list(_in(session, house, ritual, occurrence, person))
    return [*concerning, *said] if concerning else []


def _in(session: Session, house: House, ritual: Ritual, occurrence: Occurrence, person: Person) -> Iterator[Reason]:
    if ritual.kind == KIND:
        yield from _in_update(session, house, ritual, occurrence, person)
    elif ritual.kind == QUARTER:
        yield from (Reason(*each) for each in quarters.asked(session, house, ritual, occurrence, person))
    else:
        yield from _in_review(session, house, ritual, occurrence, person)


def _how_it_went(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> Iterator[Reason]:
    """What was out of the ordinary for everybody."""
    facts = {"ritual": ritual, "occurrence": occurrence}
    if occurrence.state == occurrences.SKIPPED:
        yield Reason("skipped", {**facts, "by": _who_skipped(session, house, occurrence)})
    if occurrence.moved_at is not None:
        yield Reason("moved", {**facts, "by": _called(session, house, occurrence.moved_by)})
    elif (slot := occurrences.slot_of(house, ritual, occurrence)) and slot.why:
        yield Reason("slot", {"why": slot.why})
    if occurrence.run_by is not None:
        yield Reason("run", {**facts, "by": _called(session, house, occurrence.run_by)})
    elif occurrence.opened_at and occurrence.opened_at - occurrence.opens_at > LATE:
        yield Reason("caught_up", {**facts, "rule": ritual.catch_up})


def _in_update(
    session: Session, house: House, ritual: Ritual, occurrence: Occurrence, person: Person
) -> Iterator[Reason]:
    people, asked_at = People(session, house), None
    for ask in asks(session, house, occurrence.id):
        area = house.definitions.organisation.area(ask.area_id)
        if area is None:
            continue
        facts = {"area": area, "ask": ask, "occurrence": occurrence}
        if ask.asked == person.slack_id:
            yield Reason("asked", {**facts, **_how_asked(session, house, occurrence, ask, person)})
            prompt = prompts.find(session, house, prompt_key(ask))
            asked_at = prompt.at if prompt else None
        elif people.by_ref(area.owner) == person or prompts.find(session, house, prompt_key(ask, person.slack_id)):
            yield Reason("passed_on", {**facts, "to": people.called(ask.asked) if ask.asked else None})
    slot = None if occurrence.run_by else occurrences.slot_of(house, ritual, occurrence)
    if asked_at is not None and _is_early(house, ritual, slot, person, asked_at):
        yield Reason("early", {"ritual": ritual, "occurrence": occurrence, "zone": person.zone})


def _how_asked(session: Session, house: House, occurrence: Occurrence, ask: Ask, person: Person) -> dict[str, Any]:
    """When somebody was or will be asked and reminded, in their own time, and what they chose about reminders."""
    waits = (
        ask.state == WAITING and occurrence.state in occurrences.RUNNING and house.clock.now() < occurrence.cutoff_at
    )
    prompt = prompts.find(session, house, prompt_key(ask))
    upcoming = next_said(session, house, prompt) if prompt is not None and waits else None
    return {
        "prompted": _local(prompt.prompted_at if prompt else None, person),
        "reminded": _local(prompt.reminded_at if prompt else None, person),
        "snoozed": _local(prompt.snoozed_until if prompt and waits else None, person),
        "next": _local(upcoming, person),
        "profile": prompts.profile_of(session, house, person.slack_id),
        "reminds": prompt is not None and prompt.remind_at is not None,
        "answered": ask.state == ANSWERED,
        "let_off": ask.state == LET_OFF,
        "open": waits,
    }


def _in_review(
    session: Session, house: House, ritual: Ritual, occurrence: Occurrence, person: Person
) -> Iterator[Reason]:
    people = People(session, house)
    facts = {"ritual": as_read(session, house, ritual), "occurrence": occurrence}
    if people.by_ref(ritual.owner) == person:
        yield Reason("review_owner", facts)
    elif person in people.members(ritual.audience):
        yield Reason("review_audience", facts)


def _not_asked(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> Reason:
    then = occurrences.house_of(session, house, occurrence)
    opened = then.definitions.calendar.ritual(ritual.id) or ritual
    owner = People(session, then).named(opened.owner)
    part = "no_area" if opened.asks_each else "not_its_owner"
    return Reason(part, {"ritual": opened, "occurrence": occurrence, "owner": owner})


def _ahead(session: Session, house: House, ritual: Ritual, person: Person) -> Iterator[Reason]:
    """What the calendar leaves out before the next occurrence, and who is asked for that one."""
    upcoming = occurrences.upcoming(session, house, ritual.id)
    if upcoming is not None and upcoming.opens_at == NEVER:
        # Kept for the answers it has: nobody knows when it will be.
        upcoming = None
    yield from islice(_left_out(session, house, ritual, upcoming), MOST_AHEAD)
    if upcoming is None:
        yield Reason("none_planned", {"ritual": ritual})
        return
    slot = occurrences.slot_of(house, ritual, upcoming)
    if slot is not None and upcoming.moved_at is None and slot.why:
        yield Reason("slot", {"why": slot.why})
    if upcoming.moved_at is not None:
        by = _called(session, house, upcoming.moved_by)
        yield Reason("moved", {"ritual": ritual, "occurrence": upcoming, "by": by})
    at = _prompt(house, ritual, upcoming, slot, person)
    said = list(_asked_next(session, house, ritual, upcoming, person, _local(at, person)))
    yield from said
    if any(each.part == "next_mine" for each in said) and _is_early(house, ritual, slot, person, at):
        yield Reason("early", {"ritual": ritual, "occurrence": upcoming, "zone": person.zone})


def _left_out(session: Session, house: House, ritual: Ritual, upcoming: Occurrence | None) -> Iterator[Reason]:
    last_day = (house.clock.now() + AHEAD).date()
    for slot in coming(as_it_stands(session, house, ritual), house.definitions.organisation, house.clock.now()):
        if slot.day > last_day or (upcoming is not None and slot.key[:DAY] >= upcoming.slot[:DAY]):
            return
        if slot.skipped_because:
            yield Reason("slot", {"why": slot.why})


def _asked_next(
    session: Session, house: House, ritual: Ritual, upcoming: Occurrence, person: Person, at: str | None
) -> Iterator[Reason]:
    people = People(session, house)
    facts = {"ritual": as_read(session, house, ritual), "occurrence": upcoming, "at": at}
    if ritual.kind == QUARTER:
        said = [Reason(*each) for each in quarters.next_of(session, house, ritual, upcoming, person, at)]
        yield from said or [Reason("next_not_mine", facts)]
        return
    if ritual.kind != KIND:
        is_owner = people.by_ref(ritual.owner) == person
        yield Reason("next_review", {**facts, "is_owner": is_owner, "owner": people.named(ritual.owner)})
        return
    asked, asking = False, Asking(house, ritual, upcoming)
    for area in house.definitions.areas_of(ritual):
        found, stands_in_for, reason = whom_to_ask(people, asking, area)
        more = {**facts, "area": area, "reason": reason, "for": stands_in_for, "to": found and found.name}
        if found == person:
            asked = True
            yield Reason("next_mine", more)
        elif _is_owner(people, area, person):
            asked = True
            yield Reason("next_passed_on", more)
    if not asked:
        yield Reason("next_not_mine", facts)


def _is_owner(people: People, area: Area, person: Person) -> bool:
    return people.by_ref(area.owner) == person


def _prompt(house: House, ritual: Ritual, upcoming: Occurrence, slot: Slot | None, person: Person) -> datetime:
    if slot is None:
        return upcoming.opens_at
    return times(slot, ritual, house.definitions.organisation, person.zone, person.holidays).prompt


def _is_early(house: House, ritual: Ritual, slot: Slot | None, person: Person, asked_at: datetime) -> bool:
    """Whether somebody is asked before the ritual's own time, since they are at work too little before the cutoff."""
    schedule = ritual.schedule
    clock = person.zone if schedule.zone == "person" else ritual.zone_for(house.definitions.organisation)
    return slot is not None and asked_at < slot.at(schedule.prompt, clock)


def _who_skipped(session: Session, house: House, occurrence: Occurrence) -> str | None:
    """Who skipped an occurrence; none when Drumbeat did, by its rules."""
    if occurrence.reason in BY_RULE:
        return None
    actor = session.scalar(
        select(Event.actor).where(
            Event.workspace_id == house.workspace_id,
            Event.subject == f"occurrence:{occurrence.id}",
            Event.kind == "occurrence.skipped",
        )
    )
    return _called(session, house, actor)


def _called(session: Session, house: House, slack_id: str | None) -> str:
    person = People(session, house).by_slack(slack_id)
    return person.name if person else "an operator"


def _local(moment: datetime | None, person: Person) -> str | None:
    return f"{moment.astimezone(person.zone):%a %-d %b, %H:%M}" if moment else None
