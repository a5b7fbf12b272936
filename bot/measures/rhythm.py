"""Whether rituals do what they are for: updates in time (M1), what is left (M2), actions done by their day (M16)."""

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from bot.actions import model as actions
from bot.actions.model import Action
from bot.house import House
from bot.lookback.model import ACTIONS
from bot.measures.figure import Details, Figure, Period, share
from bot.reviews import yields
from bot.reviews.packet import SORT
from bot.rituals.model import CLOSED, CLOSED_WITHOUT_OUTPUT, Occurrence
from bot.updates import model as updates
from bot.updates.model import AWAY, LET_OFF, Ask, Update

OLDEST = 3


def on_time(session: Session, house: House, period: Period) -> Figure:
    """M1: updates, or that nothing changed, by the cutoff, of those expected; who was away is not expected."""
    in_time, no_change, expected = session.execute(
        select(func.count().filter(_IN_TIME), func.count().filter(_IN_TIME, Update.no_change.is_(True)), func.count())
        .select_from(Ask)
        .join(Occurrence, Occurrence.id == Ask.occurrence_id)
        .outerjoin(Update, _ANSWERS)
        .where(*_expected(house, period))
    ).one()
    return share(in_time, expected, no_change=share(no_change, in_time))


def of_own_areas(session: Session, house: House, period: Period, slack_id: str) -> Details:
    """By area, of those that this person was asked for: an area's updates are one person's work."""
    found = session.execute(
        select(Ask.area_id, func.count().filter(_IN_TIME), func.count())
        .join(Occurrence, Occurrence.id == Ask.occurrence_id)
        .outerjoin(Update, _ANSWERS)
        .where(*_expected(house, period), Ask.asked == slack_id)
        .group_by(Ask.area_id)
    )
    counts = {area_id: (in_time, expected) for area_id, in_time, expected in found}
    areas = house.definitions.organisation.areas
    return Details([(area.name, share(*counts[area.id])) for area in areas if area.id in counts])


def artifact_yield(session: Session, house: House, period: Period) -> Figure:
    """M2: occurrences that left something, of those that were held."""
    left, held = session.execute(
        select(func.count().filter(Occurrence.state == CLOSED), func.count()).where(
            Occurrence.workspace_id == house.workspace_id,
            Occurrence.day.between(period.first, period.last),
            Occurrence.state.in_((CLOSED, CLOSED_WITHOUT_OUTPUT)),
        )
    ).one()
    return share(left, held)


def by_ritual(session: Session, house: House, _period: Period) -> Details:
    """The last six of each, whenever they were."""
    rituals = house.definitions.calendar.rituals
    found = yields.of_all(session, house, [each.id for each in rituals])
    return Details(
        [(f"{found[each.id].dots} {each.name}", share(found[each.id].left, found[each.id].held))
         for each in rituals if each.id in found]
    )  # fmt: skip


def actions_done(session: Session, house: House, period: Period) -> Figure:
    """M16: actions of retros and reviews that were done by their day, of those due."""
    due = [
        action
        for sort in (ACTIONS, SORT)
        for action in actions.due_between(session, house, sort, period.first, period.last)
    ]
    return share(actions.in_time(house, due), len(due))


def oldest_actions(session: Session, house: House, _period: Period) -> Details:
    """What is open the longest after its day; whose it is stands where it was agreed."""
    late: list[Action] = actions.open_until(session, house, actions.today(house))[:OLDEST]
    return Details(lines=[f"{each.what} ({each.due_on:%-d %b %Y})" for each in late])


_IN_TIME = and_(Update.submitted_at.is_not(None), Update.late.is_(False))
_ANSWERS = and_(Update.occurrence_id == Ask.occurrence_id, Update.area_id == Ask.area_id)


def _expected(house: House, period: Period) -> list[ColumnElement[bool]]:
    """The requests of the weekly updates that were published in a period, but of whoever was away or let off."""
    rituals = [each.id for each in house.definitions.calendar.rituals if each.kind == updates.KIND]
    return [
        Occurrence.workspace_id == house.workspace_id,
        Occurrence.ritual_id.in_(rituals),
        Occurrence.day.between(period.first, period.last),
        Occurrence.state == CLOSED,
        Ask.state.not_in((AWAY, LET_OFF)),
    ]
