"""The decisions of which the plan of a quarter is made."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.decisions.model import DECIDED, PROPOSED, Decision
from bot.house import DecisionFacts, House
from bot.people.model import People

TOPIC = "planning"
_PREFIX = "D-"


def facts(
    session: Session, house: House, ritual_id: str, since: datetime, refs: Collection[str]
) -> list[DecisionFacts]:
    """Of the classes that are decided in a ritual, or have the topic `planning`, what was raised since a moment.

    With the entries of these ids besides, whatever became of them; in the order of their numbers.
    """
    class_ids = [
        each.id
        for each in house.definitions.decision_classes
        if ritual_id and (each.forum.ritual == ritual_id or TOPIC in map(str.casefold, each.topics))
    ]
    numbers = [int(ref.removeprefix(_PREFIX)) for ref in refs if ref.removeprefix(_PREFIX).isdecimal()]
    of_ritual = and_(
        Decision.class_id.in_(class_ids), Decision.raised_at >= since, Decision.state.in_((PROPOSED, DECIDED))
    )
    query = select(Decision).where(
        Decision.workspace_id == house.workspace_id, or_(of_ritual, Decision.number.in_(numbers))
    )
    called = People(session, house).called
    return [
        DecisionFacts(
            ref=each.ref,
            state=each.state,
            text=f"We will {each.decision}" if each.decision else each.question,
            decider=called(each.decider),
            why=each.why,
            options=tuple(each.option_lines),
        )
        for each in session.scalars(query.order_by(Decision.number))
    ]
