"""However many records there are, the checks ask the database as often as for a few."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import event

from bot.comms.model import Copy
from bot.db import Base
from bot.house import House
from bot.insights.model import ROUTED
from bot.lookback.model import SEARCHED, Captured
from tests.checks import test_records as records
from tests.checks.test_records import (
    ANA,
    PRIYA,
    action,
    at_noon,
    day,
    decision,
    idea,
    insight,
    late,
    line,
    release,
    spike,
    surprise,
)

FEW, MANY = 2, 9
house = records.house


def much(house: House, count: int, after: int = 0) -> Iterable[Base]:
    """Of each sort so many that break something, numbered from the one `after`."""
    for n in range(after + 1, count + 1):
        target = day(house, 2 + n % 3)
        functions = ["support", "sales"]
        yield release(house, id=n, name=f"R{n}", slug=f"r{n}", target=target, functions=functions, rollback="We do")
        old = line(house, "registered", "function:support", -20, state="sent")
        changed = line(house, "changed", "told", -3, state="sent")
        old.id, changed.id, old.release_id, changed.release_id = 2 * n, 2 * n + 1, n, n
        yield from (old, changed)
        yield Copy(
            workspace_id=house.workspace_id, release_id=n, line_id=2 * n, recipient=PRIYA, at=at_noon(house, -20),
            knows="Mon 7 Dec 2026", tier="medium",
        )  # fmt: skip
        yield Captured(
            workspace_id=house.workspace_id, release_id=n, capture_id="week", day=7, function="support",
            due_on=day(house, -5), asked=[PRIYA], answers={},
        )  # fmt: skip
        yield decision(house, number=n, decider=ANA, needed_by=day(house, -5))
        yield insight(house, number=n, owner=ANA, state=ROUTED, severity="high", **late(house))
        yield surprise(house, SEARCHED)
        late_action = action(house, 20)
        late_action.owner = ANA
        yield late_action
        yield idea(house, -40)
        theme = spike(house)
        theme.theme_id, theme.found_at = f"theme-{n}", at_noon(house, -40) + timedelta(minutes=n)
        yield theme


def questions(house: House) -> dict[str, int]:
    """By the check's function, how often it asks."""
    found, asked = dict[str, int](), [0]

    def count(*_args: object) -> None:
        asked[0] += 1

    event.listen(house.db.engine, "before_cursor_execute", count)
    try:
        for room in house.links.findings:
            with house.db.transaction() as session:
                asked[0] = 0
                list(room(session, house))
                found[f"{room.__module__}.{room.__name__}"] = asked[0]
    finally:
        event.remove(house.db.engine, "before_cursor_execute", count)
    return found


def test_many_records_cost_as_many_questions_as_few(house: House) -> None:
    fill(house, much(house, FEW))
    few = questions(house)
    fill(house, much(house, MANY, after=FEW))
    many = questions(house)
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name]} == {}


def fill(house: House, rows: Iterable[Base]) -> None:
    with house.db.transaction() as session:
        for row in rows:
            session.add(row)
            # What comes later may belong to it.
            session.flush()
