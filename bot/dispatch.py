"""From what Slack sends to the handler that answers it, and from errors to what a person reads.

One table look-up a payload: Slack's framework tries its listeners one by one, which forty of them make slow.
"""

import asyncio
import difflib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot import blocks, fills
from bot.db import is_away
from bot.errors import FieldErrors, UserError
from bot.gesture import FROM_HOME, Ack, Gesture, Handler, Respond, SlackClient, refusal
from bot.house import House
from bot.logs import get_logger
from bot.markup import clean
from bot.tables import Tables

log = get_logger(__name__)

_CODE = re.compile(r"`([^`\n]{1,120})`")

HOME = "app_home_opened"
"""The event whose handler draws the Home tab."""

APOLOGY = "That failed on our side, and we know about it. Nothing you did is wrong. Please try again in a minute."
NOT_KEPT = "I could not save this, and nothing of it was kept. Please try again in a minute."
STILL_IN_THE_FORM = "I could not save this; what you typed is still in the form. Please submit it again in a minute."
TOO_LATE = "Slack would not open or change that window any more. Please try again."
UNKNOWN = "I do not know that one any more. `/cadence help` lists what I can do."
ELSEWHERE = "Drumbeat works only for the people of the workspace it is installed in."


@dataclass(frozen=True)
class Arrival:
    """One payload from Slack, with the ways to answer it."""

    body: Mapping[str, Any]
    ack: Ack
    client: SlackClient
    respond: Respond | None = None


