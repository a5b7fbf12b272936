"""The days of a company: the clock is turned from timer to timer, people answer what they are asked, things happen.

What Drumbeat says meanwhile counts as read; only what a test looks at goes over the wire.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import app, timers, versions
from bot.clock import to_millis
from bot.db import Database
from bot.delivery.model import QUEUED, SENT, OutboxMessage
from bot.house import House
from tests.examples.answering import answer_everything, confirm_assumptions
from tests.examples.company import BERLIN, Company
from tests.fakes import StoppedClock

Happens = Callable[[Session, House], None]
"""Something that people do at a moment."""
LOOKS_AT = (time(10, 30), time(16, 30))
"""When people look at what they are asked."""


class Life:
    """A company's days."""

    def __init__(self, db: Database, clock: StoppedClock, house: House, company: Company, first: date) -> None:
        self.db, self.clock, self.company, self.first = db, clock, company, first
        self.house = house
        self.plans: dict[date, list[Happens]] = {}
        """What happens by itself at the end of a day."""

    def on(self, day: date, happens: Happens) -> None:
        """It happens on that day, after people have answered."""
        self.plans.setdefault(day, []).append(happens)

    def until(self, last: date) -> None:
        """Live through the days up to this one, with it."""
        day = self.clock.now().astimezone(BERLIN).date()
        while day <= last:
            for at in LOOKS_AT:
                self._turn(datetime.combine(day, at, BERLIN).astimezone(UTC))
                if day.weekday() < 5:
                    self.do(answer_everything)
                    self.do(confirm_assumptions)
            for plan in self.plans.pop(day, []):
                self.do(plan)
            day += timedelta(days=1)

    def do(self, verb: Happens) -> None:
        """Something that people do now; by the definitions that are in force."""
        with self.db.transaction() as session:
            verb(session, self.house)
        self._take_over()

    def read(self) -> None:
        """Whatever was said until now has reached whom it was for."""
        now = self.clock.now()
        with self.db.transaction() as session:
            session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.state == QUEUED)
                .values(
                    state=SENT,
                    posted_channel=OutboxMessage.channel,
                    ts=f"{now.timestamp():.6f}",
                    done_at=to_millis(now),
                )
            )

    def _turn(self, moment: datetime) -> None:
        with self.db.transaction() as session:
            while (due := timers.next_wake(session, self.house.workspace_id)) is not None and due <= moment:
                self.clock.set(max(self.clock.now(), due))
                for lease in timers.claim(session, self.house.workspace_id, self.clock.now(), "node-a"):
                    timers.fire(session, lease, self.house, app.TIMERS, app.HOLD)
        self.clock.set(max(self.clock.now(), moment))
        self.read()

    def _take_over(self) -> None:
        number = self.db.call(versions.newest, self.house.workspace_id)
        if number != self.house.version:
            found = self.db.call(versions.in_force, self.house.workspace_id)
            self.house = self.house.by(found.definitions, found.number)
