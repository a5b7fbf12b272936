"""Stand-ins with the real shape: a clock that stands still, a house on a throw-away database."""

import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

import bot
from bot import app
from bot.clock import Clock
from bot.db import Base, Database
from bot.definitions import Definitions
from bot.delivery.model import CANCELLED, OutboxMessage
from bot.delivery.relay import Relay
from bot.delivery.slack import SlackSender, make_client, make_session
from bot.house import House, Links
from bot.words import Words
from tests import people
from tests.fake_slack import BOT_TOKEN, FakeSlack

ROOT = Path(bot.__file__).parent.parent
WEDNESDAY = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
"""10:00 in Berlin, on a working day."""


A_TURN, LONGEST_TURN = timedelta(seconds=1.1), timedelta(seconds=4.4)

WITH_TABLES = (
    "model", "turns", "consulting", "calls", "happenings", "assignments", "asking", "timers", "audit", "versions",
)  # fmt: skip
"""The files that describe tables. Not all files are read, since that takes longer than most tests do."""


class StoppedClock:
    """A clock that stands still until it is turned."""

    def __init__(self, at: datetime = WEDNESDAY) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def turn(self, by: timedelta) -> None:
        self.at += by

    def set(self, at: datetime) -> None:
        self.at = at


class RunningClock(StoppedClock):
    """A clock that goes on a little with every look, as every real one does."""

    def now(self) -> datetime:
        self.turn(timedelta(microseconds=50))
        return self.at


def make_house(
    db: Database,
    definitions: Definitions | None = None,
    clock: Clock | None = None,
    words: Words | None = None,
    links: Links | None = None,
    workspace_id: str = people.WORKSPACE,
) -> House:
    """A house on `db`: Alice, Bob and Charlie's organisation, the shipped words, a stopped clock.

    Its rooms know how what they ask for looks, and nothing else of each other.
    """
    return House(
        workspace_id=workspace_id,
        db=db,
        clock=clock or StoppedClock(),
        words=words or shipped_words(),
        definitions=definitions or people.definitions(),
        links=links or Links(parts=app.LINKS.parts),
    )


@cache
def shipped_words() -> Words:
    """The words that Drumbeat ships. Kept, since to read a template anew takes longer than most tests do."""
    return Words([ROOT / "templates"])


def at(house: House, moment: datetime) -> House:
    """The same house at another moment."""
    return replace(house, clock=StoppedClock(moment))


def make_tables(db: Database) -> None:
    """Every room's tables."""
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if module.name.rpartition(".")[2] in WITH_TABLES:
            importlib.import_module(module.name)
    Base.metadata.create_all(db.engine)


@dataclass(frozen=True)
class Promised:
    """A message that waits in the outbox or has left it."""

    id: int
    channel: str
    text: str
    blocks: list[dict[str, Any]]
    kind: str
    method: str
    target: int | None
    dedupe: str | None
    report_to: str | None
    state: str


def promised(db: Database, kind: str | None = None, channel: str | None = None) -> list[Promised]:
    """What was promised, in order, without what was cancelled; of one kind or channel when given."""
    with db.transaction() as session:
        rows = session.scalars(
            select(OutboxMessage).where(OutboxMessage.state != CANCELLED).order_by(OutboxMessage.id)
        ).all()
        return [
            Promised(
                id=row.id,
                channel=row.channel,
                text=row.payload.get("text", ""),
                blocks=row.payload.get("blocks", []),
                kind=row.kind,
                method=row.method,
                target=row.target,
                dedupe=row.dedupe,
                report_to=row.report_to,
                state=row.state,
            )
            for row in rows
            if kind in (None, row.kind) and channel in (None, row.channel)
        ]


@asynccontextmanager
async def relaying(db: Database, clock: Clock, slack: FakeSlack, node_id: str = "node-a") -> AsyncIterator[Relay]:
    """A relay between `db` and `slack`, to be run or asked `once`."""
    async with make_session() as session:
        yield Relay(db, clock, SlackSender(make_client(BOT_TOKEN, slack.url, session)), node_id)


async def deliver(db: Database, clock: StoppedClock, slack: FakeSlack) -> None:
    """Turn the clock until nothing is left to send or to look for. It fails unless a minute and a half is enough."""
    end = clock.now() + timedelta(seconds=90)
    pause = A_TURN
    async with relaying(db, clock, slack) as relay:
        while clock.now() < end:
            # Further as long as nothing falls due: what is in doubt is left alone for half a minute.
            pause = A_TURN if await relay.once() else min(2 * pause, LONGEST_TURN)
            if not any(each.state in ("queued", "sending", "unsure") for each in promised(db)):
                return
            clock.turn(pause)
    raise AssertionError([each for each in promised(db) if each.state not in ("sent", "dead")])


async def watch(db: Database, clock: StoppedClock, slack: FakeSlack, time: timedelta) -> None:
    """Let `time` pass while a relay looks every minute for what has fallen due."""
    end = clock.now() + time
    async with relaying(db, clock, slack) as relay:
        while clock.now() < end:
            await relay.once()
            clock.turn(min(timedelta(minutes=1), end - clock.now()))
