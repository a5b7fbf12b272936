"""Two hundred thousand insights: capture, the queue, lists, searches and measures, against reading rows by their keys.

On a busy machine the time that the processor spends on it says more than how long it takes; on PostgreSQL the server
spends the rest.
"""

import gc
import random
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from benchmarks.load import make_house
from bot import migrations
from bot.demo import company
from bot.house import House
from bot.insights import capturing, desk, figures, model, orphans, queue, read_listeners
from bot.insights.capturing import Captured
from bot.insights.model import (
    ACKNOWLEDGED,
    CLOSED,
    DECIDED,
    DISPOSITIONS,
    MERGED,
    NEW,
    OUT_OF_SCOPE,
    ROUTED,
    Insight,
    Submission,
    Told,
)
from bot.insights.rights import rules_of
from bot.people.directory import keep
from bot.people.model import People
from tests import postgres
from tests.insights.labelled import TEXTS

SIZE = 200_000
AT_ONCE = 10_000
OVER = timedelta(days=730)
TIMES = 50
GOAL, CAPTURE_GOAL = 100.0, 50.0
"""Milliseconds, for the slowest of a hundred."""
WORDS = [f"{syllable}{number}" for number in range(200) for syllable in ("ka", "lo", "mi", "nu", "pe", "ra", "si")]
RARE, COMMON = "quagga", "everywhere"
LISTS = (
    "",
    "open",
    "late",
    "critical",
    "billing",
    "pricing",
    "billing pricing high",
    "open billing",
    "declined search",
)
SEARCHES = (RARE, COMMON, f"{WORDS[5]} {WORDS[900]}", f"{COMMON} area:billing severity:critical", "nowhere")
PAST = (*[CLOSED] * 85, *[MERGED] * 6, *[OUT_OF_SCOPE] * 5, DECIDED, NEW, ROUTED, ACKNOWLEDGED)
LATELY = (*[NEW] * 4, *[ROUTED] * 2, *[ACKNOWLEDGED] * 2, CLOSED, CLOSED)
SEVERITIES = (*["low"] * 40, *["medium"] * 45, *["high"] * 14, "critical")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{Path(folder) / 'insights.db'}")
    with postgres.own_server() as server:
        measure("PostgreSQL", server.address)


