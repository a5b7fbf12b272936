"""What a review is to look at, gathered from the records of all rooms: its packet, and whether it holds anything."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.actions import messages as action_messages
from bot.actions import model as actions
from bot.actions.model import DROPPED, OPEN, Action
from bot.definitions import Ritual
from bot.house import House
from bot.people.model import People
from bot.reviews import model, yields
from bot.reviews.yields import Yield
from bot.rituals import model as occurrences
from bot.rituals.model import Occurrence
from bot.rituals.schedule import WorkDays, last_working_moment

SORT = "ritual"
"""The first part of the `source` of an action that was agreed in a ritual; the second is the ritual's id."""
MOST_ACTIONS = 8
"""Shown of those that are open; of those that ended since, as many again."""


@dataclass(frozen=True)
class Done:
    """How the actions of a ritual that were due by now stand."""

    due: int
    in_time: int


@dataclass(frozen=True)
class Packet:
    """Lines of plain text, each a fact of some room."""

    to_decide: tuple[str, ...]
    moved: tuple[str, ...]
    """Since it was last held."""
    unmoved: tuple[str, ...]
    """Who says that nothing has, and who has not said."""
    gates: tuple[str, ...]
    """Releases near whose gates are open."""
    open_actions: tuple[str, ...]
    """The oldest first."""
    ended_actions: tuple[str, ...]
    """Since it was last held."""
    done: Done
    last: Yield
    mode: str
    """What was last chosen for the ritual, such as `async`; empty when it never was in question."""

    @property
    def is_empty(self) -> bool:
        """Whether nobody has put anything into it: what has ended needs no meeting."""
        return not (self.to_decide or self.moved or self.gates or self.open_actions)


def gather(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> Packet:
    """All that is known now."""
    since = _last_held(session, house, occurrence)
    own = actions.of(session, house, f"{SORT}:{ritual.id}")
    due = [each for each in own if each.due_on <= actions.today(house) and each.state != DROPPED]
    ended = [each for each in own if each.ended_at is not None and each.ended_at >= since]
    return Packet(
        to_decide=tuple(line for look in house.links.forum for line in look(session, house, ritual.id)),
        moved=tuple(line for look in house.links.packets for line in look(session, house, ritual.id)),
        unmoved=tuple(line for look in house.links.unmoved for line in look(session, house, ritual.id)),
        gates=tuple(line for look in house.links.gates for line in look(session, house, ritual.id)),
        open_actions=_lines(session, house, [each for each in own if each.state == OPEN]),
        ended_actions=_lines(session, house, ended),
        done=Done(len(due), actions.in_time(house, due)),
        last=yields.of(session, house, ritual.id),
        mode=model.latest_choice(session, house, ritual.id),
    )


def posted_at(house: House, ritual: Ritual, opens_at: datetime) -> datetime | None:
    """When its packet is posted: so long before it opens, within working hours; none when it has none."""
    if not ritual.packet:
        return None
    organisation = house.definitions.organisation
    zone, work_days = ritual.zone_for(organisation), _work_days(house, ritual)
    wanted = opens_at - timedelta(hours=ritual.packet)
    return last_working_moment(wanted, zone, organisation.working_hours, work_days.off) or wanted


def _work_days(house: House, ritual: Ritual) -> WorkDays:
    return ritual.work_days(house.definitions.organisation)


def _last_held(session: Session, house: House, occurrence: Occurrence) -> datetime:
    """When the one before it ended with what it left; the beginning of time when there is none."""
    query = (
        select(Occurrence.ended_at)
        .where(
            Occurrence.workspace_id == house.workspace_id,
            Occurrence.ritual_id == occurrence.ritual_id,
            Occurrence.state.in_((occurrences.CLOSED, occurrences.CLOSED_WITHOUT_OUTPUT)),
            Occurrence.slot < occurrence.slot,
        )
        .order_by(Occurrence.slot.desc())
        .limit(1)
    )
    found: datetime | None = session.scalar(query)
    return found or datetime(1, 1, 1, tzinfo=UTC)


def _lines(session: Session, house: House, found: list[Action]) -> tuple[str, ...]:
    called = People(session, house).called
    return tuple(action_messages.standing(house, each, called(each.owner)) for each in found[:MOST_ACTIONS])
