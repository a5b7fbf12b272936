"""By when the next thing is to be done with an insight, and what happens when it is not.

A clock runs for whatever its insight waits for: to be triaged, acknowledged, answered. It stands while its submitter
is asked something.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import timers
from bot.audit import record
from bot.definitions import WorkingHours
from bot.definitions.insights import Clock
from bot.definitions.working_days import MAX_SHIFT
from bot.definitions.working_time import after_work, to_utc, work_between, working_day
from bot.house import House
from bot.insights import model
from bot.insights.model import ACKNOWLEDGED, NEW, ROUTED, TRIAGED, WAITING, Insight
from bot.insights.rights import rules_of
from bot.rituals import model as rituals

DUE = "insights.due"
"""The timer of a clock; its ref is `insight:` and the id."""
WITHOUT_RITUAL = 20
"""Working days that a clock runs whose ritual is not planned."""
ROOM = timedelta(days=30)
"""What is due at the end of a quarter has at least this long, or until the end of the next one."""
QUARTER = 3
"""Months."""


def start(session: Session, house: House, insight: Insight) -> None:
    """Let the clock of the state it is in begin now; stop it where nothing is to be done."""
    due = due_of(session, house, insight, house.clock.now())
    model.set_(session, insight, due_at=due, breached_at=None, paused_left=None)
    _arm(session, house, insight)


def stop(session: Session, house: House, insight: Insight) -> None:
    """Its submitter is asked something: remember how much time was left."""
    left = 0
    if insight.due_at is not None:
        left = int(work_between(house.clock.now(), insight.due_at, *_hours(house)).total_seconds())
    model.set_(session, insight, due_at=None, paused_left=left)
    _arm(session, house, insight)


def go_on(session: Session, house: House, insight: Insight) -> None:
    """The time that was left runs on. What was late before still is, and is not told again."""
    left = timedelta(seconds=insight.paused_left or 0)
    model.set_(session, insight, due_at=after_work(house.clock.now(), left, *_hours(house)), paused_left=None)
    _arm(session, house, insight)


def stands(insight: Insight) -> dict[str, str | None]:
    """How its clock stands, to be `restore`d."""
    moments = {"due_at": insight.due_at, "breached_at": insight.breached_at}
    return {name: moment.isoformat() if moment else None for name, moment in moments.items()}


def restore(session: Session, house: House, insight: Insight, stood: Mapping[str, Any]) -> None:
    """Its clock runs on as it stood; it has not stood still meanwhile."""
    moments = {name: datetime.fromisoformat(stood[name]) if stood[name] else None for name in ("due_at", "breached_at")}
    model.set_(session, insight, paused_left=None, **moments)
    _arm(session, house, insight)


def after_days(house: House, at: datetime, days: int) -> datetime:
    """The same time of day so many working days later, in the workspace's working hours."""
    return after_work(at, working_day(house.definitions.organisation.working_hours) * days, *_hours(house))


def days_before(house: House, at: datetime, days: int) -> datetime:
    """The same time of day so many working days earlier."""
    day, left = at.astimezone(house.definitions.organisation.zone).date(), days
    zone, hours, off = _hours(house)
    for _ in range(MAX_SHIFT):
        if day.weekday() in hours.weekdays and not off(day):
            if left == 0:
                break
            left -= 1
        day -= timedelta(days=1)
    return to_utc(datetime.combine(day, at.astimezone(zone).time()), zone)


def work_done(house: House, start: datetime, end: datetime) -> timedelta:
    """How much working time of the workspace lies between two moments."""
    return work_between(start, end, *_hours(house))


def due_of(session: Session, house: House, insight: Insight, begun: datetime) -> datetime | None:
    """By when what it waits for is to be done, when its clock began then; none when it waits for nothing."""
    clock = _clock(house, insight)
    return _end_of(session, house, clock, begun) if clock else None


def triaged(house: House, insight: Insight) -> dict[str, object]:
    """What is kept of how long triage took, once somebody has judged an insight for the first time; as columns."""
    if insight.triage_took is not None:
        return {}
    took = work_done(house, insight.captured_at, house.clock.now())
    is_late = insight.breached_at is not None or late(house, insight)
    return {"triage_took": int(took.total_seconds()), "triage_late": is_late}


def hold(session: Session, house: House, ref: str) -> Insight | None:
    """The insight of a timer as it is now, which nobody else changes until this transaction ends."""
    id = ref.partition(":")[2]
    found = model.held(session, house, int(id)) if id.isdecimal() else []
    return found[0] if found else None


