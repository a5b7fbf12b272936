"""What a command works with: the settings, the database and the workspace as it runs now."""

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot import app as wiring
from bot import applying, migrations, versions
from bot.clock import SystemClock
from bot.db import Database
from bot.house import House
from bot.node import database_in_words
from bot.settings import Settings
from bot.words import Words

WORKSPACE = Annotated[str | None, typer.Option(help="Slack's id of the workspace, when there are several.")]


@contextmanager
def in_force(workspace: str | None) -> Iterator[House]:
    """The workspace as it runs now."""
    with with_newest(workspace) as (house, _newest):
        yield house


@contextmanager
def with_newest(workspace: str | None) -> Iterator[tuple[House, int]]:
    """The workspace as it runs now, and the number of its newest version, which may be one that cannot be read."""
    settings = read_settings()
    with database() as db:
        workspace_id = db.call(versions.workspace, workspace)
        found = db.call(versions.in_force, workspace_id, wiring.KINDS)
        if found.unreadable:
            print(f"{found.unreadable}\nVersion {found.number} is in force instead.", file=sys.stderr)
        house = House(
            workspace_id=workspace_id,
            db=db,
            clock=SystemClock(),
            words=Words(settings.templates).spoken_with(found.definitions.organisation.aliases),
            definitions=found.definitions,
            links=applying.LINKS,
            version=found.number,
        )
        yield house, found.newest


@contextmanager
def database() -> Iterator[Database]:
    """The database that a running Drumbeat uses; it need not run."""
    address = read_settings().database_url.reveal()
    with database_in_words(address):
        db = Database(address)
        try:
            migrations.require_current(db.engine)
            yield db
        finally:
            db.close()


def read_settings(*, with_slack: bool = False) -> Settings:
    return Settings.read(os.environ, Path.cwd(), with_slack=with_slack)


def operator() -> str:
    """Who uses the command line."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "an operator"
