"""The command line: `drumbeat <command>`. Reads arguments, calls one function, prints what it gives."""

import asyncio
import gc
import json
import logging
import signal
import sys
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.orm import Session

from bot import app as wiring
from bot import applying, edits, migrations, presets, preview, simulate, versions
from bot.clock import SystemClock
from bot.definitions import Definitions, load, load_texts
from bot.definitions.report import as_data, as_lines
from bot.definitions.schema import FOLDER as SCHEMAS
from bot.definitions.schema import schema_as_text, schemas
from bot.errors import UserError
from bot.feeds import events
from bot.feeds.ics import as_ics
from bot.house import House
from bot.logs import set_up
from bot.node import Node, database_in_words
from bot.nodes import ROLES
from bot.people.model import People, channel_id
from bot.samples.commands import commands as templates
from bot.terminal import (
    absences,
    decisions,
    demo,
    doctor,
    imports,
    insights,
    lookback,
    manifest,
    outbox,
    quarter,
    rituals,
    roadmap,
    timers,
    tokens,
)
from bot.terminal.files import write_files
from bot.terminal.printing import print_lines, require_one_of
from bot.terminal.reading import FOLDER, read_definitions
from bot.terminal.workspace import WORKSPACE, in_force, operator, read_settings, with_newest
from bot.words import Words

