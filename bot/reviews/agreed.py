"""What people agree to do in a ritual: where it comes from, and the card that shows how it stands."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.delivery import outbox
from bot.house import House, Origin
from bot.people.model import People
from bot.reviews import card, model
from bot.rituals import model as occurrences


class Rituals:
    """The rituals that actions come from; an action is changed under its own version, so nothing is held."""

    def origin(self, session: Session, house: House, id: str, *, hold: bool) -> Origin | None:
        ritual = house.definitions.calendar.ritual(id)
        owner = People(session, house).by_ref(ritual.owner) if ritual else None
        # What was agreed is still to be done when the ritual is not held any more.
        return Origin(ritual.name if ritual else id, owner.slack_id if owner else None)

    def origins(self, session: Session, house: House, ids: Collection[str]) -> dict[str, Origin]:
        found = {id: self.origin(session, house, id, hold=False) for id in ids}
        return {id: origin for id, origin in found.items() if origin is not None}

    def show(self, session: Session, house: House, id: str, by: str) -> None:
        """On the card that is open, and on the packet of the next one."""
        ritual = house.definitions.calendar.ritual(id)
        for look in (occurrences.running, occurrences.upcoming):
            occurrence = look(session, house, id)
            if ritual is not None and occurrence is not None:
                card.refresh(session, house, ritual, occurrence)

    def tell(self, session: Session, house: House, id: str, line: Message, key: str) -> None:
        """In the thread of the last card, if it has one: the next packet says it anyway."""
        card_id = model.last_card(session, house, id)
        if card_id is not None:
            outbox.reply(session, house, card_id, line, kind="review.thread", dedupe=f"ritual:{id}:{key}")
