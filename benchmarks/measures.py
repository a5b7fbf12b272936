"""Every measure over its last eight periods, with the records of 104 weeks behind them.

On a busy machine the time that the processor spends says more; on PostgreSQL the server spends the rest.

What is measured is what /cadence health computes, against as many bare queries as it asks. The goal is two seconds.
"""

import gc
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, insert, select, text
from sqlalchemy.orm import Session

from benchmarks import home
from bot import app, migrations
from bot.asked import StatusAsk
from bot.audit import Event
from bot.db import insert_for_id
from bot.definitions.lookback import KNEW
from bot.definitions.pulses import WORDS as IN_WORDS
from bot.demo import company
from bot.fills import FormFill
from bot.house import House
from bot.lookback.model import Awareness, Captured, Escape, LookBack
from bot.measures import standing
from bot.prompts.model import DayMessage, Prompt
from bot.pulses.model import PulseAnswer, Round
from bot.releases.model import LIVE, Release
from tests import postgres

WEEKS = 104
TIMES = 20
GOAL = 2_000.0
"""Milliseconds, for the slowest."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{Path(folder) / 'measures.db'}")
    with postgres.own_server() as server:
        measure("PostgreSQL", server.address)


def measure(name: str, address: str) -> None:
    """Print the median, the slowest and the processor's time of all measures."""
    migrations.upgrade(address)
    house = replace(home.company_of(address), links=app.LINKS)
    records = house.db.call(fill, house)
    if not house.db.is_sqlite:
        # In production this happens by itself while it grows.
        with house.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    gc.freeze()
    asked = _count(house)
    floor, _slowest, _spent = _times(lambda: house.db.call(_bare, asked))
    middle, slowest, spent = _times(lambda: house.db.call(standing.of_all, house))
    late = "" if slowest <= GOAL else f"   over {GOAL:.0f} ms"
    print(
        f"{name:<10} {records:,} records of {WEEKS} weeks, {asked} queries   p50 {middle:6.1f} ms, slowest "
        f"{slowest:6.1f} ms, processor {spent:6.1f} ms   × {middle / floor:4.1f} of bare queries{late}",
        flush=True,
    )
    house.db.close()


def fill(session: Session, house: House) -> int:
    """Beside what Home's benchmark has: messages, prompts, forms, questions, and what came of launches."""
    home.fill(session, house)
    dice, people = random.Random(2), list(company.slack_ids(house.definitions).values())
    for make in (_asking, _forms, _pulses, _launches):
        make(session, house, dice, people)
    sorts = (Prompt, DayMessage, FormFill, StatusAsk, PulseAnswer, Awareness, Captured, Escape, Event)
    beside = sum(session.scalar(select(func.count()).select_from(sort)) or 0 for sort in sorts)
    return beside + home.count(session)


def _asking(session: Session, house: House, dice: random.Random, people: list[str]) -> None:
    """Three messages and four prompts a week to each."""
    messages, prompts = [], []
    for week in range(WEEKS):
        for person in people:
            for day in range(3):
                at = house.clock.now() - timedelta(weeks=week, days=day)
                messages.append(
                    {
                        "workspace_id": house.workspace_id, "person": person, "day": at.date(),
                        "what": f"again {week} {day}", "message_id": 1, "sent_at": at,
                    }
                )  # fmt: skip
            for number in range(4):
                at = house.clock.now() - timedelta(weeks=week, days=number)
                prompts.append(
                    {
                        "workspace_id": house.workspace_id, "person": person, "key": f"b:{person}:{week}:{number}",
                        "kind": dice.choice(("update", "action", "decision-review")), "ref": f"D-{week}:{number}",
                        "at": at, "prompted_at": at, "minutes": 4, "deadline": at + timedelta(days=1),
                        "ended_at": at + timedelta(hours=dice.randint(1, 40)),
                    }
                )  # fmt: skip
    session.execute(insert(DayMessage), messages)
    session.execute(insert(Prompt), prompts)


