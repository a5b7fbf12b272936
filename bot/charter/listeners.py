"""How Slack asks for the charter and for who decides what: read the gesture, run one verb, answer."""

from sqlalchemy.orm import Session

from bot import blocks
from bot.blocks import Message, View
from bot.charter import flow, messages, raci
from bot.errors import UserError
from bot.gesture import Gesture
from bot.house import House
from bot.people.flow import nearest, require_person
from bot.tables import Command, Tables


async def charter(gesture: Gesture, house: House) -> None:
    """`/cadence charter`"""

    def verb(session: Session) -> list[Message]:
        stands, found = flow.look(session, house, gesture.user), house.definitions.charter
        if stands is None or found is None:
            return [messages.none_yet(house)]
        may_approve = flow.may_approve(session, house, gesture.user)
        return messages.shown(house, found, stands, flow.unsettled(session, house), may_approve)

    for page in await house.db.run(verb):
        await gesture.reply(page)


async def read(gesture: Gesture, house: House) -> None:
    """The button *Read it*: the whole charter in a form that approves it."""

    def verb(session: Session) -> View:
        stands, found = flow.look(session, house, gesture.user), house.definitions.charter
        if stands is None or found is None:
            raise UserError(flow.NOT_KEPT)
        return messages.form(house, found, stands)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def approve(gesture: Gesture, house: House) -> None:
    """The button *Approve* or *Confirm*; its value is the number of the edition."""
    said = await house.db.run(flow.approve, house, gesture.user, gesture.value)
    await gesture.reply(blocks.message(blocks.section(said)))


async def approved(gesture: Gesture, house: House) -> None:
    """The form is submitted."""
    await house.db.run(flow.approve, house, gesture.user, gesture.metadata)
    await gesture.accept()


async def table(gesture: Gesture, house: House) -> None:
    """`/cadence raci [support]`: every class of decision, or where one function or role stands."""

    def verb(session: Session) -> list[Message]:
        require_person(session, house, gesture.user)
        if not gesture.text.strip():
            return messages.table(house, raci.rows(house))
        names = raci.roles(house)
        word = nearest(gesture.text.strip(), names, "function or role", "`/cadence raci` shows all of them.")
        return messages.of_role(house, names[word], raci.of_role(house, word))

    for page in await house.db.run(verb):
        await gesture.reply(page)


TABLES = Tables(
    verbs={
        "charter": Command(charter, "What product operations is there for, what it owns and does not, how to ask it"),
        "raci": Command(table, "Who is accountable, responsible, consulted and informed", "[function or role]"),
    },
    actions={"charter.read": read, "charter.approve": approve},
    views={"charter.approve": approved},
)
