"""How long the next occurrence takes to find, and to plan ten thousand rituals."""

import time
from datetime import UTC, datetime, timedelta

from bot import app, shipped
from bot.definitions import Organisation, Ritual, load
from bot.rituals.schedule import next_slot

RITUALS = 10_000
RULES = (
    "every Wednesday",
    "every 2 weeks on Wednesday",
    "every working day",
    "2nd Thursday of the month",
    "last day of the month",
    "last working day of the month",
    "3 working days before the end of the month",
    "1st working day of the quarter",
    "FREQ=WEEKLY;BYDAY=WE",
)
ROUNDS = 2_000


def main() -> None:
    definitions = load(shipped.folder("cadences"), app.KINDS).definitions
    assert definitions is not None
    rituals, organisation = definitions.calendar.rituals, definitions.organisation
    start = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    for repeats in RULES:
        print(f"{repeats}: {_microseconds(rituals[0], repeats, organisation, start):.0f} µs")
    for ritual in rituals:
        next_slot(ritual, organisation, start)
    began = time.perf_counter()
    for n in range(RITUALS):
        next_slot(rituals[n % len(rituals)], organisation, start + timedelta(hours=n % 2_000))
    seconds = time.perf_counter() - began
    print(f"next occurrence {seconds / RITUALS * 1e6:.0f} µs; {RITUALS:,} rituals planned in {seconds:.2f} s")


def _microseconds(like: Ritual, repeats: str, organisation: Organisation, start: datetime) -> float:
    """What the next occurrence of one rule takes to find, with the year's holidays known."""
    starts = start.date().replace(month=1, day=1) if repeats.startswith("every 2") else None
    schedule = like.schedule.model_copy(update={"repeats": repeats, "starts": starts})
    ritual = like.model_copy(update={"schedule": schedule})
    for hour in range(ROUNDS):
        next_slot(ritual, organisation, start + timedelta(hours=hour))
    began = time.perf_counter()
    for hour in range(ROUNDS):
        next_slot(ritual, organisation, start + timedelta(hours=hour))
    return (time.perf_counter() - began) / ROUNDS * 1e6


if __name__ == "__main__":
    main()
