"""Starts the demo workspace: a fresh company, a local Slack, the bot; and ends all of it again."""

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import bot
from bot import app, migrations, shipped
from bot.clock import SystemClock
from bot.db import Database
from bot.definitions import Definitions, load
from bot.definitions.report import as_lines
from bot.demo import company, history
from bot.demo.children import Child, first_death
from bot.demo.window import window
from bot.errors import UserError
from bot.house import House
from bot.updates.flow import KIND as WEEKLY_UPDATE
from bot.words import Words

USUAL_PORT = 3000
PORTS_TO_TRY = 50
TIME_TO_START = timedelta(seconds=25)
"""From the first command to the first prompt, at least; where the start takes longer, it comes as soon as all runs."""
REPOSITORY = Path(bot.__file__).parent.parent
LOCAL_SLACK = REPOSITORY / ".tools" / "local-slack"

Say = Callable[[str], None]


async def run(port: int | None, say: Say) -> None:
    """Run the demo until Ctrl-C or SIGTERM. Raises UserError with what to do when it cannot run."""
    program = find_local_slack()
    port = choose_port(port, say)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with tempfile.TemporaryDirectory(prefix="drumbeat-demo-", ignore_cleanup_errors=True) as folder:
        demo = asyncio.create_task(_run_in(Path(folder), program, port, say))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({demo, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if demo.done():
            stopped.cancel()
            demo.result()
        say("Ending the demo …")
        demo.cancel()
        await asyncio.wait({demo})
    say("The demo has ended. Nothing is left behind.")


def find_local_slack(fetched: Path = LOCAL_SLACK, path: str | None = None) -> Path:
    """The local Slack's program: the `fetched` one, or one on `path` (this shell's). UserError when there is none."""
    found = fetched if os.access(fetched, os.X_OK) else shutil.which("local-slack", path=path)
    if found is None:
        raise UserError(
            "The demo's local Slack is not installed: run `make demo`, which fetches it from npm"
            " (Node.js 18 or later must be installed), and start the demo that way."
        )
    return Path(found)


def choose_port(wanted: int | None, say: Say, usual: int = USUAL_PORT) -> int:
    """`wanted` if it is free; without a wish the usual port or the next free one. UserError when there is none."""
    if wanted is not None:
        if _is_free(wanted):
            return wanted
        raise UserError(f"Port {wanted} is in use: choose another one with --port, or leave --port out.")
    for port in range(usual, usual + PORTS_TO_TRY):
        if _is_free(port):
            if port != usual:
                say(f"Port {usual} is in use, so this demo takes port {port}.")
            return port
    last = usual + PORTS_TO_TRY - 1
    raise UserError(f"The ports from {usual} to {last} are all in use: choose another one with --port.")


async def _run_in(folder: Path, program: Path, port: int, say: Say) -> None:
    """Run everything in `folder` until cancelled. Raises ChildDied when one of the two processes ends."""
    home = company.local_zone()
    prompt = company.next_full_minute(SystemClock().now(), TIME_TO_START)
    say("Writing three months of history …")
    definitions = _prepare(folder, prompt, home)
    slack = Child("The local Slack", ready="local-slack is running")
    drumbeat = Child("Drumbeat", ready="Ready.", hear=lambda line: say(f"[drumbeat] {line}"))
    async with AsyncExitStack() as running:
        say("Starting a local Slack …")
        inner_port = _any_free_port()
        running.push_async_callback(slack.stop)
        await slack.start(_slack_command(program, folder, inner_port), folder, os.environ)
        await running.enter_async_context(window(port, f"http://localhost:{inner_port}"))
        say("Starting Drumbeat …")
        running.push_async_callback(drumbeat.stop)
        await drumbeat.start([sys.executable, "-m", "bot", "run"], folder, _environ(folder, inner_port))
        say(_what_to_do(definitions, folder, port, prompt.astimezone(home)))
        await first_death(slack, drumbeat)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            return False
    with socket.socket() as probe:
        # Without this a demo that has just ended would still hold its port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _prepare(folder: Path, prompt: datetime, home: ZoneInfo) -> Definitions:
    """Write everything the two processes need: definitions, Slack's workspace, a database with a past."""
    company.write_cadences(folder / "cadences", prompt, home)
    loaded = load(folder / "cadences", app.KINDS)
    if loaded.definitions is None:
        raise UserError("The demo's definitions have mistakes:\n" + "\n".join(as_lines(loaded.problems)))
    (folder / "slack.json").write_text(json.dumps(company.slack_config(loaded.definitions)), encoding="utf-8")
    migrations.upgrade(_database_url(folder))
    db = Database(_database_url(folder))
    try:
        words = Words(shipped.folders("templates")).spoken_with(loaded.definitions.organisation.aliases)
        house = House(company.WORKSPACE, db, SystemClock(), words, loaded.definitions, app.LINKS)
        db.call(history.write, house, prompt)
    finally:
        db.close()
    return loaded.definitions


def _slack_command(program: Path, folder: Path, port: int) -> list[str]:
    files = folder / "files"
    files.mkdir()
    return [str(program), "--config", str(folder / "slack.json"), "--port", str(port), "--files-dir", str(files)]


def _environ(folder: Path, port: int) -> dict[str, str]:
    """The demo's own settings, and none that this shell has for a real workspace."""
    ours = ("SLACK_", "DATABASE_", "DRUMBEAT_", "LOG_", "PORT")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {
        "SLACK_API_URL": f"http://localhost:{port}/api/",
        "SLACK_BOT_TOKEN": company.BOT_TOKEN,
        "SLACK_APP_TOKEN": company.APP_TOKEN,
        "DATABASE_URL": _database_url(folder),
        "DRUMBEAT_CADENCES": str(folder / "cadences"),
        "LOG_LEVEL": "warning",
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONUNBUFFERED": "1",
    }


def _database_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'drumbeat.db'}"


def _what_to_do(definitions: Definitions, folder: Path, port: int, prompt: datetime) -> str:
    ritual = next(ritual for ritual in definitions.calendar.rituals if ritual.kind == WEEKLY_UPDATE)
    digest = prompt + company.PUBLISH
    cadences = folder / "cadences"
    program = Path(sys.executable).with_name("drumbeat")
    drumbeat = f"DATABASE_URL={_database_url(folder)} DRUMBEAT_CADENCES={cadences} {program}"
    return f"""
Open  http://localhost:{port}

What to click first
  1. Top right, at "Act as", choose Ana Duarte. She owns Billing.
  2. At {prompt:%H:%M} open "Ana Duarte" under Direct messages: Drumbeat asks for her weekly update.
     Press "Write update", empty the path back to green, submit: below, the form says what is missing. Mend it, submit.
  3. Act as Dev Patel: he owns Search, and stands in for Hugo, who is away.
  4. The digest comes to {ritual.channel} at {digest:%H:%M}. Sooner: act as Sam Okafor and type, in any channel,
     /cadence close {ritual.id}
  5. Submit one more update as Ben Hartmann: the digest changes and marks it as late.
  6. Type /launch-ready atlas: a launch in trouble. Type /decision and what you decided, or set the emoji named scales
     on any message.
  7. Act as Priya Nair, write in #support what a customer said, set the emoji named bulb on it, and log the insight.
     Sam Okafor sorts it: on his Home tab, "Triage insights". Whoever it goes to types /insight waiting and answers;
     Priya reads it in the thread of her message.
  8. Change the calendar: edit {cadences / "calendar.yaml"}, then, in another terminal,
     {drumbeat} plan
     {drumbeat} apply
  9. Act as Marcus Lindqvist and click Drumbeat under Apps: his Home tab. Type /cadence for everything else.

Ctrl-C ends the demo. Everything it wrote is in a temporary folder, which goes with it.
"""
