"""`/cadence progress`: how far the pilot is."""

from sqlalchemy.orm import Session

from bot.blocks import Block, Message
from bot.definitions.decisions import HEAD_OF_PRODUCT, PRODUCT_OPS
from bot.gesture import Gesture
from bot.house import House
from bot.people.flow import require_person
from bot.people.model import People
from bot.pilot import messages, progress
from bot.pilot.messages import Gone
from bot.tables import Command, Tables


async def show(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> Message:
        require_person(session, house, gesture.user)
        now = progress.look(session, house)
        passed = _passed(house)
        return messages.progress(house, now, passed) if now else messages.over(house, passed)

    await gesture.reply(await house.db.run(verb))


def on_home(session: Session, house: House, slack_id: str) -> list[Block]:
    """While it runs: a line for whoever answers for it, and for those of its areas."""
    people = People(session, house)
    person, pilot = people.by_slack(slack_id), house.definitions.pilot
    if person is None or pilot is None or progress.running(house) is None:
        return []
    is_in_it = any(area.id in pilot.areas for area in people.areas_of(person))
    if not is_in_it and not {HEAD_OF_PRODUCT, PRODUCT_OPS}.intersection(person.roles):
        return []
    now = progress.look(session, house)
    return messages.line(house, now) if now else []


def _passed(house: House) -> list[Gone]:
    return [Gone(box.name, box.passed.day, "", box.passed.because) for box in progress.of(house).boxes if box.passed]


TABLES = Tables(verbs={"progress": Command(show, "How far the pilot is: its day, what it left, and its gate")})
