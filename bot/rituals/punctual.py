"""Whether what a ritual leaves was there in time: tests of the definition of done of any of them."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.definitions.values import parse_time
from bot.house import House
from bot.rituals import model
from bot.rituals.model import Occurrence
from bot.rituals.schedule import to_utc

AS_GOOD_AS = timedelta(minutes=10)
"""What is there so soon after its time is there in time: nobody reads it in that minute."""


def posted_by(session: Session, house: House, ref: str, value: str) -> list[str]:
    """When it came, if that is later than a time (`16:00`) of the day on which it was to be published."""
    occurrence, at = _ended(session, house, ref)
    ritual = model.house_of(session, house, occurrence).definitions.calendar.ritual(occurrence.ritual_id)
    zone = ritual.zone_for(house.definitions.organisation) if ritual else house.definitions.organisation.zone
    by = to_utc(datetime.combine(occurrence.publish_at.astimezone(zone).date(), parse_time(value)), zone)
    return [f"{at.astimezone(zone):%a %-d %b, %H:%M}"] if at > by + AS_GOOD_AS else []


def posted_within(session: Session, house: House, ref: str, value: str) -> list[str]:
    """How long after its cutoff it came, if that is longer than so much (`24 hours`)."""
    occurrence, at = _ended(session, house, ref)
    took, hours = at - occurrence.cutoff_at, int(value.partition(" ")[0])
    return [f"{took // timedelta(hours=1)} hours"] if took > timedelta(hours=hours) + AS_GOOD_AS else []


def _ended(session: Session, house: House, ref: str) -> tuple[Occurrence, datetime]:
    occurrence = model.get(session, house, ref.partition(":")[2])
    return occurrence, occurrence.ended_at or house.clock.now()