class Dispatch:
    """Looks handlers up in the rooms' tables; `house` gives the workspace as it is at that moment."""

    def __init__(self, tables: Tables, house: Callable[[], House]) -> None:
        self._tables = tables
        self._house = house
        self._under_way: set[asyncio.Task[Any]] = set()

    async def finish(self, seconds: float) -> None:
        """Let the gestures that are being answered end, for at most so long."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)

    async def command(self, arrival: Arrival) -> None:
        body = arrival.body
        gesture = _gesture(
            arrival,
            user=str(body["user_id"]),
            channel=body.get("channel_id"),
            # As typed: a decision may have paragraphs.
            text=clean(str(body.get("text") or "")).strip(),
            trigger=str(body.get("trigger_id") or ""),
        )
        command = self._tables.commands.get(str(body["command"]))
        await self._answer(gesture, body.get("team_id"), command.handler if command else None, on_failure=_say)

    async def action(self, arrival: Arrival) -> None:
        body = arrival.body
        action = body["actions"][0]
        chosen = action.get("selected_option") or {}
        channel = (body.get("channel") or {}).get("id")
        # A stand-in for Slack leaves the view out: what was pressed in no message and no channel was pressed there.
        at_home = _at_home(body["view"]) if body.get("view") else not channel and not body.get("message")
        gesture = _gesture(
            arrival,
            user=str(body["user"]["id"]),
            channel=channel,
            value=str(chosen.get("value") or action.get("value") or ""),
            trigger=str(body.get("trigger_id") or ""),
            # A live answer must not replace the message that was clicked.
            respond=arrival.respond if body.get("response_url") and not at_home else None,
            at_home=at_home,
        )
        handler = self._tables.actions.get(str(action["action_id"]))
        await self._answer(gesture, _team(body), handler, on_failure=_say)

    async def view(self, arrival: Arrival) -> None:
        body = arrival.body
        view = body["view"]
        gesture = _gesture(
            arrival,
            user=str(body["user"]["id"]),
            metadata=str(view.get("private_metadata") or ""),
            view_id=str(view.get("id") or ""),
            fields=view.get("state", {}).get("values", {}),
            trigger=str(body.get("trigger_id") or ""),
            respond=None,
            at_home=_at_home(view),
        )
        handler = self._tables.views.get(str(view["callback_id"]))
        await self._answer(gesture, _team(body), handler, on_failure=_give_words_back)

    async def shortcut(self, arrival: Arrival) -> None:
        body = arrival.body
        gesture = _gesture(
            arrival,
            user=str(body["user"]["id"]),
            channel=(body.get("channel") or {}).get("id"),
            trigger=str(body.get("trigger_id") or ""),
            event=body.get("message") or {},
            respond=arrival.respond if body.get("response_url") else None,
        )
        shortcut = self._tables.shortcuts.get(str(body["callback_id"]))
        await self._answer(gesture, _team(body), shortcut.handler if shortcut else None, on_failure=_say)

    async def event(self, arrival: Arrival) -> None:
        event = arrival.body["event"]
        user = event.get("user")
        gesture = _gesture(
            arrival,
            user=str(user.get("id") if isinstance(user, Mapping) else user or ""),
            channel=event.get("channel") if isinstance(event.get("channel"), str) else None,
            event=event,
            respond=None,
            me=_own_id(arrival.body),
        )
        handler = self._tables.events.get(_event_name(event))
        if handler is None:
            await arrival.ack()
            return
        await self._answer(gesture, arrival.body.get("team_id"), handler, on_failure=_only_ack)

    async def _answer(
        self,
        gesture: Gesture,
        team: object,
        handler: Handler | None,
        *,
        on_failure: Callable[[Gesture, str], Awaitable[None]],
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        try:
            await self._handle(gesture, team, handler, on_failure)
            await self._show_home(gesture)
        except Exception:
            log.exception("a gesture could not be answered", user=gesture.user)
            # Without it Slack's framework would wait for one until Slack no longer does.
            await gesture.accept()
        finally:
            self._under_way.discard(task)

    async def _show_home(self, gesture: Gesture) -> None:
        """Where somebody did something from the Home tab, it shows how things are now."""
        home = self._tables.events.get(HOME)
        is_asked_more = any("submit" in view.content for view, _id in gesture.forms.opened)
        if home is None or not gesture.at_home or is_asked_more or gesture.forms.refused:
            return
        house = self._house()
        drawing = replace(gesture, ack=_acknowledged, event={"tab": "home"}, aliases=house.words.aliases)
        try:
            await home(drawing, house)
        except Exception:
            # What they did is done and answered; the tab is drawn anew when it is opened.
            log.warning("the Home tab was not drawn anew", user=gesture.user, exc_info=True)

    async def _measure(self, gesture: Gesture, house: House, at: datetime) -> None:
        """Note which forms were opened or submitted by a gesture at that moment, once the person has their answer."""

        def verb(session: Session) -> None:
            for view, view_id in opened:
                fills.opened(session, house, view.content, view_id, gesture.user, at)
            if submitted:
                fills.submitted(session, house, submitted, at)

        opened = [(view, view_id) for view, view_id in gesture.forms.opened if "submit" in view.content]
        submitted = "" if gesture.forms.refused else gesture.view_id
        if not opened and not submitted:
            return
        try:
            await house.db.run(verb)
        except Exception:
            # Only a figure is missing then.
            log.warning("how long a form took was not noted", exc_info=True)

    async def _handle(
        self,
        gesture: Gesture,
        team: object,
        handler: Handler | None,
        on_failure: Callable[[Gesture, str], Awaitable[None]],
    ) -> None:
        house = self._house()
        arrived = house.clock.now()
        gesture = replace(gesture, aliases=house.words.aliases, bound=house.definitions.organisation.bound)
        try:
            if team is not None and team != house.workspace_id:
                raise UserError(ELSEWHERE)
            if handler is None:
                raise UserError(UNKNOWN)
            await handler(gesture, house)
            await self._measure(gesture, house, arrived)
        except FieldErrors as error:
            await gesture.refuse_fields({name: _as_shown(house, text) for name, text in error.fields.items()})
        except UserError as error:
            await on_failure(gesture, _as_shown(house, str(error)))
        except Exception as error:
            typed = f"\n\nYou typed: {gesture.text}" if gesture.text else ""
            if is_away(error):
                log.error("the database did not keep a gesture", user=gesture.user, reason=str(error))
                await _not_kept(gesture, on_failure, NOT_KEPT + typed)
                return
            if race := _race(error):
                log.info("a window could not be opened or changed any more", user=gesture.user, reason=race)
                await on_failure(gesture, TOO_LATE + typed)
                return
            log.exception("a gesture failed", user=gesture.user, value=gesture.value, text=gesture.text)
            await on_failure(gesture, APOLOGY + typed)


def _nobody(words: str) -> Handler | None:
    return None


def verb_handler(
    tables: Tables, help_handler: Handler, otherwise: Callable[[str], Handler | None] = _nobody
) -> Handler:
    """`/cadence <verb> …`: looks the verb up; alone it is help.

    Words that begin with no verb go to the handler that `otherwise` has for them; for others the nearest verbs are
    offered.
    """

    async def cadence(gesture: Gesture, house: House) -> None:
        verb, rest = ([*gesture.text.split(maxsplit=1), "", ""])[:2]
        if not verb or verb.lower() == "help":
            await help_handler(gesture, house)
            return
        entry = tables.verbs.get(verb.lower())
        if entry is None and (handler := otherwise(gesture.text)):
            await handler(gesture, house)
            return
        if entry is None:
            close = difflib.get_close_matches(verb.lower(), tables.verbs, n=3, cutoff=0.5)
            offer = f" Did you mean {' or '.join(f'`/cadence {name}`' for name in close)}?" if close else ""
            raise UserError(f"There is no `/cadence {verb[:40]}`.{offer} `/cadence help` lists all of them.")
        await entry.handler(gesture.with_text(rest), house)

    return cadence


def _gesture(arrival: Arrival, **values: Any) -> Gesture:
    return Gesture(ack=arrival.ack, client=arrival.client, **({"respond": arrival.respond} | values))


def _event_name(event: Mapping[str, Any]) -> str:
    """As the app subscribes to it: messages are told apart by where they stand, as in `message.im`."""
    name = str(event["type"])
    return f"{name}.{event.get('channel_type')}" if name == "message" else name


def _own_id(body: Mapping[str, Any]) -> str:
    """The bot user that an event was sent to."""
    bots = (each.get("user_id") for each in body.get("authorizations") or () if each.get("is_bot"))
    return str(next(bots, None) or "")


def _at_home(view: Mapping[str, Any]) -> bool:
    return view.get("type") == "home" or str(view.get("external_id") or "").startswith(FROM_HOME)


async def _acknowledged(**_answer: Any) -> None:
    """Slack has its answer already."""


def _team(body: Mapping[str, Any]) -> object:
    """The workspace of the person who acted: in a shared channel that may be another than where it happened."""
    user = body.get("user") or {}
    return user.get("team_id") or (body.get("team") or {}).get("id")


def _as_shown(house: House, text: str) -> str:
    """In the company's words, without the backticks that set commands and names apart on the terminal."""
    return _CODE.sub(r"\1", house.words.aliases.own(text))


