"""How Slack asks about prompts: a snooze, why somebody got one, how much to remind them."""

from sqlalchemy.orm import Session

from bot.blocks import Message
from bot.gesture import Gesture
from bot.house import House
from bot.people.flow import require_person
from bot.prompts import flow, messages, model
from bot.tables import Command, Tables


async def snooze(gesture: Gesture, house: House) -> None:
    """The menu of a part: `2h <key>`."""
    choice, _, key = gesture.value.partition(" ")
    await house.db.run(flow.snooze, house, gesture.user, key, choice)
    await gesture.accept()


async def reminders(gesture: Gesture, house: House) -> None:
    """`/cadence reminders [light|standard|none]`"""

    def verb(session: Session) -> Message:
        chosen = gesture.text.strip().lower()
        return _chosen(session, house, gesture.user, chosen)

    await gesture.reply(await house.db.run(verb))


async def profile(gesture: Gesture, house: House) -> None:
    """The menu on the Home tab."""
    await house.db.run(_chosen, house, gesture.user, gesture.value)
    await gesture.accept()


def _chosen(session: Session, house: House, slack_id: str, chosen: str) -> Message:
    require_person(session, house, slack_id)
    if chosen:
        flow.choose_profile(session, house, slack_id, chosen)
    return messages.profile(house, model.profile_of(session, house, slack_id), chosen=bool(chosen))


TABLES = Tables(
    verbs={"reminders": Command(reminders, "Choose how much you are reminded", "[standard|light|none]")},
    actions={"prompts.snooze": snooze, "prompts.profile": profile},
)
