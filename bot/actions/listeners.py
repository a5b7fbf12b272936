"""How Slack asks about actions: done, changed, dropped."""

from sqlalchemy.orm import Session

from bot.actions import flow, messages
from bot.blocks import Message, View
from bot.errors import Changed
from bot.gesture import Gesture
from bot.house import House
from bot.metadata import read
from bot.tables import Tables


async def done(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> Message:
        return messages.kept(house, flow.done(session, house, gesture.user, gesture.value))

    await gesture.reply(await house.db.run(verb))


async def open_change(gesture: Gesture, house: House) -> None:
    await gesture.open(await house.db.run(_change_form, house, gesture.user, gesture.value))
    await gesture.accept()


async def changed(gesture: Gesture, house: House) -> None:
    action_id, version, _ = read(gesture)
    typed = [gesture.field(name) for name in ("what", "owner", "due")]

    def verb(session: Session) -> View:
        return messages.kept_form(house, flow.change(session, house, gesture.user, action_id, version, *typed))

    try:
        view = await house.db.run(verb)
    except Changed as note:
        # Somebody was quicker: the form again, as things are now.
        view = await house.db.run(_change_form, house, gesture.user, action_id, str(note))
    await gesture.replace_view(view)


async def open_drop(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        _origin, action = flow.changeable(session, house, gesture.user, gesture.value)
        return messages.drop_form(action)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def dropped(gesture: Gesture, house: House) -> None:
    action_id, _, _ = read(gesture)

    def verb(session: Session) -> View:
        origin = flow.drop(session, house, gesture.user, action_id, gesture.field("because"))
        return messages.kept_form(house, origin)

    await gesture.replace_view(await house.db.run(verb))


def _change_form(session: Session, house: House, slack_id: str, action_id: str, note: str = "") -> View:
    origin, action = flow.changeable(session, house, slack_id, action_id)
    return messages.change_form(house, origin, action, note=note)


OLD = {"lookback.action_done": done, "lookback.action_change": open_change, "lookback.action_drop": open_drop}
"""What these buttons were called while only releases had actions: messages from then still show them."""

TABLES = Tables(
    actions={"actions.done": done, "actions.change": open_change, "actions.drop": open_drop, **OLD},
    views={"actions.changed": changed, "actions.dropped": dropped},
)
