"""How Slack asks about reviews: the button that closes one, and its form."""

from sqlalchemy.orm import Session

from bot.blocks import View
from bot.gesture import Gesture
from bot.house import House, Obligation
from bot.reviews import flow, messages
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


TABLES = Tables(actions={"reviews.close": close}, views={"reviews.close": close_submitted})
