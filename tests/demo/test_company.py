"""The demo's definitions, at any minute of any day."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import app
from bot.definitions import Definitions, load
from bot.demo import company
from bot.rituals.schedule import next_slot, times

BERLIN = ZoneInfo("Europe/Berlin")


def definitions(folder: Path, prompt: datetime, home: ZoneInfo = BERLIN) -> Definitions:
    company.write_cadences(folder / "cadences", prompt, home)
    loaded = load(folder / "cadences", app.KINDS)
    assert loaded.problems == ()
    assert loaded.definitions is not None
    return loaded.definitions


@pytest.mark.parametrize(
    "prompt",
    [
        datetime(2026, 11, 25, 9, 0, tzinfo=UTC),
        datetime(2026, 11, 22, 22, 58, tzinfo=UTC),
        datetime(2026, 12, 24, 23, 59, tzinfo=UTC),
        datetime(2026, 10, 25, 9, 30, tzinfo=UTC),
    ],
    ids=["a Wednesday", "a Sunday before midnight in Berlin", "a holiday", "the end of summer time"],
)
@pytest.mark.parametrize("home", ["Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "UTC"])
def test_the_weekly_update_is_due_at_that_minute_for_everybody(tmp_path: Path, prompt: datetime, home: str) -> None:
    found = definitions(tmp_path, prompt, ZoneInfo(home))
    ritual = found.calendar.rituals[0]
    slot = next_slot(ritual, found.organisation, prompt - timedelta(minutes=1))

    assert slot is not None
    for person in found.organisation.people:
        due = times(slot, ritual, found.organisation, person.zone, person.holidays)
        assert due.prompt == prompt
        assert due.cutoff == prompt + company.CUTOFF
        assert due.publish == prompt + company.PUBLISH


def test_slack_and_the_directory_hold_the_same_people_and_channels(tmp_path: Path) -> None:
    found = definitions(tmp_path, datetime(2026, 11, 25, 9, 0, tzinfo=UTC))
    slack, directory = company.slack_config(found), company.directory(found)

    assert len(slack["users"]) == len(found.organisation.people)
    assert [user["id"] for user in slack["users"]] == [member["id"] for member in directory.members]
    assert [each["id"] for each in slack["channels"]] == [each["id"] for each in directory.channels]
    assert len({each["id"] for each in slack["users"] + slack["channels"]}) == len(slack["users"] + slack["channels"])


def test_the_first_full_minute_leaves_time_to_start() -> None:
    late_in_a_minute = datetime(2026, 11, 25, 9, 0, 45, tzinfo=UTC)

    found = company.next_full_minute(late_in_a_minute, timedelta(seconds=20))

    assert found == datetime(2026, 11, 25, 9, 2, tzinfo=UTC)


def test_a_changed_shipped_calendar_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no longer hold"):
        company.replaced("rituals: []", "^zone: .*$", "zone: UTC")


@pytest.mark.parametrize("today", [date(2026, 11, 27), date(2027, 1, 31), date(2028, 2, 29), date(2027, 3, 1)])
def test_the_pilot_is_in_its_last_step_whatever_the_day_and_measures_have_time_to_come(
    tmp_path: Path, today: date
) -> None:
    found = definitions(tmp_path, datetime.combine(today, time(12), UTC), ZoneInfo("UTC"))

    assert found.pilot is not None and found.measures is not None
    box = found.pilot.current(found.gates_passed)
    assert box is not None and (box.id, found.pilot.day(today)) == ("all", 75)
    assert all(each.passed.day <= today for each in found.pilot.boxes if each.passed)
    assert {each.by for each in found.measures.measures if each.target} == {today + timedelta(days=60)}
