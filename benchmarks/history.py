"""Claiming, settling, firing and counting with ten thousand, a hundred thousand and a million rows of history.

The three databases take turns, so that what else this machine does weighs on all alike.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import BigInteger, ColumnElement, Table, Text, cast, insert, literal, make_url, select, update
from sqlalchemy.orm import Session

from benchmarks.load import make_house
from bot import blocks, migrations, timers
from bot.clock import from_millis, to_millis
from bot.delivery import outbox
from bot.delivery.claim import Claim, claim
from bot.delivery.model import OUTBOX
from bot.delivery.outcome import Sent
from bot.delivery.settle import Answer, settle_all
from bot.gauges import gauges
from bot.house import House
from bot.logs import set_up
from bot.timers import Timer
from tests import postgres

SIZES = (10_000, 100_000, 1_000_000)
TURNS = 60
WORKSPACES = 8
LANES = 4
"""Of each workspace; one message in each is claimed at a time."""
PAUSE = 60_000
"""Milliseconds between turns, by the clock of the turns: every pace has recovered."""
MESSAGE = blocks.message(blocks.section("A message as long as most."))
TIMER = "bench"

Taken = dict[str, list[float]]


def main() -> None:
    set_up("error")
    with tempfile.TemporaryDirectory() as folder:
        compare("SQLite", [f"sqlite:///{Path(folder) / f'{size}.db'}" for size in SIZES])
    with databases(SIZES) as addresses:
        compare("PostgreSQL", addresses)


def compare(name: str, addresses: list[str]) -> None:
    """Print the median of each step in each database, and how much slower it is than in the first."""
    houses, taken = [], [_no_times() for _ in addresses]
    for address, size in zip(addresses, SIZES, strict=True):
        migrations.upgrade(address)
        houses.append(make_house(address))
        _fill(houses[-1], size)
    for turn in range(-1, TURNS):
        for house, times in zip(houses, taken, strict=True):
            # The first turn builds statements and reads what the others find in memory.
            _take_turn(house, _now(house) + turn * PAUSE, times if turn >= 0 else _no_times())
    for step, least in taken[0].items():
        first = statistics.median(least)
        medians = [statistics.median(times[step]) for times in taken]
        shown = "   ".join(
            f"{size:>9,} rows {median:5.1f} ms × {median / first:.2f}"
            for size, median in zip(SIZES, medians, strict=True)
        )
        print(f"{name:<10} {step:<17} {shown}", flush=True)
    for house in houses:
        house.db.close()


def _no_times() -> Taken:
    return {"claim 32": [], "settle 32": [], "claim, fire timer": [], "gauges": []}


@contextmanager
def databases(sizes: Sequence[int]) -> Iterator[list[str]]:
    """One of PostgreSQL for each size."""
    with postgres.own_server() as server:
        addresses = []
        with psycopg.connect(server.address, autocommit=True) as connection:
            for size in sizes:
                connection.execute(f"CREATE DATABASE rows_{size}".encode())
                address = make_url(server.address).set(database=f"rows_{size}")
                addresses.append(address.render_as_string(hide_password=False))
        yield addresses


def _fill(house: House, size: int) -> None:
    """Say one message and fire one timer, then copy both rows until there are `size` of each."""
    now = _now(house)
    with house.db.transaction() as session:
        said = outbox.post(session, house, "C0", MESSAGE, kind="bench")
        timers.arm(session, house, "first", TIMER, "", from_millis(now))
        values = {"state": "sent", "ts": "1.1", "posted_channel": "C0", "done_at": now}
        session.execute(update(OUTBOX).where(OUTBOX.c.id == said).values(values))
        session.execute(update(Timer).values(state="fired"))
    number = numbers(size)
    text = cast(number.c.number, Text)
    with house.db.transaction() as session:
        copies(session, OUTBOX, number, marker="m" + text, done_at=literal(now, BigInteger) - number.c.number)
        copies(session, Timer.__table__, number, key="k" + text, due_at=literal(now, BigInteger) - number.c.number)
    get_to_know(house)


def get_to_know(house: House) -> None:
    """Let PostgreSQL look at what there is now; in production this happens by itself while the history grows."""
    if not house.db.is_sqlite:
        with house.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def numbers(last: int) -> Any:
    """The numbers from 1 on, as a table with the column `number`."""
    number = select(literal(1, BigInteger).label("number")).cte(recursive=True)
    return number.union_all(select(number.c.number + 1).where(number.c.number < last))


def copies(session: Session, table: Any, number: Any, **changed: ColumnElement[Any]) -> None:
    """Insert the table's one row again for each number, with what is `changed`."""
    assert isinstance(table, Table)
    columns = [column for column in table.columns if not column.primary_key]
    rows = (
        select(*(changed.get(column.name, column) for column in columns)).select_from(table).join(number, literal(True))
    )
    session.execute(insert(table).from_select([column.name for column in columns], rows))


def _take_turn(house: House, now: int, times: Taken) -> None:
    with house.db.transaction() as session:
        for n in range(WORKSPACES):
            for lane in range(LANES):
                workspace = replace(house, workspace_id=f"T{n}")
                outbox.post(session, workspace, f"C{lane}", MESSAGE, kind="bench")
        timers.arm(session, house, f"turn {now}", TIMER, "", from_millis(now))
    claims: list[Claim] = timed(times["claim 32"], lambda: _in(house, claim, "bench", now, WORKSPACES * LANES))
    assert len(claims) == WORKSPACES * LANES
    answers = [Answer(each, Sent(each.call.channel, "1.1"), now) for each in claims]
    timed(times["settle 32"], lambda: _in(house, settle_all, answers))
    timed(times["claim, fire timer"], lambda: _fire(house, now))
    timed(times["gauges"], lambda: _in(house, gauges, now))


def _fire(house: House, now: int) -> None:
    (lease,) = _in(house, timers.claim, house.workspace_id, from_millis(now), "bench")
    assert _in(house, timers.fire, lease, house, {TIMER: lambda _session, _house, _ref: None})


def _in(house: House, verb: Callable[..., Any], *args: Any) -> Any:
    with house.db.transaction() as session:
        return verb(session, *args)


def timed(times: list[float], step: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    result = step()
    times.append((time.perf_counter() - began) * 1_000)
    return result


def _now(house: House) -> int:
    return to_millis(house.clock.now())


if __name__ == "__main__":
    main()