def measure(name: str, address: str) -> None:
    """Print the median, the 99th percentile and the processor's time of each answer, up to what is sent to Slack."""
    migrations.upgrade(address)
    house = make_house(address)
    house.db.call(keep, house, company.directory(house.definitions))
    triager, submitter = house.db.call(_people, house)
    began = time.perf_counter()
    _fill(house, submitter)
    print(f"{name:<10} filled in {time.perf_counter() - began:.0f} s", flush=True)
    # As every node does once everything is loaded.
    gc.freeze()
    keys = list(range(SIZE // 2, SIZE // 2 + 10))
    call = house.db.call
    floor = _show(name, "ten rows by key", lambda: call(_by_key, keys), GOAL)

    def capture() -> None:
        words = f"{random.choice(TEXTS).what} {' '.join(random.choices(WORDS, k=6))}"
        said = Captured(words, "medium", area_id="billing")
        call(capturing.capture, house, submitter, said, f"benchmark:{time.time_ns()}")

    _show(name, "capture", capture, CAPTURE_GOAL, floor)
    _show(name, "queue's page", lambda: call(queue.queue, house, triager, 10), GOAL, floor)
    left: list[str] = []

    def triage() -> None:
        found = call(desk.next_for, house, triager, left)
        assert found is not None
        left.append(found.insight.ref)

    _show(name, "next in the queue, with likely duplicates", triage, GOAL, floor)
    for words in LISTS:
        _show(
            name, f"list {words}", lambda words=words: call(read_listeners.listed, house, triager, words), GOAL, floor
        )
    for words in SEARCHES:
        _show(name, f"find {words}", lambda words=words: call(read_listeners.found, house, triager, words), GOAL, floor)
    _show(name, "mine", lambda: call(read_listeners.mine, house, submitter, ""), GOAL, floor)
    _show(name, "one", lambda: call(read_listeners.one, house, triager, f"I-{SIZE // 2}"), GOAL, floor)
    seen = figures.NOT_RESTRICTED
    _show(name, "orphans without measures", lambda: call(orphans.look, house, seen), GOAL, floor)
    _show(name, "measures", lambda: call(figures.now, house), GOAL, floor)
    _show(name, "orphans", lambda: call(read_listeners.nobodys, house, triager, ""), GOAL, floor)
    _show(name, "digest of a week", lambda: call(read_listeners.compiled, house, triager, 7), GOAL, floor)
    house.db.close()


def _show(name: str, what: str, work: Callable[[], Any], goal: float, floor: float = 0.0) -> float:
    taken, spent = [], []
    for _ in range(TIMES + 3):
        began, cpu = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - began) * 1_000)
        spent.append((time.process_time() - cpu) * 1_000)
    # The first build statements, and read what the others find in memory.
    taken, spent = sorted(taken[3:]), sorted(spent[3:])
    middle, slow = taken[TIMES // 2], taken[int(TIMES * 0.99)]
    late = "" if slow <= goal else f"   over {goal:.0f} ms"
    times = f"   × {middle / floor:5.1f}" if floor else ""
    print(
        f"{name:<10} {what:<48} {middle:7.1f} ms, p99 {slow:7.1f} ms, processor {spent[TIMES // 2]:6.1f} ms"
        f"{times}{late}",
        flush=True,
    )
    return middle


def _fill(house: House, submitter: str) -> None:
    """Over two years; most of what came before the last ten days is answered, and everybody was told."""
    dice, now = random.Random(1), house.clock.now()
    people = [each.slack_id for each in house.db.call(lambda session: People(session, house).everybody())]
    areas = [area.id for area in house.definitions.organisation.areas]
    themes = [theme.id for theme in rules_of(house).themes if theme.id != "trust"]
    for first in range(1, SIZE + 1, AT_ONCE):
        rows = [
            _insight(house, dice, number, now - OVER * (SIZE - number) / SIZE, now, areas, themes, people)
            for number in range(first, first + AT_ONCE)
        ]
        house.db.call(_insert, house, rows, [*people, submitter], dice)
    if not house.db.is_sqlite:
        # In production this happens by itself while it grows.
        with house.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _insight(
    house: House, dice: random.Random, number: int, at: datetime, now: datetime, areas: list[str], themes: list[str],
    people: list[str],
) -> dict[str, Any]:  # fmt: skip
    state = dice.choice(PAST if now - at > timedelta(days=10) else LATELY)
    answered = state in (CLOSED, DECIDED)
    owner = dice.choice(people) if answered or state in (ROUTED, ACKNOWLEDGED) else None
    is_open = state in (NEW, ROUTED, ACKNOWLEDGED)
    words = f"{dice.choice(TEXTS).what} {' '.join(dice.choices(WORDS, k=6))}"
    return {
        "workspace_id": house.workspace_id, "number": number, "state": state, "captured_at": at,
        "restricted": number % 100 == 0, "what": f"{words} {COMMON}" + (f" {RARE}" if number == 4711 else ""),
        "area_id": dice.choice(areas), "theme_id": "" if state == NEW else dice.choice(themes), "also_themes": [],
        "severity": dice.choice(SEVERITIES), "source_id": "support", "owner": owner, "asked_of": owner,
        "due_at": at + timedelta(days=dice.randint(2, 20)) if is_open else None,
        "triaged_at": None if state == NEW else at + timedelta(hours=5),
        "triage_took": None if state == NEW else dice.randint(600, 60_000),
        "triage_late": None if state == NEW else dice.random() < 0.1,
        "routed_at": at + timedelta(hours=5) if owner else None,
        "disposition": dice.choice(DISPOSITIONS) if answered else "",
        "reason": "Few ask for it" if answered else "",
        "decided_at": min(at + timedelta(days=8), now) if answered or state == OUT_OF_SCOPE else None,
        "closed_at": min(at + timedelta(days=8), now) if state in (CLOSED, OUT_OF_SCOPE) else None,
        "answers": 1 if answered else 0,
        "answer_by": (at + timedelta(days=60)).date() if answered else None,
    }  # fmt: skip


def _insert(session: Session, house: House, rows: list[dict[str, Any]], people: list[str], dice: random.Random) -> None:
    session.execute(insert(Insight), rows)
    found = list(session.scalars(select(Insight).where(Insight.number >= rows[0]["number"]).order_by(Insight.number)))
    brought = [
        {
            "workspace_id": house.workspace_id, "insight_id": each.id, "captured_as": each.id,
            "submitter": dice.choice(people), "how": "api", "at": each.captured_at, "what": each.what,
            "accounts": dice.randint(1, 3), "form_key": f"fill:{each.id}:{n}",
        }
        for each in found
        for n in range(1 + (each.number % 10 == 0))
    ]  # fmt: skip
    session.execute(insert(Submission), brought)
    ids = select(Submission.id, Submission.insight_id, Submission.submitter).where(
        Submission.insight_id.between(found[0].id, found[-1].id), Submission.form_key.like("%:0")
    )
    decided = {each.id: each.decided_at for each in found if each.decided_at}
    told = [
        {
            "workspace_id": house.workspace_id, "insight_id": insight_id, "what": "answer:1", "submitter": submitter,
            "submission_id": id, "at": decided[insight_id], "reached_at": decided[insight_id], "in_time": True,
        }
        for id, insight_id, submitter in session.execute(ids)
        if insight_id in decided
    ]  # fmt: skip
    session.execute(insert(Told), told)
    for each in found:
        model.index(session, each)


def _people(session: Session, house: House) -> tuple[str, str]:
    people = People(session, house)
    return people.with_role("product_ops")[0].slack_id, people.everybody()[0].slack_id


def _by_key(session: Session, keys: list[int]) -> None:
    session.execute(text(f"SELECT * FROM insight WHERE id IN ({', '.join(map(str, keys))})")).all()


if __name__ == "__main__":
    main()
