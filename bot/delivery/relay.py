"""The relay keeps the promises: it claims what is due, sends it, and writes down what became of it.

The database is the truth; a wake-up after a commit only saves waiting for the next poll. Nothing that Slack,
the network or the database does ends the relay.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from bot import metrics
from bot.clock import Clock, to_millis
from bot.db import Database, is_away
from bot.delivery import doubles, reconcile, refusal, retention
from bot.delivery.claim import MOST_PER_NODE, STALE_AFTER, Claim, claim, is_busy
from bot.delivery.node import BEAT_EVERY, beat
from bot.delivery.outcome import (
    Blind,
    Finding,
    Later,
    NotNow,
    NotTried,
    Outcome,
    Search,
    Sender,
    TokenDead,
    Unreachable,
    Unsure,
)
from bot.delivery.settle import Answer, settle_all
from bot.logs import get_logger

BUSY_POLL = 0.25
IDLE_POLL = 1.0
"""Seconds."""
GRACE = 15.0
"""Seconds that requests under way get to end when the relay is stopped."""
LONGEST_RETRY = 5.0
CHECK_EVERY = 5.0
TIDY_EVERY = 60.0
TOGETHER = 0.015
"""What Slack answers within so many seconds is written down in one transaction."""

P = ParamSpec("P")
T = TypeVar("T")

log = get_logger(__name__)


class Relay:
    """Delivers for one node. `run` until stopped, or `once` for what is due now.

    With a `workspace_id` it delivers that workspace's messages alone: others may share the database, and the
    sender's token is good for one.
    """

    def __init__(
        self, db: Database, clock: Clock, sender: Sender, node_id: str, workspace_id: str | None = None
    ) -> None:
        self._db = db
        self._clock = clock
        self._sender = sender
        self._node_id = node_id
        self._workspace_id = workspace_id
        self._under_way: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._asking = 0
        self._answers: list[Answer] = []
        self._writing: asyncio.Task[None] | None = None
        self._database_is_away = False

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set, then let what is under way end."""
        loop = asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(self._wake.set)

        self._db.on_wake("relay", wake)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._repeatedly(self._beat, BEAT_EVERY, stop))
                group.create_task(self._repeatedly(self._look, BEAT_EVERY, stop))
                group.create_task(self._repeatedly(self._check, CHECK_EVERY, stop))
                group.create_task(self._repeatedly(self._tidy, TIDY_EVERY, stop))
                group.create_task(self._send_until(stop))
        finally:
            self._db.on_wake("relay", _nobody_waits)
            await self._finish()

    async def once(self) -> int:
        """Do all that is due now, to its end; how many messages were looked for, checked or tried."""
        await self._beat()
        looked = await self._look() + await self._check()
        claims, _ = await self._in_database(self._claim, MOST_PER_NODE)
        await asyncio.gather(*(self._deliver(claimed) for claimed in claims))
        return looked + len(claims)

    async def _send_until(self, stop: asyncio.Event) -> None:
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._wake.clear()
                busy = await self._send_what_is_due()
                waking = asyncio.create_task(self._wake.wait())
                await asyncio.wait(
                    {waking, stopping},
                    timeout=BUSY_POLL if busy else IDLE_POLL,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                waking.cancel()
        finally:
            stopping.cancel()

    async def _send_what_is_due(self) -> bool:
        """Start sending what can be claimed; whether more may come soon."""
        free = MOST_PER_NODE - len(self._under_way)
        if free <= 0:
            return True
        try:
            claims, busy = await self._in_database(self._claim, free)
        except Exception as error:
            self._complain(error, "could not claim messages; will try again")
            return False
        for claimed in claims:
            task = asyncio.create_task(self._deliver(claimed))
            self._under_way.add(task)
            task.add_done_callback(self._ended)
        return busy

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._wake.set()

    def _claim(self, session: Session, free: int) -> tuple[list[Claim], bool]:
        # Read inside the transaction: it may have waited for its turn, and the stale check counts from here.
        now = self._now()
        claims = claim(session, self._node_id, now, free, self._workspace_id)
        return claims, bool(claims) or is_busy(session, now, self._workspace_id)

    async def _deliver(self, claimed: Claim) -> None:
        self._asking += 1
        try:
            outcome = await self._send(claimed)
        finally:
            self._asking -= 1
        self._answers.append(Answer(claimed, outcome, self._now()))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_down())
        await self._writing

    async def _send(self, claimed: Claim) -> Outcome:
        late_by = self._now() - claimed.claimed_at - STALE_AFTER
        if late_by > 0:
            log.warning("a claim was too old to act on", marker=claimed.marker, late_by=late_by)
            metrics.count(metrics.STALE_SKIPPED)
            return NotTried()
        try:
            outcome = await self._sender.send(claimed.call)
            return await self._confirmed(outcome) if isinstance(outcome, TokenDead) else outcome
        except Exception as error:
            log.exception("sending failed in a way nobody foresaw", marker=claimed.marker)
            return Unsure(f"no_answer: {type(error).__name__}")

    async def _confirmed(self, refused: TokenDead) -> Outcome:
        """Everything stands still only once Slack, asked plainly, says the same: it may have meant one message."""
        match await self._sender.ask():
            case None:
                return Later(refused.reason)
            case NotNow():
                return Unreachable(refused.reason)
            case repeated:
                return repeated

    async def _write_down(self) -> None:
        """Settle the claims that Slack has answered, together with those that it is about to answer."""
        while self._answers:
            if self._asking:
                await asyncio.sleep(TOGETHER)
            answers, self._answers = self._answers, []
            await self._settle(answers)

    async def _settle(self, answers: list[Answer]) -> None:
        """Settle claims, however long the database is away; one that cannot be settled takes no other with it."""
        pause = 0.1
        while True:
            try:
                metrics.count(metrics.FENCED, await self._in_database(settle_all, answers))
                return
            except Exception as error:
                if not is_away(error):
                    break
                self._complain(error, "the database did not take it; will try again")
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_RETRY)
        for each in answers:
            await self._settle_alone(each)

    async def _settle_alone(self, answer: Answer) -> None:
        try:
            metrics.count(metrics.FENCED, await self._in_database(settle_all, [answer]))
        except Exception as error:
            # When it is ours to mend: the lease ends, and then Slack's history is asked.
            self._complain(error, "could not write down what Slack answered", marker=answer.claim.marker)

    async def _look(self) -> int:
        """Take over from dead nodes and look for what may have been posted; how many were looked for."""
        await self._in_database(reconcile.rescue, self._now())
        looks = await self._in_database(reconcile.claim_looks, self._now(), self._workspace_id)
        await asyncio.gather(*(self._look_for(look) for look in looks))
        return len(looks)

    async def _look_for(self, look: reconcile.Look) -> None:
        finding = await self._find(look.search)
        try:
            if await self._in_database(reconcile.settle_look, look, finding, self._now()):
                metrics.count(metrics.RESENT)
        except Exception as error:
            # The history is simply read again.
            self._complain(error, "could not write down what a history said", marker=look.marker)
        self._wake.set()

    async def _find(self, search: Search) -> Finding:
        try:
            finding = await self._sender.look(search)
            if not isinstance(finding, TokenDead):
                return finding
            return await self._sender.ask() or Blind(finding.reason)
        except Exception as error:
            log.exception("looking failed in a way nobody foresaw", marker=search.marker)
            return NotNow(f"no_answer: {type(error).__name__}", reconcile.LOOK_LEASE)

    async def _check(self) -> int:
        """Look for second copies and delete them; how many messages were checked."""
        for workspace_id in await self._in_database(refusal.claim_questions, self._now(), self._workspace_id):
            if await self._sender.ask() is None:
                await self._in_database(refusal.clear, workspace_id)
        checks = await self._in_database(doubles.claim_checks, self._now(), self._workspace_id)
        await asyncio.gather(*(self._check_one(check) for check in checks))
        return len(checks)

    async def _check_one(self, check: doubles.Check) -> None:
        finding = await self._find(check.search)
        try:
            surplus = await self._in_database(doubles.settle_check, check, finding, self._now())
        except Exception as error:
            self._complain(error, "could not write down what a history said", marker=check.marker)
            return
        for call in surplus:
            doubles.note_deleted(check, call, await self._sender.send(call))

    async def _tidy(self) -> None:
        await self._in_database(retention.let_go_of_words, self._now())
        await self._in_database(retention.forget_idle_lanes, self._now())

    async def _beat(self) -> None:
        await self._in_database(beat, self._node_id, self._now())

    async def _repeatedly(self, step: Callable[[], Awaitable[object]], seconds: float, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await step()
            except Exception as error:
                self._complain(error, "delivery's housekeeping failed; will try again")
            await _pause(stop, seconds)

    async def _in_database(self, verb: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        result = await self._db.run(verb, *args, **kwargs)
        if self._database_is_away:
            self._database_is_away = False
            log.info("the database is back")
        return result

    def _complain(self, error: Exception, words: str, **about: str) -> None:
        """Log what failed; that the database is away only once, since everything fails then, every second."""
        if not is_away(error):
            log.error(words, exc_info=error, **about)
        elif not self._database_is_away:
            self._database_is_away = True
            log.error(
                "the database is away; delivery goes on once it is back", reason=str(getattr(error, "orig", error))
            )

    def _now(self) -> int:
        return to_millis(self._clock.now())

    async def _finish(self) -> None:
        if not self._under_way:
            return
        _, late = await asyncio.wait(self._under_way, timeout=GRACE)
        for task in late:
            task.cancel()


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


def _nobody_waits() -> None:
    """The relay has stopped; a commit has nobody to wake."""
