"""What a review left: what Drumbeat itself makes out of the records, such as the roadmap, or what people made."""

import re

from sqlalchemy.orm import Session

from bot import blocks
from bot.blocks import Message
from bot.definitions import Ritual
from bot.definitions.artifacts import made_by_ritual
from bot.delivery import outbox
from bot.house import House
from bot.people.model import channel_id
from bot.reviews import model
from bot.rituals.model import Occurrence

_ADDRESS = re.compile(r"https?://\S+")


def generated(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> list[list[Message]]:
    """Each artifact that the ritual has: the message to post, then those for its thread."""
    found = (make(session, house, ritual.id, occurrence.id) for make in house.links.artifacts)
    return [messages for messages in found if messages]


def post(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
    """Each in the ritual's channel, once; the library knows it, or else the link with which people closed it."""
    channel, library = channel_id(session, house, ritual.channel), house.links.library
    checked = library and library.check(session, house, made_by_ritual(ritual.id), f"occurrence:{occurrence.id}")
    posted: list[int] = []
    for number, (first, *rest) in enumerate(generated(session, house, ritual, occurrence)):
        key = f"review-artifact:{occurrence.id}:{number}"
        first = blocks.noted(first, checked.note if checked and not posted else "")
        posted.append(outbox.post_pages(session, house, channel, [first, *rest], kind="review.artifact", dedupe=key))
    if library and checked:
        card, link = model.card_of(session, house, occurrence.id), _ADDRESS.search(occurrence.artifact or "")
        where = posted[0] if posted else card.message_id if card else None
        library.issued(session, house, checked, where, "" if posted or link is None else link[0])
