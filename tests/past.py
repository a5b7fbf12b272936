"""The demo's company with three months behind it, at the stopped clock: lived through once a test run, then copied."""

import fcntl
import shutil
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import app
from bot.db import Database
from bot.definitions import Definitions, load
from bot.demo import company, history
from bot.house import House
from tests.fakes import WEDNESDAY, StoppedClock, make_house

A_MINUTE = timedelta(minutes=1)
PROMPT = WEDNESDAY + A_MINUTE
"""When its weekly update is due."""


@dataclass(frozen=True)
class Past:
    """What it left: an SQLite file to be copied, and the definitions by which it was lived."""

    file: Path
    definitions: Definitions

    def house(self, db: Database, clock: StoppedClock) -> House:
        return make_house(db, self.definitions, clock, links=app.LINKS, workspace_id=company.WORKSPACE)


class SlowMachine:
    """Shows the present when it is first looked at, and later on that the prompt is long past."""

    def __init__(self) -> None:
        self.moments = iter((WEDNESDAY,))

    def now(self) -> datetime:
        return next(self.moments, PROMPT + 5 * A_MINUTE)


def past_in(folder: Path, db: Database, file: Path) -> Past:
    """The past in `folder`, which the processes of a run share; whoever comes first writes it, with `db` at `file`."""
    with (folder / "past.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        cadences, written = folder / "cadences", folder / "past.db"
        if not cadences.exists():
            company.write_cadences(cadences, PROMPT, ZoneInfo("Europe/Berlin"))
        definitions = load(cadences, app.KINDS).definitions
        assert definitions is not None
        past = Past(written, definitions)
        if not written.exists():
            db.call(history.write, replace(past.house(db, StoppedClock()), clock=SlowMachine()), PROMPT)
            db.close()
            shutil.move(file, written)
        return past
