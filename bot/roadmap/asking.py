"""Before the roadmap is talked about its writers are asked, once, whether anything moved; *nothing moved* will do."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.audit import record
from bot.db import insert_or_ignore
from bot.definitions import Area
from bot.definitions.working_time import to_utc
from bot.errors import UserError
from bot.house import House, Obligation, Part
from bot.people.flow import require_person
from bot.people.model import People, Person
from bot.prompts import flow as prompts
from bot.rituals import model as occurrences
from bot.rituals.model import NEVER, SCHEDULED, Occurrence
from bot.roadmap import messages, model, review, rights
from bot.roadmap.model import RoadmapUnmoved
from bot.timers import Step

PROMPT = "roadmap.unmoved"
"""The kind of prompt that asks for it; its ref is the occurrence's id, `:`, and whom it asks (a Slack id)."""
ASK = "roadmap.ask"
"""The timer that has it asked; its ref is the id of the occurrence before which it is."""
DAYS_BEFORE = 2
"""Working days."""
DUE_BEFORE = timedelta(hours=24)


def steps(session: Session, house: House, occurrence: Occurrence) -> Sequence[Step]:
    """What is to happen before an occurrence that was planned; nothing for other rituals than the roadmap's."""
    if occurrence.ritual_id != review.ritual_id(house) or occurrence.opens_at == NEVER:
        return []
    return [Step(ASK, str(occurrence.id), _asked_at(house, occurrence))]


