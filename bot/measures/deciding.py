"""How soon decisions are made (M3), and whether they hold (M4)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from bot.decisions import reviewing
from bot.decisions.entry import DOOR_NAMES
from bot.decisions.model import PROPOSED, REVERSED, SUPERSEDED, Decision
from bot.definitions.measures import DAYS
from bot.house import House
from bot.measures.figure import Details, Figure, Period, share, spread
from bot.prompts.model import Prompt

HOLDS = timedelta(days=90)
REVIEWED_WITHIN = timedelta(days=7)
A_DAY = timedelta(days=1)
OLDEST = 3


def latency(session: Session, house: House, period: Period) -> Figure:
    """M3: days from raising to deciding; what was recorded as decided was never waited for."""
    return spread([days for _class, _door, days in _decided(session, house, period)], DAYS)


def by_class(session: Session, house: House, period: Period) -> Details:
    """The same by class and by how easily it is reversed, and the questions that are open the longest."""
    found = _decided(session, house, period)
    classes = {each.id: each.name for each in house.definitions.decision_classes}
    by_name: dict[str, list[float]] = defaultdict(list)
    for class_id, _door, days in found:
        by_name[classes.get(class_id, "no class")].append(days)
    by_door: dict[str, list[float]] = defaultdict(list)
    for _class, door, days in found:
        if door in DOOR_NAMES:
            by_door[DOOR_NAMES[door]].append(days)
    rows = [(name, spread(days, DAYS)) for each in (by_name, by_door) for name, days in sorted(each.items())]
    return Details(rows, _oldest(session, house))


def reopened(session: Session, house: House, period: Period) -> Figure:
    """M4: decisions taken back or decided anew within 90 days, of those decided in the 90 days up to the period's end.

    Beside it: reviews done within a week of their day, of those due in the period.
    """
    end = period.end(house)
    gone = and_(Decision.state.in_((REVERSED, SUPERSEDED)), Decision.ended_at.is_not(None), Decision.ended_at <= end)
    count, decided = session.execute(
        select(func.count().filter(gone), func.count()).where(
            Decision.workspace_id == house.workspace_id, Decision.decided_at.between(end - HOLDS, end)
        )
    ).one()
    return share(count, decided, reviewed=_reviewed(session, house, period))


def _decided(session: Session, house: House, period: Period) -> list[tuple[str, str, float]]:
    """Of each that was waited for: its class, its door, and the days."""
    query = select(Decision.class_id, Decision.door, Decision.raised_at, Decision.decided_at).where(
        Decision.workspace_id == house.workspace_id,
        Decision.decided_at.between(period.begin(house), period.end(house)),
        Decision.decided_at > Decision.raised_at,
    )
    rows = session.execute(query)
    return [(class_id, door, (decided - raised) / A_DAY) for class_id, door, raised, decided in rows if decided]


def _oldest(session: Session, house: House) -> Sequence[str]:
    query = select(Decision.number, Decision.question, Decision.raised_at).where(
        Decision.workspace_id == house.workspace_id, Decision.state == PROPOSED
    )
    rows = session.execute(query.order_by(Decision.raised_at, Decision.number).limit(OLDEST))
    return [f"D-{number} {question} ({_days(house, raised)} d)" for number, question, raised in rows]


def _days(house: House, since: datetime) -> int:
    return max(0, (house.clock.now() - since) // A_DAY)


def _reviewed(session: Session, house: House, period: Period) -> Figure:
    """By what deciders were asked to look at again: whoever stood in counts with them, once."""
    query = (
        select(Prompt.ref, func.min(Prompt.at), func.min(Prompt.ended_at))
        .where(
            Prompt.workspace_id == house.workspace_id,
            Prompt.kind == reviewing.PROMPT,
            Prompt.at.between(period.begin(house), period.end(house)),
        )
        .group_by(Prompt.ref)
    )
    asked = [(at, ended) for _ref, at, ended in session.execute(query)]
    done = sum(ended is not None and ended <= at + REVIEWED_WITHIN for at, ended in asked)
    return share(done, len(asked))
