"""Messages through the whole outbox to a Slack that answers at once, against a loop that only posts."""

import asyncio
import resource
import statistics
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.load import TOKEN, always_ok, make_house, served, unsent
from bot import blocks, migrations
from bot.clock import SystemClock
from bot.delivery import outbox
from bot.delivery.relay import Relay
from bot.delivery.slack import SlackSender, make_client, make_session
from bot.house import House
from bot.logs import set_up

ROUNDS = 7
MESSAGES = 1_000
WORKSPACES = 100
"""Enough that pacing, ten messages in a row for each, never holds one back."""
AT_ONCE = 8


@dataclass(frozen=True)
class Spent:
    """Seconds that one round took, and seconds of CPU."""

    seconds: float
    cpu: float


def main() -> None:
    set_up("warning")
    bare, ours = [], []
    with tempfile.TemporaryDirectory() as folder, served(always_ok) as port:
        address = f"http://127.0.0.1:{port}/api/"
        for turn in range(ROUNDS):
            database = f"sqlite:///{Path(folder) / f'{turn}.db'}"
            migrations.upgrade(database)
            bare.append(asyncio.run(_bare(address)))
            ours.append(asyncio.run(_ours(address, make_house(database))))
    ratio = statistics.median(b.seconds / o.seconds for b, o in zip(bare, ours, strict=True))
    cpu = statistics.median(o.cpu / b.cpu for b, o in zip(bare, ours, strict=True))
    print(f"bare {_shown(bare)}   ours {_shown(ours)}   ratio {ratio:.2f}, CPU × {cpu:.1f}")


def _shown(rounds: list[Spent]) -> str:
    per_second = MESSAGES / statistics.median(each.seconds for each in rounds)
    return f"{per_second:.0f}/s {statistics.median(each.cpu for each in rounds) / MESSAGES * 1000:.2f} ms CPU each"


async def _bare(address: str) -> Spent:
    message = blocks.message(blocks.section("A message as long as most.")).payload()
    turns = iter(range(MESSAGES))
    async with make_session() as session:
        client = make_client(TOKEN, address, session)

        async def caller() -> None:
            for turn in turns:
                await client.chat_postMessage(channel=f"C{turn}", **message)

        began, cpu = time.perf_counter(), _cpu()
        await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
        return Spent(time.perf_counter() - began, _cpu() - cpu)


async def _ours(address: str, house: House) -> Spent:
    message = blocks.message(blocks.section("A message as long as most."))
    with house.db.transaction() as db_session:
        for n in range(MESSAGES):
            workspace = replace(house, workspace_id=f"T{n % WORKSPACES:03}")
            outbox.post(db_session, workspace, f"C{n}", message, kind="bench")
    async with make_session() as session:
        relay = Relay(house.db, SystemClock(), SlackSender(make_client(TOKEN, address, session)), "bench")
        stop = asyncio.Event()
        began, cpu = time.perf_counter(), _cpu()
        running = asyncio.create_task(relay.run(stop))
        while await house.db.run(unsent):
            await asyncio.sleep(0.02)
        spent = Spent(time.perf_counter() - began, _cpu() - cpu)
        stop.set()
        await running
        house.db.close()
        return spent


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