def on_ask(session: Session, house: House, ref: str) -> None:
    """A timer: whoever writes an area that has items is asked, each once for all their areas."""
    occurrence = occurrences.get(session, house, ref, lock=True)
    now = house.clock.now()
    if not _is_ahead(house, occurrence) or now >= _due(occurrence):
        return
    start = house.definitions.organisation.working_hours.start
    for person in sorted(_asked(session, house), key=lambda each: each.slack_id):
        morning = to_utc(datetime.combine(_due(occurrence).astimezone(person.zone).date(), start), person.zone)
        prompts.ask(
            session,
            house,
            person.slack_id,
            _key(occurrence, person.slack_id),
            PROMPT,
            f"{occurrence.id}:{person.slack_id}",
            at=now,
            deadline=_due(occurrence),
            remind_at=morning,
        )


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How the question looks now, to whoever it asks."""
    id, _, slack_id = ref.partition(":")
    occurrence = occurrences.get(session, house, id)
    ritual, person = house.definitions.calendar.ritual(occurrence.ritual_id), People(session, house).by_slack(slack_id)
    if ritual is None or person is None:
        return None
    areas = _waiting(session, house, occurrence, slack_id) if _is_ahead(house, occurrence) else []
    return messages.asked(house, ritual, str(occurrence.id), areas, _due(occurrence), person.zone)


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    """The same as something that waits for them."""
    occurrence = _next(session, house)
    if occurrence is None or house.clock.now() < _asked_at(house, occurrence):
        return []
    areas = _waiting(session, house, occurrence, slack_id)
    title = messages.obligation(house, areas)
    value = str(occurrence.id)
    return [Obligation(title, _due(occurrence), "roadmap.unmoved", value, "Nothing moved")] if areas else []


def say(session: Session, house: House, slack_id: str, occurrence_id: str = "") -> str:
    """Nothing has moved in the areas that somebody writes, for the next review (or the one they were asked for).

    Returns the words for it. A `UserError` when there is no such review ahead, or they write no area.
    """
    require_person(session, house, slack_id)
    occurrence = occurrences.get(session, house, occurrence_id) if occurrence_id else _next(session, house)
    is_of_roadmap = occurrence is not None and occurrence.ritual_id == review.ritual_id(house)
    if occurrence is None or not is_of_roadmap or not _is_ahead(house, occurrence):
        raise UserError(
            "The roadmap is not about to be talked about. `/cadence roadmap change` changes it at any time."
        )
    areas = rights.written_by(session, house, slack_id)
    if not areas:
        raise UserError("That is for whoever writes the roadmap of an area: `/cadence who owns billing` names them.")
    for area in areas:
        insert_or_ignore(
            session, RoadmapUnmoved, workspace_id=house.workspace_id, occurrence_id=occurrence.id, area_id=area.id,
            by=slack_id, at=house.clock.now(),
        )  # fmt: skip
    record(session, house, "roadmap.unmoved", f"occurrence:{occurrence.id}", actor=slack_id)
    follow(session, house, areas)
    return messages.unmoved(house, areas)


def follow(session: Session, house: House, areas: Sequence[Area]) -> None:
    """Something was said of these areas: whoever was asked sees that, and so does the packet."""
    occurrence = _next(session, house)
    if occurrence is None:
        return
    writers = {person.slack_id for area in areas for person in rights.writers(session, house, area.id)}
    for slack_id in sorted(writers):
        prompts.changed(session, house, _key(occurrence, slack_id))
    for packet_follows in house.links.looked_at:
        packet_follows(session, house, occurrence.ritual_id)


def packet(session: Session, house: House, ritual_id: str) -> list[str]:
    """Who says that nothing has moved in their areas, and who has not said, a line each; nothing for other rituals."""
    occurrence = occurrences.running(session, house, ritual_id) or _next(session, house)
    if ritual_id != review.ritual_id(house) or occurrence is None:
        return []
    said = model.unmoved(session, house, occurrence.id)
    called, areas = People(session, house).called, house.definitions.organisation.areas
    moved = _moved(session, house, review.since(session, house, occurrence).at)
    has_items = {item.area_id for item in model.items(session, house)}
    unmoved = [(area, called(said[area.id])) for area in areas if area.id in said and area.id not in moved]
    silent = [area for area in areas if area.id in has_items and area.id not in said and area.id not in moved]
    is_asked = house.clock.now() >= _asked_at(house, occurrence)
    return messages.packet_unmoved(house, unmoved, silent if is_asked else [])


def _waiting(session: Session, house: House, occurrence: Occurrence, slack_id: str) -> list[Area]:
    """The areas with items that somebody writes, of which nothing was said since that was asked."""
    said = model.unmoved(session, house, occurrence.id)
    moved = _moved(session, house, _asked_at(house, occurrence), also_unchanged=True)
    has_items = {item.area_id for item in model.items(session, house)} - moved - said.keys()
    return [area for area in rights.written_by(session, house, slack_id) if area.id in has_items]


def _asked(session: Session, house: House) -> set[Person]:
    """Of each area with items, the first of its writers who is there today."""
    people, now = People(session, house), house.clock.now()
    has_items = {item.area_id for item in model.items(session, house)}
    found = set()
    for area in house.definitions.organisation.areas:
        writers = rights.writers(session, house, area.id) if area.id in has_items else []
        there = [each for each in writers if people.away_because(each, each.today(now)) is None]
        found.update((there or writers)[:1])
    return found


def _moved(session: Session, house: House, moment: datetime, *, also_unchanged: bool = False) -> set[str]:
    """The areas of which something was changed since."""
    changes = model.changes_since(session, house, moment)
    if also_unchanged:
        changes += model.changes_since(session, house, moment, model.UNCHANGED)
    items = model.of_ids(session, house, {change.item_id for change in changes})
    return {item.area_id for item in items.values()}


def _next(session: Session, house: House) -> Occurrence | None:
    """The next occurrence of the roadmap's review, if one is planned."""
    ritual_id = review.ritual_id(house)
    found = occurrences.current(session, house, [ritual_id])[ritual_id].upcoming
    return found if found is not None and _is_ahead(house, found) else None


def _is_ahead(house: House, occurrence: Occurrence) -> bool:
    return occurrence.state == SCHEDULED and house.clock.now() < occurrence.opens_at < NEVER


def _due(occurrence: Occurrence) -> datetime:
    return occurrence.opens_at - DUE_BEFORE


def _asked_at(house: House, occurrence: Occurrence) -> datetime:
    """In the morning, two working days before it opens."""
    organisation = house.definitions.organisation
    day = organisation.work_days().nth(occurrence.opens_at.astimezone(organisation.zone).date(), -DAYS_BEFORE)
    return to_utc(datetime.combine(day, organisation.working_hours.start), organisation.zone)


def _key(occurrence: Occurrence, slack_id: str) -> str:
    return f"{PROMPT}:{occurrence.id}:{slack_id}"
