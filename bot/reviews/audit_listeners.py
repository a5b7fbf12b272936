"""How Slack asks about the meetings there were before: `/cadence audit`, its forms and buttons."""

from sqlalchemy.orm import Session

from bot.blocks import Message, View
from bot.errors import Changed
from bot.gesture import Gesture
from bot.house import House
from bot.metadata import read
from bot.people.flow import require_person, require_product_ops
from bot.reviews import model, old_meetings, old_messages
from bot.tables import Command, Tables


async def show(gesture: Gesture, house: House) -> None:
    """`/cadence audit`"""

    def verb(session: Session) -> Message:
        person = require_person(session, house, gesture.user)
        return old_messages.table(house, model.old_meetings(session, house), may_judge=person.is_product_ops)

    await gesture.reply(await house.db.run(verb))


async def open_list(gesture: Gesture, house: House) -> None:
    """The button *List a meeting*."""
    await house.db.run(require_product_ops, house, gesture.user, "list old meetings")
    await gesture.open(old_messages.add_form(house))
    await gesture.accept()


async def listed(gesture: Gesture, house: House) -> None:
    typed = old_meetings.Typed(*(gesture.field(name) for name in old_meetings.Typed._fields))

    def verb(session: Session) -> View:
        return old_messages.said(house, old_meetings.add(session, house, gesture.user, typed))

    await gesture.replace_view(await house.db.run(verb))


async def open_judge(gesture: Gesture, house: House) -> None:
    """The button *Judge*."""
    await gesture.open(await house.db.run(_judge_form, house, gesture.user, gesture.value))
    await gesture.accept()


async def judged(gesture: Gesture, house: House) -> None:
    meeting_id, version, _ = read(gesture)
    typed = [gesture.field(name) for name in ("verdict", "reason")]

    def verb(session: Session) -> View:
        meeting = old_meetings.judge(session, house, gesture.user, meeting_id, version, *typed)
        return old_messages.said(house, meeting)

    try:
        view = await house.db.run(verb)
    except Changed as note:
        # Somebody was quicker: the form again, as things are now.
        view = await house.db.run(_judge_form, house, gesture.user, meeting_id, str(note))
    await gesture.replace_view(view)


def _judge_form(session: Session, house: House, slack_id: str, meeting_id: str, note: str = "") -> View:
    return old_messages.judge_form(house, old_meetings.judgeable(session, house, slack_id, meeting_id), note=note)


TABLES = Tables(
    verbs={"audit": Command(show, "The meetings there were before: keep, redesign or retire each")},
    actions={"reviews.list_meeting": open_list, "reviews.judge": open_judge},
    views={"reviews.listed": listed, "reviews.judged": judged},
)
