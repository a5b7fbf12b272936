"""`drumbeat insights`: what anybody tells us."""

import json
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.csvfile import as_csv
from bot.errors import UserError
from bot.insights import export as insight_export
from bot.insights import imports as insight_imports
from bot.terminal.files import write_files
from bot.terminal.tables import DRY_RUN, TABLE, take_over
from bot.terminal.workspace import WORKSPACE, in_force, operator
from bot.words import plural

commands = typer.Typer(name="insights", help="What anybody tells us.", no_args_is_help=True)


@commands.command(name="import")
def import_(
    file: TABLE,
    dry_run: DRY_RUN = False,
    mask: Annotated[bool, typer.Option("--mask", help="Mask what looks like personal data or a key.")] = False,
    workspace: WORKSPACE = None,
) -> None:
    """Take over the insights of a CSV file that are not there yet: all, or none when a line is wrong."""
    run = partial(insight_imports.run, by=operator(), mask=mask, tried=dry_run)
    take_over(file, workspace, insight_imports.parse, run)


@commands.command()
def export(
    table: Annotated[Path | None, typer.Option("--csv", help="Write a table to this file.")] = None,
    data: Annotated[Path | None, typer.Option("--json", help="Write data for programs to this file.")] = None,
    restricted: Annotated[bool, typer.Option("--restricted", help="Those as well that only some may see.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
    workspace: WORKSPACE = None,
) -> None:
    """Write all insights to a file, or to two: as one table, or as data for programs."""
    if table is None and data is None:
        raise UserError("Say which file to write: --csv insights.csv, --json insights.json, or both.")
    for path in (each for each in (table, data) if each is not None and each.exists() and not force):
        raise UserError(f"{path} is there already: choose another file, or say --force.")
    entries: list[dict[str, Any]] = []
    after = 0
    with in_force(workspace) as house:
        while page := house.db.call(insight_export.page, house, after, restricted=restricted):
            entries += page.entries
            after = page.last
    if table is not None:
        rows = [insight_export.COLUMNS, *map(insight_export.row, entries)]
        write_files(table.parent, {table.name: as_csv(rows)}, force=True)
    if data is not None:
        text = json.dumps(entries, indent=1, ensure_ascii=False)
        write_files(data.parent, {data.name: f"{text}\n"}, force=True)
    written = " and ".join(str(path) for path in (table, data) if path is not None)
    print(f"{plural(len(entries), 'insight')} written to {written}.")
