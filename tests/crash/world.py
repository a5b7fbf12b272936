"""A company under fire: one database, one Slack with several workspaces, and nodes that come and go.

Time runs `speed` times as fast as it does, for all alike: the nodes' clock and how often they look at it, Slack's
clock and how late it shows what it took, and the bound of a request.
"""

import os
import random
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.blocks import message, section
from bot.db import Database
from bot.delivery import outbox
from bot.delivery.model import OutboxMessage, is_open
from tests.crash import node, plans
from tests.crash.clock import FastClock
from tests.crash.node import NOWHERE, Orders, place
from tests.crash.oracle import Row, Said, Verdict, judge
from tests.fake_slack import FakeSlack, Fault, Workspace, cut_and_late
from tests.fakes import make_house, make_tables
from tests.processes import FORKED

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 150.0
"""Seconds until what must happen is held never to happen."""
SHOWS_AFTER = 5.0
"""Seconds of the fast clock until Slack's history shows what it took."""
POST, CHANGE, DELETE = "chat.postMessage", "chat.update", "chat.delete"


@dataclass(frozen=True)
class Size:
    """How large a world is, `workspaces` of `lanes` conversations each, and how fast its time runs."""

    workspaces: int = 2
    lanes: int = 6
    speed: float = 5.0


@dataclass(frozen=True)
class Draft:
    """Something to promise: a message, a reply to the message `target`, or new words for it."""

    number: int
    workspace_id: str
    channel: str
    what: str
    target: int | None
    words: str


class Node:
    """A process, and the file it leaves where it was struck."""

    def __init__(self, process: BaseProcess, point: str, mark: Path) -> None:
        self.point = point
        self._process = process
        self._mark = mark

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    @property
    def reached(self) -> str | None:
        """What it had in hand when it came by its point: a message's marker where the point is about one."""
        return self._mark.read_text() if self._mark.exists() else None

    def strike(self, blow: signal.Signals = signal.SIGKILL) -> None:
        if self._process.is_alive():
            assert self._process.pid is not None
            os.kill(self._process.pid, blow)
        if blow == signal.SIGKILL:
            self._process.join()


