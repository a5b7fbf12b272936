"""`drumbeat decisions`: the decision log."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.csvfile import as_csv
from bot.decisions import export as decision_export
from bot.errors import UserError
from bot.terminal.files import write_files
from bot.terminal.workspace import WORKSPACE, in_force
from bot.words import plural

commands = typer.Typer(name="decisions", help="The decision log.", no_args_is_help=True)


@commands.command()
def export(
    place: Annotated[Path, typer.Argument(help="A folder for a Markdown file each, or one file that ends in .csv.")],
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
    workspace: WORKSPACE = None,
) -> None:
    """Write the decision log as Markdown, a file for each decision, or as one table."""
    as_table = place.suffix.lower() == ".csv"
    if not force and (place.exists() if as_table else any(place.glob("D-*.md"))):
        raise UserError(f"{place} holds decisions already: choose another place, or say --force.")
    rows: list[Sequence[Any]] = [decision_export.COLUMNS]
    after = 0
    with in_force(workspace) as house:
        while page := house.db.call(decision_export.page, house, after):
            if not as_table:
                write_files(place, page.files, force=True)
            rows += page.rows
            after = page.last
    if as_table:
        write_files(place.parent, {place.name: as_csv(rows)}, force=True)
    print(f"{plural(len(rows) - 1, 'decision')} written to {place}.")
