"""The `/cadence` verbs about the calendar itself: show it, run, close or skip a ritual."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot import blocks
from bot.blocks import Message
from bot.definitions import Ritual
from bot.errors import UserError
from bot.gesture import Gesture
from bot.house import House
from bot.people.flow import nearest, require_person, require_product_ops
from bot.people.model import People
from bot.rituals import model
from bot.rituals.flow import Rituals
from bot.rituals.model import Occurrence
from bot.tables import Command, Tables

CALENDAR = "rituals/calendar.txt.j2"
ANSWERS = "rituals/answers.txt.j2"


def tables(rituals: Rituals) -> Tables:
    """The verbs, for the ritual kinds that `rituals` knows."""

    async def run(gesture: Gesture, house: House) -> None:
        def change(session: Session, ritual: Ritual, _rest: str) -> Occurrence:
            require_product_ops(session, house, gesture.user, "run a ritual out of turn")
            return rituals.run_now(session, house, ritual, gesture.user)

        await _act(gesture, house, "run", change)

    async def close(gesture: Gesture, house: House) -> None:
        def change(session: Session, ritual: Ritual, _rest: str) -> Occurrence:
            require_product_ops(session, house, gesture.user, "end a ritual early")
            return rituals.close_now(session, house, ritual, gesture.user)

        await _act(gesture, house, "close", change)

    async def skip(gesture: Gesture, house: House) -> None:
        def change(session: Session, ritual: Ritual, reason: str) -> Occurrence:
            for_everybody = require_person(session, house, gesture.user).is_product_ops
            skip_it = rituals.skip if for_everybody else rituals.skip_own
            return skip_it(session, house, ritual, gesture.user, reason)

        await _act(gesture, house, "skip", change)

    return Tables(
        verbs={
            "calendar": Command(calendar, "Show all rituals, who owns them and when they come next"),
            "run": Command(run, "Open a ritual now (product ops)", "<ritual>"),
            "close": Command(close, "End an open ritual now and publish what it left (product ops)", "<ritual>"),
            "skip": Command(
                skip, "Skip what a ritual asks of you; product ops skips it for everybody", "<ritual> <reason>"
            ),
        }
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
    rituals = house.definitions.calendar.rituals
    for ritual in rituals:
        running = model.running(session, house, ritual.id)
        upcoming = model.upcoming(session, house, ritual.id)
        text = house.words.part(
            CALENDAR,
            "ritual",
            ritual=ritual,
            owner=people.named(ritual.owner),
            running=running,
            cutoff=running and f"{running.cutoff_at.astimezone(zone):%a %-d %b, %H:%M}",
            next=upcoming and f"{upcoming.opens_at.astimezone(zone):%a %-d %b, %H:%M}",
        )
        parts += blocks.headed(text)
    if not rituals:
        parts.append(blocks.section(house.words.part(CALENDAR, "empty")))
    return blocks.pages(*parts)


async def _act(
    gesture: Gesture,
    house: House,
    verb: str,
    change: Callable[[Session, Ritual, str], Occurrence],
) -> None:
    def in_transaction(session: Session) -> Message:
        ritual, rest = named_ritual(house, gesture.text, verb)
        occurrence = change(session, ritual, rest)
        text = house.words.part(ANSWERS, verb, ritual=ritual, occurrence=occurrence)
        return blocks.message(blocks.section(text))

    await gesture.reply(await house.db.run(in_transaction))


def named_ritual(house: House, words: str, verb: str) -> tuple[Ritual, str]:
    """The ritual that the first words name, by id or name, and what follows."""
    rituals = house.definitions.calendar.rituals
    if not words.strip():
        known = ", ".join(f"`{ritual.id}`" for ritual in rituals) or "none yet"
        raise UserError(f"Which ritual? `/cadence {verb} <ritual>`, with one of: {known}.")
    for count in range(len(words.split()), 0, -1):
        *spoken, rest = [*words.split(maxsplit=count), ""][: count + 1]
        start = " ".join(spoken).lower()
        meant = [ritual for ritual in rituals if start in (ritual.id, ritual.name.lower())]
        if count > 1:
            meant = meant or [ritual for ritual in rituals if ritual.name.lower().startswith(start)]
        if len(meant) == 1:
            return meant[0], rest
    first, _, rest = words.partition(" ")
    found = nearest(
        first, {ritual.id: ritual.name for ritual in rituals}, "ritual", "`/cadence calendar` lists them all."
    )
    ritual_found = house.definitions.calendar.ritual(found)
    assert ritual_found is not None
    return ritual_found, rest.strip()
