"""The `/cadence` verbs about the calendar itself: show it; run, close, skip, pause, resume or move a ritual."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bot import blocks
from bot.blocks import Message, View
from bot.definitions import Ritual
from bot.definitions.calendar import MOST_CORE
from bot.errors import FieldErrors, UserError
from bot.gesture import Gesture
from bot.house import House
from bot.people.flow import require_person
from bot.people.model import People, as_read
from bot.rituals import messages, model
from bot.rituals.flow import Rituals
from bot.rituals.model import NEVER
from bot.rituals.naming import named_ritual
from bot.rituals.orders import read_move, read_pause
from bot.rituals.rights import is_in_charge, require_in_charge
from bot.tables import Command, Tables

CALENDAR = "rituals/calendar.txt.j2"


def tables(rituals: Rituals) -> Tables:
    """The verbs, for the ritual kinds that `rituals` knows."""

    async def run(gesture: Gesture, house: House) -> None:
        def change(session: Session, ritual: Ritual, _rest: str) -> Mapping[str, Any]:
            require_in_charge(session, house, ritual, gesture.user, "run it out of turn")
            return {"occurrence": rituals.run_now(session, house, ritual, gesture.user)}

        await _act(gesture, house, "run", change)

    async def close(gesture: Gesture, house: House) -> None:
        def change(session: Session, ritual: Ritual, _rest: str) -> Mapping[str, Any]:
            require_in_charge(session, house, ritual, gesture.user, "end it early")
            return {"occurrence": rituals.close_now(session, house, ritual, gesture.user)}

        await _act(gesture, house, "close", change)

    async def skip(gesture: Gesture, house: House) -> None:
        def change(session: Session, ritual: Ritual, reason: str) -> Mapping[str, Any]:
            require_person(session, house, gesture.user)
            for_everybody = is_in_charge(session, house, ritual, gesture.user)
            skip_it = rituals.skip if for_everybody else rituals.skip_own
            return {"occurrence": skip_it(session, house, ritual, gesture.user, reason)}

        await _act(gesture, house, "skip", change)

    async def pause(gesture: Gesture, house: House) -> None:
        def change(session: Session, ritual: Ritual, words: str) -> Mapping[str, Any]:
            person = require_in_charge(session, house, ritual, gesture.user, "pause it")
            until, reason = read_pause(words, person.today(house.clock.now()))
            rituals.pause(session, house, ritual, gesture.user, until, reason)
            return messages.standing(session, house, ritual)

        await _act(gesture, house, "pause", change)

    async def resume(gesture: Gesture, house: House) -> None:
        def change(session: Session, ritual: Ritual, _rest: str) -> Mapping[str, Any]:
            require_in_charge(session, house, ritual, gesture.user, "resume it")
            rituals.resume(session, house, ritual, gesture.user)
            return messages.standing(session, house, ritual)

        await _act(gesture, house, "resume", change)

    async def move(gesture: Gesture, house: House) -> None:
        def change(session: Session, ritual: Ritual, words: str) -> Mapping[str, Any]:
            person = require_in_charge(session, house, ritual, gesture.user, "move it")
            day, at, reason = read_move(words, person.today(house.clock.now()))
            occurrence = rituals.move_next(session, house, ritual, gesture.user, day, at, reason)
            return messages.moved(house, ritual, occurrence)

        await _act(gesture, house, "move", change)

    async def manage(gesture: Gesture, house: House) -> None:
        """What somebody chose in a ritual's menu on the Home tab: what needs words opens a form."""
        verb, _, ritual_id = gesture.value.partition(":")
        at_once = {"run": run, "close": close, "resume": resume}
        if verb in at_once:
            await at_once[verb](gesture.with_text(ritual_id), house)
            return

        def form(session: Session) -> View:
            ritual = _by_id(house, ritual_id)
            require_in_charge(session, house, ritual, gesture.user, f"{verb} it")
            return messages.form(session, house, ritual, verb)

        await gesture.open(await house.db.run(form))
        await gesture.accept()

    async def paused(gesture: Gesture, house: House) -> None:
        def change(session: Session) -> None:
            ritual = _by_id(house, gesture.metadata)
            require_in_charge(session, house, ritual, gesture.user, "pause it")
            until = _day(gesture.field("until"))
            with _at_field("until" if until else "reason"):
                rituals.pause(session, house, ritual, gesture.user, until, gesture.field("reason"))

        await house.db.run(change)
        await gesture.accept()

    async def moved(gesture: Gesture, house: House) -> None:
        def change(session: Session) -> None:
            ritual = _by_id(house, gesture.metadata)
            person = require_in_charge(session, house, ritual, gesture.user, "move it")
            words = f"{gesture.field('day')} {gesture.field('time')}"
            day, at, more = read_move(words, person.today(house.clock.now()))
            if more:
                raise FieldErrors({"time": "Write the time like 15:00, or leave it empty."})
            with _at_field("day"):
                rituals.move_next(session, house, ritual, gesture.user, day, at, gesture.field("reason"))

        await house.db.run(change)
        await gesture.accept()

    async def skipped(gesture: Gesture, house: House) -> None:
        def change(session: Session) -> None:
            ritual = _by_id(house, gesture.metadata)
            require_in_charge(session, house, ritual, gesture.user, "skip it for everybody")
            with _at_field("reason"):
                rituals.skip(session, house, ritual, gesture.user, gesture.field("reason"))

        await house.db.run(change)
        await gesture.accept()

    return Tables(
        verbs={
            "calendar": Command(calendar, "Show all rituals, who owns them and when they come next"),
            "run": Command(run, "Open a ritual now (its owner, product ops)", "<ritual>"),
            "close": Command(
                close, "End an open ritual now and publish what it left (its owner, product ops)", "<ritual>"
            ),
            "skip": Command(
                skip,
                "Skip what a ritual asks of you; its owner and product ops skip it for everybody",
                "<ritual> <reason>",
            ),
            "pause": Command(
                pause,
                "Hold a ritual no more, until a day or until it is resumed (its owner, product ops)",
                "<ritual> [until friday] <reason>",
            ),
            "resume": Command(resume, "End a pause (its owner, product ops)", "<ritual>"),
            "move": Command(
                move,
                "Hold a ritual's next occurrence on another day (its owner, product ops)",
                "<ritual> to friday [15:00] [because …]",
            ),
        },
        actions={"rituals.manage": manage},
        views={"rituals.pause": paused, "rituals.move": moved, "rituals.skip": skipped},
    )


