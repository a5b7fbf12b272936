"""How Slack asks what the checks have found: `/cadence checks`, its buttons and its form."""

from sqlalchemy.orm import Session

from bot.blocks import Message, View
from bot.checks import catalogue, flow, messages
from bot.checks.messages import MINE
from bot.gesture import Gesture
from bot.house import House
from bot.metadata import read
from bot.people.flow import require_person
from bot.tables import Command, Tables


async def checks(gesture: Gesture, house: House) -> None:
    """`/cadence checks [mine | CA03]`"""
    words = gesture.text.strip().lower()

    def verb(session: Session) -> Message:
        if words in ("", MINE):
            return messages.listing(house, flow.listed(session, house, gesture.user, mine=words == MINE))
        require_person(session, house, gesture.user)
        return messages.explained(house, catalogue.find(words))

    await gesture.reply(await house.db.run(verb))


async def show(gesture: Gesture, house: House) -> None:
    """The button *Show*."""

    def verb(session: Session) -> Message:
        return messages.listing(house, flow.listed(session, house, gesture.user, mine=gesture.value == MINE))

    await gesture.reply(await house.db.run(verb))


async def open_waive(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        return messages.waive_form(house, flow.waivable(session, house, gesture.user, gesture.value))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def waived(gesture: Gesture, house: House) -> None:
    id, _, _ = read(gesture)

    def verb(session: Session) -> View:
        reason, until = gesture.field("reason"), gesture.field("until")
        return messages.waived(house, flow.waive(session, house, gesture.user, id, reason, until))

    await gesture.replace_view(await house.db.run(verb))


TABLES = Tables(
    verbs={"checks": Command(checks, "What is to be mended, or what a check looks for", "[mine | CA03]")},
    actions={"checks.show": show, "checks.waive": open_waive},
    views={"checks.waived": waived},
)
