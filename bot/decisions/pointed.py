"""A message as the beginning of a decision: pointed at in its menu, with an emoji or by its link."""

from sqlalchemy.orm import Session

from bot import pointing
from bot.decisions import messages
from bot.decisions.start import NOTHING, Start
from bot.gesture import Gesture
from bot.house import House
from bot.offers import Emoji
from bot.people.flow import require_person
from bot.people.model import People
from bot.pointing import Hidden, Pointed, Spot, Unreadable


async def of_menu(gesture: Gesture, house: House) -> Start:
    """From the message in whose menu a shortcut was used."""
    await _accept(gesture, house)
    return _start(house, await pointing.handed(gesture))


async def of_button(gesture: Gesture, house: House) -> Start:
    """From the message that the emoji was set on; the button's value says which."""
    spot = pointing.spot(gesture.value)
    await _accept(gesture, house)
    return await _read(gesture, house, spot, NOTHING)


async def of_words(gesture: Gesture, house: House) -> Start:
    """From what was typed after the command: `from` and the link to a message, or just words."""
    link = pointing.link_in(gesture.text)
    if not link:
        return Start(gesture.text)
    spot = pointing.linked(link)
    await _accept(gesture, house)
    # Whoever cannot be shown the message here may still want to lead others to it.
    return await _read(gesture, house, spot, Start(links=link))


def _chosen(house: House) -> str | None:
    return house.definitions.decisions.emoji if house.definitions.decisions else None


def _counts(session: Session, house: House, _spot: Spot, slack_id: str) -> bool:
    # Also people of other workspaces set it, in channels they share, and bots.
    return People(session, house).by_slack(slack_id) is not None


EMOJI = Emoji("decision", _chosen, _counts, messages.offer)
"""What is offered to whoever sets the emoji."""


async def _accept(gesture: Gesture, house: House) -> None:
    """Slack is answered before it is asked, which may take it long."""
    await house.db.run(require_person, house, gesture.user)
    await gesture.accept()


async def _read(gesture: Gesture, house: House, spot: Spot, otherwise: Start) -> Start:
    try:
        return _start(house, await pointing.read(gesture.client, gesture.user, spot))
    except Unreadable as error:
        links = otherwise.links if isinstance(error, Hidden) else ""
        return Start(links=links, note=house.words.part(messages.WORDS, "from_nothing", why=str(error)))


def _start(house: House, message: Pointed) -> Start:
    source = house.words.part(messages.WORDS, "source", message=message)
    note = house.words.part(messages.WORDS, "from_message", message=message, source=source)
    return Start(message.text, message.permalink, source, note)
