"""`drumbeat lookback`: what became of a release."""

from typing import Annotated

import typer

from bot.definitions.releases import slug
from bot.lookback import reporting
from bot.terminal.workspace import WORKSPACE, in_force

commands = typer.Typer()


@commands.command()
def lookback(
    name: Annotated[str, typer.Argument(help="The release's name, as `/launch-ready` knows it.")],
    workspace: WORKSPACE = None,
) -> None:
    """Print what became of a release, as Markdown."""
    with in_force(workspace) as house:
        print(house.db.call(reporting.as_markdown, house, slug(name)), end="")
