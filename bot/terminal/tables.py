"""Tables that commands take over, line by line."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from bot.csvfile import WRONG, Line, Result, summary
from bot.errors import UserError
from bot.house import House
from bot.terminal.files import read_file
from bot.terminal.workspace import in_force

TABLE = Annotated[Path, typer.Argument(help="A CSV file whose first line names the columns.")]
DRY_RUN = Annotated[bool, typer.Option("--dry-run", help="Only say what would come of each line.")]


def take_over(
    file: Path,
    workspace: str | None,
    parse: Callable[[House, bytes], list[Line]],
    run: Callable[..., tuple[Sequence[Result], bool]],
) -> None:
    """Read a table, take it over while a bar shows how far it is, and say what came of each line."""
    content = read_file(file)
    with in_force(workspace) as house:
        try:
            lines = parse(house, content)
        except UserError as error:
            raise UserError(f"{file}: {error}") from error
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(file.name, total=len(lines))
            found, done = run(house, lines, each=partial(progress.advance, task))
    for result in found:
        print(f"{file}:{result.line}: {result.kind}: {result.says}")
    print(summary(found, done))
    if any(result.kind == WRONG for result in found):
        raise typer.Exit(1)
