"""A room of the tests that asks people for things, and a clock that is turned from timer to timer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import app, timers
from bot.db import Database
from bot.definitions import Definitions
from bot.delivery.model import QUEUED, SENT, OutboxMessage
from bot.house import Ahead, House, Links, Part
from bot.people.absence import set_away
from bot.people.directory import keep
from bot.prompts import flow
from bot.prompts.model import DayMessage, Prompt
from tests.fakes import Promised, StoppedClock, make_house, promised
from tests.people import ALICE
from tests.updates.team import berlin, directory

P = ParamSpec("P")
T = TypeVar("T")

THING = "thing"


def turn_to(house: House, clock: StoppedClock, moment: datetime) -> None:
    """Turn the clock to `moment`, and let each day message go out when it is due on the way."""
    while (wake := _next_wake(house)) is not None and wake <= moment:
        clock.set(max(clock.now(), wake))
        with house.db.transaction() as session:
            leases = timers.claim(session, house.workspace_id, clock.now(), "node-a")
        for lease in leases:
            with house.db.transaction() as session:
                timers.fire(session, lease, house, app.TIMERS, app.HOLD)
    clock.set(max(moment, clock.now()))


def _next_wake(house: House) -> datetime | None:
    with house.db.transaction() as session:
        return timers.next_wake(session, house.workspace_id)


class Asking:
    """Things are asked of people by their key, which is also what they are called; it is Wednesday, 8:00 in Berlin."""

    def __init__(
        self,
        db: Database,
        start: datetime | None = None,
        definitions: Definitions | None = None,
        workspace_id: str = "T0DRUM",
    ) -> None:
        self.clock = StoppedClock(start or berlin(25, 8))
        self.db = db
        self.done: set[str] = set()
        self.gone: list[str] = []
        self.expected: list[Ahead] = []
        links = Links(parts={THING: self._part}, on_away=(self._on_away,), ahead=(self._ahead,))
        house = make_house(db, definitions, clock=self.clock, links=links, workspace_id=workspace_id)
        self.house: House = house
        self.run(keep, directory())

    def run(self, verb: Callable[Concatenate[Session, House, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        with self.db.transaction() as session:
            return verb(session, self.house, *args, **kwargs)

    def ask(self, key: str, *, of: str = ALICE, at: datetime | None = None, **more: Any) -> None:
        self.run(flow.ask, of, key, THING, key, at=at or self.clock.now(), **more)

    def tell(self, key: str, *, to: str = ALICE, says: str = "is so", **more: Any) -> None:
        self.run(flow.tell, to, key, f"About {key}", f"{key} {says}.", **more)

    def expect(self, title: str, at: datetime) -> None:
        """The calendar has something that Alice will be asked for."""
        self.expected.append(Ahead(title, at))

    def do(self, key: str) -> None:
        """Whoever is asked does it."""
        self.done.add(key)
        self.run(flow.changed, key)

    def snooze(self, key: str, choice: str = "2h", by: str = ALICE) -> datetime:
        return self.run(flow.snooze, by, key, choice)

    def away(self, who: str, first: datetime, last: datetime) -> None:
        self.run(set_away, who, first.date(), last.date())

    def until(self, moment: datetime) -> None:
        """Turn the clock to `moment`, and let each timer fire when it is due on the way."""
        turn_to(self.house, self.clock, moment)

    def next_wake(self) -> datetime | None:
        return _next_wake(self.house)

    def said(self, person: str = ALICE) -> list[Promised]:
        """The messages to a person, as they read now while nothing is delivered."""
        return [each for each in promised(self.db, channel=person) if each.kind.startswith("prompts.")]

    def sent(self, person: str = ALICE) -> list[tuple[str, datetime]]:
        """What each message to a person is, and when it went out."""
        query = select(DayMessage.what, DayMessage.sent_at).where(
            DayMessage.workspace_id == self.house.workspace_id, DayMessage.person == person
        )
        with self.db.transaction() as session:
            return [(what.split()[0], at) for what, at in session.execute(query.order_by(DayMessage.id))]

    def prompt(self, key: str) -> Prompt:
        query = select(Prompt).where(Prompt.workspace_id == self.house.workspace_id, Prompt.key == key)
        with self.db.transaction() as session:
            return session.scalars(query).one()

    def deliver(self) -> None:
        """Everything promised so far stands in Slack."""
        with self.db.transaction() as session:
            session.execute(update(OutboxMessage).where(OutboxMessage.state == QUEUED).values(state=SENT))

    def elsewhere(self) -> "Asking":
        """The same people in another workspace."""
        other = Asking(self.db, self.clock.now(), workspace_id="T0OTHER")
        other.clock = self.clock
        other.house = replace(other.house, clock=self.clock)
        return other

    def _part(self, _session: Session, _house: House, ref: str) -> Part | None:
        return Part(ref, f"Do {ref}.", waiting=ref not in self.done, minutes=3)

    def _ahead(self, _session: Session, _house: House, slack_id: str, until: datetime) -> list[Ahead]:
        return [each for each in self.expected if slack_id == ALICE and self.clock.now() < each.at <= until]

    def _on_away(self, session: Session, house: House, slack_id: str) -> None:
        self.gone.append(slack_id)
