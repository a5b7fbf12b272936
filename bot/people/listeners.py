"""How people tell Drumbeat that they are away, and that they are back."""

from datetime import date

from sqlalchemy.orm import Session

from bot import blocks
from bot.audit import record
from bot.errors import FieldErrors, UserError
from bot.gesture import Gesture
from bot.house import House
from bot.people.dates import read_day
from bot.people.flow import back, require_person, set_away
from bot.tables import Command, Tables


async def away(gesture: Gesture, house: House) -> None:
    """`/cadence away [until <day>]`; with no day, or from the prompt's button, a form asks for it."""
    words = gesture.text.lower().removeprefix("until ").strip()
    if words == "back":
        await here_again(gesture, house)
        return
    today = await house.db.run(_today, house, gesture.user)
    if not words:
        await gesture.open(_form(today))
        await gesture.accept()
        return
    last_day = read_day(words, today)
    await house.db.run(_be_away, house, gesture.user, last_day)
    await gesture.reply(_confirmation(house, last_day))


async def away_submitted(gesture: Gesture, house: House) -> None:
    last_day = date.fromisoformat(gesture.field("last_day"))
    try:
        await house.db.run(_be_away, house, gesture.user, last_day)
    except UserError as error:
        raise FieldErrors({"last_day": str(error)}) from error
    await gesture.accept()


async def here_again(gesture: Gesture, house: House) -> None:
    """`/cadence back`"""

    def verb(session: Session) -> bool:
        was_away = back(session, house, gesture.user, _today(session, house, gesture.user))
        if was_away:
            record(session, house, "person.back", f"person:{gesture.user}", actor=gesture.user)
            for tell in house.links.on_back:
                tell(session, house, gesture.user)
        return was_away

    was_away = await house.db.run(verb)
    await gesture.reply(blocks.message(blocks.section(house.words.render("people/back.txt.j2", was_away=was_away))))


def _today(session: Session, house: House, slack_id: str) -> date:
    return require_person(session, house, slack_id).today(house.clock.now())


def _be_away(session: Session, house: House, slack_id: str, last_day: date) -> None:
    set_away(session, house, slack_id, _today(session, house, slack_id), last_day)
    for tell in house.links.on_away:
        tell(session, house, slack_id)


def _form(today: date) -> blocks.View:
    return blocks.modal(
        "people.away",
        "I am away",
        blocks.date_input(
            "last_day",
            "Last day you are away",
            initial=today,
            hint="Your deputies are asked instead, and nobody reminds you.",
        ),
    )


def _confirmation(house: House, last_day: date) -> blocks.Message:
    return blocks.message(blocks.section(house.words.render("people/away.txt.j2", last_day=last_day)))


TABLES = Tables(
    verbs={
        "away": Command(away, "Say that you are away; your deputies are asked instead", "[until 2026-12-04]"),
        "back": Command(here_again, "Say that you are here again"),
    },
    actions={"people.away": away},
    views={"people.away": away_submitted},
)