cli = typer.Typer(
    name="drumbeat",
    help="Runs a product organisation's operating system in Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.add_typer(doctor.commands)
cli.add_typer(lookback.commands)
cli.add_typer(manifest.commands)
cli.add_typer(demo.commands)
cli.add_typer(absences.commands)
cli.add_typer(decisions.commands)
cli.add_typer(imports.commands)
cli.add_typer(insights.commands)
cli.add_typer(outbox.commands)
cli.add_typer(rituals.commands)
cli.add_typer(roadmap.commands)
cli.add_typer(templates, name="templates")
cli.add_typer(quarter.commands)
cli.add_typer(timers.commands)
cli.add_typer(tokens.commands)

NOTE = Annotated[str, typer.Option(help="Why, for those who read it later.")]
YES = Annotated[bool, typer.Option("--yes", help="Do not ask first.")]


@cli.command()
def run(
    role: Annotated[str, typer.Option(help="web answers Slack, worker delivers and keeps time.")] = ",".join(ROLES),
) -> None:
    """Run the bot until Ctrl-C."""
    roles = _roles(role)
    for number in (signal.SIGINT, signal.SIGTERM):
        # Until the node listens to them itself, nothing is under way.
        signal.signal(number, lambda *_: sys.exit(0))
    settings = read_settings(with_slack=True)
    set_up(settings.log_level, settings.log_format)
    _hush(settings.log_level)
    try:
        # All that is loaded stays. Else looking through it for what can go holds up every answer for 0.1 seconds.
        gc.freeze()
        asyncio.run(Node(settings, say=partial(print, flush=True), roles=roles).run())
    finally:
        # A second Ctrl-C must not cut short what the first one began.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


@cli.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    settings = read_settings()
    with database_in_words(settings.database_url.reveal()):
        migrations.upgrade(settings.database_url.reveal())
    print("The database is up to date.")


@cli.command()
def check(
    folder: FOLDER = None,
    form: Annotated[str, typer.Option("--format", help="plain or json")] = "plain",
) -> None:
    """Check the definitions; exit 1 when they have mistakes. Warnings and infos are no mistakes."""
    require_one_of(form, "plain", "json")
    settings = read_settings()
    where = folder or settings.cadences
    loaded = load(where, wiring.KINDS, settings.templates)
    found = sorted([*loaded.problems, *loaded.notes])
    if form == "json":
        print(json.dumps(as_data(found), indent=2, ensure_ascii=False))
    else:
        print("\n".join([*as_lines(found), *([] if loaded.problems else [f"{where}: no mistakes."])]))
    if loaded.problems:
        raise typer.Exit(1)


@cli.command(name="init")
def init_(
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
    files = presets.files(preset, lead)
    loaded = load_texts({file: text for file, text in files.items() if file.endswith(".yaml")}, str(folder))
    if loaded.problems:
        said = dict.fromkeys(f"{problem.message}: {problem.mend}" for problem in loaded.problems)
        raise UserError("\n".join(said))
    write_files(folder, files, force=None)
    print(f"{folder} holds {presets.PRESETS[preset].says}. You own all of it for now: name your people and areas in")
    print(f"{folder / 'organisation.yaml'}, then say: drumbeat check {folder}")


@cli.command(name="schema")
def schema_(
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


@cli.command(name="plan")
def plan_(
    folder: FOLDER = None,
    form: Annotated[str, typer.Option("--format", help="plain or json")] = "plain",
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 2 when anything would change.")] = False,
    workspace: WORKSPACE = None,
) -> None:
    """Show what applying the definitions would change, and change nothing; exit 1 when they have mistakes."""
    require_one_of(form, "plain", "json")
    loaded = read_definitions(folder or read_settings().cadences)
    with in_force(workspace) as house:
        planned = applying.plan(house, *loaded)
    print(json.dumps(edits.as_data(planned), indent=2) if form == "json" else "\n".join(edits.as_lines(planned)))
    if exit_code and not planned.is_same:
        raise typer.Exit(2)


@cli.command(name="apply")
def apply_(
    folder: FOLDER = None,
    note: NOTE = "",
    yes: YES = False,
    workspace: WORKSPACE = None,
) -> None:
    """Put the definitions in force: every running Drumbeat takes them on within seconds."""
    loaded = read_definitions(folder or read_settings().cadences)
    with with_newest(workspace) as (house, newest):
        _apply(house, *loaded, after=newest, note=note, yes=yes)


@cli.command()
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


@cli.command(name="versions")
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


@cli.command()
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


@cli.command(name="preview")
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


@cli.command(name="simulate")
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


@cli.command(name="calendar")
def calendar_(
    ics: Annotated[bool, typer.Option("--ics", help="As an iCalendar file, as the feeds have it.")] = False,
    person: Annotated[str | None, typer.Option(help="Whose: their e-mail address or Slack member id.")] = None,
    channel: Annotated[str | None, typer.Option(help="What is posted there, such as #product-updates.")] = None,
    weeks: Annotated[int, typer.Option(min=1, max=104, help="How far to look ahead.")] = events.WEEKS,
    workspace: WORKSPACE = None,
) -> None:
    """Print the calendar as it stands, with what people have moved, skipped and paused."""
    if person is not None and channel is not None:
        raise UserError("Name a person or a channel, not both.")

    def found(session: Session, house: House) -> tuple[ZoneInfo, list[events.Numbered]]:
        zone = house.definitions.organisation.zone
        if channel is not None:
            return zone, events.of_channel(session, house, _posted_in(session, house, channel), weeks)
        if person is None:
            return zone, events.of_all(session, house, weeks)
        known = People(session, house).by_ref(person)
        if known is None:
            raise UserError(f"{person} is nobody whom the organisation file names and Slack knows.")
        return known.zone, events.of_person(session, house, known, weeks)

    with in_force(workspace) as house:
        zone, planned = house.db.call(found, house)
        if ics:
            sys.stdout.buffer.write(as_ics(house.definitions.organisation.name, zone, planned))
        else:
            print_lines([events.as_line(each, zone) for each in planned] or ["Nothing is planned."])


def _posted_in(session: Session, house: House, channel: str) -> str:
    """The Slack id of a channel that rituals post in, by its name, with `#` or without, or by its id."""
    channels = dict.fromkeys(ritual.channel for ritual in house.definitions.calendar.rituals if ritual.channel)
    ids = {each: channel_id(session, house, each) for each in channels}
    wanted = ids.get(f"#{channel.removeprefix('#')}", channel)
    if wanted not in ids.values():
        raise UserError(f"No ritual posts in {channel}. They post in {', '.join(sorted(ids))}.")
    return wanted


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


def _asked(option: str, question: str, given: str | None) -> str:
    """What an option says, or else whoever sits there."""
    if given is None and not sys.stdin.isatty():
        raise UserError(f"Say {option}: {question[0].lower()}{question[1:]}.")
    answer = given if given is not None else str(typer.prompt(question))
    if not answer.strip():
        raise UserError(f"{option} is empty.")
    return answer.strip()


def _roles(written: str) -> frozenset[str]:
    roles = frozenset(role.strip() for role in written.split(",") if role.strip())
    if not roles or not roles <= set(ROLES):
        raise UserError(f"--role is web, worker or web,worker, not {written!r}.")
    return roles


def _hush(level: str) -> None:
    """What libraries call information is for their own makers."""
    if level == "info":
        for library in ("alembic", "apscheduler", "slack_bolt", "slack_sdk", "uvicorn"):
            logging.getLogger(library).setLevel(logging.WARNING)


def main() -> None:
    try:
        cli()
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
