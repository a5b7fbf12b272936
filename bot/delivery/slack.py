"""The only sender: speaks to Slack, and turns whatever Slack or the network does into an outcome.

Slack's client must not try again by itself here. After a lost answer it would post the same message twice.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import PayloadError, check_message
from bot.delivery.claim import REQUEST
from bot.delivery.model import DELETE, POST, UPDATE
from bot.delivery.outcome import (
    Absent,
    Blind,
    Call,
    Finding,
    Found,
    Later,
    More,
    Never,
    NotNow,
    Outcome,
    RateLimited,
    Search,
    Sent,
    TokenDead,
    Unreachable,
    Unsure,
)
from bot.errors import UserError

EVENT_TYPE = "drumbeat_message"
PAGE = 200
HOUR = 60 * 60_000
LOOK_AGAIN = 5_000


def make_session() -> aiohttp.ClientSession:
    """The HTTP session for everything said to Slack: ten seconds a request, all in all."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=REQUEST / 1_000))


def make_client(token: str, base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A client that never repeats a request by itself. `base_url` ends in a slash."""
    return AsyncWebClient(token=token, base_url=base_url, session=session, retry_handlers=[])


@dataclass(frozen=True)
class Identity:
    """Who a bot token speaks as, and where."""

    team_id: str
    team: str
    user: str
    scopes: frozenset[str] | None
    """What the token may do; none when Slack did not say."""


class SlackTrouble(UserError):
    """Slack cannot be worked with: what is wrong, and what mends it."""


async def identify(client: AsyncWebClient) -> Identity:
    """Who we are to Slack. Raises SlackTrouble."""
    with in_words(client):
        answer = await client.auth_test()
    granted = {name.lower(): value for name, value in answer.headers.items()}.get("x-oauth-scopes")
    scopes = None if granted is None else frozenset(scope.strip() for scope in str(granted).split(",") if scope.strip())
    return Identity(str(answer["team_id"]), str(answer.get("team") or ""), str(answer.get("user") or ""), scopes)


async def open_connection(client: AsyncWebClient, app_token: str) -> str:
    """An address for one Socket Mode connection. Raises SlackTrouble."""
    with in_words(client, "SLACK_APP_TOKEN"):
        answer = await client.apps_connections_open(app_token=app_token)
    return str(answer["url"])


@contextmanager
def in_words(client: AsyncWebClient, variable: str = "SLACK_BOT_TOKEN") -> Iterator[None]:
    """Says what Slack refuses here, and that it cannot be reached, as SlackTrouble; `variable` holds the token used."""
    try:
        yield
    except SlackApiError as error:
        raise SlackTrouble(_refused(_Answer(error.response), error.response, variable)) from error
    except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError) as error:
        raise SlackTrouble(
            f"Slack cannot be reached at {client.base_url} ({type(error).__name__}):"
            " check the network, and SLACK_API_URL if you set it."
        ) from error


def _refused(answer: "_Answer", response: Any, variable: str) -> str:
    if answer.error in _TOKEN_DEAD or answer.error == "not_allowed_token_type":
        return f"Slack does not accept {variable} ({answer.error}): copy {_TOKENS[variable]}."
    if answer.error == "missing_scope":
        needed = response.get("needed") or "a permission"
        return f"{variable} lacks {needed}: give the app what `drumbeat manifest` lists, and install it again."
    return f"Slack answered {answer.reason}: look at slack-status.com, and try again in a few minutes."


_TOKENS = {
    "SLACK_BOT_TOKEN": "the xoxb- token from api.slack.com/apps > your app > OAuth & Permissions",
    "SLACK_APP_TOKEN": "an xapp- token with the scope connections:write from"
    " api.slack.com/apps > your app > Basic Information > App-Level Tokens",
}


class SlackSender:
    """Posts, changes and looks for messages with one workspace's token."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def send(self, call: Call) -> Outcome:
        """Post, change or delete one message. Every failure is an outcome, none is raised."""
        try:
            # Over all its requests: none may be on its way any more when the message is sent again.
            async with asyncio.timeout(REQUEST / 1_000):
                answer = await self._do_or_join(call)
        except PayloadError as refused:
            return Never(f"payload_refused: {refused}")
        except SlackApiError as error:
            return _refusal(_Answer(error.response))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return Unreachable(f"no_connection: {type(error).__name__}")
        except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError, ValueError) as error:
            return Unsure(f"no_answer: {type(error).__name__}")
        channel, ts = answer.get("channel"), answer.get("ts")
        if not channel or not ts:
            return Unsure("no_answer: neither channel nor ts")
        return Sent(str(channel), str(ts))

    async def look(self, search: Search) -> Finding:
        """Look for a marker on one page of a conversation."""
        try:
            channel = await self._conversation(search.channel)
            return await self._search(channel, search)
        except SlackApiError as error:
            return _unread(_Answer(error.response))
        except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError, ValueError) as error:
            return NotNow(f"no_answer: {type(error).__name__}", LOOK_AGAIN)

    async def ask(self) -> TokenDead | NotNow | None:
        """Whether Slack takes this installation."""
        try:
            await self._client.auth_test()
        except SlackApiError as error:
            answer = _Answer(error.response)
            return TokenDead(answer.error) if answer.error in _TOKEN_DEAD else NotNow(answer.reason, LOOK_AGAIN)
        except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError, ValueError) as error:
            return NotNow(f"no_answer: {type(error).__name__}", LOOK_AGAIN)
        return None

    async def _do_or_join(self, call: Call) -> Any:
        """A public channel that we are not in lets us join, if we have the permission, and then takes the message."""
        try:
            return await self._do(call)
        except SlackApiError as refused:
            if _Answer(refused.response).error != "not_in_channel" or not await self._joined(call.channel):
                raise
        return await self._do(call)

    async def _joined(self, channel: str) -> bool:
        try:
            await self._client.conversations_join(channel=channel)
        except (SlackApiError, aiohttp.ClientError, SlackClientError, TimeoutError, OSError, ValueError):
            return False
        return True

    async def _do(self, call: Call) -> Any:
        if call.method == POST:
            return await self._client.api_call("chat.postMessage", json=_stamped(call))
        if call.method == UPDATE:
            return await self._client.api_call("chat.update", json=_stamped(call))
        if call.method == DELETE:
            return await self._client.api_call("chat.delete", json={"channel": call.channel, "ts": call.ts})
        raise AssertionError(f"no method {call.method}")

    async def _conversation(self, slack_id: str) -> str:
        if slack_id[:1] not in ("U", "W"):
            return slack_id
        opened = await self._client.conversations_open(users=slack_id)
        return str(opened["channel"]["id"])

    async def _search(self, channel: str, search: Search) -> Finding:
        page = await self._page(channel, search)
        messages = page["messages"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if copies := tuple(str(message["ts"]) for message in messages if _bears(message, search.marker)):
            return Found(channel, copies, cursor)
        return More(channel, cursor, len(messages)) if cursor else Absent(channel)

    async def _page(self, channel: str, search: Search) -> Any:
        options: dict[str, Any] = {
            "channel": channel,
            "limit": PAGE,
            "oldest": f"{search.oldest / 1_000:.6f}",
            "include_all_metadata": True,
        }
        if search.cursor:
            options["cursor"] = search.cursor
        if search.thread_ts is None:
            return await self._client.conversations_history(**options)
        return await self._client.conversations_replies(ts=search.thread_ts, **options)


def _stamped(call: Call) -> dict[str, Any]:
    """The request's body, with the marker in the first block and in the metadata. Raises PayloadError."""
    content = dict(call.payload)
    if blocks := content.get("blocks"):
        content["blocks"] = [{**blocks[0], "block_id": f"mk:{call.marker}"}, *blocks[1:]]
    check_message(content, for_update=call.method == UPDATE)
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"k": call.marker}}
    body = {**content, "channel": call.channel, "metadata": metadata}
    if call.method == UPDATE:
        return {**body, "ts": call.ts}
    body |= {"unfurl_links": False, "unfurl_media": False}
    return {**body, "thread_ts": call.thread_ts} if call.thread_ts else body


