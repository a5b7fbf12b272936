"""`drumbeat check`, `init` and `schema`: definitions before they are in force."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import app as wiring
from bot import presets
from bot.checks import catalogue
from bot.checks.formats import FORMATS, as_sarif, as_workflow_commands
from bot.clock import SystemClock
from bot.definitions import load, load_texts
from bot.definitions.report import as_data, as_lines
from bot.definitions.schema import FOLDER as SCHEMAS
from bot.definitions.schema import schema_as_text, schemas
from bot.errors import UserError
from bot.terminal.files import write_files
from bot.terminal.printing import require_one_of
from bot.terminal.reading import FOLDER
from bot.terminal.workspace import read_settings

commands = typer.Typer()


@commands.command()
def check(
    folder: FOLDER = None,
    form: Annotated[str, typer.Option("--format", help="plain, json, sarif or github")] = "plain",
    explain: Annotated[str | None, typer.Option(help="Say what a check such as CA03 is about.")] = None,
) -> None:
    """Check the definitions; exit 1 when they have mistakes. Warnings and infos are no mistakes."""
    if explain is not None:
        print("\n".join(catalogue.explain(catalogue.find(explain))))
        return
    require_one_of(form, *FORMATS)
    settings = read_settings()
    where = folder or settings.cadences
    loaded = load(where, wiring.KINDS, settings.templates)
    found = sorted([*loaded.problems, *loaded.notes])
    if form == "json":
        print(json.dumps(as_data(found), indent=2, ensure_ascii=False))
    elif form == "sarif":
        print(json.dumps(as_sarif(found), indent=2, ensure_ascii=False))
    elif form == "github":
        print("".join(f"{line}\n" for line in as_workflow_commands(found)), end="")
    else:
        print("\n".join([*as_lines(found), *([] if loaded.problems else [f"{where}: no mistakes."])]))
    if loaded.problems:
        raise typer.Exit(1)


@commands.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where to write the definitions.")] = Path("cadences"),
    preset: Annotated[str, typer.Option(help=f"One of: {', '.join(presets.PRESETS)}.")] = "starter",
    company: Annotated[str | None, typer.Option(help="The company's name.")] = None,
    name: Annotated[str | None, typer.Option(help="Your name, as the one who runs product operations.")] = None,
    email: Annotated[str | None, typer.Option(help="Your e-mail address, as in Slack.")] = None,
    zone: Annotated[str | None, typer.Option(help="The company's time zone, such as Europe/Berlin.")] = None,
) -> None:
    """Write definitions to begin with, and overwrite nothing."""
    lead = presets.Lead(
        company=_asked("--company", "The company's name", company),
        name=_asked("--name", "Your name", name),
        email=_asked("--email", "Your e-mail address in Slack", email),
        zone=_asked("--zone", "The company's time zone, such as Europe/Berlin", zone),
    )
    files = presets.files(preset, lead, SystemClock().now().date())
    loaded = load_texts({file: text for file, text in files.items() if file.endswith(".yaml")}, str(folder))
    if loaded.problems:
        said = dict.fromkeys(f"{problem.message}: {problem.mend}" for problem in loaded.problems)
        raise UserError("\n".join(said))
    write_files(folder, files, force=None)
    print(f"{folder} holds {presets.PRESETS[preset].says}. You own all of it for now: name your people and areas in")
    print(f"{folder / 'organisation.yaml'}, then say: drumbeat check {folder}")


@commands.command()
def schema(
    write: Annotated[Path | None, typer.Option(help="A folder of definitions, to write them beside.")] = None,
) -> None:
    """Print the JSON Schemas of the definition files, which let an editor complete and explain."""
    found = schemas()
    if write is None:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return
    texts = {name: schema_as_text(schema) for name, schema in found.items()}
    write_files(write / SCHEMAS, texts, force=True)
    print(f"{', '.join(texts)} are written to {write / SCHEMAS}.")


def _asked(option: str, question: str, given: str | None) -> str:
    """What an option says, or else whoever sits there."""
    if given is None and not sys.stdin.isatty():
        raise UserError(f"Say {option}: {question[0].lower()}{question[1:]}.")
    answer = given if given is not None else str(typer.prompt(question))
    if not answer.strip():
        raise UserError(f"{option} is empty.")
    return answer.strip()
