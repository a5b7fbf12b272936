"""How the operating system itself does, from its own records: each figure with what it is computed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, bindparam, case, func, select

from bot.decisions.model import PROPOSED, Decision
from bot.definitions import Ritual
from bot.home.look import Look
from bot.insights import figures
from bot.reviews.yields import Yield
from bot.rituals.model import CLOSED, Occurrence
from bot.updates import model as updates
from bot.updates.model import AWAY, LET_OFF, Ask, Update

WEEKS = 8
ON_COURSE, WATCH, OFF, NO_DATA = "on course", "watch", "off", "no data"


@dataclass(frozen=True)
class Share:
    """How many, of how many."""

    part: int
    of: int

    @property
    def percent(self) -> int:
        return round(100 * self.part / self.of) if self.of else 0

    @property
    def standing(self) -> str:
        """Never on course without anything to go by."""
        if not self.of:
            return NO_DATA
        return ON_COURSE if self.percent >= 90 else WATCH if self.percent >= 70 else OFF


@dataclass(frozen=True)
class Updates:
    """Of each of the last weeks, the oldest first, how many updates were there in time, of those expected."""

    weeks: Sequence[Share]

    @property
    def all(self) -> Share:
        return Share(sum(week.part for week in self.weeks), sum(week.of for week in self.weeks))


@dataclass(frozen=True)
class Open:
    """The questions that are to be decided."""

    count: int
    overdue: int
    oldest: str = ""
    """Such as `D-12`."""
    oldest_days: int = 0

    @property
    def standing(self) -> str:
        return NO_DATA if not self.count else OFF if self.overdue else ON_COURSE


@dataclass(frozen=True)
class Health:
    yields: Sequence[tuple[Ritual, Yield]]
    updates: Updates
    triage: Share | None
    """Insights that were triaged in their time; none where there are no insights."""
    decisions: Open

    @property
    def left(self) -> Share:
        """Of the occurrences that were held, how many left something."""
        return Share(sum(each.left for _ritual, each in self.yields), sum(each.held for _ritual, each in self.yields))


def read(look: Look) -> Health:
    rituals = look.house.definitions.calendar.rituals
    return Health(
        [(ritual, look.yields[ritual.id]) for ritual in rituals if ritual.id in look.yields],
        _updates(look),
        Share(*figures.in_time(look.session, look.house)) if look.house.definitions.insights else None,
        _decisions(look),
    )


# Built once, since Home is drawn after every press on it.
_LAST = (
    select(Occurrence.id, Occurrence.slot)
    .where(
        Occurrence.workspace_id == bindparam("workspace_id"),
        Occurrence.ritual_id.in_(bindparam("ritual_ids", expanding=True)),
        Occurrence.state == CLOSED,
    )
    .order_by(Occurrence.slot.desc())
    .limit(WEEKS)
    .subquery()
)
_IN_TIME = and_(Update.submitted_at.is_not(None), Update.late.is_(False))
_ANSWERED = (
    select(func.count().filter(_IN_TIME), func.count())
    .select_from(_LAST)
    .join(Ask, Ask.occurrence_id == _LAST.c.id)
    .outerjoin(Update, and_(Update.occurrence_id == Ask.occurrence_id, Update.area_id == Ask.area_id))
    .where(Ask.state.not_in((AWAY, LET_OFF)))
    .group_by(_LAST.c.id, _LAST.c.slot)
    .order_by(_LAST.c.slot)
)
# The oldest, with how many there are.
_OPEN = (
    select(
        Decision.number,
        Decision.raised_at,
        func.count().over(),
        func.sum(case((Decision.needed_by < bindparam("today"), 1), else_=0)).over(),
    )
    .where(Decision.workspace_id == bindparam("workspace_id"), Decision.state == PROPOSED)
    .order_by(Decision.raised_at)
    .limit(1)
)


def _updates(look: Look) -> Updates:
    """As they were asked for; whoever was away is not expected to answer."""
    rituals = [each.id for each in look.house.definitions.calendar.rituals if each.kind == updates.KIND]
    which = {"workspace_id": look.house.workspace_id, "ritual_ids": rituals}
    return Updates([Share(*row) for row in look.session.execute(_ANSWERED, which)])


def _decisions(look: Look) -> Open:
    which = {"workspace_id": look.house.workspace_id, "today": look.today}
    oldest = look.session.execute(_OPEN, which).first()
    if oldest is None:
        return Open(0, 0)
    number, raised_at, count, overdue = oldest
    return Open(count, overdue, f"D-{number}", max(0, (look.now - raised_at) // timedelta(days=1)))
