"""`/cadence status`: where something stands, for whoever asks, and for everybody in a channel when they want that."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.gesture import Gesture, SlackClient
from bot.house import House
from bot.people.model import People
from bot.pointing import Spot, may_reply_in, permalinks
from bot.status import flow, messages
from bot.status.records import Asked
from bot.tables import Command, Tables

ASK = "ask"


async def status(gesture: Gesture, house: House) -> None:
    """`/cadence status [thing] [post]`, or `… ask <area> <question>`; alone it says what one may ask."""
    first, _, rest = gesture.text.strip().partition(" ")
    if not first:
        await gesture.reply(messages.help_(house, await house.db.run(flow.examples, house, gesture.user)))
    elif first.lower() == ASK and rest.strip():
        area_id, question = flow.named_area(house, rest)
        await _ask_owner(gesture, house, area_id, question, 0)
    else:
        asked = await house.db.run(flow.ask, house, gesture.user, gesture.text)
        await _answer(gesture, house, asked)
        if asked.to_all and asked.answer is not None:
            await _show(gesture, house, messages.value_of(asked))


async def pick(gesture: Gesture, house: House) -> None:
    """The button *This one*, or the menu of what one may ask about."""
    await _answer(gesture, house, await house.db.run(flow.pick, house, gesture.user, gesture.value))


async def show(gesture: Gesture, house: House) -> None:
    """The button *Show it here*."""
    await _show(gesture, house, gesture.value)


async def ask_owner(gesture: Gesture, house: House) -> None:
    """The button *Ask its owner*."""
    ask_id, area_id, question = messages.to_ask(gesture.value)
    await _ask_owner(gesture, house, area_id, question, ask_id)


async def _answer(gesture: Gesture, house: House, asked: Asked) -> None:
    links = await _links(gesture, asked)
    zone = await house.db.run(_zone, house, gesture.user)
    # Where there is no channel, as on the Home tab, nothing can be shown to others.
    await gesture.reply(messages.answer(house, asked, links, zone, buttons=gesture.respond is not None))


async def _show(gesture: Gesture, house: House, value: str) -> None:
    channel = gesture.channel or ""
    asked = await house.db.run(flow.to_show, house, gesture.user, value)
    links = await _links(gesture, asked)
    if not await _is_ours(gesture.client, channel):
        raise UserError(
            "I cannot show it here: I am not in this channel, or people of other companies are. "
            "/invite @Drumbeat lets me post in a channel of yours."
        )
    await house.db.run(flow.show, house, gesture.user, channel, value, links)
    await gesture.reply(messages.on_its_way(house))


async def _ask_owner(gesture: Gesture, house: House, area_id: str, question: str, ask_id: int) -> None:
    area, whom, again = await house.db.run(flow.ask_owner, house, gesture.user, area_id, question, ask_id)
    await gesture.reply(messages.handed_on(house, area, whom, again=again))


async def _links(gesture: Gesture, asked: Asked) -> Mapping[Spot, str]:
    """Where the facts stand; Slack is answered first, since it may take long to say so."""
    await gesture.accept()
    return await permalinks(gesture.client, list(dict.fromkeys(asked.spots.values()))) if asked.spots else {}


async def _is_ours(client: SlackClient, channel: str) -> bool:
    """Whether we may post there: a channel of this company alone that we are in, or a conversation of two.

    Slack does not tell us of the latter whether it is ours; it takes nothing for others, and whoever shows it is told.
    """
    return channel.startswith("D") or (bool(channel) and await may_reply_in(client, channel))


def _zone(session: Session, house: House, slack_id: str) -> ZoneInfo:
    person = People(session, house).by_slack(slack_id)
    return person.zone if person else house.definitions.organisation.zone


TABLES = Tables(
    verbs={
        "status": Command(
            status,
            "Say where an area, a release, a decision or anything else stands, from the records",
            "[payments | atlas | D-42 | rounding] [post] | ask [area] [question]",
        )
    },
    actions={"status.pick": pick, "status.show": show, "status.ask": ask_owner},
)
