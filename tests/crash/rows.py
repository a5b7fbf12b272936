"""The runs, a row each: what is done to the nodes, to Slack and to the database, and what must hold after it."""

import signal
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.delivery.model import OutboxMessage, is_queued
from tests.crash import plans, points
from tests.crash.node import NOWHERE
from tests.crash.oracle import Verdict
from tests.crash.points import after_commit, before_commit
from tests.crash.world import DELETE, PATIENCE, POST, Node, Size, World, opened, within
from tests.fake_slack import (
    Fault,
    cut_after,
    cut_before,
    failed_after,
    hang,
    rate_limited,
    refused,
    server_error,
)

LONG = 60.0
"""Seconds that Slack hangs: longer than any request may take."""
BACKLOG = 40
"""Messages of a workspace that wait at most before more are promised."""


@dataclass(frozen=True)
class Stage:
    """Where a row is played: an empty database, a way to take it away for some seconds, and a folder."""

    database: str
    """`sqlite` or `postgresql`."""
    url: str
    folder: Path
    outage: Callable[[], AbstractContextManager[None]]
    seed: int


@dataclass
class Line:
    """What a row came to."""

    row: str
    database: str
    speed: float
    kills: int = 0
    messages: int = 0
    lost: int = 0
    doubled: int = 0
    standing_twice: int = 0
    deleted: int = 0
    points: int = 0
    reached: int = 0
    remark: str = ""
    violations: list[str] = field(default_factory=list)

    def take(self, world: World, verdict: Verdict, may_double: Collection[str] = ()) -> None:
        """Add what was found in a world; the messages of these markers may have been said twice for a while."""
        self.kills += world.kills
        self.messages += verdict.messages
        self.lost += len(verdict.lost)
        self.doubled += len(verdict.doubled)
        self.standing_twice += len(verdict.standing_twice)
        self.deleted += sum(1 for each in world.said() if each.shows is None)
        self.violations += verdict.violations(may_double)


# --- the crash matrix ---

DOUBTS = (hang(LONG), cut_before(), cut_after())
GROUPS: Sequence[Mapping[str, Sequence[Fault]]] = (
    {
        before_commit("relay.claim"): (),
        after_commit("relay.claim"): (),
        points.BEFORE_SENDING: (),
        points.TAKEN: (hang(LONG, after=True),),
        points.ANSWERED: (),
        before_commit("settle.settle_all"): (),
        after_commit("settle.settle_all"): (),
    },
    {
        points.NOT_TAKEN: (hang(LONG),),
        before_commit("reconcile.claim_looks"): DOUBTS,
        after_commit("reconcile.claim_looks"): DOUBTS,
        points.BEFORE_LOOKING: DOUBTS,
        points.LOOKED: DOUBTS,
        before_commit("reconcile.settle_look"): DOUBTS,
        after_commit("reconcile.settle_look"): DOUBTS,
    },
)
"""Points to die at, and for each what Slack does meanwhile so that there is something to die of."""
UNLUCKY = 0.3
"""How likely that is every tenth of a second: a lane waits long for each, so that few are better."""


def matrix(stage: Stage, size: Size, runs: int) -> Line:
    """A node dies at each point of delivery; others take over."""
    line = Line("crash matrix", stage.database, size.speed)
    with opened(stage.url, stage.folder, size, stage.seed) as world:
        for _ in range(runs):
            for where in GROUPS:
                _die(world, line, where)
        line.take(world, world.settle())
    return line


def _die(world: World, line: Line, where: Mapping[str, Sequence[Fault]]) -> None:
    """A node for each of these points, and one that outlives them."""
    world.keep_alive(1)
    waiting = {world.start(point, nth=world.chance.randint(1, 2)) for point in where}
    line.points += len(where)

    def all_dead() -> bool:
        if world.backlog() < BACKLOG:
            world.say(4)
        needed = [fault for victim in waiting for fault in where[victim.point]]
        if needed and world.chance.random() < UNLUCKY:
            # In place of one that nobody has met yet: were they to gather, no lane would get on.
            world.slack.heal()
            world.slack.fail(POST, world.chance.choice(needed))
        for victim in [each for each in waiting if not each.is_alive]:
            waiting.discard(victim)
            world.kills += 1
            if _reached(world, victim):
                line.reached += 1
            else:
                # It took a slow answer for none. Another must come by the point for it to count.
                waiting.add(world.start(victim.point))
        return not waiting

    world.until(all_dead, f"nodes die at {', '.join(where)}")
    world.slack.heal()


