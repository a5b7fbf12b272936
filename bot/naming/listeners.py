"""How people take on what they were named for, and how product ops sees where somebody is missing."""

from sqlalchemy.orm import Session

from bot.blocks import Message, View
from bot.gesture import Gesture
from bot.house import House
from bot.naming import flow, messages
from bot.people import calendars, directory, leavers
from bot.people.flow import require_person, require_product_ops
from bot.people.messages import LEFT
from bot.people.model import People
from bot.tables import Command, Tables


async def named(gesture: Gesture, house: House) -> None:
    """`/cadence named`: what one was named for and has not answered."""

    def verb(session: Session) -> Message:
        require_person(session, house, gesture.user)
        found = flow.open_for(session, house, gesture.user)
        return messages.named(house, found) if found else messages.nothing_named(house)

    await gesture.reply(await house.db.run(verb))


async def accept_naming(gesture: Gesture, house: House) -> None:
    await house.db.run(flow.accept, house, gesture.user, gesture.value)
    await gesture.accept()


async def answer_naming(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        return messages.naming_form(house, flow.get(session, house, gesture.user, gesture.value))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def naming_answered(gesture: Gesture, house: House) -> None:
    choice, colleague, reason = (gesture.field(name) for name in ("answer", "colleague", "reason"))
    await house.db.run(flow.answer, house, gesture.user, gesture.metadata, choice, colleague, reason)
    await gesture.accept()


async def list_people(gesture: Gesture, house: House) -> None:
    """`/cadence people`: for product ops, where somebody is missing."""

    def verb(session: Session) -> list[Message]:
        require_product_ops(session, house, gesture.user, "see who has left and who has not answered")
        found, open_namings = leavers.gaps(session, house), flow.unsettled(session, house)
        return messages.people_page(house, found, open_namings, _notes(session, house))

    for page in await house.db.run(verb):
        await gesture.reply(page)


def _notes(session: Session, house: House) -> list[str]:
    """Whom each audience reaches, which groups Slack does not know, and which calendars cannot be read."""
    people, part = People(session, house), house.words.part
    said = []
    for ritual in house.definitions.calendar.rituals:
        if ritual.audience:
            audience = [each if each.startswith("@") else people.named(each) for each in ritual.audience]
            names = [person.name for person in people.members(ritual.audience)]
            said.append(part(LEFT, "reached", ritual=ritual.name, audience=audience, names=names))
    if unknown := directory.unknown_groups(session, house):
        said.append(part(LEFT, "audience", problem="", unknown=unknown))
    return said + calendars.troubles(session, house)


TABLES = Tables(
    verbs={
        "named": Command(named, "Show what you were named for and have not answered"),
        "people": Command(list_people, "Show who left, and who was named and has not answered (product ops)"),
    },
    actions={"naming.accept": accept_naming, "naming.answer": answer_naming},
    views={"naming.answer": naming_answered},
)
