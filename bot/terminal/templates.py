"""`drumbeat templates`: looks at the words before people read them."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot import shipped
from bot.definitions.report import as_data, as_lines
from bot.errors import UserError
from bot.samples import data, source
from bot.samples.checking import problems, templates
from bot.samples.listing import listing
from bot.settings import Settings
from bot.terminal.printing import require_one_of
from bot.words import Words, plural
from bot.yamlfile import nearest

commands = typer.Typer(
    name="templates", help="The words Drumbeat says, shown and checked before people read them.", no_args_is_help=True
)


@commands.command()
def check(
    templates_: Annotated[
        Path | None, typer.Option("--templates", help="A folder with a team's own templates.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="plain or json")] = "plain",
) -> None:
    """Show every template with sample data, filled and empty; exit 1 when one has mistakes."""
    require_one_of(form, "plain", "json")
    folders = _folders(templates_)
    found = problems(folders)
    if form == "json":
        print(json.dumps(as_data(found), indent=2, ensure_ascii=False))
    else:
        count = len({name for folder in folders for name in templates(folder)})
        print("\n".join(as_lines(found)) or f"{plural(count, 'template')}: no mistakes.")
    if found:
        raise typer.Exit(1)


@commands.command()
def show(
    template: Annotated[str, typer.Argument(help="Such as updates/digest.txt.j2; the ending may be left out.")],
    templates_: Annotated[
        Path | None, typer.Option("--templates", help="A folder with a team's own templates.")
    ] = None,
) -> None:
    """Print all that a template says, with sample data."""
    folders = _folders(templates_)
    known = sorted({name for folder in folders for name in templates(folder)})
    meant = [name for name in known if template in (name, name.split(".")[0])]
    if not meant:
        raise UserError(f"There is no template {template}: {nearest(template, known)}.")
    for name in meant:
        path = next(folder / name for folder in folders if (folder / name).is_file())
        print(listing(Words(folders), name, [*source.blocks(path)], data.cases(name)), end="")


def _folders(named: Path | None) -> Sequence[Path]:
    """The same folders as `drumbeat run` takes words from, or a team's own that is named."""
    if named is None:
        return Settings.read(os.environ, Path.cwd()).templates
    if not named.is_dir():
        raise UserError(f"There is no folder {named}.")
    last = shipped.folder("templates")
    return (last,) if named.samefile(last) else (named, last)