def _reached(world: World, victim: Node) -> bool:
    """Whether it died where it was to die, and Slack had what it should have then."""
    marker = victim.reached
    assert marker is not None, f"a node died by itself before {victim.point!r}"
    taken = {points.TAKEN: 1, points.ANSWERED: 1, points.NOT_TAKEN: 0}
    return victim.point not in taken or world.slack.copies(marker).posted == taken[victim.point]


# --- Slack commits late ---

AUDIT = (
    before_commit("doubles.settle_check"),
    after_commit("doubles.settle_check"),
    points.BEFORE_DELETING,
    points.DELETED,
    points.SLACK_DELETES,
)
"""The last one needs a Slack that hangs, so that others come first."""


def late_commit(stage: Stage, size: Size, runs: int) -> Line:
    """Slack takes messages after they were sent again, and nodes die while they delete the copies too many."""
    line = Line("late commit", stage.database, size.speed)
    with opened(stage.url, stage.folder, replace(size, workspaces=len(AUDIT)), stage.seed) as world:
        for _ in range(runs):
            for each in world.living():
                each.strike()
            _die_in_the_audit(world, line)
            world.keep_alive(2)
            world.until(lambda: not world.verdict().standing_twice, "no message stands twice")
        verdict = world.settle()
        line.take(world, verdict, world.resent())
        if len(verdict.doubled) < runs * len(AUDIT):
            line.violations.append("Slack was not late, and nothing was tried")
    return line


def _die_in_the_audit(world: World, line: Line) -> None:
    # Each works for one workspace, or the first would take up all that the others are to die of.
    *places, last_place = world.workspaces
    *early, last = AUDIT
    victims = [world.start(point, only=each) for each, point in zip(places, early, strict=True)]
    sender = world.start(only=last_place)
    world.make_doubles()
    sender.strike()
    world.until(lambda: not any(each.is_alive for each in victims), "nodes die in the audit")
    world.slack.fail(DELETE, hang(LONG, after=True), times=len(world.promised))
    victims.append(world.start(last, only=last_place))
    world.until(lambda: not victims[-1].is_alive, "a node dies while Slack deletes")
    world.slack.heal()
    line.points += len(victims)
    world.kills += len(victims)
    line.reached += sum(1 for each in victims if each.reached is not None)


# --- chance ---

STORM = {
    hang(LONG): 0.01,
    hang(LONG, after=True): 0.01,
    cut_after(): 0.02,
    server_error(503, after=True): 0.01,
    server_error(500): 0.01,
    failed_after("internal_error"): 0.01,
    refused("internal_error"): 0.01,
    rate_limited(1): 0.01,
}


def fuzz(stage: Stage, size: Size, messages: int, kills: int) -> Line:
    """Nodes are killed at any moment while Slack fails at any call."""
    line = Line("seeded fuzz", stage.database, size.speed)
    with opened(stage.url, stage.folder, size, stage.seed) as world:
        world.go_wrong(STORM)
        world.keep_alive(3)
        strikes = _strikes(world.chance)
        said, said_at, next_kill = 0, time.monotonic(), next(strikes)
        while said < messages or world.kills < kills:
            if said < messages and world.backlog() < BACKLOG * size.workspaces:
                said, said_at = said + len(world.say(20)), time.monotonic()
            assert said >= messages or time.monotonic() < said_at + PATIENCE, "no messages go out any more"
            if time.monotonic() >= next_kill:
                world.kill(world.chance.choice(world.living()))
                world.keep_alive(3)
                next_kill = next(strikes)
            time.sleep(0.05)
        world.slack.heal()
        line.take(world, world.settle())
        line.remark = f"{said} promises, {len(world.resent())} sent again"
    return line


