"""The server, which is also the first workspace: whatever tests ask of the fake, they ask of this."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from bot.clock import Clock, SystemClock
from tests import people
from tests.fake_slack.faults import Fault, Faults, rate_limited
from tests.fake_slack.limits import READS, Limits
from tests.fake_slack.line import Line
from tests.fake_slack.shapes import APP_TOKEN, BOT, BOT_TOKEN, BOT_USER, Copies, Json, Refusal
from tests.fake_slack.web_api import METHODS
from tests.fake_slack.workspace import Workspace

OPEN_CONNECTION = "apps.connections.open"


class FakeSlack(Workspace):
    def __init__(self, clock: Clock | None = None) -> None:
        self._loop = asyncio.new_event_loop()
        super().__init__(people.WORKSPACE, "Acme", BOT_USER, BOT, clock or SystemClock(), Line(self._loop))
        self.calls: list[tuple[str, Json]] = []
        """Every call of the Web API, in order, whatever became of it."""
        self._workspaces: dict[str, Workspace] = {BOT_TOKEN: self}
        self._revoked: dict[str, str] = {}
        self._faults = Faults()
        self._limits = Limits()
        self._late: list[tuple[Workspace, str, Json]] = []
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake-slack", daemon=True)
        for user_id, name in (
            (people.ALICE, "Alice"),
            (people.BOB, "Bob"),
            (people.CHARLIE, "Charlie"),
        ):
            self.add_user(user_id, name)
        for channel_id, name in (
            (people.UPDATES, "product-updates"),
            (people.LAUNCHES, "launches"),
            (people.DECISIONS, "decisions"),
            (people.PRODUCT_OPS, "product-ops"),
        ):
            self.add_channel(channel_id, name)

    # --- setting the scene ---

    @property
    def url(self) -> str:
        """The API's address, as a client's `base_url`."""
        return f"{self._line.origin}/api/"

    def start(self) -> None:
        self._thread.start()
        self._runner = self._line.soon(self._serve()).result(10)

    def stop(self) -> None:
        self._line.soon(self._close()).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def add_workspace(self, team_id: str, token: str, name: str = "Other") -> Workspace:
        """Another workspace with the app installed, at first without people and channels."""
        workspace = Workspace(team_id, name, f"U0BOT{team_id[2:]}", f"B0BOT{team_id[2:]}", self._clock, self._line)
        self._workspaces[token] = workspace
        return workspace

    def revoke(self, token: str, error: str = "token_revoked") -> None:
        """The token is good for nothing any more; the other `error` Slack may give is `account_inactive`."""
        self._revoked[token] = error

    def restore(self, token: str) -> None:
        self._revoked.pop(token, None)

    # --- what goes wrong ---

    def fail(self, method: str, fault: Fault, times: int = 1) -> None:
        """The next `times` calls of `method` go wrong like this."""
        self._faults.add(method, fault, times)

    def mix(self, seed: int, faults: Mapping[Fault, float], *methods: str) -> None:
        """From now on calls of these methods, or of any when none is named, go wrong by chance."""
        self._faults.mix(seed, faults, methods)

    def commit_late(self) -> None:
        """What was cut and is late gets done now."""
        while self._late:
            self._commit(*self._late.pop(0))

    def heal(self) -> None:
        """Nothing goes wrong any more."""
        self._faults.forget()

    async def cut_connections(self) -> None:
        """Ends every Socket Mode connection; the bot may make new ones."""
        await asyncio.wrap_future(self._line.soon(self._line.close()))

    def forget_addresses(self) -> None:
        """Connection addresses that were given out have lapsed."""
        self._line.forget_addresses()

    @property
    def answers_after(self) -> float:
        """Seconds until a response URL answers."""
        return self._line.answers_after

    @answers_after.setter
    def answers_after(self, seconds: float) -> None:
        self._line.answers_after = seconds

    def keep_limits(self) -> None:
        """From now on refuse calls that are more than Slack promises to take."""
        self._limits.kept = True

    @property
    def reads_a_minute(self) -> int | None:
        """How often a history may be read, and then fifteen messages at a time; None: as Slack's tiers say."""
        return self._limits.reads_a_minute

    @reads_a_minute.setter
    def reads_a_minute(self, most: int | None) -> None:
        self._limits.reads_a_minute = most

    # --- looking at it ---

    def is_connected(self) -> bool:
        """Whether a bot listens by Socket Mode."""
        return self._line.is_connected

    def called(self, method: str) -> int:
        return sum(1 for name, _ in list(self.calls) if name == method)

    @property
    def refused_calls(self) -> Counter[str]:
        """How many calls of each method were more than the limits allow."""
        return self._limits.refused

    def copies(self, marker: str) -> Copies:
        """Of the message that bore this marker when it was posted, in whichever workspace."""
        counted = [Workspace.copies(each, marker) for each in self._workspaces.values()]
        return Copies(sum(each.posted for each in counted), sum(each.standing for each in counted))

    # --- the server ---

    async def _serve(self) -> web.AppRunner:
        app = web.Application(client_max_size=8 * 2**20)
        app.on_response_prepare.append(self._date)
        app.router.add_route("*", "/api/{method}", self._api)
        self._line.add_routes(app)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self._line.port = runner.addresses[0][1]
        return runner

    async def _date(self, _request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = format_datetime(self._clock.now(), usegmt=True)

    async def _close(self) -> None:
        await self._line.close()
        await self._runner.cleanup()
        # Calls that hang would do so past the end of the loop.
        hanging = asyncio.all_tasks() - {asyncio.current_task()}
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args = await _arguments(request)
        self.calls.append((method, args))
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(args.get("token", ""))
        try:
            workspace = self._workspace(token, method)
        except Refusal as refusal:
            return web.json_response(_refusal(refusal))
        fault = self._too_often(workspace, method, args) or self._faults.draw(method)
        if fault and fault.late:
            self._do_late(workspace, method, args, fault)
        if fault and not fault.after:
            return await self._go_wrong(request, fault)
        answer = self._answer(workspace, method, args)
        return await self._go_wrong(request, fault) if fault else web.json_response(answer)

    def _workspace(self, token: str, method: str) -> Workspace:
        """The one the token is good for."""
        if not token:
            raise Refusal("not_authed")
        if token in self._revoked:
            raise Refusal(self._revoked[token])
        if token != APP_TOKEN and token not in self._workspaces:
            raise Refusal("invalid_auth")
        if (token == APP_TOKEN) != (method == OPEN_CONNECTION):
            raise Refusal("not_allowed_token_type")
        return self._workspaces.get(token, self)

    def _too_often(self, workspace: Workspace, method: str, args: Json) -> Fault | None:
        wait = self._limits.wait(workspace.team_id, method, str(args.get("channel", "")), self.now())
        return rate_limited(wait) if wait else None

    def _answer(self, workspace: Workspace, method: str, args: Json) -> Json:
        try:
            return {"ok": True, **self._do(workspace, method, args)}
        except Refusal as refusal:
            return _refusal(refusal)

    def _do(self, workspace: Workspace, method: str, args: Json) -> Json:
        if method == OPEN_CONNECTION:
            return self._line.open_connection()
        if method not in METHODS:
            raise Refusal("unknown_method")
        if method in READS and self._limits.page:
            args = {**args, "limit": min(int(args.get("limit") or 100), self._limits.page)}
        return METHODS[method](workspace, args)

    def _do_late(self, workspace: Workspace, method: str, args: Json, fault: Fault) -> None:
        if fault.done_after is None:
            self._late.append((workspace, method, args))
        else:
            self._loop.call_later(fault.done_after, self._commit, workspace, method, args)

    def _commit(self, workspace: Workspace, method: str, args: Json) -> None:
        with suppress(Refusal):
            self._do(workspace, method, args)

    async def _go_wrong(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.hang:
            await asyncio.sleep(fault.hang)
        if fault.cut:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
        if fault.error:
            return web.json_response({"ok": False, "error": fault.error}, status=fault.status, headers=headers)
        return web.Response(status=fault.status, text="<html>Server error</html>", content_type="text/html")


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        return dict(await request.json())
    form = {**request.query, **await request.post()} if request.can_read_body else dict(request.query)
    return {key: _parsed(key, str(value)) for key, value in form.items()}


def _parsed(key: str, value: str) -> Any:
    return json.loads(value) if key in ("blocks", "metadata", "view") and value else value


def _refusal(refusal: Refusal) -> Json:
    answer: Json = {"ok": False, "error": refusal.error}
    return {**answer, "response_metadata": {"messages": list(refusal.messages)}} if refusal.messages else answer
