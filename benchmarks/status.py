"""`/cadence status` with 5,000 records of each sort, against reading one release by its key."""

import gc
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from benchmarks.load import make_house
from bot import asked as asks
from bot import migrations
from bot.asked import StatusAsk
from bot.blocks import Message
from bot.decisions import model as decisions
from bot.decisions.model import DECIDED, PROPOSED, Decision
from bot.demo import company
from bot.house import House
from bot.insights.model import CLOSED, ROUTED, Insight
from bot.people.directory import keep
from bot.people.model import People
from bot.releases.model import LIVE, PLANNED, Release
from bot.releases.readiness import QUESTIONS
from bot.releases.register import NEW
from bot.rituals import model as occurrences
from bot.rituals.model import Occurrence
from bot.roadmap.model import ADDED, LATER, RoadmapChange, RoadmapItem
from bot.status import flow, messages
from bot.updates.answer import AMBER, Answer
from bot.updates.model import KIND, Update
from tests import postgres

SIZE = 5_000
TIMES = 200
GOAL = 100.0
"""Milliseconds, for the slowest of a hundred."""
SYLLABLES = ("ka", "lo", "mi", "nu", "pe", "ra", "si", "to")
WORDS = [f"{one}{two}{three}" for one in SYLLABLES for two in SYLLABLES for three in SYLLABLES]
QUESTIONS_ASKED = (
    "{area}",
    "release 77",
    "D-77",
    "I-77",
    "R-77",
    "weekly",
    "rounding",
    "kalomi",
    "ka",
    "nothing like it",
    "",
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{Path(folder) / 'status.db'}")
    with postgres.own_server() as server:
        measure("PostgreSQL", server.address)


def measure(name: str, address: str) -> None:
    """Print the median and the 99th percentile of each answer, up to what is sent to Slack."""
    migrations.upgrade(address)
    house = make_house(address)
    house.db.call(keep, house, company.directory(house.definitions))
    reader = house.db.call(_fill, house)
    # As every node does once everything is loaded.
    gc.freeze()
    floor, _, _ = _taken(lambda: house.db.call(_by_key))
    print(f"{name:<10} one release by key {floor:19.2f} ms", flush=True)
    for question in QUESTIONS_ASKED:
        words = question.format(area=house.definitions.organisation.areas[0].name)
        half, most, busy = _taken(lambda words=words: house.db.call(_answer, house, reader, words))
        late = "" if most <= GOAL else f"   over {GOAL:.0f} ms"
        taken = f"p50 {half:5.1f} ms  p99 {most:5.1f}  busy {busy:5.1f} ms   × {half / floor:5.1f}"
        print(f"{name:<10} status {words:<20} {taken}{late}", flush=True)
    house.db.close()


def _answer(session: Session, house: House, reader: str, words: str) -> Message:
    if not words:
        return messages.help_(house, flow.examples(session, house, reader))
    return messages.answer(house, flow.ask(session, house, reader, words), {}, house.definitions.organisation.zone)


def _by_key(session: Session) -> None:
    session.execute(text("SELECT * FROM release WHERE id = 77")).all()


def _taken(work: Callable[[], Any]) -> tuple[float, float, float]:
    """The median and the 99th percentile in milliseconds, and the processor's time for one."""
    taken = []
    work()
    began_at, before = time.process_time(), TIMES
    for _ in range(before):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1_000)
    busy = (time.process_time() - began_at) * 1_000 / TIMES
    return statistics.median(taken), statistics.quantiles(taken, n=100)[-1], busy


