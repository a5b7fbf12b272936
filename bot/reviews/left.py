"""What Drumbeat itself makes out of the records as a review closes, such as the roadmap: posted in its channel."""

from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.definitions import Ritual
from bot.delivery import outbox
from bot.house import House
from bot.people.model import channel_id
from bot.rituals.model import Occurrence


def generated(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> list[list[Message]]:
    """Each artifact that the ritual has: the message to post, then those for its thread."""
    found = (make(session, house, ritual.id, occurrence.id) for make in house.links.artifacts)
    return [messages for messages in found if messages]


def post(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
    """Each in the ritual's channel, once."""
    channel = channel_id(session, house, ritual.channel)
    for number, (first, *rest) in enumerate(generated(session, house, ritual, occurrence)):
        key = f"review-artifact:{occurrence.id}:{number}"
        message_id = outbox.post(session, house, channel, first, kind="review.artifact", dedupe=key)
        for part, message in enumerate(rest):
            outbox.reply(session, house, message_id, message, kind="review.artifact", dedupe=f"{key}:{part}")
