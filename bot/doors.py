"""How Slack reaches us: Bolt, behind a Socket Mode connection or an HTTP server."""

import asyncio
import contextlib
import hashlib
import logging
import os
import re
import socket
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import uvicorn
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot import metrics
from bot.dispatch import Arrival, Dispatch
from bot.gesture import Respond, SlackClient
from bot.house import House
from bot.logs import get_logger
from bot.tables import Tables

Close = Callable[[], Awaitable[None]]

FINISH = 5.0
"""Seconds that gestures under way get to end when a door is closed."""
CONNECT = 20.0
"""Seconds until Slack must have taken a connection when we start."""
ADDRESS_LIVES = 15.0
PING = 10.0
"""Seconds between looks at the connection, and between attempts to make it again; half of it may go without a sign."""
UNLISTED = {
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""No search engine shows a secret address, and no page that is visited from there is told it."""
LARGEST_BODY = 2**20
"""Bytes; what Slack sends stays far below."""

log = get_logger(__name__)


class Bolt(AsyncApp):
    """Slack's framework, and what it hands everything to."""

    def __init__(self, dispatch: Dispatch, client: Any, signing_secret: str | None) -> None:
        with _no_slack_variables():
            super().__init__(
                client=client,
                signing_secret=signing_secret or "unused in Socket Mode",
                request_verification_enabled=signing_secret is not None,
                # Otherwise the framework looks for the acknowledgement only every ten milliseconds.
                process_before_response=True,
            )
        self.dispatch = dispatch


@contextlib.contextmanager
def _no_slack_variables() -> Iterator[None]:
    """Slack's framework reads the environment by itself, and with a client id there looks for tokens in files."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("SLACK_")}
    try:
        yield
    finally:
        os.environ.update(hidden)


def make_bolt(house: Callable[[], House], client: Any, *, answers: Tables, signing_secret: str | None) -> Bolt:
    """Bolt with one listener a kind of payload; each looks its handler up in the rooms' tables."""
    dispatch = Dispatch(answers, house)
    app = Bolt(dispatch, client, signing_secret)
    anything = re.compile("")

    @app.command(anything)
    async def command(body: dict[str, Any], ack: Any, client: SlackClient, respond: Any) -> None:
        await _until_acknowledged("command", dispatch.command, Arrival(body, ack, client, _heard(respond)))

    @app.action(anything)
    async def action(body: dict[str, Any], ack: Any, client: SlackClient, respond: Any) -> None:
        await _until_acknowledged("action", dispatch.action, Arrival(body, ack, client, _heard(respond)))

    @app.view(anything)
    async def view(body: dict[str, Any], ack: Any, client: SlackClient) -> None:
        await _until_acknowledged("view", dispatch.view, Arrival(body, ack, client))

    @app.shortcut(anything)
    async def shortcut(body: dict[str, Any], ack: Any, client: SlackClient, respond: Any) -> None:
        await _until_acknowledged("shortcut", dispatch.shortcut, Arrival(body, ack, client, _heard(respond)))

    @app.event(anything)
    async def event(body: dict[str, Any], ack: Any, client: SlackClient) -> None:
        await _until_acknowledged("event", dispatch.event, Arrival(body, ack, client))

    return app


async def _until_acknowledged(
    kind: str, handle: Callable[[Arrival], Coroutine[Any, Any, None]], arrival: Arrival
) -> None:
    """Handle what arrived, and return as soon as it is acknowledged, which it is once what it keeps is committed.

    What is said afterwards goes on by itself, so that Slack need not wait for it.
    """
    arrived = time.perf_counter()
    acknowledged: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def acknowledge(*arguments: Any, **named: Any) -> Any:
        answer = await arrival.ack(*arguments, **named)
        if not acknowledged.done():
            acknowledged.set_result(None)
            metrics.acknowledged(kind, time.perf_counter() - arrived)
        return answer

    def ended(_work: asyncio.Task[None]) -> None:
        if not acknowledged.done():
            acknowledged.set_result(None)

    asyncio.create_task(handle(replace(arrival, ack=acknowledge))).add_done_callback(ended)
    await acknowledged


def _heard(respond: Any) -> Respond:
    """Slack's framework lets a refused answer pass in silence."""

    async def respond_and_look(**message: Any) -> bool:
        answer = await respond(**message)
        if answer.status_code != 200:
            log.error("Slack refused an answer", status=answer.status_code, said=answer.body)
        return bool(answer.status_code == 200)

    return respond_and_look


async def open_socket(bolt: Bolt, app_token: str, address: str) -> Close:
    """Connect to Slack by Socket Mode at the `address` it gave; returns what closes the connection.

    A lost connection is made again. TimeoutError when the first one cannot be made.
    """
    handler = AsyncSocketModeHandler(bolt, app_token, web_client=bolt.client, ping_interval=PING)
    handler.client.logger.addFilter(_in_a_line)
    handler.client.wss_uri = address
    renewing = asyncio.create_task(_renew_address(handler.client))
    try:
        await asyncio.wait_for(handler.connect_async(), CONNECT)  # type: ignore[no-untyped-call]  # Bolt leaves it so
    except BaseException:
        renewing.cancel()
        await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it so
        raise

    async def close() -> None:
        if handler.client.message_receiver is not None:
            handler.client.message_receiver.cancel()
        await bolt.dispatch.finish(FINISH)
        renewing.cancel()
        await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it so

    return close


def _in_a_line(record: logging.LogRecord) -> bool:
    """Slack's client shows its whole stack each time it could not connect; the reason is in its words."""
    if str(record.msg).startswith("Failed to connect"):
        record.exc_info = None
    return True


async def _renew_address(client: Any) -> None:
    """An address connects once and for a short while, but Slack's client tries the one it has for ever."""
    while True:
        await asyncio.sleep(ADDRESS_LIVES)
        if not await client.is_connected():
            client.wss_uri = None


def make_web(bolt: AsyncApp, *beside: Route) -> Starlette:
    """The web application that Slack calls, and what is served `beside`."""

    async def slack(request: Request) -> Response:
        length = request.headers.get("content-length", "")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            return PlainTextResponse("too large", status_code=413)
        body = await request.body()
        try:
            arrived = to_async_bolt_request(request, body)
        except Exception:
            # Read before the signature is looked at, so anybody may send it: no stack for each in the log.
            return PlainTextResponse("not from Slack", status_code=400)
        return to_starlette_response(await bolt.async_dispatch(arrived))

    return Starlette(routes=[Route("/slack/events", slack, methods=["POST"]), *beside])


def watching(
    ready: Callable[[], Awaitable[Mapping[str, str | None]]], figures: Callable[[], Awaitable[bytes]]
) -> Sequence[Route]:
    """What whoever watches the process may ask: `/healthz`, `/readyz` and `/metrics`.

    `ready` says of each thing that is needed what is wrong with it, or nothing.
    """

    async def alive(_request: Request) -> Response:
        # That this is answered at all is the proof: the event loop turns.
        return PlainTextResponse("ok\n")

    async def is_ready(_request: Request) -> Response:
        found = await ready()
        lines = [
            f"{'not ok' if wrong else 'ok'} {what}{f': {wrong}' if wrong else ''}\n" for what, wrong in found.items()
        ]
        return PlainTextResponse("".join(lines), status_code=503 if any(found.values()) else 200)

    async def measured(_request: Request) -> Response:
        return Response(await figures(), media_type=metrics.CONTENT_TYPE)

    return [
        Route("/healthz", alive, methods=["GET"]),
        Route("/readyz", is_ready, methods=["GET"]),
        Route("/metrics", measured, methods=["GET"]),
    ]


def feeds(read: Callable[[str], Awaitable[bytes | None]]) -> Route:
    """Calendars at secret addresses; `read` gives the file for what stands in the address, or nothing."""

    async def feed(request: Request) -> Response:
        found = await read(request.path_params["token"])
        if found is None:
            return PlainTextResponse("not found\n", status_code=404, headers=UNLISTED)
        etag = f'"{hashlib.sha256(found).hexdigest()[:32]}"'
        headers = {**UNLISTED, "ETag": etag, "Cache-Control": "private, max-age=300"}
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(found, media_type="text/calendar", headers=headers)

    return Route("/feeds/{token}.ics", feed, methods=["GET"])


def api(
    answer: Callable[[str, str, Mapping[str, str], bytes], Awaitable[tuple[int, Mapping[str, str], bytes]]],
    largest: int,
) -> Route:
    """What programs ask for below `/api/`.

    `answer` takes method, path, headers and body, and gives status, headers and body; of a body over the `largest` that
    is taken (bytes), it sees only that it is larger.
    """

    async def call(request: Request) -> Response:
        body = b""
        async for part in request.stream():
            body = (body + part)[: largest + 1]
            if len(body) > largest:
                break
        status, headers, content = await answer(request.method, request.path_params["path"], request.headers, body)
        return Response(content, status, headers)

    return Route("/api/{path:path}", call, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])


async def open_http(bolt: Bolt, web: Starlette, port: int) -> Close:
    """Serve Slack on `port`; returns what stops after the requests under way. OSError when the port is taken."""
    stop = await _serve(web, port)

    async def close() -> None:
        await stop()
        await bolt.dispatch.finish(FINISH)

    return close


async def open_apart(routes: Sequence[Route], port: int) -> Close:
    """Serve `routes` on a `port` of their own. OSError when it is taken."""
    return await _serve(Starlette(routes=list(routes)), port)


async def _serve(web: Starlette, port: int) -> Close:
    """Serve `web` on `port` until the returned function is called."""
    listening = socket.create_server(("0.0.0.0", port), backlog=2048)
    server = _Server(
        uvicorn.Config(web, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=int(FINISH))
    )
    serving = asyncio.create_task(server.serve(sockets=[listening]))

    async def close() -> None:
        server.should_exit = True
        await serving
        listening.close()

    return close


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The node itself listens to signals."""
        yield
