"""How Slack asks about the registers: show them, add to them, look at an entry, keep, change or end it."""

import re

from sqlalchemy.orm import Session

from bot.blocks import Message, View
from bot.errors import Changed, UserError
from bot.gesture import Gesture, Handler
from bot.house import House
from bot.metadata import read
from bot.people.flow import require_person
from bot.people.model import People
from bot.registers import flow, linked, messages, model, standing
from bot.registers.flow import Typed
from bot.registers.messages import END
from bot.registers.model import NEXT, QUESTION, RISK
from bot.rituals.model import is_id
from bot.tables import Command, Tables

_REF = re.compile(r"(?:(?:risk|question|next)-)?\d{1,15}", re.IGNORECASE)


async def show(gesture: Gesture, house: House) -> None:
    """`/cadence registers`: all of them; with a name only what is about that."""

    def verb(session: Session) -> list[Message]:
        person, people = require_person(session, house, gesture.user), People(session, house)
        found = standing.registers(session, house)
        names = {each.owner: people.called(each.owner) for register in found for each in register.entries}
        beginnings = (RISK, NEXT) if person.is_product_ops else ()
        to_begin = [sort for sort in beginnings if not model.has_any(session, house, sort)]
        return messages.registers(house, found, names, to_begin=to_begin)

    if gesture.text:
        await gesture.reply(await house.db.run(_about, house, gesture.user, gesture.text))
        return
    for page in await house.db.run(verb):
        await gesture.reply(page)


def command(sort: str) -> Handler:
    """`/cadence risk …`: an entry by its number, else a new one that begins with these words."""

    async def handler(gesture: Gesture, house: House) -> None:
        def verb(session: Session) -> View:
            if _REF.fullmatch(gesture.text):
                entry = flow.changeable(session, house, gesture.user, gesture.text)
                return messages.review_form(house, entry)
            require_person(session, house, gesture.user)
            return messages.add_form(sort, gesture.text, gesture.user)

        await gesture.open(await house.db.run(verb))
        await gesture.accept()

    return handler


async def about_release(gesture: Gesture, house: House) -> None:
    """The button on the card of a release."""

    def verb(session: Session) -> Message:
        require_person(session, house, gesture.user)
        release_ids = [int(gesture.value)] if is_id(gesture.value) else []
        found = house.links.releases(session, house, release_ids) if house.links.releases else []
        if not found:
            raise UserError("I do not know that release. `/launch-ready` lists those that are planned.")
        return messages.about(house, found[0].name, linked.lines(session, house, [found[0].name]))

    await gesture.reply(await house.db.run(verb))


async def open_add(gesture: Gesture, house: House) -> None:
    """The button's value: the register, and after a colon what the new entry is about."""
    sort, _, about = gesture.value.partition(":")

    def verb(session: Session) -> View:
        require_person(session, house, gesture.user)
        return messages.add_form(sort if sort in model.SORTS else RISK, "", gesture.user, about=about)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def added(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        return messages.kept_form(house, flow.add(session, house, gesture.user, gesture.metadata, _typed(gesture)))

    await gesture.replace_view(await house.db.run(verb))


async def open_review(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        return messages.review_form(house, flow.changeable(session, house, gesture.user, gesture.value))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def reviewed(gesture: Gesture, house: House) -> None:
    entry_id, version, _ = read(gesture)

    def verb(session: Session) -> View:
        if gesture.field("now") == END:
            entry = flow.end(session, house, gesture.user, entry_id, version, gesture.field("outcome"))
        else:
            entry = flow.keep(session, house, gesture.user, entry_id, version, gesture.field("due"))
        return messages.kept_form(house, entry)

    await gesture.replace_view(await house.db.run(verb))


async def open_change(gesture: Gesture, house: House) -> None:
    await gesture.open(await house.db.run(_change_form, house, gesture.user, gesture.value))
    await gesture.accept()


async def changed(gesture: Gesture, house: House) -> None:
    entry_id, version, _ = read(gesture)

    def verb(session: Session) -> View:
        entry = flow.change(session, house, gesture.user, entry_id, version, _typed(gesture))
        return messages.kept_form(house, entry)

    try:
        view = await house.db.run(verb)
    except Changed as note:
        # Somebody was quicker: the form again, as things are now.
        view = await house.db.run(_change_form, house, gesture.user, entry_id, str(note))
    await gesture.replace_view(view)


async def say_none(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> Message:
        return messages.checked(house, flow.say_none(session, house, gesture.user, gesture.value))

    await gesture.reply(await house.db.run(verb))


async def begin(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> Message:
        return messages.begun(house, flow.begin(session, house, gesture.user, gesture.value))

    await gesture.reply(await house.db.run(verb))


def _about(session: Session, house: House, slack_id: str, words: str) -> Message:
    """What is open about one thing, by its name."""
    require_person(session, house, slack_id)
    name = flow.known(session, house, slack_id, words.strip())
    if not name:
        raise UserError(flow.NOT_KNOWN)
    return messages.about(house, name, linked.lines(session, house, [name]))


def _change_form(session: Session, house: House, slack_id: str, entry_id: str, note: str = "") -> View:
    return messages.change_form(flow.changeable(session, house, slack_id, entry_id), note=note)


def _typed(gesture: Gesture) -> Typed:
    names = ("what", "detail", "likelihood", "impact", "owner", "due", "about")
    return Typed(*(gesture.field(name) for name in names))


TABLES = Tables(
    verbs={
        "registers": Command(show, "Show the risks, open questions and next steps", "[what they are about]"),
        "risk": Command(command(RISK), "Write down a risk, or look at one", "[words or RISK-3]"),
        "question": Command(command(QUESTION), "Write down an open question, or look at one", "[words or QUESTION-4]"),
        "next": Command(command(NEXT), "Write down a next step, or look at one", "[words or NEXT-5]"),
    },
    actions={
        "registers.add": open_add,
        "registers.about": about_release,
        "registers.review": open_review,
        "registers.change": open_change,
        "registers.none": say_none,
        "registers.begin": begin,
    },
    views={"registers.added": added, "registers.reviewed": reviewed, "registers.changed": changed},
)
