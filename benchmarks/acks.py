"""How fast Slack is answered, next to bare Bolt doing the same in the same run.

dispatch   a command that only acknowledges: every handler of ours registered, against one listener
open       `/weekly-update`: our form for a person's area, against a fixed form
submit     a submitted weekly update with its durable commit (SQLite, synchronous=FULL), against two rows
           written by one thread
"""

import asyncio
import itertools
import json
import statistics
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from sqlalchemy import Column, Integer, MetaData, String, Table, select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.load import (
    SECRET,
    TEAM,
    TOKEN,
    Rate,
    always_ok,
    command,
    interaction,
    load,
    make_house,
    served,
)
from bot import app, doors, migrations
from bot.db import make_engine
from bot.delivery.slack import make_client, make_session
from bot.gesture import Gesture
from bot.house import House
from bot.people.model import Profile
from bot.rituals.model import Occurrence
from bot.tables import Command, Tables, merge

ROUNDS = 5
REQUESTS = 1_500
USER = "U0ANA"
AREA = "billing"
FIXED_VIEW = {
    "type": "modal",
    "callback_id": "fixed",
    "title": {"type": "plain_text", "text": "Weekly update"},
    "submit": {"type": "plain_text", "text": "Submit"},
    "blocks": [
        {
            "type": "input",
            "block_id": f"b{n}",
            "label": {"type": "plain_text", "text": "What reached users or was finished?"},
            "element": {"type": "plain_text_input", "action_id": f"b{n}"},
        }
        for n in range(15)
    ],
}


async def bare(slack_port: int, database: str) -> Any:
    """Bolt with one listener of each kind, no more than the same work needs."""
    client = make_client(TOKEN, f"http://127.0.0.1:{slack_port}/api/", make_session())
    bolt = AsyncApp(client=client, signing_secret=SECRET, process_before_response=True)
    metadata = MetaData()
    first = Table("first", metadata, Column("id", Integer, primary_key=True), Column("content", String))
    second = Table("second", metadata, Column("id", Integer, primary_key=True), Column("content", String))
    engine = make_engine(f"sqlite:///{database}")
    metadata.create_all(engine)
    writer = ThreadPoolExecutor(1)

    def write(content: str) -> None:
        with engine.begin() as connection:
            connection.execute(first.insert().values(content=content))
            connection.execute(second.insert().values(content=content))

    @bolt.view("updates.submit")
    async def submit(ack: Any, view: dict[str, Any]) -> None:
        await asyncio.get_running_loop().run_in_executor(writer, write, json.dumps(view["state"]["values"]))
        await ack()

    @bolt.command("/weekly-update")
    async def open_form(ack: Any, client: Any, body: dict[str, Any]) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=FIXED_VIEW)
        await ack()

    return _web(bolt)


async def bare_ack(slack_port: int) -> Any:
    client = make_client(TOKEN, f"http://127.0.0.1:{slack_port}/api/", make_session())
    bolt = AsyncApp(client=client, signing_secret=SECRET, process_before_response=True)

    @bolt.command("/nothing")
    async def nothing(ack: Any) -> None:
        await ack()

    return _web(bolt)


