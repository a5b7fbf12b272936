"""Once a week what only the present tells is kept, so that it has a trend."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot import timers
from bot.definitions.working_time import to_utc
from bot.house import House
from bot.measures import listening
from bot.measures.figure import A_WEEK, periods

WEEKLY = "measures.weekly"
"""The timer of it; its ref is `measures:week`."""
REF = "measures:week"
BEFORE_MIDNIGHT = timedelta(minutes=5)


def keep_in_step(session: Session, house: House) -> None:
    """See that the next one is planned."""
    if timers.due(session, house, WEEKLY) is None:
        _arm(session, house, weeks=1)


def on_weekly(session: Session, house: House, _ref: str) -> None:
    """A timer, at the end of Sunday: it still lies in the week it tells of."""
    listening.keep(session, house)
    _arm(session, house, weeks=1 if house.clock.now() < _sunday(house, 1) else 2)


def _arm(session: Session, house: House, *, weeks: int) -> None:
    timers.arm(session, house, WEEKLY, WEEKLY, REF, _sunday(house, weeks))


def _sunday(house: House, weeks: int) -> datetime:
    """Shortly before the end of this week, or of a later one."""
    end = periods(house, A_WEEK)[-1].last + timedelta(weeks=weeks)
    midnight = datetime.combine(end + timedelta(days=1), datetime.min.time())
    return to_utc(midnight, house.definitions.organisation.zone) - BEFORE_MIDNIGHT
