"""Whether what people tell us is heard: triage in time (M8), answers told (M9), what nobody has (M10)."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.audit import Event, record
from bot.definitions import Area, Ritual
from bot.definitions.insights import SEVERITIES
from bot.definitions.measures import COUNT, HOURS
from bot.house import House
from bot.insights import figures, orphans
from bot.insights.model import WAITING, Insight
from bot.measures.figure import A_WEEK, Details, Figure, Period, periods, share, spread
from bot.people.model import People

KEPT = "measure.kept"
"""The event that keeps what a measure came to which only the present tells."""
ORPHANS = "measure:M10"
OLDEST = 3


def triage(session: Session, house: House, period: Period) -> Figure:
    """M8: insights of the period that were triaged in time, of those that were or should have been.

    Beside it: the working hours it took.
    """
    found = figures.triaged(session, house, period.begin(house), period.end(house))
    waiting = figures.overdue(session, house, period.begin(house), period.end(house))
    hours = spread([took / 3600 for _severity, took, _late in found], HOURS)
    return share(sum(not late for _severity, _took, late in found), len(found) + waiting, hours=hours)


def by_severity(session: Session, house: House, period: Period) -> Details:
    found = figures.triaged(session, house, period.begin(house), period.end(house))
    rows = []
    for severity in reversed(SEVERITIES):
        lates = [late for each, _took, late in found if each == severity]
        rows += [(severity, share(lates.count(False), len(lates)))] if lates else []
    oldest = figures.oldest(session, house)
    waits = [f"{oldest[0]} ({oldest[1].astimezone(house.definitions.organisation.zone):%-d %b %Y})"] if oldest else []
    return Details(rows, waits)


def loop(session: Session, house: House, period: Period) -> Figure:
    """M9: submitters who were told within five working days of the answer, of those to be told.

    Beside it: what has an answer, of what came 30 to 120 days before the end of the period.
    """
    told = figures.told(session, house, period.begin(house), period.end(house))
    answered = figures.answered(session, house, period.end(house))
    return share(*told, answered=share(*answered))


def nobodys(session: Session, house: House, period: Period) -> Figure:
    """M10: insights past their time to be triaged or without anybody to answer them, and owners who are not there.

    Of the last period it is what there is now; of earlier ones, what was kept of them at their end.
    """
    if period.last >= periods(house, A_WEEK)[-1].last:
        lost, gaps, of = _now(session, house)
        return Figure(float(lost + gaps), of, COUNT, beside={"owner_gaps": Figure(float(gaps), of, COUNT)})
    query = select(Event.detail).where(
        Event.workspace_id == house.workspace_id,
        Event.subject == ORPHANS,
        Event.at.between(period.begin(house), period.end(house)),
    )
    kept = session.scalar(query.order_by(Event.id.desc()).limit(1))
    return Figure(float(kept["value"]), kept["of"], COUNT) if kept else Figure(None, 0, COUNT)


def without_owner(session: Session, house: House, _period: Period) -> Details:
    """What of the definitions has an owner who is not there."""
    stuck = orphans.look(session, house, figures.NOT_RESTRICTED)
    refs = [insight.ref for each in stuck if each.kind in orphans.NOBODYS for insight, _since in each.oldest]
    return Details(lines=[*refs[:OLDEST], *_gaps(session, house)])


def keep(session: Session, house: House) -> None:
    """Keep what there is now, for the trend."""
    lost, gaps, of = _now(session, house)
    record(session, house, KEPT, ORPHANS, value=lost + gaps, of=of)


def _now(session: Session, house: House) -> tuple[int, int, int]:
    """Insights that nobody has, owners who are not there, and of how many insights that wait and things with owners."""
    waiting = select(func.count()).where(
        Insight.workspace_id == house.workspace_id, Insight.state.in_(WAITING), figures.NOT_RESTRICTED
    )
    lost = orphans.count(session, house, figures.NOT_RESTRICTED) if house.definitions.insights else 0
    return lost, len(_gaps(session, house)), (session.scalar(waiting) or 0) + len(_owned(house))


def _owned(house: House) -> Sequence[Area | Ritual]:
    return [*house.definitions.organisation.areas, *house.definitions.calendar.rituals]


def _gaps(session: Session, house: House) -> Sequence[str]:
    """The areas and rituals, by name, whose owner Slack does not know."""
    people = People(session, house)
    return [each.name for each in _owned(house) if people.by_ref(each.owner) is None]