def _web(bolt: AsyncApp) -> Starlette:
    handler = AsyncSlackRequestHandler(bolt)

    async def slack(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", slack, methods=["POST"])])


async def ours(slack_port: int, database: str) -> Any:
    """Drumbeat's web side as it runs, with one more command that only acknowledges."""

    async def nothing(gesture: Gesture, house: House) -> None:
        await gesture.accept()

    client = make_client(TOKEN, f"http://127.0.0.1:{slack_port}/api/", make_session())
    house = make_house(f"sqlite:///{database}")
    answers = merge([app.tables(), Tables(commands={"/nothing": Command(nothing, "Only acknowledges")})])
    bolt = doors.make_bolt(lambda: house, client, answers=answers, signing_secret=SECRET)

    return doors.make_web(bolt)


def prepare(database: str) -> str:
    """A workspace whose first area is Ana's; returns the id of the occurrence that takes her update."""
    migrations.upgrade(f"sqlite:///{database}")
    house = make_house(f"sqlite:///{database}")
    owner = house.definitions.organisation.area(AREA)
    assert owner is not None
    with house.db.transaction() as session:
        session.add(
            Profile(
                workspace_id=TEAM,
                ref=owner.owner,
                slack_id=USER,
                name="Ana",
                zone="Europe/Berlin",
                active=True,
                refreshed_at=house.clock.now(),
            )
        )
    with house.db.transaction() as session:
        app.RITUALS.plan_all(session, house)
        weekly = next(r for r in house.definitions.calendar.rituals if r.kind == "weekly_update")
        occurrence = session.scalars(select(Occurrence).where(Occurrence.ritual_id == weekly.id)).one()
        app.RITUALS.run_now(session, replace(house), weekly, USER)
        return str(occurrence.id)


def submissions(occurrence: str) -> Iterator[bytes]:
    for n in itertools.count():
        values = {
            "next": _typed("next", f"line {n}"),
            "shipped": _typed("shipped", f"shipped {n} at {datetime.now():%H:%M}"),
            "status": {"status": {"type": "radio_buttons", "selected_option": {"value": "green"}}},
            "confidence": {"confidence": {"type": "static_select", "selected_option": {"value": "80"}}},
        }
        metadata = json.dumps({"occurrence": int(occurrence), "area": AREA, "planned": [], "seen": ""})
        yield interaction(
            {
                "type": "view_submission",
                "team": {"id": TEAM},
                "user": {"id": USER, "team_id": TEAM},
                "api_app_id": "A0BENCH",
                "trigger_id": "1.2.3",
                "view": {
                    "id": "V1",
                    "type": "modal",
                    "callback_id": "updates.submit",
                    "private_metadata": metadata,
                    "state": {"values": values},
                },
            }
        )


def _typed(block: str, text: str) -> dict[str, Any]:
    return {block: {"type": "plain_text_input", "value": text}}


def compare(name: str, floor_port: int, our_port: int, bodies: Iterator[bytes]) -> None:
    """Rounds of both, turn by turn, after a warm-up; prints the median of each and their ratio."""
    floor, mine = [], []
    for port in (floor_port, our_port):
        asyncio.run(load(port, bodies, 200))
    for _ in range(ROUNDS):
        floor.append(asyncio.run(load(floor_port, bodies, REQUESTS)))
        mine.append(asyncio.run(load(our_port, bodies, REQUESTS)))
    ratio = statistics.median(our.per_second / bare.per_second for our, bare in zip(mine, floor, strict=True))
    print(f"{name:<10} bare {_shown(floor)}   ours {_shown(mine)}   ratio {ratio:.2f}")


def _shown(rates: list[Rate]) -> str:
    middle = sorted(rates, key=lambda rate: rate.per_second)[len(rates) // 2]
    return f"{middle.per_second:6.0f}/s p50 {middle.p50:5.1f} ms p99 {middle.p99:5.1f} ms"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, served(always_ok) as slack_port:
        database = str(Path(folder) / "ours.db")
        occurrence = prepare(database)
        with served(bare_ack, slack_port) as floor, served(ours, slack_port, database) as mine:
            compare("dispatch", floor, mine, itertools.repeat(command("/nothing", USER)))
        bare_database = str(Path(folder) / "bare.db")
        with served(bare, slack_port, bare_database) as floor, served(ours, slack_port, database) as mine:
            compare("open", floor, mine, itertools.repeat(command("/weekly-update", USER)))
            compare("submit", floor, mine, submissions(occurrence))
            steady = asyncio.run(load(mine, submissions(occurrence), 1_000, rate=100))
            print(f"submit at 100/s: p50 {steady.p50:.1f} ms, p99 {steady.p99:.1f} ms")


if __name__ == "__main__":
    main()
