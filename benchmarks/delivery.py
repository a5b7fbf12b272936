"""Messages through the whole outbox to a Slack that answers at once, against a loop that only posts."""

import asyncio
import resource
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.acks import TOKEN, make_house
from benchmarks.load import always_ok, served
from bot import blocks, migrations
from bot.clock import SystemClock
from bot.delivery import outbox
from bot.delivery.model import SENT, OutboxMessage
from bot.delivery.relay import Relay
from bot.delivery.slack import SlackSender, make_client, make_session
from bot.house import House
from bot.logs import set_up

MESSAGES = 1_000
WORKSPACES = 100
"""Enough that pacing, ten messages in a row for each, never holds one back."""
AT_ONCE = 8


def main() -> None:
    set_up("warning")
    with tempfile.TemporaryDirectory() as folder, served(always_ok) as port:
        address = f"http://127.0.0.1:{port}/api/"
        database = str(Path(folder) / "outbox.db")
        migrations.upgrade(f"sqlite:///{database}")
        bare_seconds, bare_cpu = asyncio.run(_bare(address))
        our_seconds, our_cpu = asyncio.run(_ours(address, make_house(database)))
    print(
        f"bare {MESSAGES / bare_seconds:.0f}/s {bare_cpu / MESSAGES * 1000:.2f} ms CPU each   "
        f"ours {MESSAGES / our_seconds:.0f}/s {our_cpu / MESSAGES * 1000:.2f} ms CPU each   "
        f"ratio {bare_seconds / our_seconds:.2f}, CPU × {our_cpu / bare_cpu:.1f}"
    )


async def _bare(address: str) -> tuple[float, float]:
    message = blocks.message(blocks.section("A message as long as most.")).payload()
    turns = iter(range(MESSAGES))
    async with make_session() as session:
        client = make_client(TOKEN, address, session)

        async def caller() -> None:
            for turn in turns:
                await client.chat_postMessage(channel=f"C{turn}", **message)

        began, cpu = time.perf_counter(), _cpu()
        await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
        return time.perf_counter() - began, _cpu() - cpu


async def _ours(address: str, house: House) -> tuple[float, float]:
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
        while await house.db.run(_left):
            await asyncio.sleep(0.02)
        taken = time.perf_counter() - began, _cpu() - cpu
        stop.set()
        await running
        return taken


def _left(session: Session) -> int:
    return session.scalar(select(func.count()).where(OutboxMessage.state != SENT)) or 0


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