def late(house: House, insight: Insight) -> bool:
    return insight.due_at is not None and insight.due_at < house.clock.now()


def note_breach(session: Session, house: House, insight: Insight) -> bool:
    """Write down that its clock ran out; false when that was noted before."""
    if insight.breached_at is not None:
        return False
    model.set_(session, insight, breached_at=house.clock.now())
    record(session, house, "insight.late", f"insight:{insight.ref}", state=insight.state, due=str(insight.due_at))
    return True


def wait_for_ritual(session: Session, house: House, insight: Insight) -> bool:
    """Whether it is due at a ritual that was moved or skipped: then it is due when that opens next."""
    clock, begun = _clock(house, insight), _begun(insight)
    if clock is None or clock.unit != "ritual" or begun is None:
        return False
    opens = rituals.opens_next(session, house, clock.ritual)
    if opens is None or opens <= house.clock.now() or rituals.opened_since(session, house, clock.ritual, begun):
        return False
    model.set_(session, insight, due_at=opens)
    _arm(session, house, insight)
    return True


def look_again(session: Session, house: House, insight: Insight, at: datetime) -> None:
    """Have `DUE` fire once more, for who hears of it later."""
    timers.arm(session, house, _key(insight), DUE, f"insight:{insight.id}", at)


def wake(session: Session, house: House) -> None:
    """What ran out while the team kept no `insights.yaml` is late now that it keeps one again."""
    query = select(Insight).where(
        Insight.workspace_id == house.workspace_id,
        Insight.state.in_(WAITING),
        Insight.due_at <= house.clock.now(),
        Insight.breached_at.is_(None),
    )
    for insight in session.scalars(query.order_by(Insight.id)).all():
        look_again(session, house, insight, house.clock.now())


def _clock(house: House, insight: Insight) -> Clock | None:
    """What runs in the state it is in."""
    level = rules_of(house).severities.of(insight.severity)
    clocks = {NEW: level.triage, TRIAGED: level.triage, ROUTED: level.acknowledge, ACKNOWLEDGED: level.decide}
    return clocks.get(insight.state)


def _begun(insight: Insight) -> datetime | None:
    """Since when its clock runs."""
    since = {
        NEW: insight.captured_at,
        TRIAGED: insight.triaged_at,
        ROUTED: insight.routed_at,
        ACKNOWLEDGED: insight.acknowledged_at,
    }
    return since.get(insight.state)


def _arm(session: Session, house: House, insight: Insight) -> None:
    if insight.due_at is None:
        timers.cancel(session, house, _key(insight))
    else:
        look_again(session, house, insight, insight.due_at)


def _key(insight: Insight) -> str:
    return f"{DUE}:{insight.id}"


def _end_of(session: Session, house: House, clock: Clock, begun: datetime) -> datetime:
    if clock.unit == "quarter":
        return _end_of_quarter(house, begun)
    if clock.unit == "ritual":
        # Not planned yet, or paused: it must not wait forever.
        return rituals.opens_next(session, house, clock.ritual) or after_days(house, begun, WITHOUT_RITUAL)
    if clock.unit == "working days":
        return after_days(house, begun, clock.amount)
    return after_work(begun, timedelta(hours=clock.amount), *_hours(house))


def _end_of_quarter(house: House, begun: datetime) -> datetime:
    """The end of the last working day of the quarter, or of the next one when this is nearly over."""
    organisation = house.definitions.organisation
    first = _next_quarter(begun.astimezone(organisation.zone).date(), organisation.fiscal_month)
    if _closing(house, first) < begun + ROOM:
        first = _next_quarter(first, organisation.fiscal_month)
    return _closing(house, first)


def _next_quarter(day: date, fiscal_month: int) -> date:
    """The first day of the quarter after the one that `day` is in."""
    months = QUARTER - (day.month - fiscal_month) % QUARTER
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _closing(house: House, after: date) -> datetime:
    organisation = house.definitions.organisation
    off, hours = organisation.work_days().off, organisation.working_hours
    before = (after - timedelta(days=n) for n in range(1, MAX_SHIFT))
    last = next((day for day in before if day.weekday() in hours.weekdays and not off(day)), after)
    return to_utc(datetime.combine(last, min(hours.end, time(23, 59))), organisation.zone)


def _hours(house: House) -> tuple[ZoneInfo, WorkingHours, Callable[[date], bool]]:
    organisation = house.definitions.organisation
    return organisation.zone, organisation.working_hours, organisation.work_days().off
