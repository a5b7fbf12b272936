"""The address people open: the local Slack, with the one thing put right that Slack's own client does better.

The local Slack runs line breaks in plain text together, so that a digest becomes one long paragraph.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web

LINE_BREAKS = b"<style>.plain { white-space: pre-wrap; }</style>"
HOST = "127.0.0.1"
NOT_PASSED_ON = {"host", "connection", "accept-encoding", "content-length"}
LARGEST_UPLOAD = 2**30
CLOSED_WITHIN = 1.0
"""Seconds."""

_Side = web.WebSocketResponse | ClientWebSocketResponse


@asynccontextmanager
async def window(port: int, address: str) -> AsyncIterator[None]:
    """Show the local Slack at `address` on `port` of this machine, and nowhere else. OSError when it is taken."""
    async with ClientSession(auto_decompress=True) as session:

        async def show(request: web.Request) -> web.StreamResponse:
            if request.headers.get("Upgrade", "").lower() == "websocket":
                return await _bridge(request, session, address)
            return await _pass_on(request, session, address)

        application = web.Application(client_max_size=LARGEST_UPLOAD)
        application.router.add_route("*", "/{path:.*}", show)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=CLOSED_WITHIN)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, port).start()
            yield
        finally:
            await runner.cleanup()


async def _pass_on(request: web.Request, session: ClientSession, address: str) -> web.Response:
    headers = {name: value for name, value in request.headers.items() if name.lower() not in NOT_PASSED_ON}
    async with session.request(
        request.method, address + request.path_qs, headers=headers, data=await request.read(), allow_redirects=False
    ) as answer:
        body = await answer.read()
        kind = answer.headers.get("Content-Type", "text/plain")
        if answer.content_type == "text/html":
            body = body.replace(b"</head>", LINE_BREAKS + b"</head>", 1)
        return web.Response(status=answer.status, body=body, headers={"Content-Type": kind})


async def _bridge(request: web.Request, session: ClientSession, address: str) -> web.WebSocketResponse:
    """Carry what the page and the local Slack say to each other, until one of them ends it."""
    page = web.WebSocketResponse(max_msg_size=0)
    await page.prepare(request)
    async with session.ws_connect(address + request.path_qs, max_msg_size=0) as slack:
        both = [asyncio.create_task(_carry(page, slack)), asyncio.create_task(_carry(slack, page))]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for direction in both:
                direction.cancel()
    await page.close()
    return page


async def _carry(origin: _Side, target: _Side) -> None:
    async for message in origin:
        if message.type is WSMsgType.TEXT:
            await target.send_str(message.data)
