"""A Slack of our own on a free port: the Web API and Socket Mode in Slack's shape.

It keeps what it was told and refuses what Slack refuses. It runs in a thread, so that tests may be plain or
asynchronous and other processes may talk to it too.

    slack.posts, slack.updates, slack.ephemerals, slack.replies, slack.views, slack.homes    what it was told
    slack.fail("chat.postMessage", cut_after(), times=3)                                     what goes wrong
    await slack.command("/weekly-update", user=ALICE)                                        what people do
"""

import asyncio
import json
import math
import threading
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any, TypeVar

from aiohttp import WSMsgType, web

from bot.blocks import PayloadError, check_message, check_view
from bot.clock import Clock, SystemClock
from tests import people

T = TypeVar("T")
Json = dict[str, Any]

BOT_TOKEN = "xoxb-drum-beat"
APP_TOKEN = "xapp-drum-beat"
BOT_USER = "U0DRUMBEAT"
BOT = "B0DRUMBEAT"
APP = "A0DRUMBEAT"
TRIGGER_SECONDS = 3.0
ACK_SECONDS = 5.0
"""Slack waits three; a busy test machine may be slower than that without anything being wrong."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one call; `after` the work was done, or instead of it."""

    status: int = 200
    error: str = ""
    retry_after: int | None = None
    cut: bool = False
    hang: float = 0
    after: bool = False
    late: bool = False


def rate_limited(retry_after: int) -> Fault:
    return Fault(status=429, error="ratelimited", retry_after=retry_after)


def server_error(status: int = 500, *, after: bool = False) -> Fault:
    return Fault(status=status, after=after)


def refused(error: str) -> Fault:
    """`ok: false` with this error; nothing was done."""
    return Fault(error=error)


def failed_after(error: str = "internal_error") -> Fault:
    """`ok: false`, although it was done."""
    return Fault(error=error, after=True)


def cut_before() -> Fault:
    """The connection is cut before anything was done."""
    return Fault(cut=True)


def cut_after() -> Fault:
    """It was done, and the answer is lost."""
    return Fault(cut=True, after=True)


def cut_and_late() -> Fault:
    """The connection is cut, and it is done only when `commit_late` says so."""
    return Fault(cut=True, late=True)


def hang(seconds: float, *, after: bool = False) -> Fault:
    """No answer for so long, then the connection is cut."""
    return Fault(cut=True, hang=seconds, after=after)


@dataclass
class Channel:
    id: str
    name: str = ""
    user: str = ""
    """The other side of a direct conversation."""
    is_private: bool = False
    is_archived: bool = False
    has_bot: bool = True
    messages: list[Json] = field(default_factory=list)


@dataclass(frozen=True)
class Ack:
    """What the bot acknowledged a gesture with: at once, and in the body."""

    payload: Json

    @property
    def errors(self) -> dict[str, str]:
        """A form's complaints by input block; empty when it was accepted."""
        return dict(self.payload.get("errors", {}))


class Refusal(Exception):
    """An answer with `ok: false`."""

    def __init__(self, error: str, *messages: str) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages


