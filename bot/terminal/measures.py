"""`drumbeat measures`: how every measure stands."""

from pathlib import Path
from typing import Annotated

import typer

from bot.csvfile import as_csv
from bot.measures import export
from bot.terminal.files import write_files
from bot.terminal.workspace import WORKSPACE, in_force
from bot.words import plural

commands = typer.Typer()


@commands.command()
def measures(
    table: Annotated[Path | None, typer.Option("--csv", help="Write every period to this file instead.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
    workspace: WORKSPACE = None,
) -> None:
    """Print how every measure stands; or write each of its periods as a table."""
    with in_force(workspace) as house:
        if table is None:
            print(house.db.call(export.as_text, house))
            return
        rows = [export.COLUMNS, *house.db.call(export.rows, house)]
    write_files(table.parent, {table.name: as_csv(rows)}, force=force)
    print(f"{plural(len(rows) - 1, 'period')} written to {table}.")
