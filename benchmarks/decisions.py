"""Searching and listing a hundred thousand decisions, against reading as many rows by their keys."""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from benchmarks.load import make_house
from bot import migrations
from bot.blocks import Message
from bot.decisions import listeners, model
from bot.decisions.model import DECIDED, PROPOSED, Decision
from bot.demo import company
from bot.house import House
from bot.people.directory import keep
from bot.people.model import People
from tests import postgres

SIZE = 100_000
AT_ONCE = 10_000
TIMES = 20
GOAL = 50.0
"""Milliseconds."""
WORDS = [
    f"{syllable}{number}" for number in range(200) for syllable in ("ka", "lo", "mi", "nu", "pe", "ra", "si", "to")
]
RARE = "quagga"
LISTS = ("", "open", "due", "mine", "billing", "pricing", "mine open billing")
SEARCHES = (RARE, "everywhere", "every", "e", f"{WORDS[5]} {WORDS[900]}", "everywhere ka1 lo2", "nowhere")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{Path(folder) / 'log.db'}")
    with _postgres() as address:
        measure("PostgreSQL", address)


def measure(name: str, address: str) -> None:
    """Print the median of each answer, up to what is sent to Slack, and what ten rows by their keys cost."""
    migrations.upgrade(address)
    house = make_house(address)
    house.db.call(keep, house, company.directory(house.definitions))
    _fill(house)
    reader = house.db.call(_somebody, house)
    keys = list(range(SIZE // 2, SIZE // 2 + 10))
    floor = _median(lambda: house.db.call(_by_key, keys))
    print(f"{name:<10} ten rows by key {floor:5.1f} ms", flush=True)
    for words in LISTS:
        _show(name, f"list {words}", floor, lambda words=words: house.db.call(listeners.listed, house, reader, words))
    for words in SEARCHES:
        _show(name, f"find {words}", floor, lambda words=words: house.db.call(listeners.found, house, reader, words))
    house.db.close()


def _show(name: str, what: str, floor: float, answer: Callable[[], Message]) -> None:
    taken = _median(answer)
    late = "" if taken <= GOAL else f"   over {GOAL:.0f} ms"
    print(f"{name:<10} {what:<24} {taken:6.1f} ms   × {taken / floor:4.1f}{late}", flush=True)


def _fill(house: House) -> None:
    """Every tenth is open; reviews of the last year are overdue; a word is in all of them, and one in a single one."""
    dice, people = random.Random(1), [f"U{n:05}" for n in range(200)]
    areas = [area.id for area in house.definitions.organisation.areas]
    classes = [each.id for each in house.definitions.decision_classes]
    now = house.clock.now()
    reader = house.db.call(_somebody, house)
    for first in range(1, SIZE + 1, AT_ONCE):
        rows = []
        for number in range(first, first + AT_ONCE):
            at, is_open = now - timedelta(minutes=10 * (SIZE - number)), number % 10 == 0
            said = " ".join(dice.choices(WORDS, k=40))
            rows.append(
                {
                    "workspace_id": house.workspace_id, "number": number, "raised_at": at, "source": None,
                    "state": PROPOSED if is_open else DECIDED, "raised_by": dice.choice([*people, reader]),
                    "decider": dice.choice([*people, reader]), "area_id": dice.choice(areas),
                    "class_id": dice.choice(classes), "question": said if is_open else "",
                    "decision": "" if is_open else said, "why": "everywhere" + (f" {RARE}" if number == 4711 else ""),
                    "needed_by": (at + timedelta(days=5)).date() if is_open else None,
                    "review_on": None if is_open else (at + timedelta(days=365)).date(),
                    "decided_at": None if is_open else at, "completed_at": None if is_open else at,
                }
            )  # fmt: skip
        house.db.call(_insert, house, rows)
    if not house.db.is_sqlite:
        # In production this happens by itself while the log grows.
        with house.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _insert(session: Session, house: House, rows: list[dict[str, Any]]) -> None:
    session.execute(insert(Decision), rows)
    query = select(Decision).where(Decision.number >= rows[0]["number"])
    for decision in session.scalars(query):
        model.index(session, decision)


def _somebody(session: Session, house: House) -> str:
    return People(session, house).everybody()[0].slack_id


def _by_key(session: Session, keys: list[int]) -> None:
    session.execute(text(f"SELECT * FROM decision WHERE id IN ({', '.join(map(str, keys))})")).all()


def _median(work: Callable[[], Any]) -> float:
    taken = []
    for _ in range(TIMES + 1):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1_000)
    # The first builds statements and reads what the others find in memory.
    return statistics.median(taken[1:])


@contextmanager
def _postgres() -> Iterator[str]:
    with postgres.own_server() as server:
        yield server.address


if __name__ == "__main__":
    main()
