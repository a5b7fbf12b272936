"""How Slack asks about reviews: the button that closes one, and its form."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.blocks import Message, View
from bot.gesture import Gesture
from bot.house import House, Obligation
from bot.reviews import cancelling, flow, messages
from bot.reviews.model import require_review
from bot.rituals.model import Occurrence
from bot.tables import Tables


async def close(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        return messages.form(house, *flow.closable(session, house, gesture.user, gesture.value))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def close_submitted(gesture: Gesture, house: House) -> None:
    fields = (gesture.field(name) for name in ("artifact", "reason", "decided", "undecided"))
    await house.db.run(flow.close, house, gesture.user, gesture.metadata, *fields)
    await gesture.accept()


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
    actions={"reviews.close": close, "reviews.cancel": cancel, "reviews.hold": hold},
    views={"reviews.close": close_submitted},
)
