"""How people behave in a simulation: who answers when, who is away. Seeded, so that the same comes out again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from bot.definitions import Definitions, PersonDefinition
from bot.rituals.schedule import to_utc

AT_ONCE, REMINDED, LATE, NEVER = "on the prompt", "after the reminder", "late", "never"

ON_THE_PROMPT = 0.7
"""Of those who answer in time; the others wait for the reminder."""
LATE_OF_THE_REST = 0.5

SOONEST, LONGEST = 5, 180
"""Minutes after the prompt within which people answer it."""
AFTER_REMINDER = 60
"""Minutes."""
LATEST = 20
"""Hours after the cutoff."""

BLOCKS = (10, 5, 5, 3, 2, 1, 1)
"""Working days of one leave."""
SUDDEN = 2
"""Leave of so few days is told of in the morning of its first day in half of the cases."""
KNOWN_BEFORE = timedelta(days=14)
MORNING, NOON = time(7, 30), time(12, 0)


@dataclass(frozen=True)
class Assumptions:
    """What a simulation takes for granted."""

    first_day: date
    weeks: int
    answers: float = 0.8
    """The share of requests that are answered in time."""
    leave: int = 25
    """Working days a year."""
    seed: int = 1
    empty: frozenset[str] = frozenset()
    """Ids of reviews that never leave anything, and of which nobody chooses what becomes of them."""

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(weeks=self.weeks) - timedelta(days=1)

    @property
    def shares(self) -> dict[str, float]:
        """How often each habit is met; together they make 1."""
        rest = 1 - self.answers
        return {
            AT_ONCE: self.answers * ON_THE_PROMPT,
            REMINDED: self.answers * (1 - ON_THE_PROMPT),
            LATE: rest * LATE_OF_THE_REST,
            NEVER: rest * (1 - LATE_OF_THE_REST),
        }


@dataclass(frozen=True)
class Leave:
    """Days on which one person is away, and when they say so."""

    ref: str
    first: date
    last: date
    kind: str
    said_at: datetime


def habit(assumed: Assumptions, *about: object) -> tuple[str, Random]:
    """What somebody does about one request, and the chance that decides the rest of it."""
    chance = Random(":".join(map(str, (assumed.seed, *about))))
    habits = assumed.shares
    return chance.choices(list(habits), list(habits.values()))[0], chance


def answer_at(habit: str, chance: Random, asked_at: datetime, cutoff: datetime) -> datetime:
    """When somebody answers what they were asked at `asked_at`: before the cutoff unless they are late."""
    if habit == LATE:
        return cutoff + timedelta(minutes=chance.randint(60, LATEST * 60))
    most = LONGEST if habit == AT_ONCE else AFTER_REMINDER
    at = asked_at + timedelta(minutes=chance.randint(SOONEST, most))
    return min(at, max(asked_at, cutoff - timedelta(minutes=1)))


def leaves(definitions: Definitions, assumed: Assumptions) -> list[Leave]:
    """Everybody's leave within the weeks that are simulated, none of one person's overlapping another."""
    return [leave for person in definitions.organisation.people for leave in _leaves_of(definitions, assumed, person)]


def _leaves_of(definitions: Definitions, assumed: Assumptions, person: PersonDefinition) -> Iterator[Leave]:
    organisation = definitions.organisation
    work_days = organisation.work_days(person.holidays)
    chance = Random(f"{assumed.seed}:leave:{person.ref}")
    days = [assumed.first_day + timedelta(days=n) for n in range(assumed.weeks * 7)]
    working = [day for day in days if not work_days.off(day)]
    left = min(round(assumed.leave * assumed.weeks / 52), len(working) // 2)
    taken: set[int] = set()
    while left > 0:
        length = min(chance.choice(BLOCKS), left)
        begin = chance.randrange(len(working) - length + 1)
        block = range(begin, begin + length)
        # Together with the days around it, it would be one longer leave.
        if taken.intersection(range(begin - 1, begin + length + 1)):
            length, block = 1, range(begin, begin + 1)
            if begin in taken:
                continue
        taken.update(block)
        left -= length
        first, last = working[block[0]], working[block[-1]]
        zone = person.zone or organisation.zone
        sudden = length <= SUDDEN and chance.random() < 0.5
        said_at = to_utc(datetime.combine(first, MORNING), zone)
        if not sudden:
            said_at = to_utc(datetime.combine(max(first - KNOWN_BEFORE, assumed.first_day), NOON), zone)
        yield Leave(person.ref, first, last, "sick" if sudden else "leave", said_at)
