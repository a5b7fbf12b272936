"""The measures of insights: how soon they are sorted and answered, whether whoever brought them is told, what is left.

Facts of the last days, for everybody to see; restricted insights count in none of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from bot.definitions.insights import SEVERITIES
from bot.house import House
from bot.insights import clocks, orphans
from bot.insights.model import CLOSED, DECIDED, MERGED, NEW, DigestPost, Insight, Told
from bot.insights.rights import rules_of
from bot.insights.telling import TOLD_WITHIN

DAYS = 30
"""What was triaged, answered and told in so many days counts."""
OLD, OLDEST = 30, 120
"""Days after which an insight should have its answer, and after which it counts no more."""
IN_USE = 90
"""Days in which each theme should be used once, and in which it counts what was left unsorted."""
MOST_COUNTED = 2_000
"""Of each, the latest: more would hardly change a share or a median, and take long."""
MOST_UNSORTED = 0.2
MOST_THEMES = 12

NOT_RESTRICTED = Insight.restricted.is_(False)


@dataclass(frozen=True)
class Figures:
    triage_hours: float | None
    """The median of the working hours from capture to triage, of what came in the last days; none: nothing did."""
    in_time: Mapping[str, tuple[int, int]]
    """By severity, the worst first: how many were triaged in time, of how many."""
    oldest: tuple[str, datetime] | None
    """The ref of what waits the longest to be triaged, and since when."""
    told: tuple[int, int]
    """How many submitters had their answer within five working days of it, of how many."""
    answered: tuple[int, int]
    """How many have their answer, of how many that came 30 to 120 days ago."""
    answer_days: float | None
    """The median of the days from capture to the answer, of what was answered in the last days."""
    orphans: int
    """How many nobody has."""
    orphans_before: int | None
    """The same when the last digest was posted; none before the first."""
    unsorted: tuple[int, int]
    """How many were sorted without an area, of how many, in the last 90 days."""
    unused: Sequence[str]
    """The names of the themes that nothing was about in 90 days, but of those that are restricted; none while nothing
    was sorted at all."""
    themes: int

    @property
    def taxonomy_rots(self) -> bool:
        """Whether somebody should look at areas and themes again."""
        without, of = self.unsorted
        return bool(self.unused) or self.themes > MOST_THEMES or without > MOST_UNSORTED * of


def now(session: Session, house: House) -> Figures:
    at = house.clock.now()
    sorted_lately = _triaged(session, house)
    without, of = _without_area(session, house)
    rules = rules_of(house)
    themes, restricted = rules.themes, set(rules.restricted.themes if rules.restricted else ())
    return Figures(
        triage_hours=median(took for _severity, took, _late in sorted_lately) / 3600 if sorted_lately else None,
        in_time={
            severity: (sum(not late for late in lates), len(lates))
            for severity in reversed(SEVERITIES)
            if (lates := [late for each, _took, late in sorted_lately if each == severity])
        },
        oldest=oldest(session, house),
        told=told(session, house, at - timedelta(days=DAYS), at),
        answered=answered(session, house, at),
        answer_days=median(taken) if (taken := answer_days(session, house, at - timedelta(days=DAYS), at)) else None,
        orphans=orphans.count(session, house, NOT_RESTRICTED),
        orphans_before=_orphans_before(session, house),
        unsorted=(without, of),
        unused=[
            theme.name
            for theme in themes
            if of and theme.id not in restricted and not _is_used(session, house, theme.id)
        ],
        themes=len(themes),
    )


def in_time(session: Session, house: House) -> tuple[int, int]:
    """How many insights of the last days were triaged in time, of how many that were."""
    lates = [late for _severity, _took, late in _triaged(session, house)]
    return sum(not late for late in lates), len(lates)


# Built once, since Home is drawn after every press on it.
_TRIAGED = (
    select(Insight.severity, Insight.triage_took, Insight.triage_late)
    .where(
        Insight.workspace_id == bindparam("workspace_id"),
        Insight.captured_at.between(bindparam("begin"), bindparam("end")),
        Insight.triage_took.is_not(None),
        NOT_RESTRICTED,
    )
    .order_by(Insight.captured_at.desc())
    .limit(MOST_COUNTED)
)


def triaged(session: Session, house: House, begin: datetime, end: datetime) -> Sequence[tuple[str, int, bool]]:
    """Of each that was captured from `begin` to `end` and judged: its severity, seconds of working time, if late."""
    rows = session.execute(_TRIAGED, {"workspace_id": house.workspace_id, "begin": begin, "end": end})
    return [(severity, took or 0, bool(late)) for severity, took, late in rows]


def overdue(session: Session, house: House, begin: datetime, end: datetime) -> int:
    """How many that were captured from `begin` to `end` still wait to be judged though their clock has run out."""
    query = (
        select(func.count())
        .select_from(Insight)
        .where(
            Insight.workspace_id == house.workspace_id,
            Insight.captured_at.between(begin, end),
            Insight.state == NEW,
            Insight.due_at < house.clock.now(),
            NOT_RESTRICTED,
        )
    )
    return session.scalar(query) or 0


def _triaged(session: Session, house: House) -> Sequence[tuple[str, int, bool]]:
    """Those of the last days."""
    at = house.clock.now()
    return triaged(session, house, at - timedelta(days=DAYS), at)


def oldest(session: Session, house: House) -> tuple[str, datetime] | None:
    """The ref of what waits the longest to be triaged, and since when."""
    query = (
        select(Insight.number, Insight.captured_at)
        .where(Insight.workspace_id == house.workspace_id, Insight.state == NEW, NOT_RESTRICTED)
        .order_by(Insight.captured_at)
        .limit(1)
    )
    found = session.execute(query).first()
    return (f"I-{found[0]}", found[1]) if found else None


def told(session: Session, house: House, begin: datetime, end: datetime) -> tuple[int, int]:
    """How many of the answers of that time reached who brought it within five working days, of how many.

    Of answers so old by now that all should have them, and of those that reached somebody sooner.
    """
    long_ago = clocks.days_before(house, house.clock.now(), TOLD_WITHIN)
    latest = (
        select(Told.in_time)
        .join(Insight, Insight.id == Told.insight_id)
        .where(
            Told.workspace_id == house.workspace_id,
            Told.at.between(begin, end),
            or_(Told.what.like("answer:%"), Told.what.like("out_of_scope:%")),
            or_(Told.in_time.is_not(None), Told.at < long_ago),
            NOT_RESTRICTED,
        )
        .order_by(Told.at.desc())
        .limit(MOST_COUNTED)
        .subquery()
    )
    due, in_time = session.execute(
        select(func.count(), func.count().filter(latest.c.in_time.is_(True))).select_from(latest)
    ).one()
    return in_time, due


def answered(session: Session, house: House, at: datetime) -> tuple[int, int]:
    """How many had their answer at a moment, of how many that had come 30 to 120 days before."""
    latest = (
        select(Insight.decided_at)
        .where(
            Insight.workspace_id == house.workspace_id,
            Insight.captured_at.between(at - timedelta(days=OLDEST), at - timedelta(days=OLD)),
            Insight.state != MERGED,
            NOT_RESTRICTED,
        )
        .order_by(Insight.captured_at.desc())
        .limit(MOST_COUNTED)
        .subquery()
    )
    has_one = func.count().filter(latest.c.decided_at <= at)
    of, count = session.execute(select(func.count(), has_one).select_from(latest)).one()
    return count, of


def answer_days(session: Session, house: House, begin: datetime, end: datetime) -> list[float]:
    """The days from capture to the answer, of what was answered in that time."""
    query = select(Insight.captured_at, Insight.decided_at).where(
        Insight.workspace_id == house.workspace_id,
        Insight.decided_at.between(begin, end),
        Insight.state.in_((DECIDED, CLOSED)),
        NOT_RESTRICTED,
    )
    rows = session.execute(query.order_by(Insight.decided_at.desc()).limit(MOST_COUNTED)).all()
    return [(decided - captured) / timedelta(days=1) for captured, decided in rows if decided]


def _orphans_before(session: Session, house: House) -> int | None:
    query = select(DigestPost.orphans).where(DigestPost.workspace_id == house.workspace_id)
    return session.scalar(query.order_by(DigestPost.id.desc()).limit(1))


def _without_area(session: Session, house: House) -> tuple[int, int]:
    """How many were sorted without an area, of how many."""
    latest = (
        select(Insight.area_id)
        .where(
            Insight.workspace_id == house.workspace_id,
            Insight.captured_at >= house.clock.now() - timedelta(days=IN_USE),
            Insight.triaged_at.is_not(None),
            NOT_RESTRICTED,
        )
        .order_by(Insight.captured_at.desc())
        .limit(MOST_COUNTED)
        .subquery()
    )
    of, without = session.execute(
        select(func.count(), func.count().filter(latest.c.area_id == "")).select_from(latest)
    ).one()
    return without, of


def _is_used(session: Session, house: House, theme_id: str) -> bool:
    """Whether anything of the last days is about it: looked for from the newest on."""
    newest = (
        select(Insight.captured_at)
        .where(Insight.workspace_id == house.workspace_id, Insight.theme_id == theme_id, NOT_RESTRICTED)
        .order_by(Insight.number.desc())
        .limit(1)
    )
    at = session.scalar(newest)
    return at is not None and at >= house.clock.now() - timedelta(days=IN_USE)
