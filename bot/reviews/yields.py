"""What rituals have left: of each, its last occurrences, how many left something, how many in a row left nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from bot.definitions import Ritual
from bot.definitions.calendar import MOST_EMPTY
from bot.house import House
from bot.reviews import model
from bot.rituals import model as occurrences
from bot.rituals.model import CLOSED, CLOSED_WITHOUT_OUTPUT, SKIPPED, Occurrence

LAST = 6
DOTS = {CLOSED: "●", CLOSED_WITHOUT_OUTPUT: "○", SKIPPED: "–"}


@dataclass(frozen=True)
class Yield:
    """The last occurrences of a ritual that have ended."""

    states: tuple[str, ...]
    """The oldest first."""

    @property
    def dots(self) -> str:
        return "".join(DOTS[state] for state in self.states)

    @property
    def held(self) -> int:
        return sum(state != SKIPPED for state in self.states)

    @property
    def left(self) -> int:
        """Of those that were held, how many left something."""
        return self.states.count(CLOSED)

    @property
    def left_something(self) -> bool:
        """Whether it left something when it was held last."""
        return next((state for state in reversed(self.states) if state != SKIPPED), "") == CLOSED


# Built once, since Home is drawn after every press on it.
_PLACE = func.row_number().over(partition_by=Occurrence.ritual_id, order_by=Occurrence.slot.desc()).label("place")
_PLACED = (
    select(Occurrence.ritual_id, Occurrence.slot, Occurrence.state, _PLACE)
    .where(
        Occurrence.workspace_id == bindparam("workspace_id"),
        Occurrence.ritual_id.in_(bindparam("ritual_ids", expanding=True)),
        Occurrence.state.in_(occurrences.ENDED),
    )
    .subquery()
)
_LAST = select(_PLACED.c.ritual_id, _PLACED.c.state).where(_PLACED.c.place <= LAST).order_by(_PLACED.c.slot)


_HELD_PLACED = (
    select(Occurrence.ritual_id, Occurrence.slot, Occurrence.state, Occurrence.ended_at, _PLACE)
    .where(
        Occurrence.workspace_id == bindparam("workspace_id"),
        Occurrence.ritual_id.in_(bindparam("ritual_ids", expanding=True)),
        Occurrence.state.in_((CLOSED, CLOSED_WITHOUT_OUTPUT)),
    )
    .subquery()
)
_HELD = (
    select(_HELD_PLACED.c.ritual_id, _HELD_PLACED.c.state, _HELD_PLACED.c.ended_at)
    .where(_HELD_PLACED.c.place <= MOST_EMPTY + 1)
    .order_by(_HELD_PLACED.c.slot.desc())
)


def of(session: Session, house: House, ritual_id: str) -> Yield:
    found = session.scalars(_ended(house, ritual_id).limit(LAST)).all()
    return Yield(tuple(each.state for each in reversed(found)))


def of_all(session: Session, house: House, ritual_ids: Collection[str]) -> Mapping[str, Yield]:
    """The same of each of these rituals that has ended once, by its id; in one query."""
    which = {"workspace_id": house.workspace_id, "ritual_ids": list(ritual_ids)}
    found: dict[str, list[str]] = {}
    for ritual_id, state in session.execute(_LAST, which):
        found.setdefault(ritual_id, []).append(state)
    return {ritual_id: Yield(tuple(states)) for ritual_id, states in found.items()}


def empty_in_a_row(session: Session, house: House, ritual_ids: Collection[str]) -> Mapping[str, int]:
    """How many that were held last left nothing, since one that left something; of each of these rituals, by its id.

    What was before somebody last chose what becomes of the ritual no longer counts, nor what is more than anybody
    asks for. It takes two queries.
    """
    chosen = model.last_chosen_of(session, house, ritual_ids)
    which = {"workspace_id": house.workspace_id, "ritual_ids": list(ritual_ids)}
    found: dict[str, int] = dict.fromkeys(ritual_ids, 0)
    over: set[str] = set()
    for ritual_id, state, ended_at in session.execute(_HELD, which):
        if state == CLOSED or _is_before(ended_at, chosen.get(ritual_id)):
            over.add(ritual_id)
        found[ritual_id] += ritual_id not in over
    return found


def cancelled_in_a_row(session: Session, house: House, ritual: Ritual, reason: str) -> Sequence[Occurrence]:
    """The last that were skipped for a reason, the latest first, back to one that was held; since the last choice.

    What was skipped for another reason neither counts nor breaks the row.
    """
    since = model.last_chosen(session, house, ritual.id)
    most = house.definitions.calendar.most_empty(ritual)
    counted = _ended(house, ritual.id).where(or_(Occurrence.state != SKIPPED, Occurrence.reason == reason))
    found = []
    for each in session.scalars(counted.limit(most)).all():
        if each.state != SKIPPED or _is_before(each.ended_at, since):
            break
        found.append(each)
    return found


def _is_before(ended_at: datetime | None, moment: datetime | None) -> bool:
    return moment is not None and ended_at is not None and ended_at <= moment


def _ended(house: House, ritual_id: str) -> Select[Occurrence]:
    return (
        select(Occurrence)
        .where(
            Occurrence.workspace_id == house.workspace_id,
            Occurrence.ritual_id == ritual_id,
            Occurrence.state.in_(occurrences.ENDED),
        )
        .order_by(Occurrence.slot.desc())
    )
