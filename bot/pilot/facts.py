"""What can be found out about a condition of the pilot from the records. What nobody knows stays unknown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.definitions.pilot import Condition, Pilot
from bot.definitions.working_time import to_utc
from bot.house import House, Measured
from bot.people.model import People
from bot.releases.calls import Call
from bot.releases.readiness import HOLD
from bot.reviews.model import Retro
from bot.reviews.packet import SORT
from bot.rituals.model import CLOSED, Occurrence
from bot.updates.model import ANSWERED, WAITING, Ask, Update

ON_TIME, OVERHEAD = "M8", "M12"
"""The measures of triage in time, and of the minutes that the system takes."""
A_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Known:
    """What is known about a condition: whether it holds, and by what; None when nobody can tell yet."""

    holds: bool | None
    evidence: str


@dataclass(frozen=True)
class Standing:
    """A condition, and how it stands now."""

    says: str
    known: Known

    @property
    def holds(self) -> bool | None:
        return self.known.holds


def standings(session: Session, house: House, pilot: Pilot, conditions: tuple[Condition, ...]) -> list[Standing]:
    return [Standing(each.says, known(session, house, pilot, each)) for each in conditions]


def known(session: Session, house: House, pilot: Pilot, condition: Condition) -> Known:
    """How one condition stands by the records of now."""
    if condition.test is None:
        return Known(None, "people say whether it is so")
    return _FINDS[condition.test_name](session, house, pilot, condition.test_value)


def since(house: House, pilot: Pilot) -> datetime:
    """The moment the pilot begins."""
    return start_of(house, pilot.begins)


def start_of(house: House, day: date) -> datetime:
    return to_utc(datetime.combine(day, time.min), house.definitions.organisation.zone)


def cycles(session: Session, house: House, pilot: Pilot) -> Mapping[str, int]:
    """How often each ritual has been held since the pilot began, by its id."""
    query = (
        select(Occurrence.ritual_id, func.count())
        .where(
            Occurrence.workspace_id == house.workspace_id,
            Occurrence.opened_at >= since(house, pilot),
            Occurrence.state != "skipped",
        )
        .group_by(Occurrence.ritual_id)
    )
    return {ritual_id: count for ritual_id, count in session.execute(query)}


def retro_window(pilot: Pilot, week: int) -> tuple[date, date | None]:
    """From which day a retro counts as that of a week, and before which: then the next one's time begins."""
    later = [each for each in sorted(pilot.retros) if each > week]
    first = pilot.begins + (week - 1) * A_WEEK
    return first, pilot.begins + (later[0] - 1) * A_WEEK if later else None


def _owner_named(session: Session, house: House, pilot: Pilot, _value: str) -> Known:
    people = People(session, house)
    owner, name = people.by_ref(pilot.owner), people.named(pilot.owner)
    return Known(True, name) if owner else Known(False, f"{name} is not in this Slack workspace")


def _updates_on_time(session: Session, house: House, pilot: Pilot, value: str) -> Known:
    """Of the updates asked for, without those of who was away or let off."""
    query = (
        select(Ask.state, Update.late)
        .join(Occurrence, Occurrence.id == Ask.occurrence_id)
        .outerjoin(
            Update,
            (Update.occurrence_id == Ask.occurrence_id)
            & (Update.area_id == Ask.area_id)
            & Update.submitted_at.is_not(None),
        )
        .where(
            Ask.workspace_id == house.workspace_id,
            Occurrence.opened_at >= since(house, pilot),
            Occurrence.state == CLOSED,
            Ask.state.in_((ANSWERED, WAITING)),
            Ask.area_id.in_(pilot.areas),
        )
    )
    rows = session.execute(query).all()
    if not rows:
        return Known(None, "no update of the pilot has come to its cutoff yet")
    in_time = sum(state == ANSWERED and late is False for state, late in rows)
    aim = int(value.rstrip(" %"))
    return Known(100 * in_time >= aim * len(rows), f"{in_time} of {len(rows)} on time")


