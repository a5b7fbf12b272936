"""`drumbeat plan`, `apply`, `rollback`, `versions` and `export`: definitions in force."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from bot import app as wiring
from bot import applying, edits, versions
from bot.definitions import Definitions
from bot.errors import UserError
from bot.house import House
from bot.terminal.files import write_files
from bot.terminal.printing import require_one_of
from bot.terminal.reading import FOLDER, read_definitions
from bot.terminal.workspace import WORKSPACE, in_force, operator, read_settings, with_newest

commands = typer.Typer()

NOTE = Annotated[str, typer.Option(help="Why, for those who read it later.")]
YES = Annotated[bool, typer.Option("--yes", help="Do not ask first.")]


@commands.command()
def plan(
    folder: FOLDER = None,
    form: Annotated[str, typer.Option("--format", help="plain or json")] = "plain",
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 2 when anything would change.")] = False,
    workspace: WORKSPACE = None,
) -> None:
    """Show what applying the definitions would change, and change nothing; exit 1 when they have mistakes."""
    require_one_of(form, "plain", "json")
    loaded = read_definitions(folder or read_settings().cadences, notes=True)
    with in_force(workspace) as house:
        planned = applying.plan(house, *loaded)
    print(json.dumps(edits.as_data(planned), indent=2) if form == "json" else "\n".join(edits.as_lines(planned)))
    if exit_code and not planned.is_same:
        raise typer.Exit(2)


@commands.command()
def apply(
    folder: FOLDER = None,
    note: NOTE = "",
    yes: YES = False,
    workspace: WORKSPACE = None,
) -> None:
    """Put the definitions in force: every running Drumbeat takes them on within seconds."""
    loaded = read_definitions(folder or read_settings().cadences, notes=True)
    with with_newest(workspace) as (house, newest):
        _apply(house, *loaded, after=newest, note=note, yes=yes)


@commands.command()
def rollback(
    number: Annotated[int | None, typer.Argument(help="The version to go back to; else the one before.")] = None,
    note: NOTE = "",
    yes: YES = False,
    workspace: WORKSPACE = None,
) -> None:
    """Put an earlier version in force again, as a new version with its files."""
    with with_newest(workspace) as (house, newest):
        wanted = _before(house.db.call(versions.get, house.workspace_id, newest)) if number is None else number
        stored = house.db.call(versions.get, house.workspace_id, wanted)
        definitions = house.db.call(versions.definitions, house.workspace_id, wanted, wiring.KINDS)
        _apply(house, stored.files, definitions, after=newest, note=note, yes=yes, restores=wanted)


@commands.command(name="versions")
def versions_(
    number: Annotated[int | None, typer.Argument(help="Show what this one changed; else list all.")] = None,
    form: Annotated[str, typer.Option("--format", help="plain or json")] = "plain",
    workspace: WORKSPACE = None,
) -> None:
    """List the versions of the definitions, or show what one of them changed."""
    require_one_of(form, "plain", "json")
    with in_force(workspace) as house:
        if number is None:
            found = house.db.call(versions.every, house.workspace_id)
        else:
            found = [house.db.call(versions.get, house.workspace_id, number)]
    zone = house.definitions.organisation.zone
    if form == "json":
        print(json.dumps([edits.version_as_data(each) for each in found], indent=2, ensure_ascii=False))
    elif number is None:
        print("\n".join(line for each in found for line in edits.version_lines(each, zone, most=1)))
    else:
        print("\n".join(edits.version_lines(found[0], zone)))


@commands.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where to write the files; made if it is not there.")],
    version: Annotated[int | None, typer.Option(help="Which version; else the one in force.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
    workspace: WORKSPACE = None,
) -> None:
    """Write a version's files as they were applied, comments and all."""
    with with_newest(workspace) as (house, newest):
        number = newest if version is None else version
        stored = house.db.call(versions.get, house.workspace_id, number)
    write_files(folder, stored.files, force=force)
    print(f"Version {number} is written to {folder}.")


def _before(last: versions.Version) -> int:
    """The version to go back to from `last`. Going back twice goes back further, and not forth again."""
    before = (last.number if last.restores is None else last.restores) - 1
    if before < 1:
        raise UserError("Version 1 is in force, so there is none to go back to.")
    return before


def _apply(
    house: House,
    files: Mapping[str, str],
    definitions: Definitions,
    *,
    after: int,
    note: str,
    yes: bool,
    restores: int | None = None,
) -> None:
    """Show what would change, ask when somebody is there to be asked, and do it."""
    planned = applying.plan(house, files, definitions)
    print("\n".join(edits.as_lines(planned)))
    if planned.is_same and after == house.version:
        return
    if not yes:
        if not sys.stdin.isatty():
            raise UserError("Nobody is there to be asked: say --yes to apply this.")
        typer.confirm(f"Apply this as version {after + 1}?", abort=True)
    number = house.db.call(
        applying.apply,
        house,
        files,
        definitions,
        after=after,
        author=operator(),
        note=note.strip(),
        restores=restores,
    )
    print(f"Version {number} is in force.")
