"""Whether decisions were made by whom their class names: the decider, those next in turn, or whom these asked to."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.decisions.model import Decision
from bot.decisions.rights import in_line
from bot.decisions.turns import Turn
from bot.house import House
from bot.pack_parts import Cell, Table
from bot.pack_words import Say, differing_first
from bot.people.model import People

WORDS = "pack/drift.txt.j2"


def table(session: Session, house: House, since: datetime) -> Table:
    """By class, what was decided since a moment; decisions of no class are held against nothing."""
    say, called = Say(house, WORDS), People(session, house).called
    decided: dict[str, int] = defaultdict(int)
    others: dict[str, list[str]] = defaultdict(list)
    for each in _decided(session, house, since):
        decided[each.class_id] += 1
        if each.decider not in _named(session, house, each):
            others[each.class_id].append(say.text("decided_by", ref=each.ref, name=called(each.decider)))
    rows: list[tuple[bool, Sequence[Cell]]] = []
    for decision_class in house.definitions.decision_classes:
        if count := decided.get(decision_class.id):
            wrong = others.get(decision_class.id, [])
            verdict = say.text("rights_verdict", others=len(wrong))
            rows.append((bool(wrong), (decision_class.name, str(count), wrong or "–", verdict)))
    return differing_first(say, "rights", rows)


def _decided(session: Session, house: House, since: datetime) -> Sequence[Decision]:
    query = select(Decision).where(
        Decision.workspace_id == house.workspace_id, Decision.decided_at >= since, Decision.class_id != ""
    )
    return session.scalars(query.order_by(Decision.number)).all()


def _named(session: Session, house: House, decision: Decision) -> set[str]:
    """Slack ids of who may decide it: by its class and area as they stand now, and who was asked to at the time."""
    asked = select(Turn.person).where(Turn.workspace_id == house.workspace_id, Turn.decision_id == decision.id)
    by_class = in_line(session, house, decision.class_id, decision.area_id)
    return {person.slack_id for person in by_class} | set(session.scalars(asked))
