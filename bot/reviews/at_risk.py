"""The rituals that may be just meetings, or that nobody closes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.definitions import Ritual
from bot.house import House
from bot.reviews.yields import Yield
from bot.rituals.model import CLOSED, CLOSED_WITHOUT_OUTPUT, all_running

EMPTY = 2
"""After how many in a row that left nothing a ritual is at risk."""


@dataclass(frozen=True)
class Risk:
    ritual: Ritual
    empty: int
    """How many in a row left nothing; 0 where that is not what is wrong."""
    open_since: date | None
    """The day of the one that should have been closed."""


def at_risk(session: Session, house: House, yields: Mapping[str, Yield]) -> list[Risk]:
    """What product ops looks at first, by what each ritual has left."""
    late, found = _late(session, house), []
    for ritual in house.definitions.calendar.rituals:
        known = yields.get(ritual.id)
        empty = _empty_in_a_row(known.states) if known else 0
        if empty >= EMPTY or ritual.id in late:
            found.append(Risk(ritual, empty if empty >= EMPTY else 0, late.get(ritual.id)))
    return found


def _empty_in_a_row(states: Sequence[str]) -> int:
    held = [state for state in reversed(states) if state in (CLOSED, CLOSED_WITHOUT_OUTPUT)]
    return next((n for n, state in enumerate(held) if state == CLOSED), len(held))


def _late(session: Session, house: House) -> dict[str, date]:
    """The rituals of which one is open although it should have left something by now, with its day."""
    now = house.clock.now()
    return {each.ritual_id: each.day for each in all_running(session, house) if each.publish_at < now}
