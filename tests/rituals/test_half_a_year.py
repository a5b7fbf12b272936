"""Half a year of the shipped calendar in virtual time, over both clock changes, with hours and days of downtime."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest

from bot.db import Database
from bot.definitions import Calendar, Definitions, Ritual, load
from bot.rituals.flow import MISSED
from bot.rituals.model import CLOSED, SKIPPED, Occurrence
from bot.rituals.schedule import slots
from tests.fakes import ROOT
from tests.rituals.desk import Desk

FIRST, LAST = date(2026, 2, 2), date(2026, 11, 20)
"""A little more than half a year: clocks change on 8 and 29 March, 25 October and 1 November."""
DOWN = (
    # From and for how many hours: across the prompt of a Wednesday, twice in clock-change weeks, over two slots of one
    # ritual, over a night in which nothing was due.
    (datetime(2026, 3, 11, 8), 3),
    (datetime(2026, 3, 28, 20), 10),
    (datetime(2026, 4, 8, 7), 34),
    (datetime(2026, 6, 2, 12), 200),
    (datetime(2026, 7, 20, 1), 4),
    (datetime(2026, 10, 24, 22), 12),
    (datetime(2026, 10, 28, 9), 1),
)


@pytest.mark.parametrize(
    ("zone", "rule"), [("Europe/Berlin", "all"), ("America/New_York", "latest"), ("Europe/Berlin", "report")]
)
def test_no_slot_is_missed_or_doubled_and_each_is_a_local_wall_clock_time(db: Database, zone: str, rule: str) -> None:
    desk = half_a_year(db, zone, rule)
    organisation = desk.house.definitions.organisation
    seen = Counter(entry for entry in desk.diary.entries if entry.startswith("open"))
    for ritual in desk.house.definitions.calendar.rituals:
        due = [
            slot
            for slot in takewhile(lambda slot: slot.day <= LAST, slots(ritual, organisation, FIRST))
            if slot.skipped_because is None
        ]
        held = [each for each in desk.occurrences() if each.ritual_id == ritual.id and each.day <= LAST]
        assert [each.slot for each in held] == [slot.key for slot in due]
        for each in held:
            assert on_the_wall(each, zone) == f"{each.day}T{ritual.schedule.prompt.at:%H:%M}"
            assert each.state == CLOSED or (each.state, each.reason) == (SKIPPED, MISSED)
        missed = [each for each in held if each.state == SKIPPED]
        assert all(was_down_at(each, zone) for each in missed)
        if rule == "report":
            assert {each.slot for each in held if was_down_at(each, zone)} == {each.slot for each in missed}
    opened = Counter(f"open {each.day}" for each in desk.occurrences() if each.opened_at is not None)
    assert seen == opened


def half_a_year(db: Database, zone: str, rule: str) -> Desk:
    """A desk that has run through it."""
    desk = Desk(db, start=at(datetime(FIRST.year, FIRST.month, FIRST.day), zone))
    desk.house = replace(desk.house, definitions=shipped(zone, rule))
    desk.plan()
    for begin, hours in DOWN:
        desk.until(at(begin, zone))
        desk.down_until(at(begin, zone) + timedelta(hours=hours))
    desk.until(at(datetime(LAST.year, LAST.month, LAST.day), zone) + timedelta(days=6))
    return desk


def shipped(zone: str, rule: str) -> Definitions:
    loaded = load(ROOT / "cadences")
    assert loaded.definitions is not None
    organisation = loaded.definitions.organisation.model_copy(update={"zone": ZoneInfo(zone), "holidays": None})
    rituals = tuple(
        Ritual.model_validate(each.model_dump(exclude_unset=True) | {"kind": "diary", "catch_up": rule})
        for each in loaded.definitions.calendar.rituals
    )
    return Definitions(organisation, Calendar(rituals=rituals))


def at(local: datetime, zone: str) -> datetime:
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def on_the_wall(occurrence: Occurrence, zone: str) -> str:
    return f"{occurrence.opens_at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def was_down_at(occurrence: Occurrence, zone: str) -> bool:
    """Whether Drumbeat was down when it was due, for longer than a few minutes."""
    return any(
        at(begin, zone) < occurrence.opens_at < at(begin, zone) + timedelta(hours=hours, minutes=-10)
        for begin, hours in DOWN
    )