def _strikes(chance: Random) -> Iterator[float]:
    """When to kill next, every 0.6 to 1.6 seconds."""
    while True:
        yield time.monotonic() + chance.uniform(0.6, 1.6)


# --- zombies ---

ASLEEP = 14.0
"""Seconds of the fast clock: longer than a lease, and shorter than it takes until a message is sent again."""
OVERSLEPT = 10.0
"""Seconds after which nobody will send its message any more: it sleeps on SQLite's lock, and all wait for it."""
WAKES_WITHIN = 10.0
"""Seconds until a woken node has sent what it had in hand, if it still does."""
MOST_TRIES = 5


def zombies(stage: Stage, size: Size, runs: int) -> Line:
    """Nodes fall asleep with a message in hand, and wake up when others have long dealt with it."""
    line = Line("zombies", stage.database, size.speed)
    with opened(stage.url, stage.folder, size, stage.seed) as world:
        may_double: set[str] = set()
        for _ in range(runs):
            world.keep_alive(1)
            for point in (after_commit("relay.claim"), points.BEFORE_SENDING):
                _sleep(world, line, point, lambda _marker: False, ASLEEP / size.speed)
            may_double.add(_oversleep(world, line))
        line.take(world, world.settle(), may_double)
        line.remark = f"{len(may_double)} slept too long to notice"
    return line


def _oversleep(world: World, line: Line) -> str:
    """A node is asleep between its last look at the clock and its request until others have sent its message."""
    for _ in range(MOST_TRIES):
        marker = _sleep(world, line, points.BEFORE_SENDING, lambda it: world.slack.copies(it).posted > 0, OVERSLEPT)
        said = world.slack.copies(marker).posted > 0
        # Its request may have run out of time while it slept; then it asks the database first, and says nothing.
        if said and within(WAKES_WITHIN, partial(_is_said_again, world, marker)):
            return marker
    raise AssertionError("no node that slept too long said again what others had said")


def _is_said_again(world: World, marker: str) -> bool:
    return world.slack.copies(marker).posted > 1


def _sleep(world: World, line: Line, point: str, enough: Callable[[str], bool], seconds: float) -> str:
    """A node falls asleep at its point and is woken when it is `enough`, or after so long; returns what it had."""
    node = world.start(point, blow=signal.SIGSTOP)
    # A thread of its own: on SQLite a node may sleep with the database's lock, and whoever speaks waits with it.
    waking = threading.Thread(target=_wake, args=(node, enough, seconds), daemon=True)
    waking.start()
    world.until(lambda: bool(world.say(1) and node.reached), f"a node comes by {point!r}")
    waking.join()
    line.points += 1
    line.reached += 1
    assert node.reached is not None
    return node.reached


def _wake(node: Node, enough: Callable[[str], bool], seconds: float) -> None:
    while node.reached is None:
        if not node.is_alive:
            return
        time.sleep(0.02)
    wakes = time.monotonic() + seconds
    while time.monotonic() < wakes and not enough(node.reached):
        time.sleep(0.02)
    node.strike(signal.SIGCONT)


# --- the database goes away ---


def outage(stage: Stage, size: Size, messages: int, outages: int) -> Line:
    """The database stops at once and comes back, while messages are under way."""
    line = Line("database away", stage.database, size.speed)
    with opened(stage.url, stage.folder, size, stage.seed) as world:
        world.keep_alive(3)
        world.say(messages)
        for left in range(outages, 0, -1):
            part = messages * left // (outages + 1)
            world.until(partial(_is_sent_but, world, part), "a part of it is sent")
            with stage.outage():
                line.points += 1
            line.reached += 1
        line.take(world, world.settle())
    return line


def _is_sent_but(world: World, most: int) -> bool:
    return world.backlog() <= most


# --- second thoughts ---


