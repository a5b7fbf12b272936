"""How long the next occurrence takes to find, and to plan ten thousand rituals."""

import time
from datetime import UTC, datetime, timedelta

from bot import app, shipped
from bot.definitions import load
from bot.rituals.schedule import next_slot

RITUALS = 10_000


def main() -> None:
    definitions = load(shipped.folder("cadences"), app.KINDS).definitions
    assert definitions is not None
    rituals, organisation = definitions.calendar.rituals, definitions.organisation
    start = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    for ritual in rituals:
        next_slot(ritual, organisation, start)
    began = time.perf_counter()
    for n in range(RITUALS):
        next_slot(rituals[n % len(rituals)], organisation, start + timedelta(hours=n % 2_000))
    seconds = time.perf_counter() - began
    print(f"next occurrence {seconds / RITUALS * 1e6:.0f} µs; {RITUALS:,} rituals planned in {seconds:.2f} s")


if __name__ == "__main__":
    main()
