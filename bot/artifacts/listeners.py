"""How Slack asks for the artifact library: read the gesture, run one verb, answer."""

from collections.abc import Iterable

from bot.artifacts import listing, messages
from bot.artifacts.facts import Issued
from bot.gesture import Gesture
from bot.house import House
from bot.pointing import Spot, permalinks
from bot.tables import Command, Tables

MOST_LINKS = 12
"""Messages whose addresses are asked of Slack before the answer, which must not take long."""


async def artifacts(gesture: Gesture, house: House) -> None:
    """`/cadence artifacts [id or name]`"""
    if gesture.text:
        stands = await house.db.run(listing.open_one, house, gesture.user, gesture.text)
        pages = messages.one(house, stands, await permalinks(gesture.client, _spots(stands.issues)))
    else:
        found = await house.db.run(listing.look, house, gesture.user)
        links = await permalinks(gesture.client, _spots(each.last for each in found))
        pages = messages.listing(house, found, links)
    for page in pages:
        await gesture.reply(page)


async def opened(gesture: Gesture, house: House) -> None:
    """The button *Open*, whose link Slack follows by itself."""
    await house.db.run(listing.opened, house, gesture.user, gesture.value)
    await gesture.accept()


def _spots(issues: Iterable[Issued | None]) -> list[Spot]:
    return [each.spot for each in issues if each is not None and each.spot is not None][:MOST_LINKS]


TABLES = Tables(
    verbs={
        "artifacts": Command(
            artifacts, "What we leave behind, for whom, and how fresh it is; or one of it", "[artifact]"
        )
    },
    actions={"artifacts.open": opened},
)
