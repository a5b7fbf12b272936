"""How gestures reach the bot and what it answers them with: Socket Mode, and response URLs."""

import asyncio
import json
import uuid
from collections.abc import Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from aiohttp import WSMsgType, web

from bot.blocks import PayloadError, check_message
from tests.fake_slack.records import Records
from tests.fake_slack.shapes import APP, Ack, Json

T = TypeVar("T")

ACK_SECONDS = 5.0
"""Slack waits three; a busy test machine may be slower than that without anything being wrong."""
USES = 5
USABLE_SECONDS = 30 * 60.0
"""Of a response URL."""


@dataclass
class _Address:
    """Behind a response URL: whose gesture it was, and how often it was answered."""

    workspace: Records
    user: str
    made_at: float
    used: int = 0


class Line:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.port = 0
        self.answers_after = 0.0
        """Seconds until a response URL answers."""
        self._loop = loop
        self._sockets: list[web.WebSocketResponse] = []
        self._tickets: set[str] = set()
        self._acks: dict[str, asyncio.Future[Json]] = {}
        self._response_urls: dict[str, _Address] = {}

    @property
    def is_connected(self) -> bool:
        return any(not socket.closed for socket in self._sockets)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def soon(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Do it on the fake's own thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/link", self._link)
        app.router.add_post("/response/{id}", self._respond)

    def open_connection(self) -> Json:
        """What `apps.connections.open` answers: where one connection may be made."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return {"url": f"ws://127.0.0.1:{self.port}/link?ticket={ticket}"}

    async def gesture(self, kind: str, payload: Json) -> Ack:
        """Tell the bot, and wait for its acknowledgement."""
        return Ack(await asyncio.wrap_future(self.soon(self._send_envelope(kind, payload))))

    def response_url(self, workspace: Records, user: str) -> str:
        ticket = uuid.uuid4().hex
        self._response_urls[ticket] = _Address(workspace, user, workspace.now())
        return f"{self.origin}/response/{ticket}"

    def forget_addresses(self) -> None:
        """Where a connection might have been made, it cannot be made any more."""
        self._tickets.clear()

    async def close(self) -> None:
        for socket in list(self._sockets):
            await socket.close()

    async def _link(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("ticket") not in self._tickets:
            return web.Response(status=403)
        self._tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": APP}})
        async for frame in socket:
            if frame.type == WSMsgType.TEXT:
                answer = json.loads(frame.data)
                waiting = self._acks.get(answer.get("envelope_id", ""))
                if waiting and not waiting.done():
                    waiting.set_result(answer.get("payload") or {})
        self._sockets.remove(socket)
        return socket

    async def _send_envelope(self, kind: str, payload: Json) -> Json:
        sockets = [socket for socket in self._sockets if not socket.closed]
        assert sockets, "no bot listens: connect one by Socket Mode first"
        envelope = str(uuid.uuid4())
        self._acks[envelope] = self._loop.create_future()
        try:
            await sockets[-1].send_json(
                {
                    "envelope_id": envelope,
                    "type": kind,
                    "payload": payload,
                    "accepts_response_payload": kind != "events_api",
                }
            )
            return await asyncio.wait_for(self._acks[envelope], ACK_SECONDS)
        finally:
            del self._acks[envelope]

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        address = self._response_urls.get(request.match_info["id"])
        reply = await request.json()
        await asyncio.sleep(self.answers_after)
        if address is None or address.workspace.now() > address.made_at + USABLE_SECONDS:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        if address.used >= USES:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        if not reply.get("delete_original"):
            try:
                check_message({key: reply[key] for key in ("text", "blocks") if key in reply})
            except PayloadError as error:
                return web.json_response({"ok": False, "error": f"invalid_blocks: {error}"}, status=400)
        address.used += 1
        address.workspace.replies.append({**reply, "user": address.user})
        return web.Response(text="ok")
