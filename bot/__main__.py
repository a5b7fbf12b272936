"""The command line: `drumbeat <command>`. Reads arguments, calls one function, prints what it gives."""

import asyncio
import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot import app as wiring
from bot import migrations, preview
from bot.clock import SystemClock
from bot.definitions import load
from bot.definitions.report import as_data, as_lines
from bot.demo import launcher
from bot.errors import UserError
from bot.logs import set_up
from bot.node import Node, read_definitions
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
    settings = _settings(with_slack=True)
    set_up(settings.log_level, settings.log_format)
    asyncio.run(Node(settings, say=print).run())


@cli.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    migrations.upgrade(_settings().database_url.reveal())
    print("The database is up to date.")


@cli.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="The folder with the definitions.")] = None,
    form: Annotated[str, typer.Option("--format", help="plain or json")] = "plain",
) -> None:
    """Check the definitions; exit 1 when they have mistakes."""
    if form not in ("plain", "json"):
        raise UserError(f"--format is plain or json, not {form}.")
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


@cli.command()
def demo(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Where to serve it; 3000 if free.")] = None,
) -> None:
    """Try everything in a local Slack in the browser, with a made-up company; needs no Slack account."""
    asyncio.run(launcher.run(port, say=partial(print, flush=True)))


def _settings(*, with_slack: bool = False) -> Settings:
    return Settings.read(os.environ, Path.cwd(), with_slack=with_slack)


def main() -> None:
    try:
        cli()
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
