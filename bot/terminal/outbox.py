"""`drumbeat outbox`: messages that wait, may have arrived or could not be delivered."""

from typing import Annotated

import typer

from bot import operations
from bot.clock import SystemClock
from bot.errors import UserError
from bot.terminal.printing import print_json, print_lines, report, require_one_of
from bot.terminal.workspace import database

commands = typer.Typer(
    name="outbox", help="Messages that wait, may have arrived or could not be delivered.", no_args_is_help=True
)


@commands.command(name="list")
def list_(
    state: Annotated[str | None, typer.Option(help="dead, held, unsure, sending or queued; else all.")] = None,
    form: Annotated[str, typer.Option("--format", help="plain or json")] = "plain",
) -> None:
    """List the messages that have not reached Slack for certain, and why."""
    require_one_of(form, "plain", "json")
    if state is not None and state not in operations.UNFINISHED:
        raise UserError(f"--state is {', '.join(operations.UNFINISHED[:-1])} or {operations.UNFINISHED[-1]}.")
    with database() as db:
        found = db.call(operations.messages, (state,) if state else operations.UNFINISHED)
    if form == "json":
        print_json(found)
    else:
        print_lines(operations.message_lines(found, SystemClock().now()))


@commands.command()
def retry(
    ids: Annotated[list[int] | None, typer.Argument(help="Ids that `outbox list` shows.")] = None,
    all_dead: Annotated[bool, typer.Option("--all-dead", help="Everything that was given up.")] = False,
) -> None:
    """Send dead or held messages again, or queued ones without their pause; exit 1 when one cannot be."""
    if bool(ids) == all_dead:
        raise UserError("Name the messages to send again by their ids, or all that were given up with --all-dead.")
    with database() as db:
        report(db.call(operations.retry, ids or db.call(operations.dead), SystemClock().now()), "Nothing is dead.")


@commands.command()
def drop(
    ids: Annotated[list[int], typer.Argument(help="Ids that `outbox list` shows.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the audit trail.")],
) -> None:
    """Take back messages that should not be said any more; exit 1 when one cannot be."""
    if not reason.strip():
        raise UserError("Say with --reason why they should not be said any more.")
    with database() as db:
        report(db.call(operations.drop, ids, reason.strip(), SystemClock().now()))
