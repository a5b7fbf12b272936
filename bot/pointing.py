"""What a person points at in Slack: one message, read because they asked for it, and not kept.

They point from the message's own menu, with an emoji, or by its link. Whatever begins with a message begins here.
"""

import asyncio
import re
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.errors import UserError
from bot.gesture import Gesture, SlackClient, refusal
from bot.markup import CHANNEL_ID, as_typed, unnamed

MOST_NAMES = 20
"""Of people and channels in one message, that Slack is asked for."""
MEMBERS_AT_ONCE = 1000
SOMEBODY, SOMEWHERE = "somebody", "private-channel"
"""In place of names that Slack does not tell."""

_TS = re.compile(r"\d{1,12}\.\d{6}")
_PATH = re.compile(r"/archives/(?P<channel>[A-Z0-9]+)/p(?P<seconds>\d{1,12})(?P<rest>\d{6})/?")
_GONE = frozenset({"message_not_found", "thread_not_found"})
_HIDDEN = frozenset(
    {"channel_not_found", "not_in_channel", "missing_scope", "method_not_supported_for_channel_type", "no_permission"}
)


class Unreadable(UserError):
    """A message that cannot be shown to whoever points at it, or not any more."""


class Gone(Unreadable):
    def __init__(self) -> None:
        super().__init__("That message is no longer there.")


class Hidden(Unreadable):
    """Says the same whatever the reason is: that there is such a channel is nobody's business outside of it."""

    def __init__(self) -> None:
        super().__init__(
            "I cannot read that message: I am not in its channel, or you are not, or it is a direct message, or in "
            "another workspace. In a channel of yours, /invite @Drumbeat lets me read it."
        )


@dataclass(frozen=True)
class Spot:
    """Where a message stands: Slack's ids of its channel and, in there, of itself."""

    channel: str
    ts: str

    @property
    def is_direct(self) -> bool:
        return self.channel.startswith("D")

    def __str__(self) -> str:
        return f"{self.channel} {self.ts}"


@dataclass(frozen=True)
class Pointed:
    """A message that somebody points at, as it is now."""

    spot: Spot
    thread: str
    """The `ts` of the thread's first message; empty for a message that stands in the channel itself."""
    text: str
    """About as it was typed: no markup, and names for mentions."""
    author: str
    """A name to show."""
    permalink: str
    """Empty when Slack gives none."""
    channel_name: str
    """Without its `#`; empty for a conversation that is not open to all of the workspace."""

    @property
    def root(self) -> Spot:
        """The first message of its thread: it itself when it stands in the channel."""
        return Spot(self.spot.channel, self.thread or self.spot.ts)


def spot(value: str) -> Spot:
    """Back from its text. A `UserError` when it is none: values of buttons come from outside."""
    channel, _, ts = value.partition(" ")
    if not CHANNEL_ID.fullmatch(channel) or not _TS.fullmatch(ts):
        raise UserError("This button is out of date.")
    return Spot(channel, ts)


def linked(address: str) -> Spot:
    """The message behind the link that Slack's *Copy link* gives. A `UserError` when it is another address."""
    found = _PATH.fullmatch(_path(address))
    if not found or not CHANNEL_ID.fullmatch(found["channel"]):
        raise UserError("That is no link to a message. Copy one with *Copy link* in the message's menu (⋮).")
    return Spot(found["channel"], f"{found['seconds']}.{found['rest']}")


def link_in(words: str) -> str:
    """The address in `from https://…`, as people type it after a command; other words may begin like this, too."""
    first, _, rest = words.partition(" ")
    address = rest.strip().removeprefix("<").removesuffix(">")
    is_one = first.lower() == "from" and len(address.split()) == 1
    return address if is_one and address.lower().startswith(("https://", "http://")) else ""


async def handed(gesture: Gesture) -> Pointed:
    """The message in whose menu a shortcut was used. Slack hands it over, also where we are not; the rest may lack."""
    message = gesture.event
    where = Spot(gesture.channel or "", str(message.get("ts") or ""))
    permalink, name = await asyncio.gather(
        _or_nothing(_permalink(gesture.client, where)), _or_nothing(_public_name(gesture.client, where.channel))
    )
    return await _pointed(gesture.client, where, message, permalink, name)


async def read(client: SlackClient, user: str, where: Spot) -> Pointed:
    """The message there, for this person (Slack id), who must be in its channel unless that is open to everybody.

    Raises `Unreadable`.
    """
    with _in_words():
        # Before anything is looked for there: whoever is not in it is not told what it has.
        name = await _public_name(client, where.channel)
        if not name and not await _is_member(client, user, where.channel):
            raise Hidden
        permalink = await _permalink(client, where)
        message = await _message(client, where, _thread(permalink, where))
    return await _pointed(client, where, message, permalink, name)


async def is_open_to(client: SlackClient, user: str, channel: str) -> bool:
    """Whether this person (Slack id) is in a channel, or it is open to everybody of the workspace."""
    try:
        return bool(await _public_name(client, channel)) or await _is_member(client, user, channel)
    except Exception as error:
        if refusal(error) in _HIDDEN:
            return False
        raise


