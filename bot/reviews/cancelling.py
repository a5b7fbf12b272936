"""A review with nothing to look at is offered to its owner to be cancelled; until it would open that is taken back."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot import timers
from bot.errors import UserError
from bot.house import House, Part
from bot.people.flow import require_person
from bot.people.model import People, Person
from bot.people.moments import working_moment
from bot.prompts import flow as prompts
from bot.reviews import choices, messages, packet
from bot.reviews.model import REASON, require_review
from bot.rituals import model as occurrences
from bot.rituals.model import SCHEDULED, Occurrence
from bot.rituals.schedule import last_working_moment

PROMPT = "review.cancel"
"""The kind of prompt that offers it; its ref is the occurrence's id."""
BEFORE = timedelta(hours=4)
SOON_ENOUGH = timedelta(minutes=30)
"""Whoever comes must hear of it so long before."""
CANCELLED = "review.cancelled"
"""The timer of one that was cancelled; its ref is the occurrence's id."""


def offer(session: Session, house: House, occurrence: Occurrence, owner: Person) -> None:
    """Have it offered, if there is nothing to look at by then."""
    prompts.ask(
        session,
        house,
        owner.slack_id,
        key(occurrence),
        PROMPT,
        str(occurrence.id),
        at=max(_moment(house, owner, occurrence.opens_at), house.clock.now()),
        deadline=occurrence.opens_at,
        foreseen=True,
    )


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How the offer looks now."""
    occurrence = occurrences.get(session, house, ref)
    ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
    if ritual is None:
        return None
    is_empty = packet.gather(session, house, ritual, occurrence).is_empty
    return messages.offer(house, ritual, occurrence, is_empty=is_empty)


def cancel(session: Session, house: House, slack_id: str, occurrence_id: str) -> Occurrence:
    """Do not hold it, since there is nothing to look at; a `UserError` when there is by now, or when it has opened."""
    occurrence = _changeable(session, house, slack_id, occurrence_id)
    ritual = require_review(house, occurrence)
    if occurrence.state != SCHEDULED:
        raise UserError(f"{ritual.name} of {occurrence.day:%-d %B} is {occurrence.state} already.")
    if not packet.gather(session, house, ritual, occurrence).is_empty:
        raise UserError(f"By now there is something to look at in {ritual.name}: its packet says what.")
    assert house.links.calendar is not None
    house.links.calendar.skip_one(session, house, occurrence, slack_id, REASON)
    timers.arm(session, house, f"{CANCELLED}:{occurrence.id}", CANCELLED, str(occurrence.id), occurrence.opens_at)
    return occurrence


def on_cancelled(session: Session, house: House, ref: str) -> None:
    """A timer: what was cancelled would have opened, so it stays so; too many in a row put the ritual in question.

    One that is held after all is not among those in a row.
    """
    occurrence = occurrences.get(session, house, ref, lock=True)
    ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
    if ritual is not None:
        choices.ask_if_cancelled(session, house, ritual, occurrence)


def hold_after_all(session: Session, house: House, slack_id: str, occurrence_id: str) -> Occurrence:
    """Take that back."""
    occurrence = _changeable(session, house, slack_id, occurrence_id)
    assert house.links.calendar is not None
    house.links.calendar.hold_after_all(session, house, occurrence, slack_id)
    return occurrence


def key(occurrence: Occurrence) -> str:
    return f"{PROMPT}:{occurrence.id}"


def _changeable(session: Session, house: House, slack_id: str, occurrence_id: str) -> Occurrence:
    occurrence = occurrences.get(session, house, occurrence_id, lock=True)
    ritual = require_review(house, occurrence)
    person, people = require_person(session, house, slack_id), People(session, house)
    if person != people.by_ref(ritual.owner) and not person.is_product_ops:
        raise UserError(f"{ritual.name} is cancelled by its owner, {people.named(ritual.owner)}, or product ops.")
    return occurrence


def _moment(house: House, owner: Person, opens_at: datetime) -> datetime:
    """Four hours before it opens; where the owner does not work then, that morning, else their last minute before."""
    at = opens_at - BEFORE
    moment = working_moment(house, owner, at)
    if moment <= opens_at - SOON_ENOUGH:
        return moment
    organisation = house.definitions.organisation
    off = organisation.work_days(owner.holidays).off
    return last_working_moment(at, owner.zone, organisation.working_hours, off) or at
