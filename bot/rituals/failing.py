"""A timer's handler has failed: try again later, and in the end say so to product ops."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import blocks, timers
from bot.delivery import outbox
from bot.house import House
from bot.logs import get_logger
from bot.people.model import channel_id
from bot.rituals.model import Occurrence, house_of, is_id
from bot.timers import MAX_ATTEMPTS, Lease

log = get_logger(__name__)


def put_off(session: Session, house: House, lease: Lease, error: str) -> bool:
    """Try a timer again later, or set it aside and tell product ops; true when it was set aside."""
    if not timers.postpone(session, lease, house.clock.now(), error):
        return False
    log.error("a timer was given up", kind=lease.kind, ref=lease.ref, timer=lease.timer_id, reason=error)
    try:
        with session.begin_nested():
            _tell_product_ops(session, house, lease)
    except Exception:
        # What cannot be said must not keep the timer from being set aside.
        log.exception("product ops could not be told of a timer that was given up", timer=lease.timer_id)
    return True


def _tell_product_ops(session: Session, house: House, lease: Lease) -> None:
    about = lease.ref.partition(":")[0]
    occurrence = _occurrence(session, house, about)
    then = occurrence and house_of(session, house, occurrence)
    ritual = then.definitions.calendar.ritual(occurrence.ritual_id) if then and occurrence else None
    text = house.words.render(
        "rituals/failed.txt.j2",
        kind=lease.kind,
        ritual=ritual.name if ritual else occurrence and occurrence.ritual_id,
        day=f"{occurrence.day:%-d %B}" if occurrence else "",
        attempts=MAX_ATTEMPTS,
        timer=lease.timer_id,
    )
    channel = channel_id(session, house, house.definitions.organisation.channels.product_ops)
    # What fails for one person mostly fails for all who are asked: once a day is enough.
    dedupe = f"timer.failed:{lease.kind}:{about}:{house.clock.now():%Y%m%d}"
    outbox.post(session, house, channel, blocks.message(blocks.section(text)), kind="ritual.step_failed", dedupe=dedupe)


def _occurrence(session: Session, house: House, about: str) -> Occurrence | None:
    if not is_id(about):
        return None
    return session.scalar(
        select(Occurrence).where(Occurrence.id == int(about), Occurrence.workspace_id == house.workspace_id)
    )
