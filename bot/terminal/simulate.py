"""`drumbeat simulate`: lives through the coming weeks beforehand."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import simulate
from bot.clock import SystemClock
from bot.errors import UserError
from bot.logs import set_up
from bot.terminal.reading import FOLDER, read_definitions
from bot.terminal.workspace import read_settings
from bot.words import Words

commands = typer.Typer()


@commands.command(name="simulate")
def simulate_(
    folder: FOLDER = None,
    weeks: Annotated[int, typer.Option(min=1, max=104, help="How far to look ahead.")] = 12,
    first: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Today, if left out.")] = None,
    answers: Annotated[float, typer.Option(min=0, max=1, help="The share of requests answered in time.")] = 0.8,
    leave: Annotated[int, typer.Option(min=0, max=100, help="Working days of leave a year.")] = 25,
    seed: Annotated[int, typer.Option(help="Another one gives people other habits and other leave.")] = 1,
    write: Annotated[Path | None, typer.Option(help="Write everything to this .md or .html file.")] = None,
) -> None:
    """Live through the coming weeks beforehand: who gets what when, what it costs them, what clashes."""
    if write is not None and write.suffix not in (".md", ".html"):
        raise UserError(f"--write takes a file that ends in .md or .html, not {write}.")
    set_up("critical")
    settings = read_settings()
    definitions = read_definitions(folder or settings.cadences)[1]
    words = Words(settings.templates)
    first_day = first.date() if first else SystemClock().now().astimezone(definitions.organisation.zone).date()
    assumed = simulate.Assumptions(first_day, weeks, answers, leave, seed)
    found = simulate.find(simulate.live(definitions, words, assumed))
    if write is None:
        print(simulate.as_markdown(words, found, whole=False), end="")
        return
    page = simulate.as_html(words, found) if write.suffix == ".html" else simulate.as_markdown(words, found, whole=True)
    try:
        write.write_text(page, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{write} cannot be written ({error.strerror}).") from error
    print(f"{write} is written.")
