"""A workspace with people in it, who type, click, fill forms and look at the Home tab."""

import uuid
from collections.abc import Mapping
from typing import Any

from bot.clock import Clock
from tests import people
from tests.fake_slack.forms import action, filled
from tests.fake_slack.line import Line
from tests.fake_slack.records import Records
from tests.fake_slack.shapes import APP, Ack, Json


class Workspace(Records):
    def __init__(self, team_id: str, name: str, bot_user: str, bot: str, clock: Clock, line: Line) -> None:
        super().__init__(team_id, name, bot_user, bot, clock)
        self._line = line

    def say(self, where: str, text: str, *, user: str = people.ALICE, thread_ts: str = "") -> Json:
        """A person writes a message; it is returned with its `channel`. No event tells the bot."""
        channel = self.conversation(where)
        message: Json = {"type": "message", "user": user, "text": text, "ts": self.stamp()}
        if thread_ts:
            message["thread_ts"] = thread_ts
        self.keep_message(channel, message)
        return {**message, "channel": channel.id}

    async def write(self, text: str, *, user: str = people.ALICE, thread_ts: str = "", **more: Any) -> Ack:
        """A person writes to the bot in their conversation with it, and the bot hears of it."""
        message = self.say(user, text, user=user, thread_ts=thread_ts)
        team = {"team": self.team_id, "user_team": self.team_id}
        sent = {"client_msg_id": str(uuid.uuid4()), "channel_type": "im", "event_ts": message["ts"]}
        return await self.event({**message, **team, **sent, **more})

    async def invite(self, channel_id: str, *, joins: str = "", inviter: str = people.BOB) -> Ack:
        """Somebody brings a person into a channel that the bot is in, or, when nobody is named, the bot itself."""
        channel, who = self.channels[channel_id], joins or self.bot_user
        if who == self.bot_user:
            channel.has_bot = True
        kind = "G" if channel.is_private else "C"
        joined = {"user": who, "channel": channel_id, "channel_type": kind, "team": self.team_id, "inviter": inviter}
        return await self.event({"type": "member_joined_channel", **joined, "event_ts": self.stamp()})

    def delete(self, message: Json) -> None:
        """A person deletes a message, their own or, as an administrator, the bot's. One with replies leaves a stone."""
        channel, ts = self.channels[message["channel"]], message["ts"]
        has_replies = any(each.get("thread_ts") == ts for each in channel.messages if each["ts"] != ts)
        stone = {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "hidden": True, "ts": ts}
        left = [stone | {"text": "This message was deleted.", "thread_ts": ts}] if has_replies else []
        channel.messages[:] = [kept for each in channel.messages for kept in (left if each["ts"] == ts else [each])]

    async def react(self, emoji: str, message: Json, *, user: str = people.ALICE) -> Ack | None:
        """A person sets an emoji, by its name without colons, on a message. The bot hears of it where it is."""
        channel = self.channels[message["channel"]]
        (kept,) = (each for each in channel.messages if each["ts"] == message["ts"])
        reactions = kept.setdefault("reactions", [])
        reactions.append({"name": emoji, "users": [user], "count": 1})
        if not channel.has_bot:
            return None
        return await self.event(
            {
                "type": "reaction_added",
                "user": user,
                "reaction": emoji,
                "item_user": message.get("user"),
                "item": {"type": "message", "channel": channel.id, "ts": message["ts"]},
                "event_ts": self.stamp(),
            }
        )

    async def command(
        self, name: str, *, user: str = people.ALICE, text: str = "", channel: str = people.UPDATES
    ) -> Ack:
        """Type a slash command and wait for its acknowledgement."""
        return await self._line.gesture(
            "slash_commands",
            {
                "command": name,
                "text": text,
                "user_id": user,
                "user_name": self.users[user]["name"],
                "channel_id": channel,
                "channel_name": self.channels[channel].name,
                "team_id": self.team_id,
                "team_domain": self.name.lower(),
                "api_app_id": APP,
                "is_enterprise_install": "false",
                "response_url": self.response_url(user),
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
        payload["actions"] = [action(action_id, value, chosen)]
        if view is not None:
            payload["view"] = view
            payload["container"] = {"type": "view", "view_id": view.get("id", "")}
        else:
            shown = message or {"ts": self.stamp(), "text": "", "channel": people.UPDATES}
            channel = shown.get("channel", people.UPDATES)
            payload["channel"] = self._place(channel)
            payload["container"] = {"type": "message", "message_ts": shown["ts"], "channel_id": channel}
            if shown.get("is_ephemeral"):
                # Of what only one person sees Slack tells no words.
                payload["container"] |= {"is_ephemeral": True}
            else:
                payload["message"] = {key: shown[key] for key in shown if key != "channel"}
            payload["response_url"] = self.response_url(user)
        return await self._line.gesture("interactive", payload)

    async def shortcut(self, callback_id: str, *, user: str = people.ALICE, message: Json | None = None) -> Ack:
        """Use a global shortcut, or a message's when `message` is given."""
        payload = self._interaction("shortcut" if message is None else "message_action", user)
        payload["callback_id"] = callback_id
        if message is not None:
            payload["message"] = {key: message[key] for key in message if key != "channel"}
            payload["message_ts"] = message["ts"]
            payload["action_ts"] = self.stamp()
            payload["channel"] = self._place(message["channel"])
            payload["response_url"] = self.response_url(user)
        return await self._line.gesture("interactive", payload)

    async def submit(self, view: Json, values: Mapping[str, Any] | None = None, *, user: str = people.ALICE) -> Ack:
        """Fill a form's inputs by block id and submit it; what is not given keeps its initial answer.

        Checkboxes take a list of values. Raises AssertionError where Slack's own client would not let it go.
        """
        submitted = {**view, "state": {"values": filled(view, values or {})}}
        payload = {**self._interaction("view_submission", user), "view": submitted, "response_urls": []}
        ack = await self._line.gesture("interactive", payload)
        self._follow(ack.payload, view, user)
        return ack

    async def event(self, event: Json) -> Ack:
        """Let something happen in the workspace, such as `{"type": "app_home_opened", …}`."""
        return await self._line.gesture(
            "events_api",
            {
                "type": "event_callback",
                "team_id": self.team_id,
                "api_app_id": APP,
                "event_id": f"Ev{uuid.uuid4().hex[:10].upper()}",
                "event_time": int(self.now()),
                "authorizations": [
                    {"team_id": self.team_id, "user_id": self.bot_user, "is_bot": True, "enterprise_id": None}
                ],
                "event": event,
            },
        )

    async def open_home(self, user: str = people.ALICE) -> Ack:
        """Look at the bot's Home tab."""
        direct = self.direct(user)
        return await self.event(
            {
                "type": "app_home_opened",
                "user": user,
                "channel": direct.id,
                "tab": "home",
                "event_ts": self.stamp(),
            }
        )

    def response_url(self, user: str) -> str:
        """Where a gesture of this person's is answered."""
        return self._line.response_url(self, user)

    def _place(self, channel_id: str) -> Json:
        """Slack names only public channels to apps."""
        channel = self.conversation(channel_id)
        name = "directmessage" if channel.user else "privategroup" if channel.is_private else channel.name
        return {"id": channel_id, "name": name}

    def _interaction(self, kind: str, user: str) -> Json:
        who = {"id": user, "username": self.users[user]["name"], "team_id": self.team_id}
        return {
            "type": kind,
            "user": {**who, "name": who["username"]},
            "team": {"id": self.team_id, "domain": self.name.lower()},
            "api_app_id": APP,
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self.trigger(user),
        }

    def _follow(self, answer: Json, view: Json, user: str) -> None:
        """Do with a submitted form what the bot answered."""
        match answer.get("response_action"):
            case "errors":
                pass
            case "update":
                self.replace_view(view, answer["view"])
            case "push":
                self.keep_view(answer["view"], user, below=view)
            case "clear":
                for each in self.stack(view):
                    self.views.pop(each["id"], None)
            case _:
                self.views.pop(view["id"], None)
