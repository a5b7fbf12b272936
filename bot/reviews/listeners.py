"""How Slack asks about reviews: the button that closes one, and its form."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.blocks import Message, View
from bot.gesture import Gesture, Handler
from bot.house import House, Obligation
from bot.people.flow import require_person
from bot.reviews import cancelling, choices, flow, left, messages, retros, yields
from bot.reviews.messages import MOST_AGREED
from bot.reviews.model import require_review
from bot.rituals.model import Occurrence
from bot.tables import Command, Tables


async def close(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        ritual, occurrence = flow.closable(session, house, gesture.user, gesture.value)
        found = left.generated(session, house, ritual, occurrence)
        return messages.form(house, ritual, occurrence, is_generated=bool(found))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def close_submitted(gesture: Gesture, house: House) -> None:
    artifact, reason, decided, undecided, then = (
        gesture.field(name) for name in ("artifact", "reason", "decided", "undecided", "then")
    )
    rows = range(1, MOST_AGREED + 1)
    agreed = [flow.Said(*(gesture.field(f"{name}_{row}") for name in ("what", "owner", "due"))) for row in rows]
    said = (artifact, reason, decided, undecided, agreed, then)
    await house.db.run(flow.close, house, gesture.user, gesture.metadata, *said)
    await gesture.accept()


def chosen(choice: str) -> Handler:
    """One of the three buttons for a ritual that leaves nothing."""

    async def press(gesture: Gesture, house: House) -> None:
        def verb(session: Session) -> Message:
            return messages.chosen(house, *choices.choose(session, house, gesture.user, gesture.value, choice))

        await gesture.reply(await house.db.run(verb))

    return press


async def show_yields(gesture: Gesture, house: House) -> None:
    """`/cadence yield`"""

    def verb(session: Session) -> Message:
        require_person(session, house, gesture.user)
        rituals = house.definitions.calendar.rituals
        return messages.yields(house, [(each, yields.of(session, house, each.id)) for each in rituals])

    await gesture.reply(await house.db.run(verb))


async def open_retro(gesture: Gesture, house: House) -> None:
    """`/cadence retro <ritual or release>`"""

    def verb(session: Session) -> View:
        found = retros.subject(session, house, gesture.user, gesture.text)
        return messages.retro_form(house, found.source, found.name)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def retro_said(gesture: Gesture, house: House) -> None:
    said = retros.Said(*(gesture.field(name) for name in ("kept", "surprised", "change", "owner", "due")))

    def verb(session: Session) -> View:
        found = retros.say(session, house, gesture.user, gesture.metadata, said)
        return messages.retro_kept(house, found.name)

    await gesture.replace_view(await house.db.run(verb))


async def cancel(gesture: Gesture, house: House) -> None:
    """The button *Cancel this one*."""
    await gesture.reply(await house.db.run(_said, house, cancelling.cancel, gesture))


async def hold(gesture: Gesture, house: House) -> None:
    """The button *Hold it after all*."""
    await gesture.reply(await house.db.run(_said, house, cancelling.hold_after_all, gesture))


def _said(
    session: Session, house: House, verb: Callable[[Session, House, str, str], Occurrence], gesture: Gesture
) -> Message:
    occurrence = verb(session, house, gesture.user, gesture.value)
    return messages.said(house, require_review(house, occurrence), occurrence)


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    return [
        Obligation(
            f"{ritual.name}: close it with what it left",
            occurrence.publish_at,
            "reviews.close",
            str(occurrence.id),
            "Close",
        )
        for ritual, occurrence in flow.waiting_for(session, house, slack_id)
    ]


TABLES = Tables(
    verbs={
        "yield": Command(show_yields, "What each ritual has left the last six times"),
        "retro": Command(open_retro, "Say what to keep and what to change", "<ritual or release>"),
    },
    actions={
        "reviews.close": close,
        "reviews.cancel": cancel,
        "reviews.hold": hold,
        **{f"reviews.{each}": chosen(each) for each in choices.OFFERED},
    },
    views={"reviews.close": close_submitted, "reviews.retro": retro_said},
)
