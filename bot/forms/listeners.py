"""`/cadence forms`: which forms take long or are given up, for product ops."""

from sqlalchemy.orm import Session

from bot import blocks, fills
from bot.blocks import Message
from bot.gesture import Gesture
from bot.house import House
from bot.people.flow import require_product_ops
from bot.tables import Command, Tables

WORDS = "forms/forms.txt.j2"


async def show(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> Message:
        require_product_ops(session, house, gesture.user, "see how forms are filled in")
        text = house.words.part(WORDS, "list", forms=fills.measured(session, house))
        return blocks.message(blocks.header(house.words.part(WORDS, "title")), *blocks.sections(text))

    await gesture.reply(await house.db.run(verb))


TABLES = Tables(verbs={"forms": Command(show, "How long forms take, and how often they are given up (product ops)")})
