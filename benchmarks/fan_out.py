"""Two thousand direct messages in eight workspaces, as fast as Slack allows, against how long that must take.

Slack here refuses what comes within a second of the last message of a conversation, and what goes beyond 250 a
minute in a workspace. One workspace alone would need eight minutes for as many; its pace is its own, so eight share
the work. Each takes a first burst: the most that a minute can see is `BURST` more than 250.
"""

import asyncio
import json
import tempfile
import time
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.load import TOKEN, answer_json, make_house, read_body, served, unsent
from bot import blocks, migrations
from bot.delivery import outbox, pacing
from bot.delivery.relay import Relay
from bot.delivery.slack import SlackSender, make_client, make_session
from bot.house import House
from bot.logs import set_up

WORKSPACES = 8
PEOPLE = 10
MESSAGES_EACH = 25
ANSWERS_AFTER = 0.15
INTERVAL = pacing.WORKSPACE_INTERVAL / 1_000
BURST = pacing.WORKSPACE_BURST
UNEVEN = 2
"""Requests that a network may bring nearer to each other than they were sent."""
THEORY = (PEOPLE * MESSAGES_EACH - BURST) * INTERVAL
"""Seconds: the burst at once, then one an interval."""


def main() -> None:
    set_up("error")
    with tempfile.TemporaryDirectory() as folder, served(strict) as port:
        database = f"sqlite:///{Path(folder) / 'outbox.db'}"
        migrations.upgrade(database)
        house = make_house(database)
        _promise(house)
        seconds = asyncio.run(_deliver(house, f"http://127.0.0.1:{port}/api/"))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/counts") as answer:
            counts = json.load(answer)
    print(
        f"{counts['taken']} messages in {seconds:.1f} s, theory {THEORY:.1f} s, ratio {seconds / THEORY:.3f}; "
        f"refused for coming too soon: {counts['refused']}"
    )


def _promise(house: House) -> None:
    message = blocks.message(blocks.section("What shipped, what comes next?"))
    with house.db.transaction() as session:
        for n in range(WORKSPACES):
            workspace = replace(house, workspace_id=f"T{n}")
            for person in range(PEOPLE):
                for _ in range(MESSAGES_EACH):
                    outbox.post(session, workspace, f"U{n}-{person:03}", message, kind="bench")


async def _deliver(house: House, address: str) -> float:
    """Seconds until everything was said."""
    async with make_session() as session:
        relay = Relay(house.db, house.clock, SlackSender(make_client(TOKEN, address, session)), "bench")
        stop = asyncio.Event()
        began = time.perf_counter()
        running = asyncio.create_task(relay.run(stop))
        while await house.db.run(unsent):
            await asyncio.sleep(0.1)
        seconds = time.perf_counter() - began
        stop.set()
        await running
        house.db.close()
        return seconds


async def strict() -> Any:
    """A Slack that refuses what comes too soon, and tells at /counts how it went."""
    last: dict[str, float] = {}
    tat: dict[str, float] = {}
    counts = {"taken": 0, "refused": 0}

    def is_too_soon(channel: str) -> bool:
        workspace, now = channel.partition("-")[0], time.monotonic()
        free = max(tat.get(workspace, 0.0), now)
        if now < last.get(channel, 0.0) + 1 or free > now + (BURST + UNEVEN - 1) * INTERVAL:
            return True
        last[channel], tat[workspace] = now, free + INTERVAL
        return False

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body = await read_body(receive)
        if scope["path"] == "/counts":
            await answer_json(send, counts)
        elif is_too_soon(channel := json.loads(body)["channel"]):
            counts["refused"] += 1
            await answer_json(send, {"ok": False, "error": "ratelimited"}, 429, (b"retry-after", b"1"))
        else:
            counts["taken"] += 1
            await asyncio.sleep(ANSWERS_AFTER)
            await answer_json(send, {"ok": True, "channel": channel, "ts": f"{counts['taken']}.1"})

    return app


if __name__ == "__main__":
    main()
