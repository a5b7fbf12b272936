"""`/cadence why`, and *Why did I get this?* in the menu of a prompt."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot import blocks
from bot.blocks import Message
from bot.definitions import Ritual
from bot.gesture import Gesture
from bot.house import House
from bot.people.flow import named_person, require_person, require_product_ops
from bot.people.model import Person
from bot.prompts import flow as prompts
from bot.prompts import messages as prompt_messages
from bot.rituals.naming import named_ritual
from bot.tables import Command, Tables
from bot.why import flow
from bot.why.flow import Reason

WHY = "why/why.txt.j2"


async def why(gesture: Gesture, house: House) -> None:
    """`/cadence why [@someone] [ritual]`; about somebody else only for product ops."""

    def verb(session: Session) -> list[Message]:
        asking = require_person(session, house, gesture.user)
        named, words = named_person(session, house, gesture.text.strip())
        if named is not None and named != asking:
            require_product_ops(session, house, gesture.user, "ask why somebody else got something")
        person = named or asking
        if not words.strip():
            return _pages(house, asking, person, flow.lately(session, house, person))
        ritual, _rest = named_ritual(house, words, "why")
        return _pages(house, asking, person, [(ritual, flow.of_ritual(session, house, ritual, person))])

    for page in await house.db.run(verb):
        await gesture.reply(page)


async def why_this(gesture: Gesture, house: House) -> None:
    """From the menu of a prompt; the value is its key."""

    def verb(session: Session) -> list[Message]:
        person, prompt, part = prompts.explained(session, house, gesture.user, gesture.value)
        about = flow.of_prompt(session, house, prompt)
        if about is None:
            return [prompt_messages.why(house, person, prompt, part)]
        ritual, occurrence = about
        return _pages(house, person, person, [(ritual, flow.of_ritual(session, house, ritual, person, occurrence))])

    for page in await house.db.run(verb):
        await gesture.reply(page)


def _pages(
    house: House, asking: Person, about: Person, found: Sequence[tuple[Ritual, Sequence[Reason]]]
) -> list[Message]:
    own = asking == about
    name = "" if own else about.name
    parts = [blocks.header(house.words.part(WHY, "title", name=name))]
    for ritual, reasons in found:
        # Settings are marked as in the terminal; plain text in Slack leaves the marks standing.
        lines = [
            f"• {house.words.part(WHY, reason.part, own=own, **reason.facts).replace('`', '')}" for reason in reasons
        ]
        parts += blocks.headed("\n".join([ritual.name, *lines]))
    if not found:
        parts.append(blocks.section(house.words.part(WHY, "nothing", name=name)))
    return blocks.pages(*parts)


TABLES = Tables(
    verbs={
        "why": Command(
            why,
            "Say why you got something or did not (product ops: also for others)",
            "[@someone] [ritual]",
        )
    },
    actions={"cadence.why": why_this},
)
