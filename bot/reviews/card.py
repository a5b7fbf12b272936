"""A review's card in its channel: one message, which is its packet first and says in the end what it left."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.actions import messages as action_messages
from bot.actions import model as actions
from bot.blocks import Message
from bot.definitions import Ritual
from bot.delivery import outbox
from bot.house import House
from bot.people.mentions import mentions
from bot.people.model import People, channel_id
from bot.reviews import messages, model, packet
from bot.reviews.model import ReviewCard
from bot.rituals import model as occurrences
from bot.rituals.model import Occurrence


def post(session: Session, house: House, ritual: Ritual, occurrence: Occurrence, at: datetime) -> None:
    """Post it at a moment, unless it stands in the channel already: then it is edited."""
    if model.card_of(session, house, occurrence.id) is not None:
        refresh(session, house, ritual, occurrence)
        return
    message_id = _post(session, house, ritual, occurrence, at)
    session.add(ReviewCard(workspace_id=house.workspace_id, occurrence_id=occurrence.id, message_id=message_id))
    session.flush()


def put_off(session: Session, house: House, ritual: Ritual, occurrence: Occurrence, later: datetime) -> bool:
    """Post it later if it is still queued; false otherwise."""
    card = model.card_of(session, house, occurrence.id)
    if card is None or later <= house.clock.now() or not outbox.cancel(session, house, card.message_id):
        return False
    card.message_id = _post(session, house, ritual, occurrence, later)
    return True


def refresh(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> bool:
    """It says how things are now; false while it is not posted."""
    card = model.card_of(session, house, occurrence.id)
    if card is not None:
        outbox.update(session, house, card.message_id, _card(session, house, ritual, occurrence))
    return card is not None


def _post(session: Session, house: House, ritual: Ritual, occurrence: Occurrence, at: datetime) -> int:
    owner = People(session, house).by_ref(ritual.owner)
    return outbox.post(
        session,
        house,
        channel_id(session, house, ritual.channel),
        _card(session, house, ritual, occurrence),
        kind="review.card",
        report_to=owner.slack_id if owner else None,
        not_before=at,
        routine=True,
    )


def _card(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> Message:
    people, at = People(session, house), occurrence.opened_at or occurrence.opens_at
    whom = [people.by_ref(ritual.owner), *people.members(ritual.audience)]
    is_over = occurrence.state in occurrences.ENDED
    return messages.card(
        house,
        ritual,
        occurrence,
        owner=people.named(ritual.owner),
        mentions=mentions(house, people, ritual, whom, at),
        packet=None if is_over else packet.gather(session, house, ritual, occurrence),
        agreed=_agreed(session, house, ritual, occurrence) if is_over else [],
    )


def _agreed(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> list[str]:
    """A line for each action that was agreed while it was open."""
    if occurrence.opened_at is None or occurrence.ended_at is None:
        return []
    called = People(session, house).called
    return [
        action_messages.standing(house, each, called(each.owner))
        for each in actions.of(session, house, f"{packet.SORT}:{ritual.id}")
        if occurrence.opened_at <= each.agreed_at <= occurrence.ended_at
    ]
