"""`drumbeat import`: takes over what stands in a file."""

from functools import partial

import typer

from bot.releases import imports as release_imports
from bot.roadmap import imports as roadmap_imports
from bot.terminal.tables import DRY_RUN, TABLE, take_over
from bot.terminal.workspace import WORKSPACE, operator

commands = typer.Typer(name="import", help="Take over what stands in a file.", no_args_is_help=True)


@commands.command()
def releases(
    file: TABLE,
    dry_run: DRY_RUN = False,
    workspace: WORKSPACE = None,
) -> None:
    """Register the releases of a CSV file that are not registered yet: all, or none when a line is wrong."""
    take_over(file, workspace, release_imports.parse, partial(release_imports.run, by=operator(), tried=dry_run))


@commands.command()
def roadmap(
    file: TABLE,
    dry_run: DRY_RUN = False,
    workspace: WORKSPACE = None,
) -> None:
    """Put the items of a CSV file on the roadmap that are not there yet: all, or none when a line is wrong."""
    take_over(file, workspace, roadmap_imports.parse, partial(roadmap_imports.run, by=operator(), tried=dry_run))
