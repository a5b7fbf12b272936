"""Planning ten thousand rituals and opening a thousand due ones, after ten thousand occurrences and after a million.

The history is as many ended occurrences of these rituals, fired timers and answered prompts. They are planned when they
are new, and planned again, as at each start of a node. Planning is measured against as many rows written in one
transaction, opening against as many transactions that write one row each.
"""

import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Text, cast, delete, insert, literal, update
from sqlalchemy.orm import Session

from benchmarks.history import copies, databases, get_to_know, numbers
from benchmarks.load import make_house
from benchmarks.simulate import company
from bot import app, migrations, timers
from bot.definitions import Calendar, Definitions, Ritual
from bot.delivery.model import LANE
from bot.house import House
from bot.logs import set_up
from bot.people.directory import keep
from bot.prompts.model import Prompt
from bot.rituals.model import CLOSED, RUNNING, SCHEDULED, Occurrence, opens_next
from bot.simulate import slack
from bot.simulate.life import TurnedClock
from bot.timers import Lease, Plan, Timer

SIZES = (10_000, 1_000_000)
GOAL = 1.2
"""How much longer it may take with the most history than with the least."""
RITUALS = 10_000
DUE = 1_000
"""Of them, each working day at the same time."""
CHANNELS = 200
TURNS = 1
START = datetime(2027, 1, 5, tzinfo=UTC)
"""A Tuesday, so that the others are not due in any turn."""
OPENING = "ritual.open"


@dataclass
class Subject:
    """One database, and the seconds that each step took on it."""

    house: House
    clock: TurnedClock
    size: int
    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def time(self, step: str, verb: "Step") -> None:
        began = time.perf_counter()
        verb(self)
        self.taken[step].append(time.perf_counter() - began)


Step = Callable[[Subject], None]


def main() -> None:
    set_up("error")
    with tempfile.TemporaryDirectory() as folder:
        compare("SQLite", [f"sqlite:///{Path(folder) / f'{size}.db'}" for size in SIZES])
    with databases(SIZES) as addresses:
        compare("PostgreSQL", addresses)


def compare(name: str, addresses: list[str]) -> None:
    """Print the medians for both amounts of history, how they relate, and what the floor is."""
    rituals = _rituals()
    subjects = [_prepared(address, size, rituals) for address, size in zip(addresses, SIZES, strict=True)]
    for _ in range(TURNS):
        # They take turns at each step, so that what else this machine does weighs on all alike.
        for step, verb in STEPS.items():
            for subject in subjects:
                subject.time(step, verb)
        for subject in subjects:
            _start_over(subject.house)
    _print(name, f"plan {RITUALS:,}", subjects, "plan", "rows")
    _print(name, "plan again", subjects, "plan again", "rows")
    _print(name, f"open {DUE:,}", subjects, "open", "transactions")
    for subject in subjects:
        subject.house.db.close()


def _print(name: str, what: str, subjects: list[Subject], step: str, floor: str) -> None:
    medians = [statistics.median(subject.taken[step]) for subject in subjects]
    bare = statistics.median(subjects[0].taken[floor])
    shown = "   ".join(f"{each.size:>9,} rows {median:5.2f} s" for each, median in zip(subjects, medians, strict=True))
    grown = medians[-1] / medians[0]
    print(
        f"{name:<10} {what:<12} {shown} × {grown:.2f} (goal {GOAL})   bare {bare:5.2f} s × {medians[0] / bare:.1f}",
        flush=True,
    )


def _rituals() -> Definitions:
    """The rituals of a company of two hundred, the first of them each working day, the others on Fridays."""
    definitions = company(areas=40)
    like = next(ritual for ritual in definitions.calendar.rituals if ritual.kind == "review")
    people = definitions.organisation.people
    rituals = [
        _ritual(like, number, people[number % len(people)].ref, "every working day" if number < DUE else "every Friday")
        for number in range(RITUALS)
    ]
    return Definitions(definitions.organisation, Calendar.model_construct(rituals=tuple(rituals)), None)


def _ritual(like: Ritual, number: int, owner: str, repeats: str) -> Ritual:
    schedule = like.schedule.model_copy(update={"repeats": repeats})
    own = {
        "id": _id(number),
        "name": f"Ritual {number}",
        "owner": owner,
        "channel": f"#channel-{number % CHANNELS}",
    }
    return like.model_copy(update={**own, "schedule": schedule})


