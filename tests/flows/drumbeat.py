"""Drumbeat as people meet it: gestures over a real Socket Mode connection, real Bolt, every room; a stopped clock."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import app, applying, doors, timers, versions
from bot.blocks.compose import spoken
from bot.db import Database
from bot.definitions import FILES, Definitions
from bot.delivery.slack import make_client, make_session, open_connection
from bot.dispatch import Dispatch
from bot.house import House
from bot.people.directory import keep, read_directory
from tests.fake_slack import APP_TOKEN, BOT_TOKEN, Ack, FakeSlack
from tests.fakes import StoppedClock, deliver, make_house
from tests.people import ALICE, UPDATES

SLACK_WAITS = 3.0
"""Seconds until Slack tells the person that the app did not answer."""
PATIENCE = 20.0
"""Seconds; what is waited for takes far less unless the machine is busy."""

Json = dict[str, Any]


@dataclass
class Drumbeat:
    db: Database
    clock: StoppedClock
    slack: FakeSlack
    house: House
    dispatch: Dispatch
    heard: int = 0
    """How many answers the story has read."""

    async def until(self, moment: datetime, *, on_time: bool = False) -> None:
        """Turn the clock to `moment`, fire what is due on the way, and deliver what was promised.

        `on_time`: each message at its own minute, not all of them in the end.
        """
        while (wake := self._next_wake()) is not None and wake <= moment:
            self.clock.set(max(self.clock.now(), wake))
            self._fire_due()
            if on_time and not ((after := self._next_wake()) and after <= self.clock.now()):
                await self.deliver()
        self.clock.set(max(self.clock.now(), moment))
        await self.deliver()

    async def keep_version(self) -> None:
        """Store the definitions as they are, as the first version, and run by it."""
        files = {
            name: json.dumps(found.model_dump(mode="json", by_alias=True, exclude_unset=True))
            for name, model in FILES
            for found in vars(self.house.definitions).values()
            if isinstance(found, model)
        }
        at = self.clock.now()
        await self.db.run(versions.store, self.house.workspace_id, at, files, after=0, author=versions.AT_FIRST_START)
        self.take_over()

    async def deliver(self) -> None:
        await deliver(self.db, self.clock, self.slack)

    def take_over(self) -> None:
        """Run the newest version of the definitions, as a node does within seconds."""
        found = self.db.call(versions.in_force, self.house.workspace_id)
        self.house = self.house.by(found.definitions, found.number)

    async def command(self, line: str, user: str = ALICE) -> Ack:
        name, _, text = line.partition(" ")
        return await in_time(self.slack.command(name, user=user, text=text))

    async def press(self, label: str, user: str = ALICE, channel: str = "") -> Ack:
        """Press the button of that name in the last message to `user`, or in `channel`, that has one."""
        where = channel or f"D0{user[2:]}"
        return await self._press(
            label, [{**each, "channel": where} for each in self.slack.messages(channel or user)], user
        )

    async def press_whispered(self, label: str, user: str = ALICE) -> Ack:
        """Press the button of that name in what `user` alone was told last in a channel."""
        ack = await self._press(label, self.whispered(user), user)
        await self.settled()
        return ack

    async def press_replied(self, label: str, user: str = ALICE) -> Ack:
        """Press the button of that name in the answers to commands, the last first."""
        where = {"channel": f"D0{user[2:]}", "ts": self.slack.stamp(), "is_ephemeral": True}
        return await self._press(label, [{**each, **where} for each in self.slack.replies], user)

    def whispered(self, user: str = ALICE) -> list[Json]:
        """What this person alone was told in channels."""
        return [each for each in list(self.slack.ephemerals) if each["user"] == user]

    async def _press(self, label: str, messages: list[Json], user: str) -> Ack:
        for message in reversed(messages):
            for block in message.get("blocks", []):
                for button in [*block.get("elements", []), *filter(None, [block.get("accessory")])]:
                    if button.get("type") == "button" and button["text"]["text"] == label:
                        value = button.get("value", "")
                        return await in_time(self.slack.click(button["action_id"], value, user=user, message=message))
        raise AssertionError(f"no button {label!r} in {[each['text'] for each in messages]}")

    async def shortcut(self, name: str, message: Json, user: str = ALICE) -> Ack:
        """Use the shortcut of that name in the menu of a message."""
        shortcuts = app.tables().shortcuts.items()
        (callback_id,) = (id for id, each in shortcuts if (each.name, each.kind) == (name, "message"))
        ack = await in_time(self.slack.shortcut(callback_id, user=user, message=message))
        await self.settled()
        return ack

    async def react(self, emoji: str, message: Json, user: str = ALICE) -> None:
        """Set an emoji on a message."""
        await self.slack.react(emoji, message, user=user)
        await self.settled()

    async def settled(self) -> None:
        """Wait for what goes on after Slack was answered."""
        await self.dispatch.finish(PATIENCE)

    async def choose(self, menu: str, label: str, user: str = ALICE, channel: str = "") -> Ack:
        """Choose `label` in the first menu of that name, `…` for the small one, in the last message with it.

        Of those to `user`, or in `channel`.
        """
        for message in reversed(self.slack.messages(channel or user)):
            for block in message.get("blocks", []):
                for element in block.get("elements", []):
                    name = element.get("placeholder", {"text": "…"})["text"]
                    for option in element.get("options", []) if name == menu else []:
                        if option["text"]["text"] == label:
                            shown = {**message, "channel": channel or f"D0{user[2:]}"}
                            chosen = str(option["value"])
                            click = self.slack.click(element["action_id"], user=user, message=shown, chosen=chosen)
                            return await in_time(click)
        raise AssertionError(f"no menu {menu!r} with {label!r} in {self.slack.said(channel or user)}")

    async def submit(self, values: Json, user: str = ALICE) -> Ack:
        """Fill in and submit the form that was opened last."""
        return await in_time(self.slack.submit(self.slack.last_view(), values, user=user))

    async def home(self, user: str = ALICE) -> str:
        """Look at the Home tab, and what it shows. Slack is answered before it is painted."""
        self.slack.homes.pop(user, None)
        await in_time(self.slack.open_home(user))
        await until(lambda: user in self.slack.homes)
        return json.dumps(self.slack.homes[user], ensure_ascii=False)

    async def press_on_home(self, label: str, user: str = ALICE) -> Ack:
        """Press the first button of that name on the Home tab that this person has before them."""
        view = self.slack.homes[user]
        for block in view["blocks"]:
            for button in [*block.get("elements", []), *filter(None, [block.get("accessory")])]:
                if button.get("type") == "button" and button["text"]["text"] == label:
                    click = self.slack.click(button["action_id"], button.get("value", ""), user=user, view=view)
                    return await in_time(click)
        raise AssertionError(f"no button {label!r} on the Home tab")

    def on_home(self, user: str = ALICE) -> str:
        """What the Home tab shows that this person has before them."""
        return str(spoken(self.slack.homes[user]["blocks"]))

    def digest(self) -> str:
        """What the digest says now."""
        return str(self.slack.said(UPDATES)[0])

    async def replied(self) -> str:
        """The next answer for one person's eyes. Slack is acknowledged before it comes."""
        self.heard += 1
        await until(lambda: len(self.slack.replies) >= self.heard)
        return str(self.slack.replies[self.heard - 1]["text"])

    def _next_wake(self) -> datetime | None:
        with self.db.transaction() as session:
            return timers.next_wake(session, self.house.workspace_id)

    def _fire_due(self) -> None:
        with self.db.transaction() as session:
            leases = timers.claim(session, self.house.workspace_id, self.clock.now(), "node-a")
        for lease in leases:
            with self.db.transaction() as session:
                timers.fire(session, lease, self.house, app.TIMERS, app.HOLD)


@asynccontextmanager
async def drumbeat(
    db: Database, slack: FakeSlack, clock: StoppedClock, definitions: Definitions
) -> AsyncIterator[Drumbeat]:
    """Drumbeat with everything planned, listening to `slack`."""
    house = make_house(db, definitions=definitions, clock=clock, links=applying.LINKS)
    async with make_session() as session:
        client = make_client(BOT_TOKEN, slack.url, session)
        await db.run(keep, house, await read_directory(client))
        await db.run(app.adopt, house)
        bolt = doors.make_bolt(lambda: beat.house, client, answers=app.tables(), signing_secret=None)
        beat = Drumbeat(db, clock, slack, house, bolt.dispatch)
        close = await doors.open_socket(bolt, APP_TOKEN, await open_connection(client, APP_TOKEN))
        try:
            yield beat
        finally:
            await close()


async def in_time(gesture: Awaitable[Ack]) -> Ack:
    """A gesture's acknowledgement, which Slack does not wait for longer than three seconds."""
    began = time.monotonic()
    ack = await gesture
    assert time.monotonic() - began < SLACK_WAITS
    return ack


async def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.005)
