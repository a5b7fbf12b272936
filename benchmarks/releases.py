"""`/launch-ready` with 200 active releases of 28 items each, against reading one release by its key."""

import asyncio
import gc
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from benchmarks.load import make_house
from bot import migrations
from bot.demo import company
from bot.gesture import Gesture
from bot.house import House
from bot.people.directory import keep
from bot.people.model import People
from bot.releases import listeners
from bot.releases.model import ItemState, Release, SignOff
from bot.releases.readiness import DONE, QUESTIONS, READY, STATES
from bot.releases.register import NEW
from tests import postgres

ACTIVE = 200
TIMES = 300
GOAL = 100.0
"""Milliseconds, for the slowest of a hundred."""
COMMANDS = ("", "release 77", "release 77 as of {today}", "relaese 77")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure("SQLite", f"sqlite:///{Path(folder) / 'releases.db'}"))
    with postgres.own_server() as server:
        asyncio.run(measure("PostgreSQL", server.address))


async def measure(name: str, address: str) -> None:
    """Print the median and the 99th percentile of each answer, up to what is sent to Slack.

    On a busy machine the time that the processor spends on it says more than how long it takes.
    """
    migrations.upgrade(address)
    house = make_house(address)
    house.db.call(keep, house, company.directory(house.definitions))
    # As every node does once everything is loaded.
    gc.freeze()
    reader = house.db.call(_fill, house)

    async def by_key() -> None:
        await house.db.run(_by_key)

    floor, _, _ = await _taken(by_key)
    print(f"{name:<10} one release by key {floor:25.1f} ms", flush=True)
    for command in COMMANDS:
        words = command.format(today=f"{house.clock.now():%Y-%m-%d}")
        half, most, busy = await _taken(partial(_answer, house, reader, words))
        late = "" if most <= GOAL else f"   over {GOAL:.0f} ms"
        taken = f"p50 {half:5.1f} ms  p99 {most:5.1f}  busy {busy:5.1f} ms   × {half / floor:4.1f}"
        print(f"{name:<10} /launch-ready {words:<28} {taken}{late}", flush=True)
    house.db.close()


async def _answer(house: House, reader: str, words: str) -> None:
    async def say(**_message: Any) -> None:
        pass

    client: Any = None
    gesture = Gesture(reader, say, client, channel="C0BENCH", text=words, respond=say)
    try:
        await listeners.launch_ready(gesture, house)
    except Exception as error:
        # Nothing is called like that: what comes nearest is said.
        assert "Did you mean" in str(error), error


def _fill(session: Session, house: House) -> str:
    """All in the next thirty days and high, with every fact; half of each one's items are in another state."""
    rules, now = house.definitions.releases, house.clock.now()
    assert rules is not None and len(rules.items) == 28
    person = People(session, house).everybody()[0]
    facts, of = [fact.id for fact in rules.facts], {"workspace_id": house.workspace_id}
    session.execute(
        insert(Release),
        [
            {
                **of, **NEW, "name": f"Release {n}", "slug": f"release-{n}", "owner": person.ref, "facts": facts,
                "target": (now + timedelta(days=n % 30)).date(), "confidence": "likely", "summary": "More of it. " * 9,
                "registered_by": person.slack_id, "registered_at": now,
                **dict.fromkeys(QUESTIONS, "Enough words about it, and a few more. " * 4),
            }
            for n in range(ACTIVE)
        ],
    )  # fmt: skip
    said = {**of, "changed_by": person.slack_id, "changed_at": now, "version": 1}
    for n in range(1, ACTIVE + 1):
        states = {item.id: STATES[item.id % len(STATES)] if item.id % 2 else DONE for item in rules.items}
        rows = [
            {**said, "release_id": n, "item_id": id, "state": state, "reason": "x" * 90} for id, state in states.items()
        ]
        session.execute(insert(ItemState), [{"evidence": "https://example.com", "until": None, **row} for row in rows])
        session.execute(
            insert(SignOff),
            [
                {**said, "release_id": n, "function": each.function, "said": READY, "risk": ""}
                for each in rules.sign_offs
            ],
        )
    return person.slack_id


def _by_key(session: Session) -> None:
    session.execute(text("SELECT * FROM release WHERE id = 78")).all()


async def _taken(work: Callable[[], Awaitable[Any]]) -> tuple[float, float, float]:
    """Milliseconds: the median, what 99 of 100 take at most, and for how long the processor is busy in 99 of 100."""
    taken, busy = [], []
    for _ in range(TIMES + 5):
        began, worked = time.perf_counter(), time.process_time()
        await work()
        taken.append((time.perf_counter() - began) * 1_000)
        busy.append((time.process_time() - worked) * 1_000)
    # The first build statements and read what the others find in memory.
    taken, busy = sorted(taken[5:]), sorted(busy[5:])
    return taken[TIMES // 2], taken[int(TIMES * 0.99) - 1], busy[int(TIMES * 0.99) - 1]


if __name__ == "__main__":
    main()