def _bears(message: dict[str, Any], marker: str) -> bool:
    if any(block.get("block_id") == f"mk:{marker}" for block in message.get("blocks") or ()):
        return True
    metadata = message.get("metadata") or {}
    return bool((metadata.get("event_payload") or {}).get("k") == marker)


class _Answer:
    """What a refusal says, whether its body was Slack's JSON or a proxy's page."""

    def __init__(self, response: Any) -> None:
        data = getattr(response, "data", None)
        self.status = int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)
        self.error = str(data.get("error") or "") if isinstance(data, dict) else ""
        headers = getattr(response, "headers", None) or {}
        self._retry_after = str(headers.get("Retry-After") or "")

    @property
    def is_rate_limited(self) -> bool:
        return self.status == 429 or self.error in ("ratelimited", "rate_limited")

    @property
    def wait(self) -> int:
        """Milliseconds Slack asked for, an hour at most; a second when it named none."""
        return min(max(1, int(self._retry_after)) * 1_000, HOUR) if self._retry_after.isdecimal() else 1_000

    @property
    def reason(self) -> str:
        return self.error or f"http_{self.status}"


def _refusal(answer: _Answer) -> Outcome:
    if answer.is_rate_limited:
        return RateLimited(answer.wait)
    if answer.error in _TOKEN_DEAD:
        return TokenDead(answer.error)
    if answer.error in _NOT_EXECUTED:
        return Later(answer.error)
    if answer.error in _NOT_FOR_HOURS:
        return Later(answer.error, HOUR)
    if answer.error in PERMANENT or answer.error.startswith(_PERMANENT_STARTS):
        return Never(answer.error)
    # Slack adds errors without notice: what we do not know may have happened after the message was posted.
    return Unsure(answer.reason)


