"""`/cadence load`: what one is asked, and what the team is."""

from bot.gesture import Gesture
from bot.house import House
from bot.load import flow
from bot.tables import Command, Tables


async def show(gesture: Gesture, house: House) -> None:
    await gesture.reply(await house.db.run(flow.show, house, gesture.user))


TABLES = Tables(verbs={"load": Command(show, "What you are asked in a week, and what the team is")})
