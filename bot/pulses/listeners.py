"""How Slack asks about pulses: answered, skipped, and what they say."""

from sqlalchemy.orm import Session

from bot.blocks import Message, View
from bot.gesture import Gesture
from bot.house import House
from bot.people.flow import require_person
from bot.pulses import flow, messages, model, results
from bot.pulses.messages import QUOTE
from bot.tables import Command, Tables


async def show(gesture: Gesture, house: House) -> None:
    """`/cadence pulse`: what the last round of each pulse says."""

    def verb(session: Session) -> list[Message]:
        require_person(session, house, gesture.user)
        rules, found = house.definitions.pulses, []
        for pulse in rules.pulses if rules else ():
            if (round_ := model.newest(session, house, pulse.id)) is not None:
                said = results.of_round(session, house, pulse, round_)
                counts = model.counts(session, house, round_.id)
                found += messages.results(house, pulse, round_, said, counts)
        return found or [messages.nothing_yet(house)]

    for page in await house.db.run(verb):
        await gesture.reply(page)


async def open_form(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        return messages.form(house, *flow.answerable(session, house, gesture.user, gesture.value))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def answered(gesture: Gesture, house: House) -> None:
    typed = {name: gesture.field(name) for name in gesture.fields}
    quote = gesture.field("quote") == QUOTE

    def verb(session: Session) -> View:
        flow.answer(session, house, gesture.user, gesture.metadata, typed, quote)
        return messages.thanks(house)

    await gesture.replace_view(await house.db.run(verb))


async def skip(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> Message:
        flow.skip(session, house, gesture.user, gesture.value)
        return messages.skipped(house)

    await gesture.reply(await house.db.run(verb))


TABLES = Tables(
    verbs={"pulse": Command(show, "Show what people said in the last pulses, without their names")},
    actions={"pulses.answer": open_form, "pulses.skip": skip},
    views={"pulses.answered": answered},
)
