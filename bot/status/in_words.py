"""An answer to somebody who asked Drumbeat in their own words where something stands."""

from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.house import House
from bot.people.flow import require_person
from bot.status import flow, messages, things


def answer(session: Session, house: House, slack_id: str, words: str) -> Message | None:
    """Where the thing stands that they mean, or what to pick from; nothing when the records know none of it."""
    person = require_person(session, house, slack_id)
    asked = flow.ask_of_what_is_known(session, house, slack_id, words)
    return messages.answer(house, asked, {}, person.zone, buttons=asked.answer is None) if asked else None


def is_one_thing(session: Session, house: House, slack_id: str, words: str) -> bool:
    """Whether these words mean exactly one thing that this person may see."""
    return len(things.find(session, house, slack_id, words).things) == 1