def _fill(session: Session, house: House) -> str:
    dice, now = random.Random(1), house.clock.now()
    people = [person.slack_id for person in People(session, house).everybody()]
    areas = [area.id for area in house.definitions.organisation.areas]
    owners = [area.owner for area in house.definitions.organisation.areas]
    key = {"workspace_id": house.workspace_id}

    def name() -> str:
        return " ".join(dice.choices(WORDS, k=3))

    session.execute(
        insert(Release),
        [
            {
                **key, **NEW, **dict.fromkeys(QUESTIONS, "Written."), "name": f"Release {n}", "slug": f"release-{n}",
                "owner": dice.choice(owners), "target": (now + timedelta(days=(n - SIZE * 0.95) / 10)).date(),
                "confidence": "likely", "summary": name(), "facts": [], "registered_by": None, "registered_at": now,
                "state": LIVE if n < SIZE * 0.95 else PLANNED, "functions": [], "beyond": [],
            }
            for n in range(1, SIZE + 1)
        ],
    )  # fmt: skip
    session.execute(
        insert(RoadmapItem),
        [
            {
                **key, "number": n, "area_id": areas[n % len(areas)], "name": name(), "purpose": name(),
                "place": dice.choice(["now", "next", "later"]), "confidence": "likely", "functions": [],
                "release_id": n if n % 10 == 0 else None,
            }
            for n in range(1, SIZE + 1)
        ],
    )  # fmt: skip
    session.execute(
        insert(RoadmapChange),
        [
            {
                **key, "item_id": n, "at": now - timedelta(hours=2 * (SIZE - n)), "by": dice.choice(people),
                "kind": LATER if n % 2 else ADDED, "before": "now" if n % 2 else "", "after": "later",
                "confidence_before": "likely", "confidence_after": "likely", "purpose": "", "why": name(),
                "functions": [], "people": [],
            }
            for n in range(1, SIZE + 1)
        ],
    )  # fmt: skip
    session.execute(
        insert(Decision),
        [
            {
                **key, "number": n, "state": PROPOSED if n % 10 == 0 else DECIDED, "raised_by": dice.choice(people),
                "raised_at": now - timedelta(hours=SIZE - n), "decider": dice.choice(people),
                "area_id": dice.choice(areas), "question": name() if n % 10 == 0 else "",
                "decision": "" if n % 10 == 0 else name(), "needed_by": now.date() if n % 10 == 0 else None,
                "decided_at": None if n % 10 == 0 else now - timedelta(hours=SIZE - n), "why": " ".join([name()] * 5),
            }
            for n in range(1, SIZE + 1)
        ],
    )  # fmt: skip
    for decision in session.scalars(select(Decision)):
        decisions.index(session, decision)
    session.execute(
        insert(Insight),
        [
            {
                **key, "number": n, "state": ROUTED if n % 5 == 0 else CLOSED, "what": name(),
                "captured_at": now - timedelta(hours=SIZE - n), "area_id": dice.choice(areas), "also_themes": [],
                "restricted": n % 50 == 0, "severity": dice.choice(["low", "medium", "high"]),
            }
            for n in range(1, SIZE + 1)
        ],
    )  # fmt: skip
    _fill_updates(session, house, dice, people)
    session.execute(
        insert(StatusAsk),
        [
            {**key, "asked_at": now - timedelta(minutes=15 * n), "kind": "area", "answered": n % 5 != 0}
            for n in range(SIZE)
        ],
    )
    assert sum(week.asked for week in asks.by_week(session, house))
    return People(session, house).with_role("product_ops")[0].slack_id


def _fill_updates(session: Session, house: House, dice: random.Random, people: list[str]) -> None:
    ritual = next(each for each in house.definitions.calendar.rituals if each.kind == KIND)
    areas = house.definitions.areas_of(ritual)
    now, weeks = house.clock.now(), SIZE // len(areas)
    for week in range(weeks):
        at = now - timedelta(weeks=weeks - week)
        occurrence = Occurrence(
            workspace_id=house.workspace_id, ritual_id=ritual.id, slot=f"{at:%Y-%m-%dT10:00}", day=at.date(),
            opens_at=at, cutoff_at=at, publish_at=at, state=occurrences.CLOSED, ended_at=at,
        )  # fmt: skip
        session.add(occurrence)
        session.flush()
        said = Answer(status=AMBER, next=" ".join(dice.choices(WORDS, k=40)), path="rounding comes first")
        rows = [
            {
                "workspace_id": house.workspace_id, "occurrence_id": occurrence.id, "area_id": area.id,
                "author": dice.choice(people), "content": said.to_json(), "draft": False, "submitted_at": at,
            }
            for area in areas
        ]  # fmt: skip
        session.execute(insert(Update), rows)


if __name__ == "__main__":
    main()
