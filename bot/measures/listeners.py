"""`/cadence health`: how the operating system does."""

from bot.gesture import Gesture
from bot.house import House
from bot.measures import flow
from bot.measures.messages import SHOW
from bot.tables import Command, Tables


async def health(gesture: Gesture, house: House) -> None:
    """`/cadence health [M3]`"""
    await _show(gesture, house, gesture.text)


async def show(gesture: Gesture, house: House) -> None:
    """The button *How, and in parts*; its value is the measure's id."""
    await _show(gesture, house, gesture.value)


async def _show(gesture: Gesture, house: House, words: str) -> None:
    for page in await house.db.run(flow.show, house, gesture.user, words):
        await gesture.reply(page)


TABLES = Tables(
    verbs={"health": Command(health, "How the operating system does: every measure, or one in full", "[M1 to M17]")},
    actions={SHOW: show},
)
