"""An answer to somebody who asked Drumbeat in their own words where something stands."""

from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.folding import folded
from bot.house import House
from bot.people.flow import require_person
from bot.status import flow, messages, things
from bot.status.records import NUMBERED


def answer(session: Session, house: House, slack_id: str, words: str) -> Message | None:
    """Where the thing stands that they mean, or what to pick from; nothing when the records know none of it."""
    person = require_person(session, house, slack_id)
    asked = flow.ask_of_what_is_known(session, house, slack_id, words)
    return messages.answer(house, asked, {}, person.zone, buttons=asked.answer is None) if asked else None


def one_thing(session: Session, house: House, slack_id: str, words: str) -> str:
    """What the one thing is called that these words mean and this person may see; empty unless there is just one.

    Several of the same name, such as an area and its release, are called by that: it tells no more of either.
    """
    found = things.find(session, house, slack_id, words).things
    names = list(dict.fromkeys(thing.id if thing.kind in NUMBERED else thing.name for thing in found))
    alike = [name for name in names if folded(name) == folded(words)]
    return next(iter(alike or (names if len(names) == 1 else ())), "")
