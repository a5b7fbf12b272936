"""One running process against a Slack of our own: how it starts, refuses to start, keeps going and stops."""

import asyncio
import io
import logging
import os
import re
import shutil
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import psycopg
import pytest
import structlog
from sqlalchemy import make_url, select, update
from sqlalchemy.orm import Session

from bot import blocks, logs, migrations, nodes, shipped, timers, versions
from bot import node as node_module
from bot.audit import record
from bot.checks import model as checks
from bot.clock import SystemClock, to_millis
from bot.db import Database
from bot.delivery import outbox
from bot.delivery import refusal as refusals_of
from bot.delivery.model import Node as Row
from bot.delivery.model import OutboxMessage
from bot.delivery.node import beat
from bot.dispatch import NOT_KEPT
from bot.errors import UserError
from bot.house import House
from bot.node import Node, read_definitions
from bot.people.model import Profile
from bot.releases.model import Release
from bot.rituals.model import Occurrence
from bot.settings import Settings
from bot.timers import Timer
from bot.welcome import model as first_steps
from tests import people, postgres
from tests.conftest import sqlite_file, sqlite_url
from tests.fake_slack import APP_TOKEN, BOT_TOKEN, FakeSlack, hang, refused
from tests.fakes import make_house
from tests.processes import Process, drumbeat

ORGANISATION = f"""
name: Acme
zone: Europe/Berlin
working_hours: {{days: [mon, tue, wed, thu, fri], start: 09:00, end: 17:30}}
channels:
  updates: "#product-updates"
  launches: "#launches"
  decisions: "#decisions"
  product_ops: "#product-ops"
functions:
  - {{id: product, name: Product, lead: {people.BOB}}}
people:
  - {{slack: {people.ALICE}, name: Alice, function: product, roles: [product_manager]}}
  - {{slack: {people.BOB}, name: Bob, function: product, roles: [product_ops]}}
areas:
  - {{id: billing, name: Billing, owner: {people.ALICE}, deputy: {people.BOB}, forum: "#launches"}}
"""
CALENDAR = f"""
rituals:
  - id: weekly-update
    name: Weekly product update
    kind: weekly_update
    purpose: Everyone knows what changed and what is stuck.
    owner: {people.BOB}
    artifact: Weekly digest
    schedule:
      repeats: FREQ=WEEKLY;BYDAY=WE
      zone: person
      prompt: "10:00"
      reminder: "+1 day 10:00"
      cutoff: "+1 day 14:00"
      publish: "+1 day 16:00"
"""
SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"

Environ = dict[str, str]


class FastClock(SystemClock):
    """A machine's clock that is wrong."""

    def __init__(self, seconds: float) -> None:
        self._by = timedelta(seconds=seconds)

    def now(self) -> datetime:
        return super().now() + self._by


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    """By the real clock, as the processes here run by it."""
    fake = FakeSlack(SystemClock())
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture
def environ(tmp_path: Path, migrated: Path, slack: FakeSlack) -> Environ:
    """What a process needs to run: a migrated database, definitions, and tokens."""
    cadences = tmp_path / "cadences"
    cadences.mkdir()
    (cadences / "organisation.yaml").write_text(ORGANISATION)
    (cadences / "calendar.yaml").write_text(CALENDAR)
    shutil.copy(migrated, sqlite_file(tmp_path))
    return {
        "DATABASE_URL": sqlite_url(tmp_path),
        "DRUMBEAT_CADENCES": str(cadences),
        "SLACK_API_URL": slack.url,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
    }


@pytest.fixture(autouse=True)
def log() -> Iterator[io.StringIO]:
    """Logs as a running process does: structlog's own default draws whole pictures of each error, which takes long."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    logs.set_up("info", "plain", stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes in this process look at their definitions ten times as often."""
    monkeypatch.setattr(node_module, "LOOK_FOR_CHANGES", 0.2)


@pytest.fixture
def said() -> list[str]:
    """What the node told its operator."""
    return []