def cancels(stage: Stage, size: Size, messages: int, cancels: int) -> Line:
    """Messages are taken back in the moment in which they are sent."""
    line = Line("cancel races", stage.database, size.speed)
    with opened(stage.url, stage.folder, size, stage.seed) as world:
        world.say(messages, plain=True)
        world.keep_alive(3)
        world.until(lambda: world.backlog() < messages, "the senders begin")
        tried = 0
        while tried < cancels:
            # Those that are next: the senders reach for them, too.
            for message_id, workspace_id in world.insist(_next_to_go, CANCELS_AT_ONCE):
                if world.chance.random() < CANCELLED:
                    world.cancel(message_id, workspace_id)
                    tried += 1
            if world.backlog() == 0:
                break
        line.take(world, world.settle())
        line.remark = f"{tried} tried, {len(world.cancelled)} in time"
        if not world.cancelled:
            line.violations.append("nothing was taken back in time, and nothing was tried")
    return line


CANCELS_AT_ONCE = 12
CANCELLED = 0.6


def _next_to_go(session: Session, most: int) -> list[tuple[int, str]]:
    found = session.execute(
        select(OutboxMessage.id, OutboxMessage.workspace_id)
        .where(is_queued(OutboxMessage.state))
        .order_by(OutboxMessage.id)
        .limit(most)
    )
    return [(each.id, each.workspace_id) for each in found]


# --- time ---

FIRING = (
    before_commit("timers.claim"),
    after_commit("timers.claim"),
    before_commit("timers.fire"),
    after_commit("timers.fire"),
)
LEASE = 3.0
"""Seconds that a node keeps a timer: shorter than in production, since this row runs at the speed of time."""
RITUALS, RELEASES = 20, 3
ALL_DOWN = 3.0


def time_itself(stage: Stage, seconds: int, kills: int) -> Line:
    """Rituals beat every second and releases slip, while nodes die, and once all of them."""
    line = Line("timers, slips", stage.database, 1.0)
    beats = plans.Beats(first=int(time.time() * 1_000) + 2_000, count=seconds)
    world_size = Size(workspaces=1, lanes=1, speed=1.0)
    with opened(stage.url, stage.folder, world_size, stage.seed, timer_lease=LEASE, beats=beats) as world:
        house = world.houses["T0"]
        world.insist(plans.begin, house, beats, RITUALS, RELEASES, seconds)
        # Before the others, who would leave them nothing to die of.
        for point in FIRING:
            world.start(point, nth=1 if "claim" in point else world.chance.randint(1, 3))
        line.points += len(FIRING)
        world.until(lambda: not world.living(), "nodes die while timers fire")
        world.keep_alive(3)
        _trouble(world, beats, kills)
        wanted = plans.expected(beats, RITUALS, RELEASES, seconds)
        world.until(lambda: len(world.insist(plans.firings)) >= len(wanted), "all of it happens")
        time.sleep(LEASE)
        fired = world.insist(plans.firings)
        line.violations += plans.wrong(wanted, fired)
        line.reached += sum(1 for each in world.nodes if each.reached is not None)
        line.kills = world.kills + line.reached
        line.messages = len(fired)
        line.lost = len(wanted) - len({(each.kind, each.ref) for each in fired})
        line.doubled = len(fired) - len({(each.kind, each.ref) for each in fired})
        late = sorted(each.at - each.due for each in fired)
        line.remark = f"firings, late by p50 {late[len(late) // 2]} ms, p99 {late[len(late) * 99 // 100]} ms"
    return line


def _trouble(world: World, beats: plans.Beats, kills: int) -> None:
    """Kills and slips spread over the time of the beats; in the middle all nodes are down for a while."""
    chance, house = world.chance, world.houses["T0"]
    last = beats.due(beats.count)
    pause = beats.count / (kills + 1)
    for number in range(kills):
        time.sleep(chance.uniform(0.7, 1.0) * pause)
        if number == kills // 2:
            for each in world.living():
                world.kill(each)
            time.sleep(ALL_DOWN)
        else:
            world.kill(chance.choice([each for each in world.living() if each.point == NOWHERE]))
        world.keep_alive(3)
        if world.clock.now() < last:
            world.insist(plans.slip, house, chance.randrange(RELEASES), timedelta(seconds=chance.choice((-1, 1, 2))))
