"""The nightly look of all checks over five thousand records, against as many bare queries as it asks.

On a busy machine the time that the processor spends on it says more than how long it takes.
"""

import tempfile
import time
from pathlib import Path

from benchmarks import home
from bot import migrations
from bot.checks import flow, model
from tests import postgres

GOAL = 5.0
"""Seconds, on SQLite."""
TIMES = 3


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{Path(folder) / 'checks.db'}")
    with postgres.own_server() as server:
        measure("PostgreSQL", server.address)


def measure(name: str, address: str) -> None:
    """Print how long each of a few nights takes, and what they find."""
    migrations.upgrade(address)
    house, records = home.filled_house(address)
    print(f"{name:<10} {records:,} records", flush=True)
    for night in range(1, TIMES + 1):
        began, cpu = time.perf_counter(), time.process_time()
        house.db.call(flow.look, house)
        taken, spent = time.perf_counter() - began, time.process_time() - cpu
        found = house.db.call(model.open_now, house)
        late = "" if taken <= GOAL else f"   over {GOAL:.0f} s"
        print(
            f"{name:<10} night {night}: {len(house.links.findings)} rooms, {len(found):4} findings of "
            f"{len({each.rule for each in found}):2} checks   {taken:6.2f} s, processor {spent:6.2f} s{late}",
            flush=True,
        )
    house.db.close()
