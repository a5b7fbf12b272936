"""`/cadence who`: who decides, owns or leads something, and who stands in today."""

from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.gesture import Gesture
from bot.house import House
from bot.people.flow import require_person
from bot.tables import Command, Tables
from bot.who import flow, messages


async def who(gesture: Gesture, house: House) -> None:
    """`/cadence who [decides pricing]`; alone it lists what one may ask about."""

    def verb(session: Session) -> list[Message]:
        require_person(session, house, gesture.user)
        if not gesture.text.strip():
            return messages.everything(house, flow.things(session, house))
        return messages.answers(house, flow.find(session, house, gesture.text))

    for page in await house.db.run(verb):
        await gesture.reply(page)


TABLES = Tables(
    verbs={
        "who": Command(
            who,
            "Say who decides, owns or leads something, who comes after them and who stands in today",
            "[decides pricing | owns billing | support]",
        )
    }
)
