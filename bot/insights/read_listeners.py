"""How people look at insights: one, those with some words, their own, the orphans."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from bot import blocks
from bot.gesture import Gesture, Handler
from bot.house import House
from bot.insights import messages, rights, telling
from bot.tables import Tables


async def show(gesture: Gesture, house: House) -> None:
    """`/insight I-317`"""

    def verb(session: Session) -> blocks.Message:
        insight = rights.seen(session, house, gesture.user, gesture.text)
        return blocks.message(*messages.facts(house, insight, telling.looks_of(session, house, insight)))

    await gesture.reply(await house.db.run(verb))


VERBS: Mapping[str, Handler] = {}
"""What may follow `/insight`."""
TABLES = Tables()