async def may_reply_in(client: SlackClient, channel: str) -> bool:
    """Whether we may speak up in a channel unasked: we are in it, and so are people of this company alone."""
    try:
        found = (await client.conversations_info(channel=channel))["channel"]
    except Exception as error:
        if not refusal(error):
            raise
        return False
    direct = found.get("is_im") or found.get("is_mpim")
    return bool(found.get("is_member")) and not (is_shared(found) or direct or found.get("is_archived"))


def is_shared(channel: Mapping[str, Any]) -> bool:
    """Whether a channel, as Slack describes it, is read by people of other companies, or may soon be."""
    return any(channel.get(kind) for kind in ("is_ext_shared", "is_pending_ext_shared", "is_org_shared"))


async def permalinks(client: SlackClient, spots: Sequence[Spot]) -> dict[Spot, str]:
    """The addresses of these messages; without those that Slack does not give."""
    links = await asyncio.gather(*(_or_nothing(_permalink(client, where)) for where in spots))
    return {where: url for where, url in zip(spots, links, strict=True) if url}


async def thread_of(client: SlackClient, where: Spot) -> str:
    """In which thread a message stands, by the `ts` of its first one; empty for none. Raises `Unreadable`."""
    with _in_words():
        return _thread(await _permalink(client, where), where)


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


@contextmanager
def _in_words() -> Iterator[None]:
    """Says as `Unreadable` what Slack refuses to whoever wants to read."""
    try:
        yield
    except Exception as error:
        if (reason := refusal(error)) in _GONE:
            raise Gone from error
        if reason in _HIDDEN:
            raise Hidden from error
        raise


async def _or_nothing(answer: Awaitable[str]) -> str:
    """What Slack answers, or nothing where it refuses."""
    try:
        return await answer
    except Exception as error:
        if not refusal(error):
            raise
        return ""


async def _permalink(client: SlackClient, where: Spot) -> str:
    answer = await client.chat_getPermalink(channel=where.channel, message_ts=where.ts)
    return str(answer["permalink"])


def _thread(permalink: str, where: Spot) -> str:
    """The link of a reply names its thread, which neither an emoji's event nor a history does."""
    thread = parse_qs(urlsplit(permalink).query).get("thread_ts", [""])[0]
    return "" if thread == where.ts else thread


async def _public_name(client: SlackClient, channel: str) -> str:
    """The name of a channel that everybody may read; empty for any other conversation."""
    found = (await client.conversations_info(channel=channel))["channel"]
    closed = any(found.get(kind) for kind in ("is_private", "is_im", "is_mpim"))
    return "" if closed else str(found.get("name") or "")


async def _is_member(client: SlackClient, user: str, channel: str) -> bool:
    cursor = None
    while True:
        page = await client.conversations_members(channel=channel, limit=MEMBERS_AT_ONCE, cursor=cursor)
        if user in page["members"]:
            return True
        cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "") or None
        if cursor is None:
            return False


async def _message(client: SlackClient, where: Spot, thread: str) -> Mapping[str, Any]:
    if thread:
        # The thread's first message may come along.
        answer = await client.conversations_replies(
            channel=where.channel, ts=thread, oldest=where.ts, latest=where.ts, inclusive=True, limit=2
        )
    else:
        answer = await client.conversations_history(channel=where.channel, latest=where.ts, inclusive=True, limit=1)
    for message in answer["messages"]:
        # Slack leaves a stone in place of a deleted message that has replies.
        if message["ts"] == where.ts and message.get("subtype") != "tombstone":
            return dict(message)
    raise Gone


async def _pointed(
    client: SlackClient, where: Spot, message: Mapping[str, Any], permalink: str, channel_name: str
) -> Pointed:
    text, thread = _text(message), str(message.get("thread_ts") or "")
    app = message.get("username") or (message.get("bot_profile") or {}).get("name")
    author = "" if app else str(message.get("user") or "")
    wanted = list(filter(None, dict.fromkeys([author, *unnamed(text)])))[:MOST_NAMES]
    names = dict(zip(wanted, await asyncio.gather(*(_called(client, id) for id in wanted)), strict=True))
    return Pointed(
        spot=where,
        thread="" if thread == where.ts else thread,
        text=as_typed(text, lambda id: names.get(id) or _nameless(id)),
        author=str(app or names.get(author) or SOMEBODY),
        permalink=permalink,
        channel_name=channel_name,
    )


def _text(message: Mapping[str, Any]) -> str:
    """Its words; of an app that says all in attachments, what these would say in a notification."""
    if text := str(message.get("text") or "").strip():
        return text
    attached = (each.get("fallback") or each.get("text") for each in message.get("attachments") or ())
    return "\n".join(str(each) for each in attached if each)


async def _called(client: SlackClient, id: str) -> str:
    asked = _public_name if CHANNEL_ID.fullmatch(id) else _name
    return await _or_nothing(asked(client, id)) or _nameless(id)


def _nameless(id: str) -> str:
    return SOMEWHERE if CHANNEL_ID.fullmatch(id) else SOMEBODY


async def _name(client: SlackClient, user: str) -> str:
    found = (await client.users_info(user=user))["user"]
    profile = found.get("profile") or {}
    return str(profile.get("real_name") or found.get("real_name") or found.get("name") or "")