def _readiness_review(session: Session, house: House, pilot: Pilot, value: str) -> Known:
    query = select(func.count(func.distinct(Call.release_id))).where(
        Call.workspace_id == house.workspace_id,
        Call.at >= since(house, pilot),
        Call.by.is_not(None),
        Call.said != HOLD,
    )
    count = session.scalar(query) or 0
    return Known(count >= int(value), f"{count} so far")


def _retro(session: Session, house: House, pilot: Pilot, value: str) -> Known:
    first, before = retro_window(pilot, int(value))
    if house.clock.now() < start_of(house, first):
        return Known(False, f"its week begins on {first:%-d %B}")
    # Of the ritual, and of each of its occurrences.
    about = f"{SORT}:{pilot.retro_of}"
    query = select(func.count()).where(
        Retro.workspace_id == house.workspace_id,
        (Retro.about == about) | Retro.about.startswith(f"{about}:", autoescape=True),
        Retro.said_at >= start_of(house, first),
        Retro.said_at < (start_of(house, before) if before else datetime.max.replace(tzinfo=UTC)),
    )
    count = session.scalar(query) or 0
    return Known(count > 0, f"{count} said something" if count else "nobody has said anything yet")


def _measured(session: Session, house: House) -> list[Measured]:
    return list(house.links.measured(session, house)) if house.links.measured else []


def _measure(session: Session, house: House, id: str) -> Measured | None:
    return next((each for each in _measured(session, house) if each.id == id), None)


def _triage_in_time(session: Session, house: House, _pilot: Pilot, value: str) -> Known:
    found, aim = _measure(session, house, ON_TIME), int(value.rstrip(" %"))
    if found is None or found.current is None:
        return Known(None, f"{ON_TIME} has no figure yet")
    return Known(100 * found.current >= aim, f"{100 * found.current:.0f} % of {found.n} in time")


def _overhead(session: Session, house: House, _pilot: Pilot, _value: str) -> Known:
    found = _measure(session, house, OVERHEAD)
    if found is None or found.current is None or found.baseline is None:
        return Known(None, f"{OVERHEAD} has no figure or no baseline yet")
    return Known(found.current <= found.baseline, f"{found.current:.0f} minutes a week, {found.baseline:.0f} before")


def _baseline(session: Session, house: House, _pilot: Pilot, value: str) -> Known:
    """Before the start a measure has no figure yet, and what it will be compared with is known all the same."""
    found = [each.id for each in _measured(session, house) if each.baseline is not None]
    if len(found) < int(value):
        return Known(None, "no measure can be compared with anything yet")
    return Known(True, ", ".join(found))


def _target_met(session: Session, house: House, _pilot: Pilot, value: str) -> Known:
    judged = [each for each in _measured(session, house) if each.met is not None and each.current is not None]
    met = [each.id for each in judged if each.met]
    if not judged:
        return Known(None, "no measure has both a figure and a target yet")
    return Known(len(met) >= int(value), f"met: {', '.join(met)}" if met else f"none of {len(judged)} yet")


def _ritual_left(session: Session, house: House, pilot: Pilot, value: str) -> Known:
    query = (
        select(Occurrence.day)
        .where(
            Occurrence.workspace_id == house.workspace_id,
            Occurrence.ritual_id == value,
            Occurrence.opened_at >= since(house, pilot),
            Occurrence.state == CLOSED,
        )
        .order_by(Occurrence.slot)
        .limit(1)
    )
    day = session.scalar(query)
    return Known(True, f"first on {day:%-d %B}") if day else Known(False, "not yet")


def _decision_classes(session: Session, house: House, _pilot: Pilot, _value: str) -> Known:
    count = len(house.definitions.decision_classes)
    return Known(count > 0, f"{count} in decisions.yaml")


_FINDS: Mapping[str, Callable[[Session, House, Pilot, str], Known]] = {
    "owner-named": _owner_named,
    "baseline": _baseline,
    "updates-on-time": _updates_on_time,
    "readiness-review": _readiness_review,
    "retro": _retro,
    "triage-in-time": _triage_in_time,
    "overhead-not-up": _overhead,
    "target-met": _target_met,
    "ritual-left": _ritual_left,
    "decision-classes": _decision_classes,
}
