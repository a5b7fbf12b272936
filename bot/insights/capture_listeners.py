"""How people bring insights: a command, a shortcut, a button, an emoji."""

from collections.abc import Mapping

from bot.gesture import Gesture, Handler
from bot.house import House
from bot.insights.rights import rules_of
from bot.tables import Tables


async def log(gesture: Gesture, house: House) -> None:
    """`/insight [words]`: the form."""
    rules_of(house)
    await gesture.accept()


VERBS: Mapping[str, Handler] = {}
"""What may follow `/insight`."""
TABLES = Tables()
