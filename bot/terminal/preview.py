"""`drumbeat preview`: the next occurrences."""

import json
from typing import Annotated

import typer

from bot import preview
from bot.clock import SystemClock
from bot.terminal.reading import read_definitions
from bot.terminal.workspace import read_settings

commands = typer.Typer()


@commands.command(name="preview")
def preview_(
    weeks: Annotated[int, typer.Option(min=1, max=104, help="How far to look ahead.")] = 4,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """List the next occurrences, with each person's local times."""
    upcoming = preview.occurrences(read_definitions(read_settings().cadences)[1], SystemClock().now(), weeks)
    if as_json:
        print(json.dumps(preview.as_data(upcoming), indent=2, ensure_ascii=False))
    else:
        print("\n".join(preview.as_lines(upcoming)) or f"Nothing happens in the next {weeks} weeks.")