def _forms(session: Session, house: House, dice: random.Random, people: list[str]) -> None:
    """Twenty forms and fifteen questions a week; of either nothing older than half a year is kept."""
    fills, asks = [], []
    for week in range(26):
        for number in range(20):
            at = house.clock.now() - timedelta(weeks=week, hours=number)
            fills.append(
                {
                    "workspace_id": house.workspace_id, "form": "updates.submit", "title": "Weekly update",
                    "view_id": f"V{week}-{number}", "opened_at": at, "seconds": dice.randint(60, 1_200),
                }
            )  # fmt: skip
            asked = {"workspace_id": house.workspace_id, "asked_at": at, "kind": "area", "answered": number % 4 > 0}
            asks += [asked] if number < 15 else []
    session.execute(insert(FormFill), fills)
    session.execute(insert(StatusAsk), asks)


def _pulses(session: Session, house: House, dice: random.Random, people: list[str]) -> None:
    """Everybody answers both pulses every four weeks."""
    rules, answers = house.definitions.pulses, []
    for week in range(0, WEEKS, 4):
        at = house.clock.now() - timedelta(weeks=week)
        for pulse in rules.pulses if rules else ():
            values = {"workspace_id": house.workspace_id, "pulse_id": pulse.id, "day": at.date(), "closes_at": at}
            round_id = insert_for_id(session, Round, **values)
            answers += [
                {"workspace_id": house.workspace_id, "round_id": round_id, "question_id": question.id,
                 "function_id": "product", "value": dice.randint(1, 5)}
                for question in pulse.questions
                if question.kind != IN_WORDS
                for _person in people
            ]  # fmt: skip
    session.execute(insert(PulseAnswer), answers)


def _launches(session: Session, house: House, dice: random.Random, people: list[str]) -> None:
    """Each release that went out was polled, captured, covered, and something escaped of every other one."""
    launched = session.scalars(select(Release).where(Release.state == LIVE, Release.slug.like("release%"))).all()
    rows: dict[type[Any], list[dict[str, Any]]] = {LookBack: [], Awareness: [], Captured: [], Escape: [], Event: []}
    for number, release in enumerate(launched):
        of = {"workspace_id": house.workspace_id, "release_id": release.id}
        tier = dice.choice(("low", "medium", "high"))
        rows[LookBack].append({**of, "live_on": release.target, "tier": tier, "functions": ["support"], "items": {}})
        rows[Awareness] += [
            {**of, "person": person, "function": "support", "answer": dice.choice(("", *KNEW))} for person in people
        ]
        answers = {"met": {"label": "Met?", "answer": dice.choice(("met", "not met")), "means": "outcome"}}
        rows[Captured].append(
            {**of, "capture_id": "month", "day": 30, "function": "release-owner", "due_on": release.target, "asked": [],
             "answers": answers}
        )  # fmt: skip
        at = house.clock.now() - timedelta(days=number)
        if number % 2:
            rows[Escape].append(
                {**of, "what": "A rounding is off", "severity": "medium", "reported_by": people[0], "reported_at": at}
            )
        covered = {"support": {"confirmed": 5, "of": 6, "enough": True, "last": at.isoformat(), "lead": 2}}
        rows[Event].append(
            {"workspace_id": house.workspace_id, "at": at, "kind": "bundle.coverage",
             "subject": f"release:{release.id}", "detail": {"functions": covered}}
        )  # fmt: skip
    for table, values in rows.items():
        session.execute(insert(table), values)


def _times(work: Callable[[], Any]) -> tuple[float, float, float]:
    """Median, slowest, and the median of the processor's time, in milliseconds."""
    taken, spent = [], []
    for _ in range(TIMES + 1):
        began, cpu = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - began) * 1_000)
        spent.append((time.process_time() - cpu) * 1_000)
    # The first builds statements.
    taken, spent = sorted(taken[1:]), sorted(spent[1:])
    return taken[TIMES // 2], taken[-1], spent[TIMES // 2]


def _count(house: House) -> int:
    """How many queries it asks."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(house.db.engine, "before_cursor_execute", note)
    house.db.call(standing.of_all, house)
    event.remove(house.db.engine, "before_cursor_execute", note)
    return len(asked)


def _bare(session: Session, count: int) -> None:
    for id in range(1, count + 1):
        session.execute(text("SELECT * FROM insight WHERE id = :id"), {"id": id}).all()