def within(seconds: float, happened: Callable[[], bool]) -> bool:
    """Wait until it has happened, for at most so long; whether it has."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


class World:
    """Everything of one run; `seed` decides every chance in it. `timer_lease` (seconds) makes nodes keep time."""

    def __init__(
        self, url: str, folder: Path, size: Size, seed: int, *, timer_lease: float = 0, beats: plans.Beats | None = None
    ) -> None:
        self.chance = random.Random(seed)
        self.db = Database(url)
        self.promised: dict[int, str] = {}
        self.cancelled: set[int] = set()
        self.nodes: list[Node] = []
        self.kills = 0
        self._url = url
        self._folder = folder
        self._size = size
        self._timer_lease = timer_lease
        self._beats = beats or plans.Beats()
        self._epoch = time.time()
        self.clock = FastClock(self._epoch, size.speed)
        self._roots: list[Draft] = []
        self._numbers = 0
        make_tables(self.db)
        plans.TABLES.create_all(self.db.engine)
        names = [f"T{number}" for number in range(size.workspaces)]
        self.slack = FakeSlack(self.clock)
        self.workspaces = {name: self._open_workspace(name) for name in names}
        self.slack.start()
        self.houses = {name: make_house(self.db, clock=self.clock, workspace_id=name) for name in names}

    def _open_workspace(self, workspace_id: str) -> Workspace:
        workspace = self.slack.add_workspace(workspace_id, token=_token(workspace_id))
        workspace.shows_after = SHOWS_AFTER
        workspace.add_user(place(workspace_id, 0), "Alice")
        for lane in range(1, self._size.lanes):
            workspace.add_channel(place(workspace_id, lane), f"lane-{lane}")
        return workspace

    def close(self) -> None:
        for each in self.nodes:
            each.strike()
        self.slack.stop()
        self.db.close()

    # --- nodes ---

    def start(
        self,
        point: str = NOWHERE,
        nth: int = 1,
        blow: signal.Signals = signal.SIGKILL,
        only: str | None = None,
    ) -> Node:
        """A new node, of one workspace or of all, which is struck the `nth` time it comes by `point`."""
        name = f"node-{len(self.nodes)}"
        mark = self._folder / f"{name}.mark"
        orders = Orders(
            name=name,
            database=self._url,
            slack=self.slack.url,
            tokens={workspace_id: _token(workspace_id) for workspace_id in self.workspaces},
            epoch=self._epoch,
            speed=self._size.speed,
            log=self._folder / f"{name}.log",
            mark=mark,
            point=point,
            nth=nth,
            blow=blow,
            only=only,
            timer_lease=self._timer_lease,
            beats=self._beats,
        )
        process = FORKED.Process(target=node.run, args=(orders,), daemon=True)
        process.start()
        started = Node(process, point, mark)
        self.nodes.append(started)
        return started

    def kill(self, victim: Node) -> None:
        victim.strike()
        self.kills += 1

    def living(self) -> list[Node]:
        return [each for each in self.nodes if each.is_alive]

    def keep_alive(self, count: int) -> None:
        """So many nodes live that nothing strikes by itself."""
        for _ in range(count - sum(1 for each in self.living() if each.point == NOWHERE)):
            self.start()

    # --- promises ---

    def say(self, count: int, *, plain: bool = False) -> list[int]:
        """Promise so much: messages alone when `plain`, else also replies and changes. Returns the messages' ids."""
        return self._keep_word([self._draft(plain) for _ in range(count)])

    def cancel(self, message_id: int, workspace_id: str) -> None:
        """Take a message back, if it is not too late."""
        if self.insist(outbox.cancel, self.houses[workspace_id], message_id):
            self.cancelled.add(message_id)

    def make_doubles(self) -> int:
        """Let Slack take a message of every conversation so late that it has been sent again; how many it did."""
        self.until(lambda: self.backlog() == 0, "what was said before is sent")
        resent = self.resent()
        everywhere = [(each, place(each, lane)) for each in self.workspaces for lane in range(self._size.lanes)]
        self.slack.fail(POST, cut_and_late(), times=len(everywhere))
        self._keep_word([self._next_draft(workspace_id, channel) for workspace_id, channel in everywhere])
        self.until(lambda: self.backlog() == 0, "what Slack did not take is sent again")
        self.slack.commit_late()
        return len(self.resent() - resent)

    def go_wrong(self, faults: Mapping[Fault, float]) -> None:
        """From now on Slack fails by chance, each fault as likely as this for each request."""
        self.slack.mix(self.chance.randrange(2**32), faults, POST, CHANGE)

    def insist(self, verb: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do it, however long the database is away; what is done twice is promised once."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return self.db.call(verb, *args, **kwargs)
            except SQLAlchemyError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def _draft(self, plain: bool) -> Draft:
        what = "post" if plain or not self._roots else self.chance.choices(("post", "reply", "change"), (7, 2, 1))[0]
        if what == "post":
            workspace_id = self.chance.choice(list(self.workspaces))
            return self._next_draft(workspace_id, place(workspace_id, self.chance.randrange(self._size.lanes)))
        root = self.chance.choice(self._roots[-100:])
        return self._next_draft(root.workspace_id, root.channel, what, root.target)

    def _next_draft(self, workspace_id: str, channel: str, what: str = "post", target: int | None = None) -> Draft:
        self._numbers += 1
        return Draft(self._numbers, workspace_id, channel, what, target, f"{what} {self._numbers}")

    def _keep_word(self, drafts: Sequence[Draft]) -> list[int]:
        ids = self.insist(self._promise, drafts)
        for draft, message_id in zip(drafts, ids, strict=True):
            self.promised[message_id] = draft.words
            if draft.what == "post":
                self._roots.append(replace(draft, target=message_id))
        return ids

    def _promise(self, session: Session, drafts: Sequence[Draft]) -> list[int]:
        return [self._write(session, draft) for draft in drafts]

    def _write(self, session: Session, draft: Draft) -> int:
        house = self.houses[draft.workspace_id]
        words = message(section(draft.words))
        if draft.what == "change":
            assert draft.target is not None
            outbox.update(session, house, draft.target, words)
            return draft.target
        return outbox.post(
            session,
            house,
            draft.channel,
            words,
            kind="crash",
            # The commit's answer may be lost with the database, and then it is promised again.
            dedupe=f"number:{draft.number}",
            thread_of=draft.target,
        )

    # --- what became of it ---

    def until(self, happened: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
        """Wait. Raises AssertionError when it never happens that `what`."""
        if not within(patience, happened):
            raise AssertionError(f"it never happened that {what}; see {self._folder}")

    def backlog(self) -> int:
        """How many messages are promised and not yet sent."""
        return self.insist(_backlog)

    def resent(self) -> set[str]:
        """The markers of what was sent more than once, because Slack's history did not show it."""
        return self.insist(_resent)

    def settle(self) -> Verdict:
        """Wait until all is sent, and every copy too many deleted; then judge."""
        self.until(lambda: self.backlog() == 0, "everything is sent")
        self.until(lambda: not self.verdict().standing_twice, "no message stands twice")
        return self.verdict()

    def verdict(self) -> Verdict:
        return judge(self.promised, self.cancelled, self.insist(_rows), self.said())

    def said(self) -> list[Said]:
        """Every copy that Slack took, in all workspaces."""
        return [each for workspace in self.workspaces.values() for each in _said(workspace)]


@contextmanager
def opened(
    url: str, folder: Path, size: Size, seed: int, *, timer_lease: float = 0, beats: plans.Beats | None = None
) -> Iterator[World]:
    """A world that is cleaned up, whatever happens in it."""
    world = World(url, folder, size, seed, timer_lease=timer_lease, beats=beats)
    try:
        yield world
    finally:
        world.close()


def _token(workspace_id: str) -> str:
    return f"xoxb-{workspace_id}"


def _backlog(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(OutboxMessage).where(is_open(OutboxMessage.state))) or 0


def _resent(session: Session) -> set[str]:
    return set(session.scalars(select(OutboxMessage.marker).where(OutboxMessage.resends > 0)))


def _rows(session: Session) -> list[Row]:
    found: Iterable[Any] = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    return [
        Row(
            id=each.id,
            marker=each.marker,
            lane=each.lane,
            method=each.method,
            state=each.state,
            channel=each.posted_channel,
            ts=each.ts,
            error=each.error,
        )
        for each in found
    ]


def _said(workspace: Workspace) -> Iterator[Said]:
    posts = list(workspace.posts)
    shown = {
        (channel, each["ts"]): str(each["text"])
        for channel in {post["channel"] for post in posts}
        for each in workspace.messages(channel)
    }
    for post in posts:
        yield Said(
            marker=str(post["blocks"][0]["block_id"]).removeprefix("mk:"),
            workspace_id=workspace.team_id,
            channel=post["channel"],
            ts=post["ts"],
            at=float(post["ts"]),
            shows=shown.get((post["channel"], post["ts"])),
        )
