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

    def delete(self, message: Json) -> None:
        """A person deletes a message, their own or, as an administrator, the bot's."""
        channel = self.channels[message["channel"]]
        channel.messages[:] = [each for each in channel.messages if each["ts"] != message["ts"]]

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
            payload["message"] = {key: shown[key] for key in shown if key != "channel"}
            payload["channel"] = {"id": channel, "name": self.conversation(channel).name or "directmessage"}
            payload["container"] = {"type": "message", "message_ts": shown["ts"], "channel_id": channel}
            payload["response_url"] = self.response_url(user)
        return await self._line.gesture("interactive", payload)

    async def shortcut(self, callback_id: str, *, user: str = people.ALICE, message: Json | None = None) -> Ack:
        """Use a global shortcut, or a message's when `message` is given."""
        payload = self._interaction("shortcut" if message is None else "message_action", user)
        payload["callback_id"] = callback_id
        if message is not None:
            payload["message"] = {key: message[key] for key in message if key != "channel"}
            payload["message_ts"] = message["ts"]
            payload["channel"] = {
                "id": message["channel"],
                "name": self.conversation(message["channel"]).name,
            }
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