def _unread(answer: _Answer) -> Finding:
    if answer.is_rate_limited:
        return NotNow("ratelimited", answer.wait, for_all=True)
    if answer.error in _TOKEN_DEAD:
        return TokenDead(answer.error)
    if answer.error in PERMANENT:
        return Blind(answer.error)
    return NotNow(answer.reason, LOOK_AGAIN)


_TOKEN_DEAD = frozenset(
    {
        "account_inactive",
        "app_access_restricted",
        "invalid_auth",
        "not_authed",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
_NOT_EXECUTED = frozenset({"accesslimited", "org_login_required", "service_unavailable", "team_added_to_org"})
_NOT_FOR_HOURS = frozenset(
    {"external_channel_migrating", "message_limit_exceeded", "plan_upgrade_required", "storage_limit_reached"}
)
_PERMANENT_STARTS = ("restricted_action", "invalid_metadata_", "slack_connect_")
PERMANENT = frozenset(
    {
        "access_denied",
        "as_user_not_supported",
        "attachment_payload_limit_exceeded",
        "block_mismatch",
        "cannot_dm_bot",
        "cannot_reply_to_message",
        "cant_delete_message",
        "cant_update_message",
        "channel_not_found",
        "edit_window_closed",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_arguments",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "is_archived",
        "is_inactive",
        "markdown_text_conflict",
        "message_not_found",
        "messages_tab_disabled",
        "metadata_too_large",
        "method_not_supported_for_channel_type",
        "missing_scope",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_permission",
        "no_text",
        "not_allowed_token_type",
        "not_in_channel",
        "send_on_behalf_not_allowed",
        "thread_not_found",
        "too_many_attachments",
        "two_factor_setup_required",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
    }
)
