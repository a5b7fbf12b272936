"""In a pilot people look back: at the end of some weeks, and once a ritual was tried twice and often enough.

What they say is a retro of the ritual, as everybody may write it at any time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.definitions import Ritual
from bot.definitions.pilot import FEWEST_CYCLES, Pilot
from bot.definitions.working_time import to_utc
from bot.house import House, Obligation, Part
from bot.people.model import People, Person
from bot.pilot import facts, messages, progress
from bot.prompts import flow as prompts
from bot.reviews.model import Retro
from bot.reviews.packet import SORT
from bot.rituals.model import Occurrence

PROMPT = "pilot.retro"
"""The kind of prompt that asks for it; its ref is a `Ref` as text."""
WEEK, CYCLE = "week", "cycle"
THURSDAY, TO_ANSWER = 3, timedelta(days=7)


@dataclass(frozen=True)
class Ref:
    of: str
    """WEEK or CYCLE."""
    number: int
    ritual_id: str
    slack_id: str

    def __str__(self) -> str:
        return f"{self.of}:{self.number}:{self.ritual_id}:{self.slack_id}"


def keep_in_step(session: Session, house: House) -> None:
    """Have everybody in the pilot asked at the end of its weeks; later ones are asked in their time."""
    pilot = house.definitions.pilot
    if pilot is None or progress.running(house) is None:
        return
    for week in pilot.retros:
        at = _end_of(house, pilot, week)
        if at + TO_ANSWER <= house.clock.now():
            continue
        for person in _who(session, house, pilot, is_first=week == min(pilot.retros)):
            _ask(session, house, Ref(WEEK, week, pilot.retro_of, person.slack_id), at)


def after_cycles(session: Session, house: House, ritual: Ritual, _occurrence: Occurrence) -> str:
    """Before the next cycle of a ritual those it asks say how the first two, and how all, have gone.

    It holds nothing back.
    """
    pilot = house.definitions.pilot
    if pilot is None or progress.running(house) is None or not ritual.asks_each:
        return ""
    held = facts.cycles(session, house, pilot).get(ritual.id, 0)
    if held in (FEWEST_CYCLES, pilot.cycles):
        people = People(session, house)
        owners = {people.by_ref(area.owner) for area in house.definitions.areas_of(ritual)}
        for person in sorted(filter(None, owners), key=lambda each: each.slack_id):
            _ask(session, house, Ref(CYCLE, held, ritual.id, person.slack_id), house.clock.now())
    return ""


def said(session: Session, house: House, slack_id: str) -> None:
    """Somebody has said something in a retro: what asks them for one follows."""
    for ref in prompts.asked_of(session, house, slack_id, PROMPT):
        prompts.changed(session, house, f"{PROMPT}:{ref}")


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How the question looks now."""
    found = _read(ref)
    ritual, pilot = house.definitions.calendar.ritual(found.ritual_id), house.definitions.pilot
    if ritual is None or pilot is None or progress.running(house) is None:
        return None
    is_said = _has_said(session, house, pilot, found)
    return messages.retro_asked(house, ritual, found.of == WEEK, found.number, is_said=is_said)


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    """The same as something that waits for somebody."""
    pilot, found = house.definitions.pilot, []
    for ref in map(_read, prompts.asked_of(session, house, slack_id, PROMPT)):
        ritual = house.definitions.calendar.ritual(ref.ritual_id)
        if pilot is None or ritual is None or progress.running(house) is None:
            continue
        is_ahead = ref.of == WEEK and house.clock.now() < _end_of(house, pilot, ref.number)
        if not is_ahead and not _has_said(session, house, pilot, ref):
            title, button = (
                messages.retro_title(house, ritual, ref.of == WEEK, ref.number),
                messages.retro_button(house),
            )
            found.append(Obligation(title, None, PROMPT, ritual.id, button))
    return found


def _ask(session: Session, house: House, ref: Ref, at: datetime) -> None:
    key = f"{PROMPT}:{ref}"
    if not prompts.is_known(session, house, key):
        prompts.ask(session, house, ref.slack_id, key, PROMPT, str(ref), at=at, deadline=at + TO_ANSWER)


def _read(ref: str) -> Ref:
    of, number, ritual_id, slack_id = ref.split(":")
    return Ref(of, int(number), ritual_id, slack_id)


def _end_of(house: House, pilot: Pilot, week: int) -> datetime:
    """The Thursday by which something of a week of the pilot has happened, as people begin to work."""
    third, organisation = facts.retro_window(pilot, week)[0] + timedelta(days=2), house.definitions.organisation
    day = third + timedelta(days=(THURSDAY - third.weekday()) % 7)
    return to_utc(datetime.combine(day, organisation.working_hours.start), organisation.zone)


def _who(session: Session, house: House, pilot: Pilot, *, is_first: bool) -> Iterable[Person]:
    """Its owner and those of its areas; after the first time also its partners, who lead the functions."""
    people, organisation = People(session, house), house.definitions.organisation
    refs = [pilot.owner, *(area.owner for area in organisation.areas if area.id in pilot.areas)]
    if not is_first:
        refs += [each.lead for each in organisation.functions if each.lead]
    found = (people.by_ref(ref) for ref in refs)
    return {person.slack_id: person for person in found if person is not None}.values()


def _has_said(session: Session, house: House, pilot: Pilot, ref: Ref) -> bool:
    if ref.of == WEEK:
        since = facts.start_of(house, facts.retro_window(pilot, ref.number)[0])
    else:
        opened = session.scalars(
            select(Occurrence.opened_at)
            .where(
                Occurrence.workspace_id == house.workspace_id,
                Occurrence.ritual_id == ref.ritual_id,
                Occurrence.opened_at >= facts.since(house, pilot),
            )
            .order_by(Occurrence.opened_at)
            .offset(ref.number - 1)
            .limit(1)
        ).first()
        since = opened or facts.since(house, pilot)
    about = f"{SORT}:{ref.ritual_id}"
    query = select(Retro.id).where(
        Retro.workspace_id == house.workspace_id,
        Retro.said_by == ref.slack_id,
        Retro.said_at >= since,
        (Retro.about == about) | Retro.about.startswith(f"{about}:", autoescape=True),
    )
    return session.scalars(query.limit(1)).first() is not None
