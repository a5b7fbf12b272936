"""`drumbeat timers`: moments at which something must happen."""

from typing import Annotated

import typer

from bot import operations
from bot.clock import SystemClock
from bot.terminal.printing import print_json, print_lines, report, require_one_of
from bot.terminal.workspace import database

commands = typer.Typer(name="timers", help="Moments at which something must happen.", invoke_without_command=True)


@commands.callback()
def list_(
    context: typer.Context,
    failed: Annotated[bool, typer.Option("--failed", help="Only what was given up.")] = False,
    form: Annotated[str, typer.Option("--format", help="plain or json")] = "plain",
) -> None:
    """List what was given up and what will happen when."""
    if context.invoked_subcommand is not None:
        return
    require_one_of(form, "plain", "json")
    with database() as db:
        found = db.call(operations.alarms, only_failed=failed)
    if form == "json":
        print_json(found)
    else:
        print_lines(operations.alarm_lines(found, SystemClock().now()))


@commands.command()
def retry(ids: Annotated[list[int], typer.Argument(help="Ids that `timers --failed` shows.")]) -> None:
    """Let timers that were given up fire once more; exit 1 when one cannot."""
    with database() as db:
        report(db.call(operations.retry_timers, ids, SystemClock().now()))
