"""What is offered to somebody who sets an emoji on a message, so that it is offered once a day and not each time.

Each room says which emoji the definitions choose for it; whoever sets one alone sees what may be made of the message.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, String, UniqueConstraint, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot import pointing
from bot.blocks import Message
from bot.db import Base, BigId, insert_or_ignore
from bot.gesture import Gesture, Handler, refusal
from bot.house import House
from bot.logs import get_logger
from bot.pointing import Spot

AGAIN = timedelta(days=1)

log = get_logger(__name__)


class Offer(Base):
    __tablename__ = "offer"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    what: Mapped[str] = mapped_column(String(20))
    """To make what of the message, such as `decision`."""
    channel: Mapped[str] = mapped_column(String(32))
    ts: Mapped[str] = mapped_column(String(32))
    slack_id: Mapped[str] = mapped_column(String(32))
    offered_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("workspace_id", "what", "channel", "ts", "slack_id"),
        Index("ix_offer_offered_at", "workspace_id", "offered_at"),
    )


@dataclass(frozen=True)
class Emoji:
    """What one room offers."""

    what: str
    """To make what of the message, such as `decision`."""
    chosen: Callable[[House], str | None]
    """The emoji that the definitions choose for it, such as `:scales:`; none: nothing is offered."""
    counts: Callable[[Session, House, Spot, str], bool]
    """Whether it is offered to this person (Slack id) for a message there."""
    message: Callable[[House, str], Message]
    """What they see; buttons carry the spot, as text."""


def on_reaction(rooms: Sequence[Emoji]) -> Handler:
    """What answers `reaction_added`, for all rooms together."""

    async def reacted(gesture: Gesture, house: House) -> None:
        name, spot = _set_on(gesture)
        # Most emoji mean nothing here, and cost no look at the database.
        chosen = [room for room in rooms if room.chosen(house) == name]
        if spot is None or not chosen:
            await gesture.accept()
            return
        offered = await house.db.run(_note_all, house, chosen, spot, gesture.user)
        await gesture.accept()
        await asyncio.gather(*(_offer(gesture, house, room, spot) for room in offered))

    return reacted


def note(session: Session, house: House, what: str, spot: Spot, slack_id: str) -> bool:
    """Note an offer to a person; false when it was made within the last day, also by another node just now."""
    now = house.clock.now()
    session.execute(delete(Offer).where(Offer.workspace_id == house.workspace_id, Offer.offered_at <= now - AGAIN))
    return insert_or_ignore(session, Offer, **_key(house, what, spot, slack_id), offered_at=now)


def take_back(session: Session, house: House, what: str, spot: Spot, slack_id: str) -> None:
    """It did not reach them."""
    session.execute(delete(Offer).filter_by(**_key(house, what, spot, slack_id)))


async def _offer(gesture: Gesture, house: House, room: Emoji, spot: Spot) -> None:
    try:
        thread = await pointing.thread_of(gesture.client, spot)
        await gesture.whisper(spot.channel, room.message(house, str(spot)), thread)
    except Exception as error:
        await house.db.run(take_back, house, room.what, spot, gesture.user)
        if not (reason := refusal(error)):
            raise
        log.info("an offer could not be made", what=room.what, channel=spot.channel, reason=reason)


def _set_on(gesture: Gesture) -> tuple[str, Spot | None]:
    """Which emoji was set, and on which message; none when it was on something else, or in a direct message."""
    item = gesture.event.get("item") or {}
    # A skin tone comes after the name.
    name = str(gesture.event.get("reaction") or "").partition("::")[0]
    if item.get("type") != "message":
        return "", None
    spot = pointing.spot(f"{item.get('channel')} {item.get('ts')}")
    return f":{name}:", None if spot.is_direct else spot


def _note_all(session: Session, house: House, rooms: Sequence[Emoji], spot: Spot, slack_id: str) -> list[Emoji]:
    """Those that offer it to this person now."""
    mine = [room for room in rooms if room.counts(session, house, spot, slack_id)]
    return [room for room in mine if note(session, house, room.what, spot, slack_id)]


def _key(house: House, what: str, spot: Spot, slack_id: str) -> dict[str, str]:
    return {
        "workspace_id": house.workspace_id,
        "what": what,
        "channel": spot.channel,
        "ts": spot.ts,
        "slack_id": slack_id,
    }
