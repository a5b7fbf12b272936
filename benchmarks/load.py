"""The load generator and the servers under load, for benchmarks that compare ours with its floor in one run.

Each server is a process of its own, as in production; figures are read as ratios, since they share this machine.
"""

import asyncio
import json
import multiprocessing
import socket
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
import uvicorn
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import app, shipped
from bot.clock import SystemClock
from bot.db import Database
from bot.definitions import load as load_definitions
from bot.delivery.model import OutboxMessage, is_open
from bot.house import House
from bot.words import Words

SECRET = "a secret for benchmarks only"
TEAM = "T0BENCH"
TOKEN = "xoxb-bench"


def make_house(address: str) -> House:
    """The workspace of the benchmarks, with the definitions that are shipped, on the database at `address`."""
    definitions = load_definitions(shipped.folder("cadences"), app.KINDS).definitions
    assert definitions is not None
    return House(
        workspace_id=TEAM,
        db=Database(address),
        clock=SystemClock(),
        words=Words([shipped.folder("templates")]),
        definitions=definitions,
        links=app.LINKS,
    )


def unsent(session: Session) -> int:
    """How many messages are still to be said."""
    return session.scalar(select(func.count()).where(is_open(OutboxMessage.state))) or 0


@dataclass(frozen=True)
class Rate:
    """What one round of load gave."""

    per_second: float
    p50: float
    p99: float
    """Milliseconds."""


def command(name: str, user: str) -> bytes:
    """A slash command as Slack sends it."""
    return urlencode(
        {
            "token": "unused",
            "team_id": TEAM,
            "team_domain": "bench",
            "channel_id": "C0BENCH",
            "channel_name": "bench",
            "user_id": user,
            "user_name": "someone",
            "command": name,
            "text": "",
            "response_url": "http://127.0.0.1:9/never",
            "trigger_id": "1.2.3",
            "api_app_id": "A0BENCH",
        }
    ).encode()


def interaction(payload: dict[str, Any]) -> bytes:
    """A click or a submitted form as Slack sends it."""
    return urlencode({"payload": json.dumps(payload)}).encode()


async def load(
    port: int, bodies: Iterator[bytes], requests: int, callers: int = 16, *, rate: float | None = None
) -> Rate:
    """Send `requests` signed requests from `callers` at once: as fast as they go, or at `rate` a second."""
    signer = SignatureVerifier(SECRET)
    url = f"http://127.0.0.1:{port}/slack/events"
    taken: list[float] = []
    started = time.perf_counter()
    turns = iter(range(requests))

    async def caller(session: aiohttp.ClientSession) -> None:
        for turn in turns:
            if rate is not None:
                await asyncio.sleep(max(0.0, started + turn / rate - time.perf_counter()))
            body = next(bodies)
            stamp = str(int(time.time()))
            headers = {
                "content-type": "application/x-www-form-urlencoded",
                "x-slack-request-timestamp": stamp,
                "x-slack-signature": signer.generate_signature(timestamp=stamp, body=body) or "",
            }
            sent = time.perf_counter()
            async with session.post(url, data=body, headers=headers) as answer:
                text = await answer.text()
            taken.append((time.perf_counter() - sent) * 1_000)
            if answer.status != 200 or "errors" in text or "Not saved" in text:
                raise RuntimeError(f"{answer.status}: {text[:300]}")

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(caller(session) for _ in range(callers)))
    seconds = time.perf_counter() - started
    taken.sort()
    return Rate(requests / seconds, statistics.median(taken), taken[int(len(taken) * 0.99) - 1])


@contextmanager
def served(make_app: Callable[..., Awaitable[Any]], *arguments: Any) -> Iterator[int]:
    """An ASGI application in a process of its own; yields its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(make_app, arguments, port), daemon=True)
    process.start()
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.join()


def _serve(make_app: Callable[..., Awaitable[Any]], arguments: tuple[Any, ...], port: int) -> None:
    async def main() -> None:
        app = await make_app(*arguments)
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off")
        await uvicorn.Server(config).serve()

    asyncio.run(main())


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing came up on port {port}")


async def always_ok() -> Any:
    """Slack's Web API as fast as it can be: every call succeeds at once."""
    answer = json.dumps(
        {"ok": True, "team_id": TEAM, "user_id": "U0BOT", "bot_id": "B0BOT", "view": {}, "channel": "C1", "ts": "1.1"}
    ).encode()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await read_body(receive)
            await _send(send, 200, answer)

    return app


async def read_body(receive: Any) -> bytes:
    """The whole body of a request, for a Slack written by hand: a framework would cost more than what is measured."""
    parts, more = [], True
    while more:
        part = await receive()
        parts.append(part.get("body", b""))
        more = part.get("more_body", False)
    return b"".join(parts)


async def answer_json(send: Any, content: Any, status: int = 200, *headers: tuple[bytes, bytes]) -> None:
    await _send(send, status, json.dumps(content).encode(), *headers)


async def _send(send: Any, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    described = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": described})
    await send({"type": "http.response.body", "body": body})
