"""`drumbeat roadmap`: the items of the roadmap."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.csvfile import as_csv
from bot.errors import UserError
from bot.roadmap import export as roadmap_export
from bot.terminal.files import write_files
from bot.terminal.workspace import WORKSPACE, in_force
from bot.words import plural

commands = typer.Typer(name="roadmap", help="The roadmap.", no_args_is_help=True)


@commands.command()
def export(
    table: Annotated[Path | None, typer.Option("--csv", help="A file for the items as a table.")] = None,
    data: Annotated[Path | None, typer.Option("--json", help="A file for the items with every change.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
    workspace: WORKSPACE = None,
) -> None:
    """Write the roadmap into a file: as a table, or as JSON with all that ever happened."""
    if table is None and data is None:
        raise UserError("Say where to: --csv and a file for a table, --json and a file for every change.")
    with in_force(workspace) as house:
        found = house.db.call(roadmap_export.everything, house)
    if table is not None:
        rows = [list(roadmap_export.COLUMNS), *roadmap_export.rows(found)]
        write_files(table.parent, {table.name: as_csv(rows)}, force=force)
    if data is not None:
        content = json.dumps(found, indent=2, ensure_ascii=False)
        write_files(data.parent, {data.name: content + "\n"}, force=force)
    places = " and ".join(str(each) for each in (table, data) if each is not None)
    print(f"{plural(len(found), 'item')} written to {places}.")
