"""How Slack asks for the artifact library: read the gesture, run one verb, answer."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from bot.artifacts import listing, messages
from bot.artifacts.facts import Issued
from bot.gesture import Gesture, Handler
from bot.house import House
from bot.pointing import Spot, permalinks
from bot.tables import Command, Tables

Shows = Callable[[Gesture, House], str]
"""Of a command, what makes the artifact that it shows: `ritual:` with its id, or an event; empty when it shows none."""

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


def counting(tables: Tables, shows: Mapping[str, Shows]) -> Tables:
    """The same commands and verbs, of which some count as opening the artifact that they show."""
    return replace(tables, commands=_counted(tables.commands, shows), verbs=_counted(tables.verbs, shows))


def _counted(commands: Mapping[str, Command], shows: Mapping[str, Shows]) -> dict[str, Command]:
    return {
        name: replace(command, handler=_and_count(command.handler, shows[name])) if name in shows else command
        for name, command in commands.items()
    }


def _and_count(handler: Handler, shows: Shows) -> Handler:
    async def show(gesture: Gesture, house: House) -> None:
        await handler(gesture, house)
        if made_by := shows(gesture, house):
            await house.db.run(listing.shown, house, gesture.user, made_by)

    return show


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
