"""How Slack asks about ideas: brought, listed, answered, done."""

from sqlalchemy.orm import Session

from bot.blocks import Message, View
from bot.gesture import Gesture
from bot.house import House
from bot.improvements import flow, messages, model
from bot.metadata import read
from bot.people.flow import require_person
from bot.people.model import People
from bot.tables import Command, Tables


async def improve(gesture: Gesture, house: House) -> None:
    """`/cadence improve <words>`: an idea, to be completed in a form."""

    def verb(session: Session) -> View:
        require_person(session, house, gesture.user)
        return messages.bring_form(gesture.text)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def brought(gesture: Gesture, house: House) -> None:
    typed = [gesture.field(name) for name in ("friction", "better")]

    def verb(session: Session) -> View:
        return messages.kept_form(house, flow.bring(session, house, gesture.user, *typed))

    await gesture.replace_view(await house.db.run(verb))


async def show(gesture: Gesture, house: House) -> None:
    """`/cadence improvements`: what waits, what is under way, what became of one's own."""

    def verb(session: Session) -> list[Message]:
        person, people = require_person(session, house, gesture.user), People(session, house)
        mine = model.of_author(session, house, gesture.user, messages.MOST_SHOWN)
        waiting, under_way = model.waiting(session, house), model.under_way(session, house)
        known = {each.author for each in waiting} | {each.owner or "" for each in under_way}
        names = {slack_id: people.called(slack_id) for slack_id in known}
        return messages.listed(
            house, mine, waiting, under_way, names, product_ops=person.is_product_ops, reader=gesture.user
        )

    for page in await house.db.run(verb):
        await gesture.reply(page)


async def open_answer(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        idea = flow.answerable(session, house, gesture.user, gesture.value)
        return messages.answer_form(house, idea, People(session, house).called(idea.author), gesture.user)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def answered(gesture: Gesture, house: House) -> None:
    idea_id, version, _ = read(gesture)
    typed = [gesture.field(name) for name in ("choice", "reason", "owner")]

    def verb(session: Session) -> View:
        return messages.kept_form(house, flow.answer(session, house, gesture.user, idea_id, version, *typed))

    await gesture.replace_view(await house.db.run(verb))


async def open_done(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        idea = flow.doable(session, house, gesture.user, gesture.value)
        return messages.done_form(house, idea, People(session, house).called(idea.author))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def done(gesture: Gesture, house: House) -> None:
    idea_id, version, _ = read(gesture)

    def verb(session: Session) -> View:
        idea = flow.done(session, house, gesture.user, idea_id, version, gesture.field("changed"))
        return messages.kept_form(house, idea)

    await gesture.replace_view(await house.db.run(verb))


TABLES = Tables(
    verbs={
        "improve": Command(improve, "Say what would make this way of working better", "[words]"),
        "improvements": Command(show, "Show what becomes of ideas for a better way of working"),
    },
    actions={
        "improvements.show": show,
        "improvements.answer": open_answer,
        "improvements.finish": open_done,
    },
    views={"improvements.brought": brought, "improvements.answered": answered, "improvements.done": done},
)
