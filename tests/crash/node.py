"""One process of these runs: it delivers for every workspace, keeps time if it is to, and may be told where to die."""

import asyncio
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp

from bot import timers
from bot.delivery import node
from bot.delivery import relay as delivering
from bot.delivery.claim import QUIET, REQUEST
from bot.delivery.outcome import Call, Finding, NotNow, Outcome, Search, Sender, TokenDead
from bot.delivery.relay import Relay
from bot.delivery.slack import SlackSender, make_client
from bot.house import House
from bot.scheduler import Scheduler
from bot.timers import Lease
from tests.crash import plans
from tests.crash.clock import FastClock
from tests.crash.points import Watch, WatchedDatabase, WatchedSender
from tests.fakes import make_house

NOWHERE = ""


@dataclass(frozen=True)
class Orders:
    """What a node is told: with whom to speak, how fast time runs, and where to be struck."""

    name: str
    database: str
    slack: str
    """Slack's address."""
    tokens: Mapping[str, str]
    """Each workspace's token, by workspace id."""
    epoch: float
    speed: float
    log: Path
    mark: Path
    point: str = NOWHERE
    nth: int = 1
    blow: signal.Signals = signal.SIGKILL
    only: str | None = None
    """The workspace it delivers for; all of them when there is none."""
    timer_lease: float = 0
    """Seconds, for a node that keeps time; others do not."""
    beats: plans.Beats = field(default_factory=plans.Beats)


def run(orders: Orders) -> None:
    """The whole life of a node: until it is killed."""
    log = os.open(orders.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    _keep_up(orders.speed)
    asyncio.run(_live(orders))


def _keep_up(speed: float) -> None:
    """Do what is done by the watch as much more often as the clock is fast, and be late as much as machines are.

    A machine does not become faster with its clock: so much of the quiet time is given to its being late.
    """
    for pause in ("BEAT_EVERY", "CHECK_EVERY"):
        setattr(delivering, pause, getattr(delivering, pause) / speed)
    for bound, module in (("STALE_AFTER", delivering), ("DEAD_AFTER", node)):
        setattr(module, bound, min(getattr(module, bound) * speed, QUIET / 2))


async def _live(orders: Orders) -> None:
    watch = Watch(orders.point, orders.nth, orders.blow, orders.mark)
    db = WatchedDatabase(orders.database, watch)
    clock = FastClock(orders.epoch, orders.speed)
    if orders.timer_lease:
        timers.LEASE = timedelta(seconds=orders.timer_lease)
        house = make_house(db, clock=clock, workspace_id=next(iter(orders.tokens)))
        _keep_time(house, orders)
    longest = aiohttp.ClientTimeout(total=REQUEST / 1_000 / orders.speed)
    async with aiohttp.ClientSession(timeout=longest) as session:
        slacks = Slacks(
            {ws: SlackSender(make_client(token, orders.slack, session)) for ws, token in orders.tokens.items()}
        )
        await Relay(db, clock, WatchedSender(slacks, watch), orders.name, orders.only).run(asyncio.Event())


def _keep_time(house: House, orders: Orders) -> None:
    handlers = plans.handlers(orders.beats)

    def fire(lease: Lease) -> None:
        house.db.call(timers.fire, lease, house, handlers, plans.hold)

    Scheduler(house.db, house.clock, house.workspace_id, orders.name, fire).start()


def place(workspace_id: str, lane: int) -> str:
    """A person or a channel, whose id tells the workspace: one relay can then speak to several."""
    return f"{'U' if lane == 0 else 'C'}0{workspace_id[1:]}L{lane}"


class Slacks:
    """The senders of several workspaces as one."""

    def __init__(self, senders: Mapping[str, Sender]) -> None:
        self._senders = senders

    async def send(self, call: Call) -> Outcome:
        return await self._of(call.channel).send(call)

    async def look(self, search: Search) -> Finding:
        return await self._of(search.channel).look(search)

    async def ask(self) -> TokenDead | NotNow | None:
        for sender in self._senders.values():
            if trouble := await sender.ask():
                return trouble
        return None

    def _of(self, channel: str) -> Sender:
        return self._senders["T" + channel[2:].partition("L")[0]]
