"""What a person did in Slack (a command, a click, a submitted form), and the ways to answer it.

Listeners receive a `Gesture` and the `House`; they never see Bolt. Whatever must survive a crash is not
answered here but promised through `delivery.outbox`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot import blocks
from bot.aliases import NONE, Aliases
from bot.blocks import Message, View
from bot.house import House
from bot.markup import clean, shows


class SlackClient(Protocol):
    """The part of Slack's asynchronous client that live answers use; Bolt hands it in."""

    async def chat_getPermalink(self, *, channel: str, message_ts: str) -> Any: ...
    async def chat_postEphemeral(self, *, channel: str, user: str, thread_ts: str | None, **message: Any) -> Any: ...
    async def conversations_history(self, *, channel: str, latest: str, inclusive: bool, limit: int) -> Any: ...
    async def conversations_info(self, *, channel: str) -> Any: ...
    async def conversations_members(self, *, channel: str, limit: int, cursor: str | None) -> Any: ...
    async def conversations_replies(
        self, *, channel: str, ts: str, oldest: str, latest: str, inclusive: bool, limit: int
    ) -> Any: ...
    async def users_info(self, *, user: str) -> Any: ...
    async def views_open(self, *, trigger_id: str, view: dict[str, Any]) -> Any: ...
    async def views_publish(self, *, user_id: str, view: dict[str, Any]) -> Any: ...


FROM_HOME = "home:"
"""How the name begins that a form has for Slack when it was opened from the Home tab; the rest makes it unique."""

Ack = Callable[..., Awaitable[Any]]
Respond = Callable[..., Awaitable[Any]]


@dataclass
class Forms:
    """What became of forms in answer to a gesture."""

    opened: list[tuple[View, str]] = field(default_factory=list)
    """Each with the id that Slack gave it."""
    refused: bool = False
    """Whether the submitted one stays open, since something in it is wrong."""


@dataclass(frozen=True)
class Gesture:
    """One thing a person did. Ids are Slack's; nothing in them is trusted beyond who acted and where."""

    user: str
    ack: Ack
    client: SlackClient
    channel: str | None = None
    text: str = ""
    """What followed the slash command."""
    value: str = ""
    """The pressed button's value, or the chosen option's."""
    trigger: str = ""
    metadata: str = ""
    """The submitted view's `private_metadata`."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """The submitted view's `state.values`: `{block_id: {action_id: element state}}`."""
    respond: Respond | None = None
    """Posts to the gesture's response URL, and says whether Slack took it; absent for forms."""
    view_id: str = ""
    """The submitted view's own id."""
    forms: Forms = field(default_factory=Forms)
    aliases: Aliases = NONE
    """The company's own words for what labels say."""
    bound: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What stands on top of forms, by what they are about: the word with which their id begins."""
    at_home: bool = False
    """Whether it was made on the Home tab, or in a form that was opened from there."""
    event: Mapping[str, Any] = field(default_factory=dict)
    """The whole event, for `EVENTS`; the message, for its shortcuts."""
    me: str = ""
    """With an event: Drumbeat's own user id there."""

    def _worded(self, shown: Message | View) -> dict[str, Any]:
        return self.aliases.labels(shown.payload())

    def with_text(self, text: str) -> "Gesture":
        """The same gesture, with only a part of its words."""
        return replace(self, text=text)

    async def open(self, view: View) -> None:
        """Open a form. Slack's trigger lapses in three seconds, so call this early."""
        answer = await self.client.views_open(trigger_id=self.trigger, view=self._marked(view))
        if id := (answer.get("view") or {}).get("id"):
            self.forms.opened.append((view, str(id)))

    async def whisper(self, channel: str, message: Message, thread: str = "") -> None:
        """Say it to this person alone in a channel, or in a thread there (the `ts` of its first message)."""
        await self.client.chat_postEphemeral(
            channel=channel, user=self.user, thread_ts=thread or None, **self._worded(message)
        )

    async def publish_home(self, view: View) -> None:
        await self.client.views_publish(user_id=self.user, view=self._worded(view))

    async def accept(self) -> None:
        """Acknowledge and say nothing; for a form, close it."""
        await self.ack()

    async def reply(self, message: Message) -> None:
        """Acknowledge, and answer so that only this person sees it; in a window where there is nothing to reply to."""
        if self.respond is None:
            if self.trigger and not self.view_id:
                view = blocks.modal("gesture.said", "Drumbeat", *message.blocks, submit="", close="Close")
                await self.open(view)
            await self.ack()
            return
        await self.ack()
        await self.respond(**self._worded(message), response_type="ephemeral", replace_original=False)

    async def reply_with(self, picture: Message, plain: Message) -> bool:
        """Like `reply`, with blocks that not every workspace takes; false where Slack refuses them and it is plain."""
        if self.respond is not None:
            await self.ack()
            answer = await self.respond(**self._worded(picture), response_type="ephemeral", replace_original=False)
            if answer is not False:
                return True
        await self.reply(plain)
        return False

    async def refuse_fields(self, errors: Mapping[str, str]) -> None:
        """Keep the form open and show each sentence at its input block."""
        self.forms.refused = True
        await self.ack(response_action="errors", errors=dict(errors))

    async def replace_view(self, view: View) -> None:
        """Answer a submitted form with another view in its place."""
        await self.ack(response_action="update", view=self._marked(view))

    def _marked(self, view: View) -> dict[str, Any]:
        """What Slack sends back with the form, so that whatever it changes is seen on the Home tab it came from."""
        view = view.below(self.bound.get(str(view.content.get("callback_id", "")).partition(".")[0], ()))
        mark = {"external_id": f"{FROM_HOME}{self.trigger}"} if self.at_home and self.trigger else {}
        return self._worded(view) | mark

    def field(self, block_id: str) -> str:
        """The answer in an input block as text: typed, chosen value, user id or date; empty when unanswered."""
        values = self.field_values(block_id)
        return values[0] if values else ""

    def field_values(self, block_id: str) -> list[str]:
        """All answers in an input block: several for checkboxes, at most one for the rest."""
        for state in self.fields.get(block_id, {}).values():
            return _answers(state)
        return []


def refusal(error: BaseException) -> str:
    """Slack's word for why it refused a call; empty when this is another error."""
    get = getattr(getattr(error, "response", None), "get", None)
    return str(get("error") or "") if get else ""


def _answers(state: Mapping[str, Any]) -> list[str]:
    if options := state.get("selected_options"):
        return [str(option["value"]) for option in options]
    if option := state.get("selected_option"):
        return [str(option["value"])]
    for key in ("value", "selected_date", "selected_user", "selected_channel", "selected_conversation"):
        if state.get(key):
            text = clean(str(state[key])).strip()
            return [text] if shows(text) else []
    return []


Handler = Callable[[Gesture, House], Awaitable[None]]