def make_node(environ: Environ, said: list[str]) -> Node:
    return Node(Settings.read(environ, Path(environ["DRUMBEAT_CADENCES"]), with_slack=True), say=said.append)


@asynccontextmanager
async def running(environ: Environ, said: list[str]) -> AsyncIterator[Node]:
    node = make_node(environ, said)
    task = asyncio.create_task(node.run())
    await until(lambda: task.done() or "Ready." in said)
    if task.done():
        await task
    yield node
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(task, 20)


async def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


def run(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(story())


def refusal(environ: Environ, said: list[str]) -> str:
    """What a node says when it cannot start."""

    async def start() -> None:
        await make_node(environ, said).run()

    with pytest.raises(UserError) as refused_to_start:
        asyncio.run(start())
    assert "Ready." not in said
    return str(refused_to_start.value)


# --- starting ---


def test_a_node_says_one_line_for_each_thing_it_connected_to(
    environ: Environ, slack: FakeSlack, said: list[str]
) -> None:
    async def story() -> None:
        async with running(environ, said):
            assert slack.is_connected()
            ack = await slack.command("/cadence", text="help")
            assert ack.payload == {}
            await until(lambda: bool(slack.replies))

    run(story)

    assert [line.split(":")[0] for line in said] == [
        "Database",
        "Slack workspace",
        "Calendar",
        "Listening to Slack in Socket Mode.",
        "Ready.",
        "Stopping.",
        "Stopped. Nothing is lost",
    ]
    assert "Acme (as drumbeat)" in said[1]
    assert "/cadence calendar" in slack.replies[0]["text"]
    assert not slack.is_connected()


def test_a_rejected_bot_token_names_its_variable_and_where_to_find_it(environ: Environ, said: list[str]) -> None:
    says = refusal({**environ, "SLACK_BOT_TOKEN": "xoxb-of-another-app"}, said)

    assert "SLACK_BOT_TOKEN (invalid_auth)" in says
    assert "OAuth & Permissions" in says


def test_a_rejected_app_token_names_its_variable_and_the_scope_it_needs(environ: Environ, said: list[str]) -> None:
    says = refusal({**environ, "SLACK_APP_TOKEN": "xapp-of-another-app"}, said)

    assert "SLACK_APP_TOKEN (invalid_auth)" in says
    assert "connections:write" in says


def test_an_app_token_without_its_scope_says_so(environ: Environ, slack: FakeSlack, said: list[str]) -> None:
    slack.fail("apps.connections.open", refused("missing_scope"))

    assert "SLACK_APP_TOKEN lacks" in refusal(environ, said)


def test_a_slack_that_is_not_there_is_named_by_its_address(environ: Environ, said: list[str]) -> None:
    says = refusal({**environ, "SLACK_API_URL": f"http://127.0.0.1:{free_port()}/api/"}, said)

    assert says.startswith("Slack cannot be reached at http://127.0.0.1:")
    assert "SLACK_API_URL" in says


def test_a_slack_in_trouble_is_not_taken_for_a_wrong_token(environ: Environ, slack: FakeSlack, said: list[str]) -> None:
    slack.fail("auth.test", refused("internal_error"))

    assert refusal(environ, said) == (
        "Slack answered internal_error: look at slack-status.com, and try again in a few minutes."
    )


def test_a_schema_that_is_behind_says_which_command_mends_it(environ: Environ, said: list[str]) -> None:
    migrations.downgrade(environ["DATABASE_URL"], "base")

    assert "run `drumbeat migrate`" in refusal(environ, said)


def test_a_database_that_is_not_there_is_named_without_its_password(environ: Environ, said: list[str]) -> None:
    address = f"postgresql://bot:hunter2@127.0.0.1:{free_port()}/drumbeat"

    says = refusal({**environ, "DATABASE_URL": address}, said)

    assert "cannot be used" in says
    assert "127.0.0.1" in says
    assert "hunter2" not in says
    assert "\n" not in says


def test_a_file_that_is_no_database_is_said_to_be_none(environ: Environ, said: list[str], tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database at all, but a text of some length " * 20)

    says = refusal({**environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'notes.txt'}"}, said)

    assert "file is not a database" in says


def test_definitions_with_mistakes_are_listed_all(environ: Environ) -> None:
    cadences = Path(environ["DRUMBEAT_CADENCES"])
    (cadences / "calendar.yaml").write_text(CALENDAR.replace("weekly_update", "weekly").replace(people.BOB, "U0NOBODY"))

    with pytest.raises(UserError) as mistakes:
        read_definitions(Settings.read(environ, cadences))

    assert str(mistakes.value).count("calendar.yaml:") == 2


def test_a_taken_port_is_named(environ: Environ, said: list[str]) -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:
        port = taken.getsockname()[1]
        says = refusal(with_http(environ, port), said)

    assert says.startswith(f"Port {port} cannot be used (Address already in use)")


def test_a_directory_that_cannot_be_read_does_not_keep_a_node_from_starting(
    environ: Environ, slack: FakeSlack, said: list[str], log: io.StringIO
) -> None:
    slack.fail("users.list", refused("internal_error"))

    async def story() -> None:
        async with running(environ, said):
            pass

    run(story)

    assert "Slack's directory could not be read" in log.getvalue()
    assert "Traceback" not in log.getvalue()


def test_a_directory_that_could_not_be_read_is_read_again_soon(
    environ: Environ, slack: FakeSlack, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_module, "READ_PEOPLE_AGAIN", 0.2)
    slack.fail("users.list", refused("internal_error"))

    async def story() -> None:
        async with running(environ, said) as node:
            await until(lambda: bool(node.house().db.call(known, node.house())))

    def known(session: Session, house: House) -> list[str]:
        return list(session.scalars(select(Profile.ref).where(Profile.workspace_id == house.workspace_id)))

    run(story)


# --- going on ---


def test_the_checks_look_soon_after_anything_happened(
    environ: Environ, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_module, "CHECK_AGAIN", 0.2)

    async def story() -> None:
        async with running(environ, said) as node:
            house = node.house()
            assert await house.db.run(checks.open_now, house) == [], "nothing has happened"
            await house.db.run(lambda session: record(session, house, "charter.read", "charter:v1"))
            await until(lambda: bool(house.db.call(checks.open_now, house)))

    run(story)


def test_a_lost_connection_is_made_again(environ: Environ, slack: FakeSlack, said: list[str]) -> None:
    async def story() -> None:
        async with running(environ, said):
            opened = slack.called("apps.connections.open")
            await slack.cut_connections()
            await until(lambda: slack.called("apps.connections.open") > opened and slack.is_connected(), 40)
            await slack.command("/cadence", text="help")

    run(story)


def test_the_folder_becomes_the_first_version_and_an_edit_waits_until_it_is_applied(
    environ: Environ, said: list[str]
) -> None:
    async def story() -> None:
        async with running(environ, said) as node:
            assert node.house().version == 1
            rewrite(environ, "calendar.yaml", CALENDAR.replace("Weekly product update", "Our week"))
            await asyncio.sleep(0.6)
            assert node.house().definitions.calendar.rituals[0].name == "Weekly product update"
            await asyncio.to_thread(apply, environ)
            await until(lambda: node.house().definitions.calendar.rituals[0].name == "Our week", 15)
            assert node.house().version == 2

    run(story)


def test_nothing_fires_under_an_old_version_although_nobody_has_looked_for_a_new_one(
    environ: Environ, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new version's ritual is due at once; a process that still had the old one would drop it as unknown."""
    monkeypatch.setattr(node_module, "LOOK_FOR_CHANGES", 3600)
    now = SystemClock().now().astimezone(ZoneInfo("Europe/Berlin"))
    cutoff = now + timedelta(minutes=40)
    until_then = f"+{(cutoff.date() - now.date()).days} days {cutoff:%H:%M}"
    due = CALENDAR.replace("weekly-update", "due-now").replace("kind: weekly", "holidays: ignore\n    kind: weekly")
    for old, new in (
        ("FREQ=WEEKLY;BYDAY=WE", "every day"),
        ('"10:00"', f'"{now:%H:%M}"'),
        ('"+1 day 14:00"', f'"{until_then}"'),
        ('"+1 day 16:00"', f'"{until_then}"'),
        ('      reminder: "+1 day 10:00"\n', ""),
        ("zone: person", "zone: workspace"),
    ):
        due = due.replace(old, new)
    always = ORGANISATION.replace("start: 09:00, end: 17:30", "start: 00:00, end: 23:59")
    rewrite(environ, "organisation.yaml", always.replace("thu, fri]", "thu, fri, sat, sun]"))

    async def story() -> None:
        async with running(environ, said) as node:
            rewrite(environ, "calendar.yaml", due)
            await asyncio.to_thread(apply, environ)
            await until(lambda: node.house().version == 2, 30)
            house = node.house()
            opened = select(Occurrence.ritual_id).where(Occurrence.version == 2)
            for _ in range(100):
                if found := await house.db.run(lambda session: list(session.scalars(opened))):
                    break
                await asyncio.sleep(0.1)
            assert found == ["due-now"]

    run(story)


def test_a_folder_that_is_not_what_is_in_force_is_told_at_start(environ: Environ) -> None:
    folder = environ["DRUMBEAT_CADENCES"]

    async def told() -> list[str]:
        said: list[str] = []
        async with running(environ, said) as node:
            assert node.house().definitions.calendar.rituals[0].name == "Weekly product update"
        return [line.removeprefix(folder) for line in said if line.startswith(folder)]

    async def story() -> None:
        assert await told() == []
        rewrite(environ, "calendar.yaml", CALENDAR.replace("Weekly product update", "Our week"))
        assert await told() == [
            " differs from version 1, which is in force: drumbeat plan shows how, drumbeat apply applies it"
        ]
        rewrite(environ, "calendar.yaml", CALENDAR.replace("kind: weekly_update", "kind: weekly"))
        assert await told() == [" has mistakes, so version 1 stays in force: drumbeat check lists them"]

    run(story)


def test_a_version_that_this_program_cannot_read_leaves_the_last_good_one_in_force(
    environ: Environ, said: list[str], log: io.StringIO
) -> None:
    port = free_port()

    again: list[str] = []

    async def story() -> None:
        async with running({**environ, "METRICS_PORT": str(port)}, said) as node:
            files = {"organisation.yaml": ORGANISATION, "calendar.yaml": CALENDAR.replace("weekly_update", "retro")}
            house = node.house()
            await house.db.run(
                versions.store, house.workspace_id, house.clock.now(), files, after=1, author="a newer program"
            )
            await until(lambda: "cannot read" in log.getvalue())
            assert node.house().version == 1
            status, found = await ask(port, "/readyz")
            assert (status, "cannot read version 2 of the definitions" in found) == (503, True)

        async with running(environ, again) as node:
            assert node.house().version == 1
        assert "Calendar: 1 ritual, version 1 of the definitions" in again

    run(story)


def test_releases_in_the_definitions_are_registered_at_start(environ: Environ, said: list[str]) -> None:
    folder = Path(environ["DRUMBEAT_CADENCES"])
    for file in shipped.folder("cadences").glob("*.yaml"):
        (folder / file.name).write_text(file.read_text())
    release = "[{name: Atlas, date: 2030-01-31, summary: Bills by use., facts: [terms], owner: ana@example.com}]"
    rewrite(
        environ, "releases.yaml", (folder / "releases.yaml").read_text().replace("releases: []", f"releases: {release}")
    )

    async def story() -> None:
        async with running(environ, said) as node:
            house = node.house()
            names = await house.db.run(lambda session: list(session.scalars(select(Release.name))))
            assert names == ["Atlas"]

    run(story)


def test_a_database_that_is_gone_for_a_while_stops_nothing(environ: Environ, slack: FakeSlack, said: list[str]) -> None:
    environ["DATABASE_URL"] = postgres.empty_database()
    migrations.upgrade(environ["DATABASE_URL"])

    async def story() -> None:
        async with running(environ, said):
            await asyncio.to_thread(take_away, environ["DATABASE_URL"])
            try:
                await slack.command("/cadence", text="today")
                await until(lambda: bool(slack.replies))
                await asyncio.sleep(1.5)
            finally:
                await asyncio.to_thread(give_back, environ["DATABASE_URL"])
            assert slack.replies.pop()["text"].startswith(NOT_KEPT)

            await slack.command("/cadence", text="today")
            await until(lambda: bool(slack.replies))
            assert NOT_KEPT not in slack.replies[0]["text"]
            await asyncio.to_thread(arm_a_timer, environ["DATABASE_URL"])
            await asyncio.to_thread(wait_until_it_was_tried, environ["DATABASE_URL"])

    run(story)


def take_away(url: str) -> None:
    with maintenance(url) as (connection, name):
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def give_back(url: str) -> None:
    with maintenance(url) as (connection, name):
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())


@contextmanager
def maintenance(url: str) -> Iterator[tuple["psycopg.Connection[tuple[object, ...]]", str]]:
    """A connection to the server beside the database at `url`, and that database's name."""
    address = make_url(url)
    beside = address.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(beside, autocommit=True) as connection:
        yield connection, str(address.database)


def arm_a_timer(url: str) -> None:
    """One that nobody handles, so that looking at it leaves a trace in its row."""
    db = Database(url)
    house = make_house(db, clock=SystemClock())
    db.call(timers.arm, house, "unheard-of", "unheard of", "", house.clock.now())
    db.close()


def wait_until_it_was_tried(url: str) -> None:
    db = Database(url)
    deadline = time.monotonic() + 20
    while not db.call(lambda session: session.scalar(select(Timer.attempts).where(Timer.key == "unheard-of"))):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    db.close()


def test_a_process_whose_clock_is_wrong_keeps_time_by_the_databases_and_says_so(
    environ: Environ, said: list[str], log: io.StringIO
) -> None:
    environ["DATABASE_URL"] = postgres.empty_database()
    migrations.upgrade(environ["DATABASE_URL"])
    settings = Settings.read(environ, Path(environ["DRUMBEAT_CADENCES"]), with_slack=True)
    node = Node(settings, said.append, FastClock(seconds=90.5))

    async def story() -> None:
        running = asyncio.create_task(node.run())
        await until(lambda: running.done() or "Ready." in said)
        await until(lambda: "90 s ahead of the database's" in log.getvalue() or running.done())
        os.kill(os.getpid(), signal.SIGTERM)
        await running

    before = SystemClock().now()
    run(story)

    assert before - timedelta(seconds=2) < node.house().clock.now() < SystemClock().now() + timedelta(seconds=2)
    assert re.search("[89]. s ahead of Slack's", log.getvalue())


# --- being watched ---


def test_a_port_of_its_own_tells_how_a_process_in_socket_mode_is(environ: Environ, said: list[str]) -> None:
    port = free_port()

    async def story() -> None:
        async with running({**environ, "METRICS_PORT": str(port)}, said):
            assert await ask(port, "/healthz") == (200, "ok\n")
            assert await ask(port, "/readyz") == (200, "ok database\nok schema\nok slack\nok definitions\nok relay\n")
            status, figures = await ask(port, "/metrics")
            assert status == 200
            assert "drumbeat_nodes{" in figures
            assert "drumbeat_messages_sent_total" in figures

    run(story)


def test_while_slack_refuses_the_installation_no_timer_fires_until_it_takes_it_again(
    environ: Environ, said: list[str]
) -> None:
    port = free_port()
    db = Database(environ["DATABASE_URL"])
    house = make_house(db, clock=SystemClock())
    db.call(outbox.post, house, people.UPDATES, blocks.message(blocks.section("hello")), kind="test")

    def attempts() -> int:
        return db.call(lambda session: session.scalar(select(Timer.attempts).where(Timer.key == "unheard-of")) or 0)

    async def story() -> None:
        async with running({**environ, "METRICS_PORT": str(port)}, said):
            db.call(refusals_of.note, people.WORKSPACE, "token_revoked", to_millis(house.clock.now()))
            arm_a_timer(environ["DATABASE_URL"])
            status, lines = await ask(port, "/readyz")
            assert status == 503
            assert "not ok slack: Slack refuses this installation since" in lines
            await asyncio.sleep(0.8)
            assert attempts() == 0
        said.clear()
        # It starts, so the token it was given is good.
        async with running(environ, said):
            await until(lambda: attempts() == 1)

    run(story)
    assert db.call(refusals_of.refusals) == []
    db.close()


def test_over_http_the_figures_move_to_their_own_port_when_there_is_one(environ: Environ, said: list[str]) -> None:
    door, watch = free_port(), free_port()

    async def story() -> None:
        async with running(with_http(environ, door), said):
            assert (await ask(door, "/metrics"))[0] == 200
        said.clear()
        async with running({**with_http(environ, door), "METRICS_PORT": str(watch)}, said):
            assert [(await ask(port, "/metrics"))[0] for port in (door, watch)] == [404, 200]

    run(story)


def test_programs_are_answered_once_that_is_switched_on(environ: Environ, said: list[str]) -> None:
    port = free_port()
    switched_on = {**environ, "DRUMBEAT_API": "on"}

    async def story() -> None:
        async with running({**switched_on, "PORT": str(port)}, said):
            assert (await ask(port, "/api/releases"))[0] == 401
        for over_http, status in ((with_http(switched_on, port), 401), (with_http(environ, port), 404)):
            said.clear()
            async with running(over_http, said):
                assert (await ask(port, "/api/releases"))[0] == status

    run(story)


def test_a_process_whose_database_is_gone_is_alive_but_not_ready(environ: Environ, said: list[str]) -> None:
    environ["DATABASE_URL"] = postgres.empty_database()
    migrations.upgrade(environ["DATABASE_URL"])
    port = free_port()

    async def story() -> None:
        async with running({**environ, "METRICS_PORT": str(port)}, said):
            await asyncio.to_thread(take_away, environ["DATABASE_URL"])
            try:
                status, lines = await ask(port, "/readyz")
                assert (status, lines.splitlines()[0]) == (503, "not ok database: OperationalError")
                assert (await ask(port, "/healthz"))[0] == 200
                assert "drumbeat_messages_sent_total" in (await ask(port, "/metrics"))[1]
            finally:
                await asyncio.to_thread(give_back, environ["DATABASE_URL"])
            await asyncio.sleep(1.5)
            assert (await ask(port, "/readyz"))[0] == 200

    run(story)


def test_who_watches_is_answered_also_while_another_process_holds_the_database(
    environ: Environ, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_module, "HEALTHY_WITHIN", 0.3)
    port = free_port()

    async def story() -> None:
        async with running({**environ, "METRICS_PORT": str(port)}, said):
            with closing(sqlite3.connect(tmp_path / "drumbeat.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                figures = await asyncio.wait_for(ask(port, "/metrics"), 10)
                ready = await asyncio.wait_for(ask(port, "/readyz"), 10)
            assert figures[0] == 200
            assert "drumbeat_messages_sent_total" in figures[1]
            assert ready[0] == 503

    run(story)


def test_a_taken_metrics_port_is_named(environ: Environ, said: list[str]) -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:
        port = taken.getsockname()[1]
        says = refusal({**environ, "METRICS_PORT": str(port)}, said)

    assert says.startswith(f"Port {port} cannot be used")
    assert "METRICS_PORT" in says


async def ask(port: int, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as browser, browser.get(f"http://127.0.0.1:{port}{path}") as answer:
        return answer.status, await answer.text()


# --- several processes ---


def test_a_worker_delivers_what_a_web_process_promised_and_opens_no_door(
    environ: Environ, slack: FakeSlack, tmp_path: Path
) -> None:
    environ |= {"DATABASE_URL": postgres.empty_database(), "DRUMBEAT_WAKE": "notify"}
    migrations.upgrade(environ["DATABASE_URL"])
    port = free_port()

    with process(with_http(environ, port), tmp_path / "web", "--role", "web") as web:
        assert "Role: web" in web.said("Ready.")
        promise(environ, "Hello")
        working = {**environ, "METRICS_PORT": str(free_port())}
        with process(working, tmp_path / "worker", "--role", "worker") as worker:
            lines = worker.said("Ready.")
            asyncio.run(until(lambda: slack.said(people.UPDATES) == ["Hello"]))
            assert sorted(each.role for each in alive(environ)) == ["web", "worker"]
            assert not any(line.startswith("Listening") for line in lines)
            assert not slack.is_connected()
            status, ready = asyncio.run(ask(port, "/readyz"))
            assert (status, "relay" in ready) == (200, False)
            worker.end()
        assert [each.role for each in alive(environ)] == ["web"], "who left is gone at once"
        promise(environ, "Nobody works")
        time.sleep(1.5)
        assert slack.said(people.UPDATES) == ["Hello"]
        web.end()
    assert alive(environ) == []


def test_a_second_process_on_the_same_machine_may_share_an_sqlite_file(environ: Environ, tmp_path: Path) -> None:
    with process(environ, tmp_path / "one") as one, process(environ, tmp_path / "other") as other:
        for each in (one, other):
            each.said("Ready.")
        assert {each.host for each in alive(environ)} == {nodes.this_host()}
        assert len(alive(environ)) == 2


def test_a_second_machine_on_an_sqlite_file_is_refused(environ: Environ, said: list[str]) -> None:
    elsewhere = Database(environ["DATABASE_URL"])
    with beating_elsewhere(elsewhere):
        says = refusal(environ, said)
    elsewhere.close()

    assert "on another machine (other-machine)" in says
    assert "PostgreSQL" in says
    assert [each.host for each in alive(environ)] == ["other-machine"], "who was refused has left"


def test_what_a_dead_machine_left_behind_keeps_nobody_from_starting(environ: Environ, said: list[str]) -> None:
    db = Database(environ["DATABASE_URL"])
    db.call(register_elsewhere)
    db.close()

    async def story() -> None:
        async with running(environ, said):
            pass

    run(story)


def test_a_message_on_its_way_is_settled_before_a_process_ends(
    environ: Environ, slack: FakeSlack, tmp_path: Path
) -> None:
    welcomed_before(environ)
    slack.fail("chat.postMessage", hang(6, after=True))
    with process(environ, tmp_path) as running_process:
        running_process.said("Ready.")
        promise(environ, "Hello")
        asyncio.run(until(lambda: bool(slack.called("chat.postMessage"))))
        running_process.tell(signal.SIGTERM)
        time.sleep(3.5)
        assert len(alive(environ)) == 1, "it lives until it has ended, so that nobody takes its work over"
        running_process.wait()

    db = Database(environ["DATABASE_URL"])
    (message,) = db.call(lambda session: session.scalars(select(OutboxMessage)).all())
    db.close()
    assert message.state == "unsure", "written down, and not left under way"
    assert slack.said(people.UPDATES) == ["Hello"]


def test_a_database_that_stops_and_starts_again_costs_no_restart(
    environ: Environ, slack: FakeSlack, said: list[str]
) -> None:
    with postgres.own_server() as server:
        environ |= {"DATABASE_URL": server.address, "DRUMBEAT_WAKE": "notify"}
        migrations.upgrade(server.address)

        async def story() -> None:
            async with running(environ, said):
                await asyncio.to_thread(server.stop)
                await slack.command("/cadence", text="today")
                await until(lambda: bool(slack.replies))
                assert slack.replies.pop()["text"].startswith(NOT_KEPT)
                await asyncio.to_thread(server.start)
                await asyncio.to_thread(promise, environ, "Back again")
                await until(lambda: slack.said(people.UPDATES) == ["Back again"])
                await slack.command("/cadence", text="today")
                await until(lambda: bool(slack.replies))
                assert NOT_KEPT not in slack.replies[0]["text"]

        run(story)


def welcomed_before(environ: Environ) -> None:
    """So that nobody is told, in working hours, that Drumbeat is here."""
    db = Database(environ["DATABASE_URL"])
    house = make_house(db, clock=SystemClock())
    assert db.call(lambda session: first_steps.begin(session, house))
    db.close()


def promise(environ: Environ, text: str) -> None:
    """What another process keeps in the outbox."""
    db = Database(environ["DATABASE_URL"])
    house = make_house(db, clock=SystemClock())
    say = blocks.message(blocks.section(text))
    db.call(lambda session: outbox.post(session, house, people.UPDATES, say, kind="test"))
    db.close()


def alive(environ: Environ) -> list[nodes.Process]:
    db = Database(environ["DATABASE_URL"])
    try:
        return db.call(nodes.alive, to_millis(SystemClock().now()))
    finally:
        db.close()


def register_elsewhere(session: Session) -> None:
    nodes.register(session, "elsewhere", nodes.ROLES, to_millis(SystemClock().now()))
    session.execute(update(Row).where(Row.node == "elsewhere").values(host="other-machine"))


@contextmanager
def beating_elsewhere(db: Database) -> Iterator[None]:
    """A process of another machine that is alive."""
    db.call(register_elsewhere)
    ended = threading.Event()

    def beat_on() -> None:
        while not ended.wait(0.5):
            db.call(beat, "elsewhere", to_millis(SystemClock().now()))

    beating = threading.Thread(target=beat_on)
    beating.start()
    yield
    ended.set()
    beating.join()


# --- stopping ---


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_process_told_to_stop_ends_within_seconds_and_in_peace(
    environ: Environ, tmp_path: Path, number: signal.Signals
) -> None:
    with process(environ, tmp_path) as running_process:
        running_process.said("Ready.")
        asked = time.monotonic()
        running_process.end(number)

    assert time.monotonic() - asked < 10
    assert running_process.code == 0
    assert "Stopped." in running_process.out
    assert "Traceback" not in running_process.errors
    assert running_process.out.startswith("Database: sqlite:///")


def test_a_second_ctrl_c_changes_nothing(environ: Environ, tmp_path: Path) -> None:
    with process(environ, tmp_path) as running_process:
        running_process.said("Ready.")
        for _ in range(5):
            running_process.tell(signal.SIGINT)
            time.sleep(0.05)
        running_process.wait()

    assert (running_process.code, "Traceback" in running_process.errors) == (0, False)


def test_a_process_can_be_stopped_while_it_starts(environ: Environ, slack: FakeSlack, tmp_path: Path) -> None:
    slack.fail("auth.test", hang(8))
    with process(environ, tmp_path) as running_process:
        running_process.said("Database:")
        asked = time.monotonic()
        running_process.end()

    assert time.monotonic() - asked < 5
    assert (running_process.code, "Traceback" in running_process.errors) == (0, False)


def test_a_process_that_cannot_start_says_one_line_and_exits_1(environ: Environ, tmp_path: Path) -> None:
    with process({**environ, "SLACK_BOT_TOKEN": "xoxb-of-another-app"}, tmp_path) as running_process:
        running_process.wait()

    assert running_process.code == 1
    (line,) = running_process.errors.splitlines()
    assert line.startswith("Slack does not accept")


def process(environ: Environ, folder: Path, *options: str) -> AbstractContextManager[Process]:
    folder.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "DRUMBEAT_C"))}
    return drumbeat("run", *options, folder=folder, environ={**kept, **environ})


def with_http(environ: Environ, port: int) -> Environ:
    others = {name: value for name, value in environ.items() if name != "SLACK_APP_TOKEN"}
    return {**others, "SLACK_SIGNING_SECRET": SIGNING_SECRET, "PORT": str(port)}


def apply(environ: Environ) -> None:
    """Another process, which applies the folder."""
    folder = Path(environ["DRUMBEAT_CADENCES"]).parent
    with drumbeat("apply", "--yes", folder=folder, environ=os.environ | environ) as applying:
        applying.wait()
    assert applying.code == 0, applying.errors


def rewrite(environ: Environ, file: str, text: str) -> None:
    (Path(environ["DRUMBEAT_CADENCES"]) / file).write_text(text)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