def _id(number: object) -> str:
    return f"ritual-{number}"


def _prepared(address: str, size: int, definitions: Definitions) -> Subject:
    migrations.upgrade(address)
    clock = TurnedClock(START)
    house = replace(make_house(address), definitions=definitions, clock=clock)
    house.db.call(keep, house, slack.directory(definitions))
    house.db.call(_fill, house, size)
    subject = Subject(house, clock, size)
    # As in production, it is while rituals are planned that PostgreSQL looks.
    _plan(subject)
    get_to_know(house)
    _start_over(house)
    return subject


def _fill(session: Session, house: House, size: int) -> None:
    """One of each that is over, and as many more as `size` says, spread over rituals and people."""
    then, of = START - timedelta(days=7), {"workspace_id": house.workspace_id}
    times = {"day": then.date(), "opens_at": then, "cutoff_at": then, "publish_at": then, "ended_at": then}
    session.add(Occurrence(**of, **times, ritual_id=_id(0), slot="1", state=CLOSED))
    session.add(Prompt(**of, person="U0", key="0", kind="review", ref="0", at=then, prompted_at=then, ended_at=then))
    timers.arm(session, house, "0", OPENING, "0", then)
    session.flush()
    session.execute(update(Timer).values(state="fired"))
    number = numbers(size)
    text = cast(number.c.number, Text)
    ritual = literal(_id("")) + cast(number.c.number % RITUALS, Text)
    # Of the made-up ids of people, the last ninety.
    person = literal("U0SIM0001") + cast(number.c.number % 90 + 10, Text)
    copies(session, Occurrence.__table__, number, ritual_id=ritual, slot=literal("1") + text)
    copies(session, Prompt.__table__, number, key="k" + text, person=person)
    copies(session, Timer.__table__, number, key="k" + text, plan="occurrence:" + text)


def _plan(subject: Subject) -> None:
    subject.house.db.call(app.RITUALS.plan_all, subject.house)


def _open(subject: Subject) -> None:
    """Open all that is due next, as a node does; whom that asks is told later."""
    house = subject.house
    next = house.db.call(opens_next, house, _id(0))
    assert next is not None
    subject.clock.at, opened = next, 0
    while leases := house.db.call(timers.claim, house.workspace_id, next, "bench"):
        opened += sum(house.db.call(_fire, lease, house) for lease in leases if lease.kind == OPENING)
    assert opened == DUE, opened


def _fire(session: Session, lease: Lease, house: House) -> bool:
    return timers.fire(session, lease, house, app.TIMERS, app.HOLD)


def _write(house: House, rows: int, in_one: int) -> None:
    """Write as many rows one by one, with so many in each transaction; and take them back."""
    for first in range(0, rows, in_one):
        house.db.call(_write_some, house, range(first, first + in_one))
    with house.db.transaction() as session:
        session.execute(delete(LANE).where(LANE.c.workspace_id == "T0BARE"))


def _write_some(session: Session, house: House, which: range) -> None:
    for number in which:
        session.execute(
            insert(LANE), {"lane": f"T0BARE/{number}", "workspace_id": "T0BARE", "tat": 0, "blocked_until": 0}
        )


def _start_over(house: House) -> None:
    """Let all be over that was opened, and forget what is planned."""
    now = house.clock.now()
    with house.db.transaction() as session:
        session.execute(update(Occurrence).where(Occurrence.state.in_(RUNNING)).values(state=CLOSED, ended_at=now))
        session.execute(update(Prompt).where(Prompt.ended_at.is_(None)).values(ended_at=now))
        session.execute(delete(Occurrence).where(Occurrence.state == SCHEDULED))
        session.execute(delete(Timer).where(Timer.state == "armed"))
        session.execute(delete(Plan))


STEPS: dict[str, Step] = {
    "plan": _plan,
    "plan again": _plan,
    "open": _open,
    "rows": lambda subject: _write(subject.house, RITUALS, RITUALS),
    "transactions": lambda subject: _write(subject.house, DUE, 1),
}


if __name__ == "__main__":
    main()