async def _say(gesture: Gesture, text: str) -> None:
    await gesture.reply(blocks.message(*blocks.sections(text)))


def _race(error: Exception) -> str:
    """Slack's word for it, when time or another click was faster than we; else nothing."""
    reason = refusal(error)
    return reason if reason in _RACES else ""


_RACES = frozenset({"exchanged_trigger_id", "expired_trigger_id", "hash_conflict", "not_found", "push_limit_reached"})


async def _not_kept(gesture: Gesture, on_failure: Callable[[Gesture, str], Awaitable[None]], text: str) -> None:
    """A form stays open as it is, to be submitted again."""
    inputs = [name for name, block in gesture.fields.items() if any("value" in each for each in block.values())]
    if inputs:
        await gesture.refuse_fields({inputs[0]: STILL_IN_THE_FORM})
    else:
        await on_failure(gesture, text)


async def _only_ack(gesture: Gesture, text: str) -> None:
    await gesture.accept()


async def _give_words_back(gesture: Gesture, text: str) -> None:
    """A form that could not be kept: say why, and give back everything that was typed."""
    typed = [words for block in gesture.fields.values() for words in _typed(block)]
    await gesture.replace_view(
        blocks.modal(
            "dispatch.words_back",
            "Not saved",
            *blocks.sections(text),
            *([blocks.section("Your words, to copy:")] if typed else []),
            *(part for words in typed for part in blocks.sections(words)),
            submit="",
            close="Close",
        )
    )


def _typed(block: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What stands in an input block's text field; what was chosen from a list is quickly chosen again."""
    return [str(element["value"]) for element in block.values() if str(element.get("value") or "").strip()]
