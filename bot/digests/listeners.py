"""How Slack asks for digests: read the gesture, run one verb, answer."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.digests import messages, publishing, standing, subscribing
from bot.digests.messages import Standing
from bot.gesture import Gesture, Handler
from bot.house import House
from bot.pointing import Spot, permalinks
from bot.tables import Command, Tables

SUBSCRIBE, UNSUBSCRIBE = "subscribe", "unsubscribe"


async def digests(gesture: Gesture, house: House) -> None:
    """`/cadence digests [subscribe | unsubscribe] [digest]`; alone it lists all, with a name it shows one."""
    verb, _, rest = gesture.text.strip().partition(" ")
    if verb.lower() in (SUBSCRIBE, UNSUBSCRIBE):
        await _choose(gesture, house, rest, wanted=verb.lower() == SUBSCRIBE)
    elif verb:
        await _show(gesture, house)
    else:
        found = await house.db.run(standing.all_of, house, gesture.user)
        for page in messages.listing(house, await _linked(gesture, found)):
            await gesture.reply(page)


def chosen(*, wanted: bool) -> Handler:
    """The button *Subscribe* or *Unsubscribe*; its value is the ritual's id."""

    async def press(gesture: Gesture, house: House) -> None:
        await _choose(gesture, house, gesture.value, wanted=wanted)

    return press


async def read(gesture: Gesture, house: House) -> None:
    """The button *Read it*; its value is the issue's id."""

    def verb(session: Session) -> list[Message]:
        return messages.answers(house, standing.issue(session, house, gesture.user, gesture.value))

    for page in await house.db.run(verb):
        await gesture.reply(page)


async def _show(gesture: Gesture, house: House) -> None:
    """One digest and its last issue."""
    found = await house.db.run(standing.one, house, gesture.user, gesture.text)
    (linked,) = await _linked(gesture, [found])
    await gesture.reply(messages.one(house, linked))
    for page in messages.answers(house, found.issue) if found.issue else ():
        await gesture.reply(page)


async def _choose(gesture: Gesture, house: House, words: str, *, wanted: bool) -> None:
    def verb(session: Session) -> Message:
        ritual = subscribing.choose(session, house, gesture.user, words, wanted=wanted)
        return messages.chosen(house, ritual, wanted=wanted, next=standing.comes_next(session, house, ritual))

    await gesture.reply(await house.db.run(verb))


async def _linked(gesture: Gesture, found: Sequence[Standing]) -> list[Standing]:
    """The same with the addresses of what stands in channels."""
    spots = {each.ritual.id: Spot(each.posted.channel, each.posted.ts) for each in found if each.posted}
    links = await permalinks(gesture.client, list(spots.values())) if spots else {}
    return [replace(each, link=links.get(spots[each.ritual.id], "") if each.posted else "") for each in found]


TABLES = Tables(
    verbs={
        "digests": Command(
            digests, "Subscribe to a digest, read the last one, see who got it", "[subscribe | unsubscribe] [digest]"
        )
    },
    actions={
        "digests.subscribe": chosen(wanted=True),
        "digests.unsubscribe": chosen(wanted=False),
        publishing.READ: read,
    },
)
