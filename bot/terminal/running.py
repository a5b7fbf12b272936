"""`drumbeat run` and `drumbeat migrate`: the bot itself, and the schema it needs."""

import asyncio
import gc
import logging
import signal
import sys
from functools import partial
from typing import Annotated

import typer

from bot import migrations
from bot.errors import UserError
from bot.logs import set_up
from bot.node import Node, database_in_words
from bot.nodes import ROLES
from bot.terminal.workspace import read_settings

commands = typer.Typer()


@commands.command()
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
        spare_what_stays()
        asyncio.run(Node(settings, say=partial(print, flush=True), roles=roles).run())
    finally:
        # A second Ctrl-C must not cut short what the first one began.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def spare_what_stays() -> None:
    """Have Python look less for what can go: it holds up every answer meanwhile.

    Never among what is loaded by now, which takes 0.1 seconds and stays; and ten times less often among what has been
    there for long since, such as the definitions and the statements, which takes 0.02.
    """
    gc.freeze()
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, middle, 10 * old)


@commands.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    settings = read_settings()
    with database_in_words(settings.database_url.reveal()):
        migrations.upgrade(settings.database_url.reveal())
    print("The database is up to date.")


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
