"""One running process: receives what people do, keeps time, delivers; stops without losing anything."""

import asyncio
import contextlib
import hashlib
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import app, blocks, doors, migrations, timers
from bot.clock import Clock, SystemClock
from bot.db import Database
from bot.definitions import Definitions, load
from bot.definitions.report import as_lines
from bot.delivery import outbox
from bot.delivery.node import new_node_id
from bot.delivery.relay import Relay
from bot.delivery.slack import SlackSender, make_client, make_session
from bot.errors import UserError
from bot.house import House
from bot.logs import get_logger
from bot.people.directory import keep, read_directory
from bot.people.model import channel_id
from bot.scheduler import Scheduler
from bot.settings import Http, Settings
from bot.timers import Lease
from bot.words import Words

log = get_logger(__name__)

LOOK_FOR_CHANGES = 2.0
REFRESH_PEOPLE = 6 * 60 * 60.0
"""Seconds."""


class BadDefinitions(UserError):
    """Definitions with mistakes in them; the message lists all."""


def read_definitions(settings: Settings) -> Definitions:
    """The definitions in force, or `BadDefinitions` with every problem."""
    loaded = load(settings.cadences, app.KINDS)
    if loaded.definitions is None:
        raise BadDefinitions("\n".join(as_lines(loaded.problems)))
    return loaded.definitions


class Node:
    """One process of Drumbeat for one workspace."""

    def __init__(self, settings: Settings, say: Callable[[str], None], clock: Clock | None = None) -> None:
        self._settings = settings
        self._say = say
        self._clock = clock or SystemClock()
        self._definitions = read_definitions(settings)
        self._slack = settings.for_slack()
        self._db = Database(settings.database_url.reveal())
        self._id = new_node_id()
        self._stop = asyncio.Event()
        self._stamp = _stamp(settings.cadences)

    def house(self) -> House:
        return self._house

    async def run(self) -> None:
        """Run until told to stop (SIGTERM, Ctrl-C): then finish what is under way and leave."""
        self._loop = asyncio.get_running_loop()
        for signal_number in (signal.SIGINT, signal.SIGTERM):
            self._loop.add_signal_handler(signal_number, self._stop.set)
        migrations.require_current(self._db.engine)
        self._say(f"Database: {self._db.engine.url.render_as_string(hide_password=True)}")
        try:
            async with make_session() as session:
                await self._serve(session)
        finally:
            self._db.close()
            self._say("Stopped. Nothing is lost: what was promised goes out at the next start.")

    async def _serve(self, session: Any) -> None:
        self._client = make_client(self._slack.bot_token.reveal(), self._slack.api_url, session)
        identity = await self._client.auth_test()
        self._house = House(
            workspace_id=str(identity["team_id"]),
            db=self._db,
            clock=self._clock,
            words=Words(self._settings.templates),
            definitions=self._definitions,
            links=app.LINKS,
        )
        self._say(f"Slack workspace: {identity['team']} (as {identity['user']})")
        await self._read_people()
        await self._db.run(app.adopt, self._house)
        self._say(f"Calendar: {len(self._definitions.calendar.rituals)} rituals from {self._settings.cadences}")
        scheduler = Scheduler(self._db, self._clock, self._house.workspace_id, self._id, self._fire)
        scheduler.every(LOOK_FOR_CHANGES, self._look_for_changes)
        scheduler.every(REFRESH_PEOPLE, self._refresh_people)
        relay = asyncio.create_task(Relay(self._db, self._clock, SlackSender(self._client), self._id).run(self._stop))
        close_door = await self._open_door()
        scheduler.start()
        self._say("Ready.")
        try:
            await self._stop.wait()
        finally:
            await close_door()
            await asyncio.to_thread(scheduler.stop)
            await relay

    async def _open_door(self) -> doors.Close:
        door = self._slack.door
        signing_secret = door.signing_secret.reveal() if isinstance(door, Http) else None
        bolt = doors.make_bolt(self.house, self._client, answers=app.tables(), signing_secret=signing_secret)
        if isinstance(door, Http):
            close = await doors.open_http(doors.make_web(bolt, self._healthy), door.port)
            self._say(f"Listening to Slack over HTTP: port {door.port}, path /slack/events")
        else:
            close = await doors.open_socket(bolt, door.app_token.reveal())
            self._say("Listening to Slack in Socket Mode.")
        return close

    async def _healthy(self) -> str | None:
        try:
            await self._db.run(lambda session: session.execute(text("SELECT 1")))
        except SQLAlchemyError as error:
            return f"database: {type(error).__name__}"
        return None

    def _fire(self, lease: Lease) -> None:
        """Run one due timer; a failure is kept with the timer, which is tried again and then set aside."""
        try:
            self._db.call(timers.fire, lease, self._house, app.TIMERS)
        except Exception as error:
            log.exception("a timer failed", kind=lease.kind, timer=lease.timer_id)
            self._db.call(timers.postpone, lease, self._clock.now(), f"{type(error).__name__}: {error}")

    def _refresh_people(self) -> None:
        asyncio.run_coroutine_threadsafe(self._read_people(), self._loop)

    async def _read_people(self) -> None:
        """Learn from Slack who the people of the definitions are; what was known stays when Slack does not answer."""
        try:
            directory = await read_directory(self._client)
        except Exception:
            log.exception("Slack's directory could not be read")
            return
        unknown = await self._db.run(keep, self._house, directory)
        if unknown:
            log.warning("people of organisation.yaml whom Slack does not know", people=", ".join(unknown))

    def _look_for_changes(self) -> None:
        """When the definitions changed on disk: take them on, or keep the last good ones and tell product ops."""
        stamp = _stamp(self._settings.cadences)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            definitions = read_definitions(self._settings)
        except BadDefinitions as bad:
            log.error("the changed definitions have mistakes; the last good ones stay in force", problems=str(bad))
            self._db.call(tell_product_ops, self._house, str(bad))
            return
        self._house = replace(self._house, definitions=definitions)
        log.info("the definitions changed", rituals=len(definitions.calendar.rituals))
        self._refresh_people()
        self._db.call(app.adopt, self._house)


def tell_product_ops(session: Session, house: House, problems: str) -> None:
    """Say in Slack, once for each set of mistakes, that the last good definitions stay in force."""
    message = blocks.message(
        blocks.section(house.words.render("definitions/refused.txt.j2")), *blocks.sections(problems)
    )
    fingerprint = hashlib.sha256(problems.encode()).hexdigest()[:16]
    channel = channel_id(session, house, house.definitions.organisation.channels.product_ops)
    dedupe = f"definitions:{fingerprint}:{house.clock.now():%Y%m%dT%H%M}"
    outbox.post(session, house, channel, message, kind="definitions.refused", dedupe=dedupe)


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells that a definition file changed: names, times and sizes."""
    found = []
    for file in sorted(folder.glob("*.yaml")):
        with contextlib.suppress(FileNotFoundError):
            status = file.stat()
            found.append((file.name, status.st_mtime_ns, status.st_size))
    return tuple(found)
