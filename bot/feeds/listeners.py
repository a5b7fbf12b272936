"""`/cadence feed`: an address for one's own calendar."""

from sqlalchemy.orm import Session

from bot import blocks
from bot.blocks import Message
from bot.errors import UserError
from bot.feeds import flow
from bot.feeds.events import FEED
from bot.gesture import Gesture
from bot.house import House
from bot.tables import Command, Tables


async def feed(gesture: Gesture, house: House) -> None:
    """`/cadence feed [here] [new|off]`; the address is shown once, to this person alone."""

    def verb(session: Session) -> Message:
        words = gesture.text.lower().split()
        here = words[:1] == ["here"]
        wish = " ".join(words[1:] if here else words)
        if wish not in ("", "new", "off"):
            raise UserError("Write `/cadence feed`, `/cadence feed new` or `/cadence feed off`.")
        subject = flow.subject_of(session, house, gesture.user, gesture.channel if here else None)
        before = flow.since(session, house, subject)
        if wish == "off":
            flow.off(session, house, gesture.user, subject)
            return _said(house, "ended" if before else "none", here=here)
        if before and not wish:
            return _said(house, "known", since=before.date(), here=here)
        address = flow.new(session, house, gesture.user, subject)
        return _said(house, "made", address=address, replaced=before is not None, here=here)

    await gesture.reply(await house.db.run(verb))


def _said(house: House, part: str, **facts: object) -> Message:
    return blocks.message(blocks.section(house.words.part(FEED, part, **facts)))


TABLES = Tables(
    verbs={
        "feed": Command(
            feed, "Get a secret address for your own calendar; here: this channel's (product ops)", "[here] [new|off]"
        )
    }
)
