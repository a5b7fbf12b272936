"""How Slack reaches us: Bolt, behind a Socket Mode connection or an HTTP server."""

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import uvicorn
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.dispatch import Arrival, Dispatch
from bot.gesture import SlackClient
from bot.house import House
from bot.tables import Tables

Close = Callable[[], Awaitable[None]]


def make_bolt(house: Callable[[], House], client: Any, *, answers: Tables, signing_secret: str | None) -> AsyncApp:
    """Bolt with one listener a kind of payload; each looks its handler up in the rooms' tables.

    Handlers finish before Slack is answered, so that an acknowledgement means *kept*.
    """
    app = AsyncApp(
        client=client,
        signing_secret=signing_secret or "unused in Socket Mode",
        request_verification_enabled=signing_secret is not None,
        process_before_response=True,
    )
    dispatch = Dispatch(answers, house)
    anything = re.compile("")

    @app.command(anything)
    async def command(body: dict[str, Any], ack: Any, client: SlackClient, respond: Any) -> None:
        await dispatch.command(Arrival(body, ack, client, respond))

    @app.action(anything)
    async def action(body: dict[str, Any], ack: Any, client: SlackClient, respond: Any) -> None:
        await dispatch.action(Arrival(body, ack, client, respond))

    @app.view(anything)
    async def view(body: dict[str, Any], ack: Any, client: SlackClient) -> None:
        await dispatch.view(Arrival(body, ack, client))

    @app.shortcut(anything)
    async def shortcut(body: dict[str, Any], ack: Any, client: SlackClient, respond: Any) -> None:
        await dispatch.shortcut(Arrival(body, ack, client, respond))

    @app.event(anything)
    async def event(body: dict[str, Any], ack: Any, client: SlackClient) -> None:
        await dispatch.event(Arrival(body, ack, client))

    return app


async def open_socket(bolt: AsyncApp, app_token: str) -> Close:
    """Connect to Slack by Socket Mode; returns what closes the connection."""
    handler = AsyncSocketModeHandler(bolt, app_token, web_client=bolt.client)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    return handler.close_async


def make_web(bolt: AsyncApp, healthy: Callable[[], Awaitable[str | None]]) -> Starlette:
    """The web application: Slack's requests, and `/healthz` for whoever watches the process.

    `healthy` returns what is wrong in a line, or nothing.
    """
    handler = AsyncSlackRequestHandler(bolt)

    async def slack(request: Request) -> Response:
        return await handler.handle(request)

    async def health(_request: Request) -> Response:
        wrong = await healthy()
        return PlainTextResponse(wrong or "ok", status_code=503 if wrong else 200)

    return Starlette(
        routes=[
            Route("/slack/events", slack, methods=["POST"]),
            Route("/healthz", health, methods=["GET"]),
        ]
    )


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The node itself listens to signals."""
        yield


async def open_http(web: Starlette, port: int) -> Close:
    """Serve on `port`; returns what stops the server after the requests under way. OSError when the port is taken."""
    server = _Server(uvicorn.Config(web, host="0.0.0.0", port=port, log_config=None, lifespan="off"))
    sockets = [server.config.bind_socket()]
    serving = asyncio.create_task(server.serve(sockets=sockets))

    async def close() -> None:
        server.should_exit = True
        await serving

    return close
