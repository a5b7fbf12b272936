"""`drumbeat pack`: the operating system pack as files."""

from pathlib import Path
from typing import Annotated

import typer

from bot import app as wiring
from bot import versions
from bot.edits.changes import compare
from bot.pack import difference, files, flow
from bot.pack.sections import gather
from bot.terminal.files import write_files
from bot.terminal.workspace import WORKSPACE, in_force, operator

commands = typer.Typer()

PAGE = "pack.html"


@commands.command()
def pack(
    out: Annotated[Path, typer.Option("--out", help="The folder for a Markdown file each and an index.")] = Path(
        "pack"
    ),
    html: Annotated[bool, typer.Option("--html", help="One page to show and to print, not Markdown files.")] = False,
    drift: Annotated[bool, typer.Option("--drift", help="Only what is said against what was done.")] = False,
    diff: Annotated[int | None, typer.Option("--diff", help="Print what changed since this version.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
    workspace: WORKSPACE = None,
) -> None:
    """Write the operating system pack: what is defined, and what the records say, as of now."""
    with in_force(workspace) as house:
        if diff is not None:
            before = house.db.call(versions.definitions, house.workspace_id, diff, wiring.KINDS)
            print(house.db.call(difference.in_words, house, diff, compare(before, house.definitions)))
            return
        if drift:
            written = files.drift_alone(house, house.db.call(gather, house), html=html)
            write_files(out, written, force=force)
            print(f"Written to {out / next(iter(written))}.")
            return
        found = house.db.call(flow.to_hand_on, house)
        written = {PAGE: files.as_html(house, found)} if html else files.as_markdown(house, found)
        write_files(out, written, force=force)
        house.db.call(flow.written, house, found, operator())
        print(f"{files.complete(house, found)} Written to {out / next(iter(written))}.")
