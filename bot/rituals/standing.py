"""Rituals as they stand: the calendar's rules, with the pauses and moves that people have added to them."""

from datetime import date, timedelta

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from bot.definitions import Ritual
from bot.definitions.changes import Changes, MovedByHand, PausedByHand
from bot.house import House
from bot.people.model import People
from bot.rituals.model import Occurrence, RitualPause, slot_day
from bot.rituals.schedule import MAX_SHIFT

OPERATOR = "an operator"

# Built once, since each occurrence that is planned asks them.
_PAUSES = (
    select(RitualPause)
    .where(
        RitualPause.workspace_id == bindparam("workspace_id"),
        RitualPause.ritual_id == bindparam("ritual_id"),
        RitualPause.ended_at.is_(None),
        or_(RitualPause.last_day.is_(None), RitualPause.last_day >= bindparam("today")),
    )
    .order_by(RitualPause.first_day, RitualPause.id)
)
_NOT_ENDED = (
    select(RitualPause)
    .where(RitualPause.workspace_id == bindparam("workspace_id"), RitualPause.ended_at.is_(None))
    .order_by(RitualPause.first_day, RitualPause.id)
)
_MOVED = select(Occurrence).where(
    Occurrence.workspace_id == bindparam("workspace_id"),
    Occurrence.ritual_id == bindparam("ritual_id"),
    Occurrence.moved_at.is_not(None),
    Occurrence.day >= bindparam("since"),
)


def as_it_stands(session: Session, house: House, ritual: Ritual) -> Ritual:
    """The ritual with what people have changed about it, and about the one its days count from."""
    pauses = tuple(
        PausedByHand(each.first_day, each.last_day, in_words(session, house, each))
        for each in pauses_of(session, house, ritual)
    )
    moves = {
        slot_day(each): MovedByHand(each.day, timedelta(minutes=each.shift_minutes), _moved(session, house, each))
        for each in _moved_lately(session, house, ritual)
    }
    changed = ritual.changed_by(Changes(pauses, moves)) if pauses or moves else ritual
    return changed.following(as_it_stands(session, house, ritual.other)) if ritual.other else changed


def pauses_of(session: Session, house: House, ritual: Ritual) -> list[RitualPause]:
    """The pauses by hand that are not over, the first one first."""
    of = {"workspace_id": house.workspace_id, "ritual_id": ritual.id, "today": local_today(house, ritual)}
    return list(session.scalars(_PAUSES, of))


def paused_now(session: Session, house: House) -> dict[str, RitualPause]:
    """The pause by hand that each ritual is in, by the ritual's id."""
    found: dict[str, RitualPause] = {}
    for pause in session.scalars(_NOT_ENDED, {"workspace_id": house.workspace_id}):
        ritual = house.definitions.calendar.ritual(pause.ritual_id)
        today = local_today(house, ritual) if ritual else None
        if today and pause.first_day <= today and (pause.last_day is None or today <= pause.last_day):
            found.setdefault(pause.ritual_id, pause)
    return found


def pause_today(session: Session, house: House, ritual: Ritual) -> RitualPause | None:
    """The pause by hand that the ritual is in."""
    today = local_today(house, ritual)
    return next((each for each in pauses_of(session, house, ritual) if each.first_day <= today), None)


def in_words(session: Session, house: House, pause: RitualPause) -> str:
    """`paused by Bob until Fri 2026-12-04: company retreat`"""
    until = f" until {pause.last_day:%a %Y-%m-%d}" if pause.last_day else ""
    return f"paused by {who(session, house, pause.paused_by)}{until}: {pause.reason}"


def who(session: Session, house: House, slack_id: str | None) -> str:
    """The name of whoever changed something."""
    return People(session, house).called(slack_id) if slack_id else OPERATOR


def local_today(house: House, ritual: Ritual) -> date:
    """The day it is where the ritual is one moment for all."""
    return house.clock.now().astimezone(ritual.zone_for(house.definitions.organisation)).date()


def _moved_lately(session: Session, house: House, ritual: Ritual) -> list[Occurrence]:
    since = local_today(house, ritual) - timedelta(days=MAX_SHIFT)
    return list(session.scalars(_MOVED, {"workspace_id": house.workspace_id, "ritual_id": ritual.id, "since": since}))


def _moved(session: Session, house: House, occurrence: Occurrence) -> str:
    said = f"{who(session, house, occurrence.moved_by)} moved it"
    return f"{said}: {occurrence.moved_because}" if occurrence.moved_because else said
