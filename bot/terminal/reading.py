"""The folder of definitions that a command reads."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from bot import app as wiring
from bot.definitions import Definitions, load
from bot.definitions.report import as_lines
from bot.terminal.workspace import read_settings

FOLDER = Annotated[Path | None, typer.Argument(help="The folder with the definitions.")]


def read_definitions(folder: Path, *, notes: bool = False) -> tuple[Mapping[str, str], Definitions]:
    """A folder's files and what they say; exits with 1, after every complaint, when they have mistakes.

    With `notes`, what may be meant so is said as well when they have none.
    """
    loaded = load(folder, wiring.KINDS, read_settings().templates)
    if loaded.definitions is None:
        print("\n".join(as_lines(loaded.problems)), file=sys.stderr)
        raise typer.Exit(1)
    if notes:
        print("".join(f"{line}\n" for line in as_lines(loaded.notes)), end="", file=sys.stderr)
    return loaded.texts, loaded.definitions
