"""One running process: receives what people do, keeps time, delivers; stops without losing anything."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from datetime import timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.routing import Route

from bot import app, applying, asked, connection, doors, fills, metrics, migrations, nodes, timers, versions
from bot.api import listeners as api
from bot.api.flow import LARGEST
from bot.checks import flow as checks
from bot.clock import Clock, SharedClock, SystemClock, to_millis
from bot.db import Database, is_away
from bot.definitions import Loaded, load
from bot.definitions.report import as_lines
from bot.delivery import refusal, undeliverable
from bot.delivery.model import DELETE
from bot.delivery.node import BEAT_EVERY, DEAD_AFTER, beat, new_node_id
from bot.delivery.outcome import Call, Finding, Found, NotNow, Outcome, RateLimited, Search, Sent, TokenDead
from bot.delivery.relay import Relay
from bot.delivery.slack import (
    SlackSender,
    SlackTrouble,
    identify,
    in_words,
    make_client,
    make_session,
    open_connection,
)
from bot.errors import UserError
from bot.feeds import flow as feeds
from bot.gauges import gauges
from bot.house import House
from bot.logs import get_logger, redact
from bot.notify import Notifier
from bot.people import calendars
from bot.people.directory import keep, read_directory, wanted_groups
from bot.people.fetch import Fetcher
from bot.people.model import channel_id
from bot.rituals.failing import put_off
from bot.scheduler import Scheduler
from bot.settings import SLACK_API_URL, Http, Settings, SocketMode
from bot.timers import Lease
from bot.versions import InForce
from bot.words import Words, plural

log = get_logger(__name__)

LOOK_FOR_CHANGES = 1.0
REFRESH_PEOPLE = 6 * 60 * 60.0
READ_PEOPLE_AGAIN = 10 * 60.0
FORGET_TIMERS = 60 * 60.0
CHECK_AGAIN = 30.0
HEALTHY_WITHIN = 5.0
LISTEN_FOR_OTHERS = 2.5
LAST_STEP = 1.0
STOP_WITHIN = 20.0
"""Seconds."""
TIMERS_ARE_KEPT = timedelta(days=30)
"""How long one can still see what fired."""


class BadDefinitions(UserError):
    """Definitions with mistakes in them; the message lists all."""


class Outdated(Exception):
    """A newer version of the definitions is in force than the one this process has."""


def read_definitions(settings: Settings) -> Loaded:
    """The definitions in the folder and the texts they are from, or `BadDefinitions` with every problem."""
    loaded = load(settings.cadences, app.KINDS, settings.templates)
    if loaded.definitions is None:
        raise BadDefinitions("\n".join(as_lines(loaded.problems)))
    return loaded


class Node:
    """One process of Drumbeat for one workspace."""

    def __init__(
        self,
        settings: Settings,
        say: Callable[[str], None],
        clock: Clock | None = None,
        roles: Collection[str] = nodes.ROLES,
    ) -> None:
        self._settings = settings
        self._roles = frozenset(roles)
        self._say = say
        self._clock = SharedClock(clock or SystemClock())
        self._slack = settings.for_slack()
        self._db = Database(settings.database_url.reveal())
        self._id = new_node_id()
        self._stop = asyncio.Event()
        self._delivering: asyncio.Task[None] | None = None
        self._taking_over = Lock()
        self._adopted = 0
        """The version whose people this process has looked up."""
        self._people_are_unread = False

    def house(self) -> House:
        """The workspace as it is at this moment."""
        return self._house

    async def run(self) -> None:
        """Run until told to stop (SIGTERM, Ctrl-C): then finish what is under way and leave.

        Raises UserError, with what mends it, when it cannot start.
        """
        self._loop = asyncio.get_running_loop()
        for signal_number in (signal.SIGINT, signal.SIGTERM):
            self._loop.add_signal_handler(signal_number, self._stop.set)
        try:
            async with AsyncExitStack() as closing:
                if await self._is_started(closing):
                    self._say("Ready.")
                    await self._until_stopped()
                    self._say("Stopping.")
        finally:
            await asyncio.to_thread(self._db.close)
        self._say("Stopped. Nothing is lost: what was promised goes out at the next start.")

    async def _is_started(self, closing: AsyncExitStack) -> bool:
        """Start everything, noting in `closing` how to end it; false when told to stop meanwhile."""
        starting = asyncio.create_task(self._start(closing))
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if starting.done():
            await starting
            return True
        starting.cancel()
        await asyncio.wait({starting})
        return False

    async def _start(self, closing: AsyncExitStack) -> None:
        with database_in_words(self._settings.database_url.reveal()):
            await asyncio.to_thread(migrations.require_current, self._db.engine)
            await connection.set_by_database(self._db, self._clock)
        self._say(f"Database: {self._db.engine.url.render_as_string(hide_password=True)}")
        await self._join(closing)
        session = await closing.enter_async_context(make_session())
        self._client = make_client(self._slack.bot_token.reveal(), self._slack.api_url, session)
        identity = await identify(self._client)
        self._in_force = await self._definitions_in_force(identity.team_id)
        definitions, version = self._in_force.definitions, self._in_force.number
        self._house = House(
            workspace_id=identity.team_id,
            db=self._db,
            clock=self._clock,
            words=Words(self._settings.templates).spoken_with(definitions.organisation.aliases),
            definitions=definitions,
            links=applying.LINKS,
            charts=self._slack.api_url == SLACK_API_URL,
            feed_url=self._settings.feed_url,
            version=version,
        )
        self._adopted = version
        self._say(f"Slack workspace: {identity.team} (as {identity.user})")
        await self._read_people(self._house)
        if self._works:
            # It has just said who we are.
            await self._db.run(refusal.clear, identity.team_id)
            await self._db.run(app.adopt, self._house)
            await self._db.run(app.arrive, self._house)
            await self._db.run(say_who_is_told_instead, self._house)
            await self._db.run(timers.try_failed_again, identity.team_id, self._clock.now())
        rituals = plural(len(definitions.calendar.rituals), "ritual")
        self._say(f"Calendar: {rituals}, version {version} of the definitions")
        await asyncio.to_thread(self._compare_with_folder)
        await self._start_watching(closing)
        if self._works:
            self._start_delivering(closing)
        self._start_the_clock(closing)
        if self._works:
            self._repeat(self._read_calendars, REFRESH_PEOPLE, closing)
        if nodes.WEB in self._roles:
            closing.push_async_callback(await self._open_door())

    @property
    def _works(self) -> bool:
        return nodes.WORKER in self._roles

    async def _join(self, closing: AsyncExitStack) -> None:
        """Be known to the other processes on this database until everything else here has ended."""
        await self._db.run(nodes.register, self._id, self._roles, self._now())
        closing.push_async_callback(self._leave)
        self._repeat(self._beat, BEAT_EVERY, closing)
        if self._db.is_sqlite:
            await self._require_one_machine()
        if self._settings.wake == "notify":
            notifier = Notifier(self._db, self._id)
            notifier.start()
            closing.push_async_callback(asyncio.to_thread, notifier.stop)
        if self._roles != set(nodes.ROLES):
            self._say(f"Role: {' and '.join(sorted(self._roles))}")

    async def _require_one_machine(self) -> None:
        """SQLite's locks are good on one machine; on two, over a shared folder, they lose what was written."""
        before = await self._db.run(nodes.beats_elsewhere)
        if not before:
            return
        # Clocks differ and a dead process leaves its row behind, so who lives shows by what it writes meanwhile.
        await asyncio.sleep(LISTEN_FOR_OTHERS)
        for node, (host, beat_at) in (await self._db.run(nodes.beats_elsewhere)).items():
            if before.get(node) != (host, beat_at):
                raise UserError(
                    f"Drumbeat runs on this SQLite database on another machine ({host}), and SQLite is for one:"
                    " stop it there, or use PostgreSQL for both."
                )

    async def _beat(self) -> None:
        # While the relay runs, its own beat says that it does its work.
        if self._delivering is None or self._delivering.done() or self._stop.is_set():
            await self._db.run(beat, self._id, self._now())

    async def _leave(self) -> None:
        try:
            await self._db.run(nodes.leave, self._id)
        except SQLAlchemyError:
            log.warning("the database is away; the other processes will see by themselves that this one has ended")

    def _now(self) -> int:
        return to_millis(self._clock.now())

    async def _start_watching(self, closing: AsyncExitStack) -> None:
        """First, and so ended last: whoever watches sees how everything else starts and stops."""
        self._connection = connection.Connection(self._client, self._db, self._clock)
        self._repeat(self._connection.look, connection.EVERY, closing)
        if self._settings.metrics_port is not None:
            closing.push_async_callback(await self._open_watch(self._settings.metrics_port))

    def _repeat(self, step: Callable[[], Awaitable[None]], seconds: float, closing: AsyncExitStack) -> None:
        """Take a `step` now and each `seconds`, until what was started after this has ended."""
        ended = asyncio.Event()

        async def repeatedly() -> None:
            while not ended.is_set():
                try:
                    await step()
                except Exception:
                    log.exception("what a process does now and then failed; will try again")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(ended.wait(), seconds)

        task = asyncio.create_task(repeatedly())

        async def end() -> None:
            ended.set()
            _, late = await asyncio.wait({task}, timeout=LAST_STEP)
            for each in late:
                each.cancel()

        closing.push_async_callback(end)

    def _start_delivering(self, closing: AsyncExitStack) -> None:
        relay = Relay(self._db, self._clock, _Counting(SlackSender(self._client)), self._id, self._house.workspace_id)
        delivering = asyncio.create_task(relay.run(self._stop))
        self._delivering = delivering

        async def finish() -> None:
            self._stop.set()
            _, late = await asyncio.wait({delivering}, timeout=STOP_WITHIN)
            for task in late:
                task.cancel()

        closing.push_async_callback(finish)

    def _start_the_clock(self, closing: AsyncExitStack) -> None:
        fire = self._fire if self._works else None
        scheduler = Scheduler(self._db, self._clock, self._house.workspace_id, self._id, fire, self._stands_still)
        scheduler.every(LOOK_FOR_CHANGES, self._look_for_changes)
        if self._works:
            scheduler.every(REFRESH_PEOPLE, self._refresh_people)
            scheduler.every(READ_PEOPLE_AGAIN, self._read_people_again)
            scheduler.every(FORGET_TIMERS, self._forget_timers)
            scheduler.every(CHECK_AGAIN, self._check_again)
        scheduler.start()
        closing.push_async_callback(asyncio.to_thread, scheduler.stop)

    async def _open_door(self) -> doors.Close:
        door = self._slack.door
        signing_secret = door.signing_secret.reveal() if isinstance(door, Http) else None
        bolt = doors.make_bolt(self.house, self._client, answers=app.tables(), signing_secret=signing_secret)
        if isinstance(door, Http):
            return await self._open_http(bolt, door.port)
        close_others = await self._open_beside()
        try:
            close_socket = await self._open_socket(bolt, door)
        except BaseException:
            await close_others()
            raise

        async def close() -> None:
            await close_socket()
            await close_others()

        return close

    async def _open_socket(self, bolt: doors.Bolt, door: SocketMode) -> doors.Close:
        app_token = door.app_token.reveal()
        address = await open_connection(self._client, app_token)
        try:
            close = await doors.open_socket(bolt, app_token, address)
        except TimeoutError as error:
            host = urlsplit(address).netloc
            raise UserError(
                f"Slack's Socket Mode cannot be reached at {host}: let web sockets through, or use HTTP."
            ) from error
        self._say("Listening to Slack in Socket Mode.")
        return close

    async def _open_http(self, bolt: doors.Bolt, port: int) -> doors.Close:
        beside = [*(() if self._settings.metrics_port else self._watching()), *self._for_others().values()]
        with _port_in_words(port, "PORT"):
            close = await doors.open_http(bolt, doors.make_web(bolt, *beside), port)
        self._say(f"Listening to Slack over HTTP: port {port}, path /slack/events")
        return close

    def _for_others(self) -> Mapping[str, Route]:
        """By path what is not for Slack, as far as the settings switch it on: calendar feeds, what programs ask for."""
        found = {}
        if self._settings.feed_url:
            found["/feeds"] = doors.feeds(self._feed)
        if self._settings.api:
            found["/api"] = doors.api(self._answer, LARGEST)
        return found

    async def _feed(self, token: str) -> bytes | None:
        return await self._db.run(feeds.served, self.house(), token)

    async def _answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        return await api.answer(self.house(), app.ENDPOINTS, method, path, headers, body)

    async def _open_beside(self) -> doors.Close:
        """Serve alone what is not for Slack: Socket Mode has no door beside which it could be."""
        port, routes = self._settings.port, self._for_others()
        if not routes:
            return _nothing
        with _port_in_words(port, "PORT"):
            close = await doors.open_apart(list(routes.values()), port)
        self._say(f"For calendars and programs: port {port}, path {' and '.join(routes)}")
        return close

    async def _open_watch(self, port: int) -> doors.Close:
        with _port_in_words(port, "METRICS_PORT"):
            close = await doors.open_apart(self._watching(), port)
        self._say(f"Health and figures: port {port}, paths /healthz, /readyz and /metrics")
        return close

    async def _until_stopped(self) -> None:
        """Also ends when delivery does, with its error: nobody would post what is promised."""
        if self._delivering is None:
            await self._stop.wait()
            return
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait({stopping, self._delivering}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if self._delivering.done():
            await self._delivering

    def _watching(self) -> Sequence[Route]:
        return doors.watching(self._ready, self._figures)

    async def _ready(self) -> Mapping[str, str | None]:
        """What this process needs to do its work, each with what is wrong with it."""
        if self._stop.is_set():
            return {"process": "is stopping"}
        try:
            return await asyncio.wait_for(self._whole_house(), HEALTHY_WITHIN)
        except (SQLAlchemyError, TimeoutError) as error:
            return {"database": type(error).__name__, "slack": self._connection.slack_is_lost()}

    async def _whole_house(self) -> Mapping[str, str | None]:
        schema = await asyncio.to_thread(migrations.state, self._db.engine)
        refused = await self._db.run(refusal.refusals, self._house.workspace_id)
        found = {
            "database": None,
            "schema": None if schema is migrations.State.CURRENT else f"is {schema.value}",
            "slack": str(refused[0]) if refused else self._connection.slack_is_lost(),
            "definitions": self._in_force.unreadable.short if self._in_force.unreadable else None,
        }
        if self._works:
            silent = await self._db.run(nodes.silent_for, self._id, self._now())
            found["relay"] = None if silent is not None and silent < DEAD_AFTER else "does not beat"
        return found

    async def _figures(self) -> bytes:
        """What Prometheus reads; without the database's figures while that is away."""
        try:
            asked = await asyncio.wait_for(self._db.run(gauges, self._now()), HEALTHY_WITHIN)
        except (SQLAlchemyError, TimeoutError):
            asked = []
        skews = [
            metrics.Gauge(
                "clock_ahead_seconds", "How far another clock is ahead.", ahead.total_seconds(), {"of": whose}
            )
            for whose, ahead in self._connection.ahead.items()
        ]
        return metrics.page([*asked, *skews])

    def _stands_still(self) -> bool:
        """Slack would take nothing of what a timer says: how late it may still be said, its own rule decides then."""
        return bool(self._db.call(refusal.refusals, self._house.workspace_id))

    def _fire(self, lease: Lease) -> None:
        """Run one due timer; a failure is kept with the timer, which is tried again and then set aside."""
        try:
            while True:
                # In this order: a house that is newer than the number is looked at again, an older one would fire.
                newest = self._in_force.newest
                house = self._house
                try:
                    self._db.call(self._fire_in_force, lease, house, newest)
                except Outdated:
                    self._take_over()
                else:
                    break
        except Exception as error:
            if is_away(error):
                log.warning("the database went away from a timer", kind=lease.kind, timer=lease.timer_id)
            else:
                log.exception("a timer failed", kind=lease.kind, timer=lease.timer_id)
            self._put_off(lease, f"{type(error).__name__}: {error}")

    def _fire_in_force(self, session: Session, lease: Lease, house: House, newest: int) -> bool:
        """Fire, while the version `newest` that `house` was chosen by stays so; raises Outdated when it is not."""
        if versions.settled(session, house.workspace_id) != newest:
            raise Outdated
        return timers.fire(session, lease, house, app.TIMERS, app.HOLD)

    def _put_off(self, lease: Lease, error: str) -> None:
        try:
            self._db.call(put_off, self._house, lease, error)
        except SQLAlchemyError:
            # Nothing is lost: the lease ends, and whoever looks next tries again.
            log.warning("a timer is tried again when its lease has ended", kind=lease.kind, timer=lease.timer_id)

    def _forget_timers(self) -> None:
        before = self._clock.now() - TIMERS_ARE_KEPT
        # Some hundreds at a time, so that nobody waits long for the database.
        self._db.call(fills.forget, self._clock.now() - fills.KEPT)
        self._db.call(asked.forget, self._clock.now() - asked.KEPT)
        while self._db.call(timers.forget_retired, before):
            pass

    def _check_again(self) -> None:
        """What happened since may have mended something, or done harm that must not wait for the night."""
        self._db.call(checks.notice, self._house)

    def _refresh_people(self) -> None:
        self._on_the_loop(self._read_people(self._house))

    def _read_people_again(self) -> None:
        """What Slack did not answer is asked again soon: somebody new would not be asked for anything until then."""
        if self._people_are_unread:
            self._refresh_people()

    async def _read_people(self, house: House) -> None:
        """Learn from Slack who the people of the definitions are; what was known stays when Slack does not answer."""
        try:
            with in_words(self._client):
                directory = await read_directory(self._client, wanted_groups(house))
        except SlackTrouble as trouble:
            log.error("Slack's directory could not be read; what was known stays", reason=str(trouble))
            self._people_are_unread = True
            return
        self._people_are_unread = False
        unknown = await self._db.run(keep, house, directory)
        if unknown:
            log.warning("people of organisation.yaml whom Slack does not know", people=", ".join(unknown))

    async def _read_calendars(self) -> None:
        await calendars.refresh(self._house, Fetcher())

    async def _definitions_in_force(self, workspace_id: str) -> InForce:
        """The newest version that this program can read; on a new database the folder becomes version 1."""
        if not await self._db.run(versions.newest, workspace_id):
            loaded = await asyncio.to_thread(read_definitions, self._settings)
            await self._db.run(applying.begin, workspace_id, self._clock.now(), loaded.texts)
        return _told(await self._db.run(versions.in_force, workspace_id, app.KINDS))

    def _compare_with_folder(self) -> None:
        """Say when the folder is not what is in force: somebody may expect that an edit is."""
        folder, version = self._settings.cadences, self._house.version
        loaded = load(folder, app.KINDS, self._settings.templates)
        stored = self._db.call(versions.get, self._house.workspace_id, version)
        if loaded.definitions is None:
            self._say(f"{folder} has mistakes, so version {version} stays in force: drumbeat check lists them")
        elif versions.fingerprint(loaded.texts) != stored.fingerprint:
            self._say(
                f"{folder} differs from version {version}, which is in force:"
                " drumbeat plan shows how, drumbeat apply applies it"
            )

    def _look_for_changes(self) -> None:
        """Take over a new version, and see to it that its people are known and its rituals planned."""
        try:
            self._take_over()
            house = self._house
            if house.version != self._adopted:
                self._on_the_loop(self._adopt(house))
                self._adopted = house.version
        except SQLAlchemyError as error:
            # The clock and the relay say that it is away.
            if not is_away(error):
                raise

    def _take_over(self) -> None:
        """Run the newest version from now on; the last good one stays when this program cannot read that."""
        with self._taking_over:
            before = self._house
            if self._db.call(versions.newest, before.workspace_id) == self._in_force.newest:
                return
            found = _told(self._db.call(versions.in_force, before.workspace_id, app.KINDS))
            if found.number != before.version:
                self._house = before.by(found.definitions, found.number)
                log.info(
                    "the definitions changed", version=found.number, before=before.version,
                    rituals=len(found.definitions.calendar.rituals),
                )  # fmt: skip
            self._in_force = found

    async def _adopt(self, house: House) -> None:
        await self._read_people(house)
        # Whoever applied it has planned by it. Again, since what this process did meanwhile was by the one before.
        await self._db.run(app.adopt, house)
        if self._works:
            await self._db.run(say_who_is_told_instead, house)

    def _on_the_loop(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` where Slack is spoken to, and wait for it."""
        asyncio.run_coroutine_threadsafe(work, self._loop).result()


def _told(found: InForce) -> InForce:
    """Logs what could not be read."""
    if found.unreadable:
        log.error("a version of the definitions cannot be read", runs=found.number, reason=str(found.unreadable))
    return found


class _Counting:
    """Counts what Slack answers."""

    def __init__(self, sender: SlackSender) -> None:
        self._sender = sender

    async def send(self, call: Call) -> Outcome:
        outcome = await self._sender.send(call)
        if isinstance(outcome, Sent) and call.method != DELETE:
            metrics.count(metrics.SENT)
        if isinstance(outcome, RateLimited):
            metrics.count(metrics.RATE_LIMITED)
        return outcome

    async def ask(self) -> TokenDead | NotNow | None:
        return await self._sender.ask()

    async def look(self, search: Search) -> Finding:
        finding = await self._sender.look(search)
        if isinstance(finding, Found):
            metrics.count(metrics.FOUND)
        return finding


async def _nothing() -> None:
    """What was not opened needs no closing."""


@contextmanager
def _port_in_words(port: int, variable: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise UserError(
            f"Port {port} cannot be used ({reason}): end what listens there, or set {variable} to another."
        ) from error


@contextmanager
def database_in_words(address: str) -> Iterator[None]:
    """Says that the database cannot be reached as a UserError that names it."""
    try:
        yield
    except DBAPIError as error:
        url = make_url(address).render_as_string(hide_password=True)
        reason = redact(str(error.orig).strip().splitlines()[0])
        raise UserError(
            f"The database {url} cannot be used ({reason}): check DATABASE_URL, and that it runs."
        ) from error


def say_who_is_told_instead(session: Session, house: House) -> None:
    """When a person cannot be told that something of theirs was not delivered, product ops is."""
    product_ops = channel_id(session, house, house.definitions.organisation.channels.product_ops)
    undeliverable.tell_instead(session, house.workspace_id, product_ops)
