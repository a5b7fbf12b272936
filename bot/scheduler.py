"""APScheduler, alone: each node's clock. It wakes what is due and decides nothing.

Due timers reach it through its own extension point, a job store that leases rows of the `timer` table.
The stock shared store deletes a job when it hands it over, so a crash loses it, and lets several schedulers run
the same one; here the firing transaction retires the row.
"""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job
from apscheduler.jobstores.base import BaseJobStore, JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import STATE_STOPPED
from apscheduler.triggers.date import DateTrigger

from bot import timers
from bot.clock import Clock, SystemClock
from bot.db import Database, is_away
from bot.logs import get_logger
from bot.timers import Lease

HORIZON = timedelta(milliseconds=500)
"""How long to sleep at most, so that timers armed by other nodes are seen."""
PAUSE = timedelta(milliseconds=20)
"""How long to sleep at least: a timer that is due may be in another node's hands."""

T = TypeVar("T")

log = get_logger(__name__)


class LeasedTimerStore(BaseJobStore):  # type: ignore[misc]  # APScheduler ships no types
    """Hands the due rows of the `timer` table to APScheduler as one-shot jobs, under a lease."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        workspace_id: str,
        node: str,
        fire: Callable[[Lease], None],
        paused: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__()
        self._db = db
        self._clock = clock
        self._workspace_id = workspace_id
        self._node = node
        self._fire = fire
        self._paused = paused
        self._is_silent = False

    def get_due_jobs(self, now: datetime) -> list[Job]:
        none: list[Lease] = []
        return [self._job(lease, now) for lease in self._ask(self._due, none)]

    def get_next_run_time(self) -> datetime:
        wait = min(max(self._ask(self._until_next, HORIZON), PAUSE), HORIZON)
        # APScheduler counts by this machine's clock, which need not be the one that timers are kept by.
        return SystemClock().now() + wait

    def _due(self) -> list[Lease]:
        if self._paused():
            return []
        return self._db.call(timers.claim, self._workspace_id, self._clock.now(), self._node)

    def _until_next(self) -> timedelta:
        wake = None if self._paused() else self._db.call(timers.next_wake, self._workspace_id)
        return HORIZON if wake is None else wake - self._clock.now()

    def _ask(self, question: Callable[[], T], otherwise: T) -> T:
        """What the database answers, or else `otherwise`; that it does not is logged once, until it does again."""
        try:
            answer = question()
        except Exception as error:
            # Raised here, it would end APScheduler's thread or be logged at each look.
            if not self._is_silent:
                about = {"reason": str(getattr(error, "orig", error))} if is_away(error) else {"exc_info": error}
                log.error("the database does not say which timers are due; will ask again until it does", **about)
            self._is_silent = True
            return otherwise
        if self._is_silent:
            log.info("the database says again which timers are due")
        self._is_silent = False
        return answer

    def _job(self, lease: Lease, now: datetime) -> Job:
        return Job(
            self._scheduler,
            id=f"{lease.timer_id}:{lease.fence}",
            name=lease.kind,
            func=self._fire,
            args=(lease,),
            kwargs={},
            trigger=DateTrigger(now),
            executor="default",
            # Lateness is the handler's business: each ritual says what to do after downtime.
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
            next_run_time=now,
        )

    def remove_job(self, job_id: str) -> None:
        """Nothing to do: the firing transaction retires the timer."""

    def update_job(self, job: Job) -> None:
        """Nothing to do: a timer that is to run again is armed again."""

    def add_job(self, job: Job) -> None:
        raise TypeError("timers are armed with bot.timers.arm, inside the transaction that causes them")

    def lookup_job(self, job_id: str) -> None:
        return None

    def get_all_jobs(self) -> list[Job]:
        return []

    def remove_all_jobs(self) -> None:
        """Timers outlive any scheduler."""


class _StopsQuietly(BackgroundScheduler):  # type: ignore[misc]  # APScheduler ships no types
    """APScheduler, told to stop, looks once more for jobs that nobody can run then, and misses those it just ran."""

    def _process_jobs(self) -> float | None:
        if self.state == STATE_STOPPED:
            return None
        wait: float | None = super()._process_jobs()
        return wait

    def remove_job(self, job_id: str, jobstore: str | None = None) -> None:
        with contextlib.suppress(JobLookupError):
            super().remove_job(job_id, jobstore)


class Scheduler:
    """The clock of one node: due timers, and its own housekeeping at fixed intervals."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        workspace_id: str,
        node: str,
        fire: Callable[[Lease], None] | None,
        paused: Callable[[], bool] = lambda: False,
    ) -> None:
        """`fire` runs a due timer, unless `paused` says to wait; without it, timers are left to other nodes."""
        self._db = db
        self._scheduler: Any = _StopsQuietly(
            timezone="UTC", executors={"default": ThreadPoolExecutor(4)}, jobstore_retry_interval=1
        )
        self._scheduler.add_jobstore("memory", "housekeeping")
        if fire is not None:
            self._scheduler.add_jobstore(LeasedTimerStore(db, clock, workspace_id, node, fire, paused), "timers")

    def every(self, seconds: float, work: Callable[[], None]) -> None:
        """Run `work` on this node each `seconds`; a run that is still going is not started twice."""
        self._scheduler.add_job(
            work, "interval", seconds=seconds, jobstore="housekeeping", coalesce=True, misfire_grace_time=None
        )

    def start(self) -> None:
        self._scheduler.start()
        self._db.on_wake("timers", self._scheduler.wakeup)

    def stop(self) -> None:
        """Let running handlers finish, then stop."""
        self._db.on_wake("timers", lambda: None)
        self._scheduler.shutdown(wait=True)
