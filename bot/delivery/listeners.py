"""What Slack tells of our own messages, unasked: a receipt that costs no look-up. That none came proves nothing."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import to_millis
from bot.delivery.model import CANCELLED, POST, OutboxMessage
from bot.delivery.settle import record_sent
from bot.gesture import Gesture
from bot.house import House
from bot.tables import Tables


async def on_posted(gesture: Gesture, house: House) -> None:
    """A message with our metadata stands in a conversation."""
    event = gesture.event
    marker = ((event.get("metadata") or {}).get("event_payload") or {}).get("k")
    await house.db.run(take_receipt, house, marker, event.get("channel_id"), event.get("message_ts"))
    await gesture.accept()


def take_receipt(session: Session, house: House, marker: Any, channel: Any, ts: Any) -> None:
    """Note where the message of this marker stands, unless that is known or the marker is not ours."""
    if not (isinstance(marker, str) and isinstance(channel, str) and isinstance(ts, str)):
        return
    found = session.execute(
        select(OutboxMessage.id, OutboxMessage.ts).where(
            OutboxMessage.marker == marker,
            OutboxMessage.workspace_id == house.workspace_id,
            OutboxMessage.method == POST,
            OutboxMessage.first_send.is_not(None),
            OutboxMessage.state != CANCELLED,
        )
    ).one_or_none()
    if found is not None and found.ts != ts:
        record_sent(session, found.id, channel, ts, "event", to_millis(house.clock.now()))


TABLES = Tables(events={"message_metadata_posted": on_posted})
