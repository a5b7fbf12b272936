"""A message as the beginning of an insight: pointed at in its menu, with an emoji or by its link."""

import asyncio
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot import blocks, pointing
from bot.blocks import Message
from bot.gesture import Gesture
from bot.house import House
from bot.insights.capture_forms import WORDS
from bot.insights.model import COMMAND, MESSAGE
from bot.insights.rights import rules_of
from bot.offers import Emoji
from bot.people.flow import require_person
from bot.people.model import People, channel_id
from bot.pointing import Hidden, Pointed, Spot, Unreadable


@dataclass(frozen=True)
class Start:
    """What a new form holds at first."""

    what: str = ""
    permalink: str = ""
    thread: Spot | None = None
    """The message in whose thread whoever brings it hears of it; none: in their DM."""
    note: str = ""
    """What to say about it above the form."""
    how: str = COMMAND
    source: str = ""
    """The id of the source that it comes from, where the message's channel says so."""


async def of_menu(gesture: Gesture, house: House) -> Start:
    """From the message in whose menu the shortcut was used."""
    await accept(gesture, house)
    message, replies = await asyncio.gather(
        pointing.handed(gesture), pointing.may_reply_in(gesture.client, gesture.channel or "")
    )
    return _start(house, message, replies)


async def of_button(gesture: Gesture, house: House) -> Start:
    """From the message that the emoji was set on; the button's value says which."""
    spot = pointing.spot(gesture.value)
    await accept(gesture, house)
    return await _read(gesture, house, spot, "")


async def of_words(gesture: Gesture, house: House) -> Start:
    """From what was typed after the command: `from` and the link to a message, or just words."""
    link = pointing.link_in(gesture.text)
    spot = pointing.linked(link) if link else None
    await accept(gesture, house)
    return await _read(gesture, house, spot, link) if spot else Start(gesture.text)


async def accept(gesture: Gesture, house: House) -> None:
    """Slack is answered before it is asked, which may take it long."""

    def may(session: Session) -> None:
        require_person(session, house, gesture.user)
        rules_of(house)

    await house.db.run(may)
    await gesture.accept()


async def _read(gesture: Gesture, house: House, spot: Spot, link: str) -> Start:
    """From the message there; `link` is kept where it cannot be shown here, but others may read it."""
    try:
        message = await pointing.read(gesture.client, gesture.user, spot)
    except Unreadable as error:
        why = house.words.part(WORDS, "from_nothing", why=str(error))
        return Start(permalink=link if isinstance(error, Hidden) else "", note=why, how=MESSAGE)
    return _start(house, message, await pointing.may_reply_in(gesture.client, spot.channel))


def _start(house: House, message: Pointed, replies: bool) -> Start:
    note = house.words.part(WORDS, "from_message", message=message)
    thread = message.root if replies else None
    return Start(message.text.strip(), message.permalink, thread, note, MESSAGE, _source(house, message))


def _source(house: House, message: Pointed) -> str:
    """That of the message's channel; none when there are several, or none."""
    channel = f"#{message.channel_name}"
    found = [each.id for each in rules_of(house).sources if each.channel == channel]
    return found[0] if len(found) == 1 else ""


def _chosen(house: House) -> str | None:
    return house.definitions.insights.emoji if house.definitions.insights else None


def _counts(session: Session, house: House, spot: Spot, slack_id: str) -> bool:
    """Only for people of the organisation, in the channels that the definitions watch."""
    if People(session, house).by_slack(slack_id) is None:
        return False
    watched = rules_of(house).watched
    return not watched or spot.channel in {channel_id(session, house, name) for name in watched}


def _offer(house: House, spot: str) -> Message:
    return blocks.message(
        blocks.section(house.words.part(WORDS, "offer")),
        blocks.actions(blocks.button("Log an insight", "insights.log_message", spot, style="primary")),
    )


EMOJI = Emoji("insight", _chosen, _counts, _offer)
"""What is offered to whoever sets the emoji."""
