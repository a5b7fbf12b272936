"""`/cadence progress`: how far the pilot is, passing the gate of a box, and telling people what changes."""

from sqlalchemy.orm import Session

from bot.blocks import Block, Message, View
from bot.definitions.decisions import HEAD_OF_PRODUCT, PRODUCT_OPS
from bot.gesture import Gesture
from bot.house import House
from bot.people.flow import require_person
from bot.people.model import People
from bot.pilot import messages, notices, passing, progress
from bot.reviews import retros as ritual_retros
from bot.reviews.messages import retro_form
from bot.reviews.packet import SORT
from bot.tables import Command, Tables


async def show(gesture: Gesture, house: House) -> None:
    """`/cadence progress`, or `/cadence progress pass`, which is the same as the button."""
    if gesture.text.strip().casefold() == "pass":
        await open_gate(gesture, house)
        return

    def verb(session: Session) -> Message:
        require_person(session, house, gesture.user)
        now, passed = progress.look(session, house), passing.gone(session, house)
        may_pass = passing.may_pass(session, house, gesture.user)
        return messages.progress(house, now, passed, may_pass=may_pass) if now else messages.over(house, passed)

    await gesture.reply(await house.db.run(verb))


async def open_gate(gesture: Gesture, house: House) -> None:
    """The button *Pass the gate*."""

    def verb(session: Session) -> View:
        now = passing.require_passable(session, house, gesture.user, gesture.value)
        return messages.gate_form(house, now, passing.against(now))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def gate_submitted(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        after = passing.pass_gate(session, house, gesture.user, gesture.metadata, gesture.field("reason"))
        return messages.gate_kept(house, after)

    await gesture.replace_view(await house.db.run(verb))


async def open_notice(gesture: Gesture, house: House) -> None:
    """`/cadence notice <ritual>`, and the button *Write the notice*."""

    def verb(session: Session) -> View:
        ritual, found, day = notices.to_write(session, house, gesture.user, gesture.value or gesture.text)
        owner = People(session, house).by_ref(ritual.owner)
        return messages.notice_form(house, ritual, found, day, owner.slack_id if owner else gesture.user)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def notice_submitted(gesture: Gesture, house: House) -> None:
    what, why, first_day, ask = (gesture.field(name) for name in ("what", "why", "first_day", "ask"))

    def verb(session: Session) -> View:
        told = notices.send(session, house, gesture.user, gesture.metadata, what, why, first_day, ask)
        return messages.notice_kept(house, told)

    await gesture.replace_view(await house.db.run(verb))


async def open_retro(gesture: Gesture, house: House) -> None:
    """The button *Look back*: the form of `/cadence retro`."""

    def verb(session: Session) -> View:
        found = ritual_retros.by_source(session, house, f"{SORT}:{gesture.value}")
        return retro_form(house, found.source, found.name)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


def on_home(session: Session, house: House, slack_id: str) -> list[Block]:
    """While it runs: a line for whoever answers for it, and for those of its areas."""
    people = People(session, house)
    person, pilot = people.by_slack(slack_id), house.definitions.pilot
    box = progress.running(house)
    if person is None or pilot is None or box is None:
        return []
    is_in_it = any(area.id in pilot.areas for area in people.areas_of(person))
    if not is_in_it and not {HEAD_OF_PRODUCT, PRODUCT_OPS}.intersection(person.roles):
        return []
    # How its gate stands is counted from the records of months: too long for every look at Home.
    return messages.line(house, box, *progress.days(house, pilot))


TABLES = Tables(
    verbs={
        "progress": Command(show, "How far the pilot is; pass: pass the gate (head of product, product ops)", "[pass]"),
        "notice": Command(open_notice, "Tell whoever is new to a ritual what changes (product ops)", "<ritual>"),
    },
    actions={"pilot.gate": open_gate, notices.ACTION: open_notice, "pilot.retro": open_retro},
    views={"pilot.gate": gate_submitted, "pilot.notice": notice_submitted},
)
