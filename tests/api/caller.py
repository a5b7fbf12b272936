"""A program that calls the API over a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot import doors
from bot.api import listeners, tokens
from bot.api.endpoints import Endpoint
from bot.api.flow import LARGEST
from bot.house import House
from tests.demo.ports import free_port


@dataclass(frozen=True)
class Answered:
    status: int
    content: Any
    headers: Mapping[str, str]

    @property
    def fields(self) -> dict[str, str]:
        """What is wrong with each field."""
        return {each["pointer"].removeprefix("#/"): each["detail"] for each in self.content["errors"]}


class Program:
    """Calls with its token; `key` is the Idempotency-Key."""

    def __init__(self, browser: aiohttp.ClientSession, url: str, token: str) -> None:
        self._browser, self._url, self.token = browser, url, token

    async def call(
        self, method: str, path: str, body: Any = None, *, key: str | None = "build-1", **headers: str
    ) -> Answered:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        usual = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        usual |= {"Idempotency-Key": key} if key is not None else {}
        sent = {**usual, **{name.replace("_", "-"): value for name, value in headers.items()}}
        async with self._browser.request(method, f"{self._url}{path}", data=content, headers=sent) as answer:
            return Answered(answer.status, await answer.json(content_type=None), answer.headers)

    async def post(self, path: str, body: Any, **more: Any) -> Answered:
        return await self.call("POST", path, body, **more)

    async def patch(self, path: str, body: Any, **more: Any) -> Answered:
        return await self.call("PATCH", path, body, **more)


@asynccontextmanager
async def serving(house: House, endpoints: Sequence[Endpoint]) -> AsyncIterator[Program]:
    """A program whose token may ask for everything these endpoints offer."""

    async def answer(
        method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        return await listeners.answer(house, endpoints, method, path, headers, body)

    port = free_port()
    close = await doors.open_apart([doors.api(answer, LARGEST)], port)
    token = await house.db.run(new_token, house, endpoints)
    try:
        async with aiohttp.ClientSession() as browser:
            yield Program(browser, f"http://127.0.0.1:{port}/api/", token)
    finally:
        await close()


def new_token(session: Any, house: House, endpoints: Sequence[Endpoint], name: str = "deploy pipeline") -> str:
    known = {each.may for each in endpoints}
    return tokens.new(session, house, name, sorted(known), known, "olga")


def calling(house: House, endpoints: Sequence[Endpoint], story: Callable[[Program], Awaitable[None]]) -> None:
    async def run() -> None:
        async with serving(house, endpoints) as program:
            await story(program)

    asyncio.run(run())
