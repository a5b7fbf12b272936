"""Calendars are fetched from public hosts over https, and nothing else."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web

from bot.people.fetch import Fetcher, NotFetched, is_public

HERE = Fetcher(is_allowed=lambda address: True, schemes={"http"}, most_bytes=1000)
"""For a server of the test's own, which has neither a public address nor a certificate."""


@asynccontextmanager
async def served(answer: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_get("/{name}", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        await web.SockSite(runner, listener).start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/calendar.ics"
        finally:
            await runner.cleanup()


def fetch(answer: Callable[[web.Request], Awaitable[web.StreamResponse]], fetcher: Fetcher = HERE) -> bytes:
    async def whole() -> bytes:
        async with served(answer) as address:
            return await fetcher(address)

    return asyncio.run(whole())


async def calendar(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"BEGIN:VCALENDAR")


async def large(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"x" * 1001)


async def missing(request: web.Request) -> web.StreamResponse:
    return web.Response(status=404)


async def slow(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(5)
    return web.Response()


async def moved_once(request: web.Request) -> web.StreamResponse:
    if request.path == "/calendar.ics":
        return web.Response(status=302, headers={"Location": "/elsewhere.ics"})
    return web.Response(body=b"moved")


async def moved_for_ever(request: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "/calendar.ics"})


async def moved_inside(request: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"})


async def moved_to_a_file(request: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "file:///etc/passwd"})


def test_a_calendar_is_brought_also_after_it_has_moved() -> None:
    assert fetch(calendar) == b"BEGIN:VCALENDAR"
    assert fetch(moved_once) == b"moved"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (large, "larger than"),
        (missing, "answers 404"),
        (moved_for_ever, "without end"),
        (moved_to_a_file, "only https is read"),
    ],
)
def test_what_cannot_be_brought_is_said_in_words(
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]], why: str
) -> None:
    with pytest.raises(NotFetched, match=why):
        fetch(answer)


def test_who_takes_too_long_to_answer_is_not_waited_for() -> None:
    with pytest.raises(NotFetched, match="did not answer within"):
        fetch(slow, replace(HERE, within=0.2))


def test_a_redirect_to_an_inner_address_is_not_followed() -> None:
    only_here = Fetcher(is_allowed=lambda address: address == "127.0.0.1", schemes={"http"})
    with pytest.raises(NotFetched, match="not on the public internet"):
        fetch(moved_inside, only_here)


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/c.ics",
        "https://localhost/c.ics",
        "https://10.0.0.1/c",
        "https://[::1]/c",
        "https://0.0.0.0/c",
    ],
)
def test_an_inner_address_is_never_asked(address: str) -> None:
    with pytest.raises(NotFetched, match="not on the public internet"):
        asyncio.run(Fetcher()(address))


@pytest.mark.parametrize("address", ["http://example.com/c.ics", "file:///etc/passwd", "ftp://example.com/c"])
def test_only_https_is_read(address: str) -> None:
    with pytest.raises(NotFetched, match="only https"):
        asyncio.run(Fetcher()(address))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("fd00::1", False),
        ("224.0.0.1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public