async def calendar(gesture: Gesture, house: House) -> None:
    for page in await house.db.run(calendar_pages, house, gesture.user):
        await gesture.reply(page)


def calendar_pages(session: Session, house: House, slack_id: str) -> list[Message]:
    """Every ritual with its owner, artifact, channel and next occurrence, in the reader's own time."""
    people = People(session, house)
    reader = people.by_slack(slack_id)
    zone = reader.zone if reader else house.definitions.organisation.zone
    parts = [blocks.header(house.words.part(CALENDAR, "title", zone=zone.key))]
    calendar = house.definitions.calendar
    parts.append(blocks.section(house.words.part(CALENDAR, "count", calendar=calendar, most=MOST_CORE)))
    for ritual in calendar.rituals:
        running = model.running(session, house, ritual.id)
        upcoming = model.upcoming(session, house, ritual.id)
        text = house.words.part(
            CALENDAR,
            "ritual",
            ritual=as_read(session, house, ritual),
            owner=people.named(ritual.owner),
            running=running,
            cutoff=running and f"{running.cutoff_at.astimezone(zone):%a %-d %b, %H:%M}",
            next=upcoming and upcoming.opens_at != NEVER and f"{upcoming.opens_at.astimezone(zone):%a %-d %b, %H:%M}",
            paused=messages.paused_in_words(session, house, ritual),
            moved=upcoming and messages.moved_in_words(session, house, upcoming),
        )
        parts += blocks.headed(text)
    return blocks.pages(*parts)


async def _act(
    gesture: Gesture,
    house: House,
    verb: str,
    change: Callable[[Session, Ritual, str], Mapping[str, Any]],
) -> None:
    """Do what was asked, and say so."""

    def in_transaction(session: Session) -> Message:
        ritual, rest = named_ritual(house, gesture.text, verb)
        facts = change(session, ritual, rest)
        return messages.answer(house, verb, as_read(session, house, ritual), facts)

    await gesture.reply(await house.db.run(in_transaction))


def _by_id(house: House, ritual_id: str) -> Ritual:
    ritual = house.definitions.calendar.ritual(ritual_id)
    if ritual is None:
        raise UserError("That ritual is no longer in the calendar.")
    return ritual


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


@contextmanager
def _at_field(name: str) -> Iterator[None]:
    """Shows what is wrong at the form's field."""
    try:
        yield
    except UserError as error:
        raise FieldErrors({name: str(error)}) from error
