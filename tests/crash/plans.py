"""What happens by the clock in these runs: rituals that beat every second, and releases whose steps slip.

Each firing writes down what it did in its own transaction. Nothing keeps it from doing so twice but the timers.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, insert, select, update
from sqlalchemy.orm import Session

from bot import timers
from bot.clock import from_millis, to_millis
from bot.house import House
from bot.timers import Fire, Step

BEAT = "beat"
STEP = "step"
SECOND = timedelta(seconds=1)

# Apart from the product's tables, which migrations are held against.
TABLES = MetaData()
FIRING = Table(
    "crash_firing",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("kind", String(12)),
    Column("ref", String(60)),
    Column("due", BigInteger),
    Column("at", BigInteger),
)
RELEASE = Table(
    "crash_release",
    TABLES,
    Column("release", Integer, primary_key=True, autoincrement=False),
    Column("steps", Integer),
    Column("starts", BigInteger),
)


@dataclass(frozen=True)
class Beats:
    """When the rituals beat: each second from `first` (epoch milliseconds), `count` times."""

    first: int = 0
    count: int = 0

    def due(self, number: int) -> datetime:
        return from_millis(self.first) + number * SECOND


@dataclass(frozen=True)
class Firing:
    kind: str
    ref: str
    due: int
    at: int


def begin(session: Session, house: House, beats: Beats, rituals: int, releases: int, steps: int) -> None:
    """Arm the first beat of each ritual, and all steps of each release."""
    for ritual in range(rituals):
        _arm_beat(session, house, beats, ritual, 0)
    for release in range(releases):
        session.execute(insert(RELEASE).values(release=release, steps=steps, starts=beats.first))
        _plan(session, house, release, steps, beats.first)


def slip(session: Session, house: House, release: int, by: timedelta) -> None:
    """Everything of a release that has not happened happens so much later."""
    row = session.execute(select(RELEASE).where(RELEASE.c.release == release).with_for_update()).one()
    starts = row.starts + int(by.total_seconds() * 1_000)
    session.execute(update(RELEASE).where(RELEASE.c.release == release).values(starts=starts))
    _plan(session, house, release, row.steps, starts)


def handlers(beats: Beats) -> Mapping[str, Fire]:
    """What due timers do on a node."""

    def beat(session: Session, house: House, ref: str) -> None:
        ritual, number = map(int, ref.split(":"))
        _write_down(session, house, BEAT, ref, to_millis(beats.due(number)))
        if number + 1 < beats.count:
            _arm_beat(session, house, beats, ritual, number + 1)

    def step(session: Session, house: House, ref: str) -> None:
        release, number = map(int, ref.split(":"))
        starts = session.scalar(select(RELEASE.c.starts).where(RELEASE.c.release == release))
        _write_down(session, house, STEP, ref, (starts or 0) + number * 1_000)

    return {BEAT: beat, STEP: step}


def hold(session: Session, house: House, ref: str) -> None:
    """Lock the release that a step is about; a beat has none, and locks one that it does not harm."""
    release = int(ref.split(":")[0])
    session.execute(select(RELEASE.c.release).where(RELEASE.c.release == release).with_for_update())


def firings(session: Session) -> list[Firing]:
    """In the order in which they were written down."""
    rows = session.execute(select(FIRING).order_by(FIRING.c.id))
    return [Firing(row.kind, row.ref, row.due, row.at) for row in rows]


def expected(beats: Beats, rituals: int, releases: int, steps: int) -> set[tuple[str, str]]:
    """Everything that is to happen once."""
    return {(BEAT, f"{ritual}:{number}") for ritual in range(rituals) for number in range(beats.count)} | {
        (STEP, f"{release}:{number}") for release in range(releases) for number in range(steps)
    }


def wrong(wanted: set[tuple[str, str]], fired: Sequence[Firing]) -> Iterator[str]:
    """What is missing, came twice, early, out of order, or was never to come: one sentence each."""
    times = Counter((each.kind, each.ref) for each in fired)
    yield from (f"{kind} {ref} is missing" for kind, ref in sorted(wanted - times.keys()))
    yield from (f"{kind} {ref} was never to come" for kind, ref in sorted(times.keys() - wanted))
    yield from (f"{kind} {ref} came {count} times" for (kind, ref), count in times.items() if count > 1)
    yield from (f"{each.kind} {each.ref} came {each.due - each.at} ms early" for each in fired if each.at < each.due)
    beats = defaultdict(list)
    for each in fired:
        if each.kind == BEAT:
            ritual, number = map(int, each.ref.split(":"))
            beats[ritual].append(number)
    yield from (f"ritual {ritual} beat out of order" for ritual, order in beats.items() if order != sorted(order))


def _arm_beat(session: Session, house: House, beats: Beats, ritual: int, number: int) -> None:
    ref = f"{ritual}:{number}"
    timers.arm(session, house, f"{BEAT}:{ref}", BEAT, ref, beats.due(number))


def _plan(session: Session, house: House, release: int, steps: int, starts: int) -> None:
    wanted = [Step(STEP, f"{release}:{number}", from_millis(starts) + number * SECOND) for number in range(steps)]
    timers.replan(session, house, f"release:{release}", wanted)


def _write_down(session: Session, house: House, kind: str, ref: str, due: int) -> None:
    session.execute(insert(FIRING).values(kind=kind, ref=ref, due=due, at=to_millis(house.clock.now())))
