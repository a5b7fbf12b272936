"""An occurrence is one wall-clock time, whatever day that is elsewhere."""

from bot.db import Database
from tests.rituals.desk import Desk, berlin, ritual


def test_a_ritual_just_after_midnight_happens_once_each_day(db: Database) -> None:
    early = {"repeats": "FREQ=DAILY", "prompt": "00:30", "cutoff": "12:00", "publish": "13:00"}
    desk = Desk(db, ritual(schedule=early, holidays="ignore"), start=berlin(24, 20))
    desk.plan()
    desk.until(berlin(27, 20))

    opened = [entry for entry in desk.diary.entries if entry.startswith("open")]
    assert opened == ["open 2026-11-25", "open 2026-11-26", "open 2026-11-27"]
    assert [each.slot for each in desk.occurrences()] == [f"2026-11-{day}T00:30" for day in (25, 26, 27, 28)]
