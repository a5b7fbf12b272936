"""A message as the beginning of a decision: pointed at in its menu, with an emoji or by its link."""

from sqlalchemy.orm import Session

from bot import offers, pointing
from bot.decisions import messages
from bot.decisions.start import NOTHING, Start
from bot.gesture import Gesture, refusal
from bot.house import House
from bot.logs import get_logger
from bot.people.flow import require_person
from bot.people.model import People
from bot.pointing import Hidden, Pointed, Spot, Unreadable

OFFER = "decision"
"""What is offered to whoever sets the emoji."""

log = get_logger(__name__)


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
    link = _link(gesture.text)
    if not link:
        return Start(gesture.text)
    spot = pointing.linked(link)
    await _accept(gesture, house)
    # Whoever cannot be shown the message here may still want to lead others to it.
    return await _read(gesture, house, spot, Start(links=link))


async def reacted(gesture: Gesture, house: House) -> None:
    """Somebody has set an emoji on something: on a message ours offers them the forms, and they alone see that."""
    spot = _chosen(gesture, house)
    is_new = spot is not None and await house.db.run(_note_offer, house, spot, gesture.user)
    await gesture.accept()
    if spot is None or not is_new:
        return
    try:
        thread = await pointing.thread_of(gesture.client, spot)
        await gesture.whisper(spot.channel, messages.offer(house, str(spot)), thread)
    except Exception as error:
        await house.db.run(offers.take_back, house, OFFER, spot, gesture.user)
        if not (reason := refusal(error)):
            raise
        log.info("an offer could not be made", channel=spot.channel, reason=reason)


def _chosen(gesture: Gesture, house: House) -> Spot | None:
    """The message, when the emoji is the one that the definitions choose."""
    rules, event = house.definitions.decisions, gesture.event
    item = event.get("item") or {}
    # A skin tone comes after the name.
    name = str(event.get("reaction") or "").partition("::")[0]
    if rules is None or rules.emoji != f":{name}:" or item.get("type") != "message":
        return None
    spot = pointing.spot(f"{item.get('channel')} {item.get('ts')}")
    return None if spot.is_direct else spot


def _note_offer(session: Session, house: House, spot: Spot, slack_id: str) -> bool:
    if People(session, house).by_slack(slack_id) is None:
        # Also people of other workspaces, in channels they share, and bots.
        return False
    return offers.note(session, house, OFFER, spot, slack_id)


def _link(words: str) -> str:
    """The address in `from https://…`; other words may begin like this, too."""
    first, _, rest = words.partition(" ")
    address = rest.strip().removeprefix("<").removesuffix(">")
    is_one = first.lower() == "from" and len(address.split()) == 1
    return address if is_one and address.lower().startswith(("https://", "http://")) else ""


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