class FakeSlack:
    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self.posts: list[Json] = []
        """Every message that was posted, in order, with its `channel`."""
        self.updates: list[Json] = []
        self.ephemerals: list[Json] = []
        self.replies: list[Json] = []
        """What was sent to response URLs, with the `user` whose gesture it answers."""
        self.calls: list[tuple[str, Json]] = []
        self.views: dict[str, Json] = {}
        """Open forms by view id, latest last."""
        self.homes: dict[str, Json] = {}
        self.users: dict[str, Json] = {}
        self.channels: dict[str, Channel] = {}
        self._late: list[tuple[str, Json]] = []
        self.reads_a_minute: int | None = None
        """How often a history may be read, and then fifteen messages at a time; None: as often as one likes."""
        self._reads: deque[float] = deque()
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._triggers: dict[str, tuple[str, float]] = {}
        self._response_urls: dict[str, str] = {}
        self._acks: dict[str, asyncio.Future[Json]] = {}
        self._sockets: list[web.WebSocketResponse] = []
        self._tickets: set[str] = set()
        self._stamps = 0
        self._port = 0
        self._loop = asyncio.new_event_loop()
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
        return f"{self._origin}/api/"

    def start(self) -> None:
        self._thread.start()
        self._runner = self._soon(self._serve()).result(10)

    def stop(self) -> None:
        self._soon(self._close()).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def add_user(self, user_id: str, name: str, *, zone: str = "Europe/Berlin", **more: Any) -> Json:
        user: Json = {
            "id": user_id,
            "team_id": people.WORKSPACE,
            "name": name.lower(),
            "real_name": name,
            "deleted": False,
            "is_bot": False,
            "tz": zone,
            "profile": {
                "real_name": name,
                "display_name": name,
                "email": f"{name.lower()}@example.com",
                "status_text": "",
                "status_emoji": "",
                "status_expiration": 0,
            },
            **more,
        }
        self.users[user_id] = user
        return user

    def add_channel(self, channel_id: str, name: str, **more: Any) -> Channel:
        self.channels[channel_id] = Channel(channel_id, name, **more)
        return self.channels[channel_id]

    def fail(self, method: str, fault: Fault, times: int = 1) -> None:
        """The next `times` calls of `method` go wrong like this."""
        self._faults[method].extend([fault] * times)

    def commit_late(self) -> None:
        """What was cut and is late gets done now."""
        while self._late:
            method, args = self._late.pop(0)
            _METHODS[method](self, args)

    def heal(self) -> None:
        """Nothing goes wrong any more."""
        self._faults.clear()

    def is_connected(self) -> bool:
        """Whether a bot listens by Socket Mode."""
        return any(not socket.closed for socket in self._sockets)

    # --- looking at it ---

    def messages(self, where: str) -> list[Json]:
        """What stands in a channel, or in the direct conversation with a person, oldest first."""
        return list(self._conversation(where).messages)

    def said(self, where: str) -> list[str]:
        return [message["text"] for message in self.messages(where)]

    def called(self, method: str) -> int:
        return sum(1 for name, _ in list(self.calls) if name == method)

    # --- what people do ---

    async def command(
        self, name: str, *, user: str = people.ALICE, text: str = "", channel: str = people.UPDATES
    ) -> Ack:
        """Type a slash command and wait for its acknowledgement."""
        return await self._gesture(
            "slash_commands",
            {
                "command": name,
                "text": text,
                "user_id": user,
                "user_name": self.users[user]["name"],
                "channel_id": channel,
                "channel_name": self.channels[channel].name,
                "team_id": people.WORKSPACE,
                "team_domain": "acme",
                "api_app_id": APP,
                "is_enterprise_install": "false",
                "response_url": self._response_url(user),
                "trigger_id": self.trigger(user),
            },
        )

    async def click(
        self,
        action_id: str,
        value: str = "",
        *,
        user: str = people.ALICE,
        message: Json | None = None,
        view: Json | None = None,
        chosen: str = "",
    ) -> Ack:
        """Press a button, or choose `chosen` in a menu, of a message (posted or replied) or a view."""
        payload = self._interaction("block_actions", user)
        payload["actions"] = [_action(action_id, value, chosen)]
        if view is not None:
            payload["view"] = view
            payload["container"] = {"type": "view", "view_id": view.get("id", "")}
        else:
            shown = message or {"ts": self._stamp(), "text": "", "channel": people.UPDATES}
            channel = shown.get("channel", people.UPDATES)
            payload["message"] = {key: shown[key] for key in shown if key != "channel"}
            payload["channel"] = {"id": channel, "name": self._conversation(channel).name or "directmessage"}
            payload["container"] = {"type": "message", "message_ts": shown["ts"], "channel_id": channel}
            payload["response_url"] = self._response_url(user)
        return await self._gesture("interactive", payload)

    async def shortcut(self, callback_id: str, *, user: str = people.ALICE, message: Json | None = None) -> Ack:
        """Use a global shortcut, or a message's when `message` is given."""
        payload = self._interaction("shortcut" if message is None else "message_action", user)
        payload["callback_id"] = callback_id
        if message is not None:
            payload["message"] = {key: message[key] for key in message if key != "channel"}
            payload["message_ts"] = message["ts"]
            payload["channel"] = {
                "id": message["channel"],
                "name": self._conversation(message["channel"]).name,
            }
            payload["response_url"] = self._response_url(user)
        return await self._gesture("interactive", payload)

    async def submit(self, view: Json, values: Mapping[str, Any] | None = None, *, user: str = people.ALICE) -> Ack:
        """Fill a form's inputs by block id and submit it; what is not given keeps its initial answer.

        Checkboxes take a list of values. Raises AssertionError where Slack's own client would not let it go.
        """
        submitted = {**view, "state": {"values": _filled(view, values or {})}}
        payload = {**self._interaction("view_submission", user), "view": submitted, "response_urls": []}
        ack = await self._gesture("interactive", payload)
        if ack.payload.get("response_action") == "update":
            self._keep_view(ack.payload["view"], view["id"])
        elif ack.payload.get("response_action") != "errors":
            self.views.pop(view["id"], None)
        return ack

    async def event(self, event: Json) -> Ack:
        """Let something happen in the workspace, such as `{"type": "app_home_opened", …}`."""
        return await self._gesture(
            "events_api",
            {
                "type": "event_callback",
                "team_id": people.WORKSPACE,
                "api_app_id": APP,
                "event_id": f"Ev{uuid.uuid4().hex[:10].upper()}",
                "event_time": int(self._clock.now().timestamp()),
                "authorizations": [
                    {"team_id": people.WORKSPACE, "user_id": BOT_USER, "is_bot": True, "enterprise_id": None}
                ],
                "event": event,
            },
        )

    async def open_home(self, user: str = people.ALICE) -> Ack:
        """Look at the bot's Home tab."""
        direct = self._direct(user)
        return await self.event(
            {
                "type": "app_home_opened",
                "user": user,
                "channel": direct.id,
                "tab": "home",
                "event_ts": self._stamp(),
            }
        )

    def trigger(self, user: str) -> str:
        """A trigger of a gesture: it opens one view, within three seconds."""
        trigger = f"{self._stamp()}.{uuid.uuid4().hex[:8]}"
        self._triggers[trigger] = (user, time.monotonic())
        return trigger

    def last_view(self) -> Json:
        """The form that was opened last."""
        assert self.views, "no form is open"
        return list(self.views.values())[-1]

    # --- the server ---

    @property
    def _origin(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def _soon(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _serve(self) -> web.AppRunner:
        app = web.Application(client_max_size=8 * 2**20)
        app.on_response_prepare.append(self._date)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self._link)
        app.router.add_post("/response/{id}", self._respond)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self._port = runner.addresses[0][1]
        return runner

    async def _date(self, _request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = format_datetime(self._clock.now(), usegmt=True)

    async def _close(self) -> None:
        for socket in self._sockets:
            await socket.close()
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
        fault = self._faults[method].popleft() if self._faults[method] else self._read_too_often(method)
        if fault and fault.late:
            self._late.append((method, args))
        if fault and not fault.after:
            return await self._go_wrong(request, fault)
        try:
            self._check_token(request, method, args)
            work = _METHODS.get(method)
            if work is None:
                raise Refusal("unknown_method")
            answer = {"ok": True, **work(self, args)}
        except Refusal as refusal:
            answer = {"ok": False, "error": refusal.error}
            if refusal.messages:
                answer["response_metadata"] = {"messages": list(refusal.messages)}
        if fault:
            return await self._go_wrong(request, fault)
        return web.json_response(answer)

    def _read_too_often(self, method: str) -> Fault | None:
        if method not in ("conversations.history", "conversations.replies") or self.reads_a_minute is None:
            return None
        now = self._clock.now().timestamp()
        while self._reads and self._reads[0] <= now - 60:
            self._reads.popleft()
        if len(self._reads) >= self.reads_a_minute:
            return rate_limited(math.ceil(self._reads[0] + 60 - now))
        self._reads.append(now)
        return None

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

    def _check_token(self, request: web.Request, method: str, args: Json) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or args.get("token", "")
        if not token:
            raise Refusal("not_authed")
        wanted = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if token != wanted:
            raise Refusal("not_allowed_token_type" if token in (APP_TOKEN, BOT_TOKEN) else "invalid_auth")

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

    async def _gesture(self, kind: str, payload: Json) -> Ack:
        return Ack(await asyncio.wrap_future(self._soon(self._send_envelope(kind, payload))))

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

    def _response_url(self, user: str) -> str:
        ticket = uuid.uuid4().hex
        self._response_urls[ticket] = user
        return f"{self._origin}/response/{ticket}"

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        user = self._response_urls.get(request.match_info["id"])
        reply = await request.json()
        if user is None:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        if not reply.get("delete_original"):
            try:
                check_message({key: reply[key] for key in ("text", "blocks") if key in reply})
            except PayloadError as error:
                return web.json_response({"ok": False, "error": f"invalid_blocks: {error}"}, status=400)
        self.replies.append({**reply, "user": user})
        return web.Response(text="ok")

    # --- the Web API ---

    def _auth_test(self, _args: Json) -> Json:
        return {
            "url": "https://acme.slack.com/",
            "team": "Acme",
            "user": "drumbeat",
            "team_id": people.WORKSPACE,
            "user_id": BOT_USER,
            "bot_id": BOT,
        }

    def _post_message(self, args: Json) -> Json:
        channel = self._writable(args)
        thread = args.get("thread_ts")
        if thread and not any(message["ts"] == thread for message in channel.messages):
            raise Refusal("thread_not_found")
        message = self._new_message(args)
        if thread:
            message["thread_ts"] = thread
        channel.messages.append(message)
        self.posts.append({**message, "channel": channel.id})
        return {"channel": channel.id, "ts": message["ts"], "message": message}

    def _update_message(self, args: Json) -> Json:
        if str(args.get("channel", ""))[:1] in "UW":
            raise Refusal("channel_not_found")
        channel = self._writable(args)
        _check_content(args, for_update=True)
        message = self._message(channel, args.get("ts", ""), "message_not_found")
        message.pop("blocks", None)
        message.update({key: args[key] for key in ("text", "blocks", "metadata") if key in args})
        self.updates.append({**message, "channel": channel.id})
        return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": message}

    def _delete_message(self, args: Json) -> Json:
        channel = self._channel(args)
        message = self._message(channel, args.get("ts", ""), "message_not_found")
        channel.messages.remove(message)
        return {"channel": channel.id, "ts": message["ts"]}

    def _post_ephemeral(self, args: Json) -> Json:
        channel = self._writable(args)
        if args.get("user") not in self.users:
            raise Refusal("user_not_in_channel")
        _check_content(args)
        self.ephemerals.append({**args, "channel": channel.id})
        return {"message_ts": self._stamp()}

    def _permalink(self, args: Json) -> Json:
        channel = self._channel(args)
        ts = self._message(channel, args.get("message_ts", ""), "message_not_found")["ts"]
        address = f"https://acme.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
        return {"channel": channel.id, "permalink": address}

    def _open_conversation(self, args: Json) -> Json:
        if "channel" in args:
            return {"channel": {"id": self._channel(args).id}}
        users = str(args.get("users", "")).split(",")
        if any(user not in self.users for user in users):
            raise Refusal("user_not_found")
        return {"channel": {"id": self._direct(users[0]).id}}

    def _history(self, args: Json) -> Json:
        channel = self._readable(args)
        return self._page([each for each in channel.messages if not _is_reply(each)][::-1], args)

    def _replies(self, args: Json) -> Json:
        channel = self._readable(args)
        root = self._message(channel, args.get("ts", ""), "thread_not_found")["ts"]
        return self._page([each for each in channel.messages if root in (each["ts"], each.get("thread_ts"))], args)

    def _page(self, messages: list[Json], args: Json) -> Json:
        most = int(args.get("limit") or 100)
        return _page(messages, args, most if self.reads_a_minute is None else min(most, 15))

    def _list_conversations(self, args: Json) -> Json:
        channels = [_shown(channel) for channel in self.channels.values() if not channel.user]
        return _listed(channels, "channels", args)

    def _list_own_conversations(self, args: Json) -> Json:
        channels = [_shown(each) for each in self.channels.values() if each.has_bot and not each.user]
        return _listed(channels, "channels", args)

    def _conversation_info(self, args: Json) -> Json:
        return {"channel": _shown(self._channel(args))}

    def _join(self, args: Json) -> Json:
        channel = self._channel(args)
        if channel.is_private:
            raise Refusal("method_not_supported_for_channel_type")
        if channel.is_archived:
            raise Refusal("is_archived")
        channel.has_bot = True
        return {"channel": _shown(channel)}

    def _list_users(self, args: Json) -> Json:
        return _listed(list(self.users.values()), "members", args)

    def _user_info(self, args: Json) -> Json:
        if args.get("user") not in self.users:
            raise Refusal("user_not_found")
        return {"user": self.users[args["user"]]}

    def _user_by_email(self, args: Json) -> Json:
        for user in self.users.values():
            if user["profile"].get("email") == args.get("email"):
                return {"user": user}
        raise Refusal("users_not_found")

    def _open_view(self, args: Json) -> Json:
        self._use_trigger(args)
        return {"view": self._keep_view(_checked_view(args, "modal"))}

    def _push_view(self, args: Json) -> Json:
        return self._open_view(args)

    def _update_view(self, args: Json) -> Json:
        view_id = args.get("view_id", "")
        if view_id not in self.views:
            raise Refusal("not_found")
        if args.get("hash") and args["hash"] != self.views[view_id]["hash"]:
            raise Refusal("hash_conflict")
        return {"view": self._keep_view(_checked_view(args, "modal"), view_id)}

    def _publish_view(self, args: Json) -> Json:
        if args.get("user_id") not in self.users:
            raise Refusal("invalid_arguments")
        view = _checked_view(args, "home")
        self.homes[args["user_id"]] = view
        return {"view": {**view, "id": f"VHOME{args['user_id']}", "hash": self._stamp()}}

    def _open_connection(self, _args: Json) -> Json:
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return {"url": f"ws://127.0.0.1:{self._port}/link?ticket={ticket}"}

    # --- what they share ---

    def _channel(self, args: Json) -> Channel:
        wanted = str(args.get("channel", ""))
        try:
            return self._conversation(wanted)
        except KeyError:
            raise Refusal("user_not_found" if wanted[:1] in "UW" else "channel_not_found") from None

    def _conversation(self, where: str) -> Channel:
        return self._direct(where) if where in self.users else self.channels[where]

    def _writable(self, args: Json) -> Channel:
        channel = self._channel(args)
        if channel.is_archived:
            raise Refusal("is_archived")
        if not channel.has_bot:
            raise Refusal("channel_not_found" if channel.is_private else "not_in_channel")
        if channel.user and self.users[channel.user]["deleted"]:
            raise Refusal("user_disabled")
        return channel

    def _readable(self, args: Json) -> Channel:
        if str(args.get("channel", ""))[:1] in "UW":
            raise Refusal("channel_not_found")
        channel = self._channel(args)
        if not channel.has_bot:
            raise Refusal("channel_not_found" if channel.is_private else "not_in_channel")
        return channel

    def _direct(self, user: str) -> Channel:
        if user not in self.users:
            raise KeyError(user)
        return self.channels.setdefault(f"D0{user[2:]}", Channel(f"D0{user[2:]}", user=user))

    def _message(self, channel: Channel, ts: str, error: str) -> Json:
        for message in channel.messages:
            if message["ts"] == ts:
                return message
        raise Refusal(error)

    def _new_message(self, args: Json) -> Json:
        _check_content(args)
        message: Json = {key: args[key] for key in ("text", "blocks", "metadata") if key in args}
        return {
            "type": "message",
            "user": BOT_USER,
            "bot_id": BOT,
            "app_id": APP,
            **message,
            "ts": self._stamp(),
        }

    def _keep_view(self, view: Json, view_id: str = "") -> Json:
        view_id = view_id or f"V{uuid.uuid4().hex[:10].upper()}"
        blank: Json = {"private_metadata": "", "callback_id": "", "state": {"values": {}}}
        self.views[view_id] = {**blank, **view, "id": view_id, "hash": self._stamp()}
        return self.views[view_id]

    def _use_trigger(self, args: Json) -> None:
        trigger = str(args.get("trigger_id", ""))
        if trigger not in self._triggers:
            raise Refusal("invalid_trigger_id")
        _, born = self._triggers[trigger]
        if born < 0:
            raise Refusal("exchanged_trigger_id")
        if time.monotonic() - born > TRIGGER_SECONDS:
            raise Refusal("expired_trigger_id")
        self._triggers[trigger] = ("", -1.0)

    def _interaction(self, kind: str, user: str) -> Json:
        who = {"id": user, "username": self.users[user]["name"], "team_id": people.WORKSPACE}
        return {
            "type": kind,
            "user": {**who, "name": who["username"]},
            "team": {"id": people.WORKSPACE, "domain": "acme"},
            "api_app_id": APP,
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self.trigger(user),
        }

    def _stamp(self) -> str:
        """A message's `ts`: seconds, and a count that keeps every one different and in order."""
        self._stamps += 1
        return f"{int(self._clock.now().timestamp())}.{self._stamps:06d}"


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        return dict(await request.json())
    form = {**request.query, **await request.post()} if request.can_read_body else dict(request.query)
    return {key: _parsed(key, str(value)) for key, value in form.items()}


def _parsed(key: str, value: str) -> Any:
    return json.loads(value) if key in ("blocks", "metadata", "view") and value else value


def _check_content(args: Json, *, for_update: bool = False) -> None:
    content: Json = {key: args[key] for key in ("text", "blocks") if key in args}
    if not content:
        raise Refusal("no_text")
    metadata = args.get("metadata")
    if metadata and not (metadata.get("event_type") and isinstance(metadata.get("event_payload"), dict)):
        raise Refusal("invalid_metadata_format")
    try:
        check_message(content, for_update=for_update)
    except PayloadError as error:
        raise Refusal("invalid_blocks", str(error)) from error


def _checked_view(args: Json, kind: str) -> Json:
    view = args.get("view")
    if not isinstance(view, dict) or view.get("type") != kind:
        raise Refusal("invalid_arguments", f"[ERROR] a view of type {kind} is wanted")
    try:
        check_view(view)
    except PayloadError as error:
        raise Refusal("invalid_arguments", f"[ERROR] {error}") from error
    return view


def _is_reply(message: Json) -> bool:
    return bool(message.get("thread_ts", message["ts"]) != message["ts"])


def _page(messages: list[Json], args: Json, limit: int) -> Json:
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    wanted = [message for message in messages if oldest < float(message["ts"]) < latest]
    start = int(args.get("cursor") or 0)
    page = [_without_metadata(message, args) for message in wanted[start : start + limit]]
    more = len(wanted) > start + limit
    cursor = str(start + limit) if more else ""
    return {"messages": page, "has_more": more, "response_metadata": {"next_cursor": cursor}}


def _without_metadata(message: Json, args: Json) -> Json:
    if str(args.get("include_all_metadata", "")).lower() in ("1", "true") or "metadata" not in message:
        return message
    return {**message, "metadata": {"event_type": message["metadata"]["event_type"]}}


def _listed(items: list[Json], name: str, args: Json) -> Json:
    start, limit = int(args.get("cursor") or 0), int(args.get("limit") or 1000)
    cursor = str(start + limit) if len(items) > start + limit else ""
    return {name: items[start : start + limit], "response_metadata": {"next_cursor": cursor}}


def _shown(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": not channel.user,
        "is_im": bool(channel.user),
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_member": channel.has_bot,
    }


def _action(action_id: str, value: str, chosen: str) -> Json:
    action: Json = {"action_id": action_id, "block_id": "actions", "action_ts": str(time.time())}
    if chosen:
        option = {"value": chosen, "text": {"type": "plain_text", "text": chosen}}
        return {**action, "type": "static_select", "selected_option": option}
    return {**action, "type": "button", "value": value}


def _filled(view: Json, values: Mapping[str, Any]) -> Json:
    inputs = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    unknown = set(values) - set(inputs)
    assert not unknown, f"the form has no input {', '.join(sorted(unknown))}; it has {', '.join(inputs)}"
    return {
        block_id: {block["element"]["action_id"]: _answered(block, values.get(block_id))}
        for block_id, block in inputs.items()
    }


def _answered(block: Json, answer: Any) -> Json:
    element = block["element"]
    kind = element["type"]
    key = _ANSWERS[kind]
    if answer is None:
        given = element.get(_INITIAL[key], [] if key == "selected_options" else None)
    elif key == "selected_options":
        given = [_option(element, value) for value in answer]
    elif key == "selected_option":
        given = _option(element, answer)
    else:
        given = answer
    assert given or block.get("optional"), f"input {block['block_id']} must be answered"
    return {"type": kind, key: given or ([] if key == "selected_options" else None)}


def _option(element: Json, value: str) -> Json:
    for option in element["options"]:
        if option["value"] == value:
            return dict(option)
    raise AssertionError(f"no option {value}: {[option['value'] for option in element['options']]}")


_ANSWERS = {
    "plain_text_input": "value",
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "checkboxes": "selected_options",
    "datepicker": "selected_date",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
}
_INITIAL = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_date": "initial_date",
    "selected_user": "initial_user",
    "selected_channel": "initial_channel",
    "selected_conversation": "initial_conversation",
}

_METHODS: dict[str, Callable[[FakeSlack, Json], Json]] = {
    "apps.connections.open": FakeSlack._open_connection,
    "auth.test": FakeSlack._auth_test,
    "chat.delete": FakeSlack._delete_message,
    "chat.getPermalink": FakeSlack._permalink,
    "chat.postEphemeral": FakeSlack._post_ephemeral,
    "chat.postMessage": FakeSlack._post_message,
    "chat.update": FakeSlack._update_message,
    "conversations.history": FakeSlack._history,
    "conversations.info": FakeSlack._conversation_info,
    "conversations.join": FakeSlack._join,
    "conversations.list": FakeSlack._list_conversations,
    "conversations.open": FakeSlack._open_conversation,
    "conversations.replies": FakeSlack._replies,
    "users.conversations": FakeSlack._list_own_conversations,
    "users.info": FakeSlack._user_info,
    "users.list": FakeSlack._list_users,
    "users.lookupByEmail": FakeSlack._user_by_email,
    "views.open": FakeSlack._open_view,
    "views.publish": FakeSlack._publish_view,
    "views.push": FakeSlack._push_view,
    "views.update": FakeSlack._update_view,
}
