"""`drumbeat pack`: the operating system pack as files."""

from pathlib import Path
from typing import Annotated

import typer

from bot.errors import UserError
from bot.pack import files
from bot.pack.sections import gather
from bot.terminal.files import write_files
from bot.terminal.workspace import WORKSPACE, in_force

commands = typer.Typer()


@commands.command()
def pack(
    out: Annotated[Path, typer.Option("--out", help="The folder for a Markdown file each and an index.")] = Path(
        "pack"
    ),
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
    workspace: WORKSPACE = None,
) -> None:
    """Write the operating system pack: what is defined, and what the records say, as of now."""
    with in_force(workspace) as house:
        found = house.db.call(gather, house)
        if found.reasons:
            raise UserError(files.refused(house, found))
        write_files(out, files.as_markdown(house, found), force=force)
        print(f"{files.complete(house, found)} Written to {out}.")
