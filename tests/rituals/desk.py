"""A calendar with one ritual of a kind that only notes what becomes of it, and a clock that is turned."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import app, timers
from bot.db import Database
from bot.definitions import Calendar, Definitions, Ritual
from bot.house import House
from bot.people.directory import Directory, keep
from bot.people.model import Person
from bot.rituals import model
from bot.rituals.flow import Rituals
from bot.rituals.model import Occurrence
from bot.rituals.schedule import Slot
from tests import people
from tests.fakes import StoppedClock, make_house
from tests.people import ALICE, BOB, CHARLIE

P = ParamSpec("P")
T = TypeVar("T")

BERLIN = ZoneInfo("Europe/Berlin")
RITUAL = "standing"


def berlin(day: int, hour: int = 0, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def ritual(id: str = RITUAL, **more: Any) -> Ritual:
    """Wednesdays, 10:00 to the next day 14:00, published at 16:00."""
    schedule = {
        "repeats": "FREQ=WEEKLY;BYDAY=WE",
        "prompt": "10:00",
        "cutoff": "+1 day 14:00",
        "publish": "+1 day 16:00",
        **more.pop("schedule", {}),
    }
    plain = {"id": id, "name": id.title(), "kind": "diary", "purpose": "To test.", "owner": BOB, "artifact": "A page"}
    return Ritual.model_validate({**plain, "schedule": schedule, **more})


def definitions(*rituals: Ritual) -> Definitions:
    return Definitions(people.organisation(), Calendar(rituals=rituals or (ritual(),)))


@dataclass
class Diary:
    """A ritual kind that notes what it was told, by day."""

    entries: list[str] = field(default_factory=list)

    def opens_at(self, session: Session, house: House, ritual: Ritual, slot: Slot) -> datetime:
        return slot.at(ritual.schedule.prompt, ritual.zone_for(house.definitions.organisation))

    def planned(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> Sequence[timers.Step]:
        return ()

    def open(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        self.entries.append(f"open {occurrence.day}")

    def moved(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        self.entries.append(f"moved {occurrence.day}")

    def cutoff(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        self.entries.append(f"cutoff {occurrence.day}")

    def publish(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        model.move(session, house, occurrence, model.CLOSED, artifact=ritual.artifact)
        self.entries.append(f"publish {occurrence.day}")

    def skip(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        self.entries.append(f"skip {occurrence.day}: {occurrence.reason}")

    def let_off(
        self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence, person: Person, reason: str
    ) -> bool:
        return False


class Desk:
    def __init__(self, db: Database, *rituals: Ritual, start: datetime | None = None) -> None:
        self.db = db
        self.clock = StoppedClock(start or berlin(23, 8))
        self.house = make_house(db, definitions=definitions(*rituals), clock=self.clock)
        self.diary = Diary()
        self.rituals = Rituals({"diary": self.diary})
        members = tuple({"id": each, "tz": "Europe/Berlin"} for each in (ALICE, BOB, CHARLIE))
        self.run(keep, Directory(members=members, channels=()))

    def run(self, verb: Callable[Concatenate[Session, House, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        with self.db.transaction() as session:
            return verb(session, self.house, *args, **kwargs)

    def plan(self) -> None:
        self.run(self.rituals.plan_all)

    def change(self, *rituals: Ritual) -> None:
        """The calendar is now these rituals."""
        self.house = replace(self.house, definitions=definitions(*rituals))
        self.plan()

    def until(self, moment: datetime) -> None:
        """Turn the clock to `moment` while Drumbeat runs."""
        while (wake := self.next_wake()) is not None and wake <= moment:
            self.clock.set(max(self.clock.now(), wake))
            self.fire_due()
        self.clock.set(moment)

    def down_until(self, moment: datetime) -> None:
        """Turn the clock to `moment` while nothing runs; then start again."""
        self.clock.set(moment)
        self.plan()
        self.until(moment)

    def next_wake(self) -> datetime | None:
        with self.db.transaction() as session:
            return timers.next_wake(session, self.house.workspace_id)

    def fire_due(self, node: str = "node-a") -> None:
        for lease in self.claim(node):
            self.fire(lease)

    def claim(self, node: str = "node-a") -> list[timers.Lease]:
        with self.db.transaction() as session:
            return timers.claim(session, self.house.workspace_id, self.clock.now(), node)

    def fire(self, lease: timers.Lease) -> bool:
        handlers = {
            **app.TIMERS,
            "ritual.open": self.rituals.on_open,
            "ritual.cutoff": self.rituals.on_cutoff,
            "ritual.publish": self.rituals.on_publish,
        }
        with self.db.transaction() as session:
            return timers.fire(session, lease, self.house, handlers, app.HOLD)

    def ritual(self, id: str = RITUAL) -> Ritual:
        found = self.house.definitions.calendar.ritual(id)
        assert found is not None
        return found

    def occurrences(self) -> list[Occurrence]:
        with self.db.transaction() as session:
            return list(session.scalars(select(Occurrence).order_by(Occurrence.ritual_id, Occurrence.slot)))

    def states(self) -> list[tuple[str, str]]:
        """Each occurrence's day and state."""
        return [(f"{each.day:%-d %b}", each.state) for each in self.occurrences()]
