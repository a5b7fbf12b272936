"""An answer to somebody who asked Drumbeat in their own words where something stands."""

from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.house import House
from bot.people.flow import require_person
from bot.status import flow, messages, things
from bot.status.records import DECISION, INSIGHT, ITEM


def answer(session: Session, house: House, slack_id: str, words: str) -> Message | None:
    """Where the thing stands that they mean, or what to pick from; nothing when the records know none of it."""
    person = require_person(session, house, slack_id)
    asked = flow.ask_of_what_is_known(session, house, slack_id, words)
    return messages.answer(house, asked, {}, person.zone, buttons=asked.answer is None) if asked else None


def one_thing(session: Session, house: House, slack_id: str, words: str) -> str:
    """What the one thing is called that these words mean and this person may see; empty unless there is just one."""
    found = things.find(session, house, slack_id, words).things
    if len(found) != 1:
        return ""
    (thing,) = found
    return thing.id if thing.kind in (DECISION, INSIGHT, ITEM) else thing.name
