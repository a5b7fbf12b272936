"""What one workspace keeps: its people, channels, messages and forms, and all that the bot said there."""

import itertools
import time
import uuid
from typing import Any

from bot.clock import Clock
from tests.fake_slack.shapes import Channel, Copies, Json, Refusal

TRIGGER_SECONDS = 3.0


class Records:
    def __init__(self, team_id: str, name: str, bot_user: str, bot: str, clock: Clock) -> None:
        self.team_id = team_id
        self.name = name
        self.bot_user = bot_user
        self.bot = bot
        self.posts: list[Json] = []
        """Every message the bot posted, in order, as it was then, with its `channel`."""
        self.updates: list[Json] = []
        self.ephemerals: list[Json] = []
        self.replies: list[Json] = []
        """What was sent to response URLs, with the `user` whose gesture it answers."""
        self.views: dict[str, Json] = {}
        """Open forms by view id, latest last."""
        self.homes: dict[str, Json] = {}
        self.users: dict[str, Json] = {}
        self.usergroups: dict[str, Json] = {}
        self.channels: dict[str, Channel] = {}
        self.shows_after = 0.0
        """Seconds by the clock until what was posted can be read in a history."""
        self._clock = clock
        self._viewers: dict[str, str] = {}
        self._triggers: dict[str, tuple[str, float]] = {}
        self._counter = itertools.count(1)

    # --- setting the scene ---

    def add_user(self, user_id: str, name: str, *, zone: str = "Europe/Berlin", **more: Any) -> Json:
        user: Json = {
            "id": user_id,
            "team_id": self.team_id,
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

    def deactivate(self, user_id: str) -> None:
        """This person has left; Slack still lists them."""
        self.users[user_id]["deleted"] = True

    def set_status(self, user_id: str, text: str, emoji: str = "", until: int = 0) -> None:
        """`until` in seconds of the epoch; 0: until it is taken away."""
        self.users[user_id]["profile"] |= {"status_text": text, "status_emoji": emoji, "status_expiration": until}

    def add_usergroup(self, group_id: str, handle: str, users: list[str]) -> None:
        self.usergroups[group_id] = {"id": group_id, "handle": handle, "name": handle, "date_delete": 0, "users": users}

    # --- looking at it ---

    def messages(self, where: str) -> list[Json]:
        """What stands in a channel, or in the direct conversation with a person, oldest first."""
        return list(self.conversation(where).messages)

    def said(self, where: str) -> list[str]:
        return [message["text"] for message in self.messages(where)]

    def copies(self, marker: str) -> Copies:
        """Of the message that bore this marker when it was posted."""
        posted = [post for post in list(self.posts) if _bears(post, marker)]
        return Copies(len(posted), sum(1 for post in posted if self._stands(post)))

    def last_view(self) -> Json:
        """The form that was opened last."""
        assert self.views, "no form is open"
        return list(self.views.values())[-1]

    # --- what the Web API and people's gestures share ---

    def now(self) -> float:
        return self._clock.now().timestamp()

    def stamp(self) -> str:
        """A message's `ts`: seconds, and a count that keeps every one different and in order."""
        return f"{int(self.now())}.{next(self._counter):06d}"

    def conversation(self, where: str) -> Channel:
        """A channel by its id, or the direct conversation with a person. Raises KeyError."""
        return self.direct(where) if where in self.users else self.channels[where]

    def direct(self, user: str) -> Channel:
        """Raises KeyError when there is no such person."""
        if user not in self.users:
            raise KeyError(user)
        return self.channels.setdefault(f"D0{user[2:]}", Channel(f"D0{user[2:]}", user=user))

    def channel(self, args: Json) -> Channel:
        """The channel a call names. Raises Refusal, as all below do."""
        wanted = str(args.get("channel", ""))
        try:
            return self.conversation(wanted)
        except KeyError:
            raise Refusal("user_not_found" if wanted[:1] in "UW" else "channel_not_found") from None

    def writable(self, args: Json) -> Channel:
        channel = self.channel(args)
        if channel.is_archived:
            raise Refusal("is_archived")
        if not channel.has_bot:
            raise Refusal("channel_not_found" if channel.is_private else "not_in_channel")
        if channel.user and self.users[channel.user]["deleted"]:
            raise Refusal("user_disabled")
        return channel

    def readable(self, args: Json) -> Channel:
        if str(args.get("channel", ""))[:1] in "UW":
            raise Refusal("channel_not_found")
        channel = self.channel(args)
        if not channel.has_bot:
            raise Refusal("channel_not_found" if channel.is_private else "not_in_channel")
        return channel

    def visible(self, args: Json) -> Channel:
        """A channel the bot may know of: a public one, or one it is in."""
        if str(args.get("channel", ""))[:1] in "UW":
            raise Refusal("channel_not_found")
        channel = self.channel(args)
        if channel.is_private and not channel.has_bot:
            raise Refusal("channel_not_found")
        return channel

    def message(self, channel: Channel, ts: str, error: str) -> Json:
        for message in channel.messages:
            if message["ts"] == ts:
                return message
        raise Refusal(error)

    def keep_message(self, channel: Channel, message: Json) -> None:
        channel.shown_from[message["ts"]] = self.now() + self.shows_after
        channel.messages.append(message)

    def keep_view(self, view: Json, user: str, below: Json | None = None) -> Json:
        """Opens a form for somebody, on top of another one when it is pushed."""
        view_id = f"V{uuid.uuid4().hex[:10].upper()}"
        self._viewers[view_id] = user
        place = {
            "id": view_id,
            "root_view_id": below["root_view_id"] if below else view_id,
            "previous_view_id": below["id"] if below else None,
        }
        self.views[view_id] = self._whole(view, place)
        return self.views[view_id]

    def replace_view(self, old: Json, view: Json) -> Json:
        place = {key: old[key] for key in ("id", "root_view_id", "previous_view_id")}
        self.views[old["id"]] = self._whole(view, place)
        return self.views[old["id"]]

    def stack(self, view: Json) -> list[Json]:
        """The forms that lie on one another, with this one among them."""
        return [each for each in list(self.views.values()) if each["root_view_id"] == view["root_view_id"]]

    def top_view(self, user: str) -> Json | None:
        """The form this person has before them."""
        opened = [each for each in list(self.views.values()) if self._viewers[each["id"]] == user]
        return opened[-1] if opened else None

    def trigger(self, user: str) -> str:
        """A trigger of a gesture: it opens one view, within three seconds."""
        trigger = f"{self.stamp()}.{uuid.uuid4().hex[:8]}"
        self._triggers[trigger] = (user, time.monotonic())
        return trigger

    def use_trigger(self, args: Json) -> str:
        """Whose gesture it is."""
        trigger = str(args.get("trigger_id", ""))
        if trigger not in self._triggers:
            raise Refusal("invalid_trigger_id")
        user, born = self._triggers[trigger]
        if born < 0:
            raise Refusal("exchanged_trigger_id")
        if time.monotonic() - born > TRIGGER_SECONDS:
            raise Refusal("expired_trigger_id")
        self._triggers[trigger] = (user, -1.0)
        return user

    def _whole(self, view: Json, place: Json) -> Json:
        blank: Json = {"private_metadata": "", "callback_id": "", "state": {"values": {}}}
        return {**blank, **view, **place, "hash": self.stamp()}

    def _stands(self, post: Json) -> bool:
        return any(each["ts"] == post["ts"] for each in list(self.channels[post["channel"]].messages))


def _bears(message: Json, marker: str) -> bool:
    if any(block.get("block_id") == f"mk:{marker}" for block in message.get("blocks") or ()):
        return True
    return marker in ((message.get("metadata") or {}).get("event_payload") or {}).values()
