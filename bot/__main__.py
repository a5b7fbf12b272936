"""The command line: `drumbeat <command>`. Reads arguments, calls one function, prints what it gives."""

import asyncio
import json
import logging
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot import app as wiring
from bot import doctor, manifest, migrations, preview
from bot.clock import SystemClock
from bot.definitions import load
from bot.definitions.report import as_data, as_lines
from bot.demo import launcher
from bot.errors import UserError
from bot.logs import set_up
from bot.node import Node, database_in_words, read_definitions
from bot.settings import Settings

cli = typer.Typer(
    name="drumbeat",
    help="Runs a product organisation's operating system in Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@cli.command()
def run() -> None:
    """Run the bot until Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM):
        # Until the node listens to them itself, nothing is under way.
        signal.signal(number, lambda *_: sys.exit(0))
    settings = _settings(with_slack=True)
    set_up(settings.log_level, settings.log_format)
    _hush(settings.log_level)
    try:
        asyncio.run(Node(settings, say=partial(print, flush=True)).run())
    finally:
        # A second Ctrl-C must not cut short what the first one began.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


@cli.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    settings = _settings()
    with database_in_words(settings.database_url.reveal()):
        migrations.upgrade(settings.database_url.reveal())
    print("The database is up to date.")


@cli.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="The folder with the definitions.")] = None,
    form: Annotated[str, typer.Option("--format", help="plain or json")] = "plain",
) -> None:
    """Check the definitions; exit 1 when they have mistakes."""
    _require_one_of(form, "plain", "json")
    where = folder or _settings().cadences
    loaded = load(where, wiring.KINDS)
    if form == "json":
        print(json.dumps(as_data(loaded.problems), indent=2, ensure_ascii=False))
    else:
        print("\n".join(as_lines(loaded.problems)) or f"{where}: no mistakes.")
    if loaded.problems:
        raise typer.Exit(1)


@cli.command(name="preview")
def preview_(
    weeks: Annotated[int, typer.Option(min=1, max=104, help="How far to look ahead.")] = 4,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """List the next occurrences, with each person's local times."""
    upcoming = preview.occurrences(read_definitions(_settings()), SystemClock().now(), weeks)
    if as_json:
        print(json.dumps(preview.as_data(upcoming), indent=2, ensure_ascii=False))
    else:
        print("\n".join(preview.as_lines(upcoming)) or f"Nothing happens in the next {weeks} weeks.")


@cli.command(name="doctor")
def doctor_(form: Annotated[str, typer.Option("--format", help="plain or json")] = "plain") -> None:
    """Look at everything Drumbeat needs, and say how to mend what is wrong; exit 1 on a problem."""
    _require_one_of(form, "plain", "json")
    findings = asyncio.run(doctor.examine(os.environ, Path.cwd(), SystemClock()))
    if form == "json":
        print(json.dumps(doctor.as_data(findings), indent=2, ensure_ascii=False))
    else:
        print("\n".join(doctor.as_lines(findings)))
    if any(finding.state == doctor.PROBLEM for finding in findings):
        raise typer.Exit(1)


@cli.command(name="manifest")
def manifest_(
    form: Annotated[str, typer.Option("--format", help="yaml or json")] = "yaml",
    request_url: Annotated[
        str | None, typer.Option(help="Where Slack calls you, such as https://…/slack/events; else Socket Mode.")
    ] = None,
) -> None:
    """Print the app's manifest, to create the app at api.slack.com/apps from or to bring it up to date."""
    _require_one_of(form, "yaml", "json")
    if request_url is not None and not request_url.startswith("https://"):
        raise UserError(f"--request-url is an https:// address that Slack can reach, not {request_url}.")
    data = manifest.manifest(wiring.tables(), request_url)
    print(manifest.as_json(data) if form == "json" else manifest.as_yaml(data), end="")


@cli.command()
def demo(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Where to serve it; 3000 if free.")] = None,
) -> None:
    """Try everything in a local Slack in the browser, with a made-up company; needs no Slack account."""
    asyncio.run(launcher.run(port, say=partial(print, flush=True)))


def _settings(*, with_slack: bool = False) -> Settings:
    return Settings.read(os.environ, Path.cwd(), with_slack=with_slack)


def _require_one_of(form: str, *known: str) -> None:
    if form not in known:
        raise UserError(f"--format is {' or '.join(known)}, not {form}.")


def _hush(level: str) -> None:
    """What libraries call information is for their own makers."""
    if level == "info":
        for library in ("alembic", "apscheduler", "slack_bolt", "slack_sdk", "uvicorn"):
            logging.getLogger(library).setLevel(logging.WARNING)


def main() -> None:
    try:
        cli()
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
