"""A packet follows while it stands: what it is to look at changes, and its card says so a minute later."""

from datetime import timedelta

from sqlalchemy.orm import Session

from bot import timers
from bot.house import House
from bot.people.model import People
from bot.prompts import flow as prompts
from bot.reviews import cancelling, card, model, packet
from bot.rituals import model as occurrences
from bot.rituals.model import RUNNING, SCHEDULED

FOLLOW = "review.follow"
"""The timer of a card that is to follow; its ref is the occurrence's id."""
SOON = timedelta(minutes=1)
"""What changes at about the same time is one edit."""


def looked_at(session: Session, house: House, ritual_id: str) -> None:
    """Something that a ritual is to look at is not as it was.

    In a transaction of its own, since whoever says so holds other records than a card does.
    """
    now = house.clock.now()
    for occurrence_id in model.with_card(session, house, ritual_id):
        key = f"{FOLLOW}:{occurrence_id}:{now:%Y%m%dT%H%M}"
        timers.arm(session, house, key, FOLLOW, str(occurrence_id), now + SOON)


def on_follow(session: Session, house: House, ref: str) -> None:
    """A timer: its card says how things are now; whether it may be cancelled follows, too."""
    occurrence = occurrences.get(session, house, ref, lock=True)
    house = occurrences.house_of(session, house, occurrence)
    ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
    if ritual is None or occurrence.state not in (SCHEDULED, *RUNNING):
        return
    card.refresh(session, house, ritual, occurrence)
    if occurrence.state != SCHEDULED:
        return
    owner = People(session, house).by_ref(ritual.owner)
    in_time = house.clock.now() <= occurrence.opens_at - cancelling.SOON_ENOUGH
    if owner is not None and in_time and packet.gather(session, house, ritual, occurrence).is_empty:
        cancelling.offer(session, house, occurrence, owner)
    prompts.changed(session, house, cancelling.key(occurrence))
