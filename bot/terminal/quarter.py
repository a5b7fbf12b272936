"""`drumbeat quarter`: the plans of the quarters."""

from pathlib import Path
from typing import Annotated

import typer

from bot.quarter import export as quarter_export
from bot.terminal.files import write_files
from bot.terminal.workspace import WORKSPACE, in_force
from bot.words import plural

commands = typer.Typer(name="quarter", help="The plans of the quarters.", no_args_is_help=True)


@commands.command()
def export(
    place: Annotated[Path, typer.Argument(help="A folder for a Markdown file for each plan and each correction.")],
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
    workspace: WORKSPACE = None,
) -> None:
    """Write the plans of the quarters as Markdown: each as it was closed, and as it was corrected since."""
    with in_force(workspace) as house:
        found = house.db.call(quarter_export.files, house)
    write_files(place, found, force=force)
    print(f"{plural(len(found), 'plan')} written to {place}.")
