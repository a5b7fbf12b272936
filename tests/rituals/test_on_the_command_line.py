"""`drumbeat ritual …`: what an operator changes about a ritual."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import versions
from bot.audit import Event
from bot.clock import SystemClock
from bot.db import Database
from bot.definitions import load
from bot.rituals.model import Occurrence
from tests.people import WORKSPACE
from tests.test_command_line import Drumbeat
from tests.test_node import CALENDAR, ORGANISATION


@pytest.fixture
def drumbeat(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Drumbeat:
    """A team whose definitions are in force, and which no process runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'drumbeat.db'}")
    drumbeat = Drumbeat(tmp_path, capsys, monkeypatch)
    drumbeat.write(organisation=ORGANISATION, calendar=CALENDAR)
    assert drumbeat("migrate").code == 0
    db = Database(f"sqlite:///{tmp_path / 'drumbeat.db'}")
    files = load(tmp_path / "cadences").texts
    db.call(versions.store, WORKSPACE, SystemClock().now(), files, after=0, author="a test")
    db.close()
    return drumbeat


def test_an_operator_pauses_and_resumes_a_ritual(drumbeat: Drumbeat, tmp_path: Path) -> None:
    said = drumbeat("ritual", "pause", "weekly-update", "--reason", "reorganisation")
    assert "paused by an operator: reorganisation; no next one is planned." in said.out
    assert "; the next one opens on" in drumbeat("ritual", "resume", "weekly-update").out
    db = Database(f"sqlite:///{tmp_path / 'drumbeat.db'}")
    with db.transaction() as session:
        kinds = list(session.scalars(select(Event.kind).order_by(Event.id)))
    db.close()
    assert kinds == ["operator.pause", "ritual.paused", "operator.resume", "ritual.resumed"]


def test_an_operator_moves_the_next_one(drumbeat: Drumbeat, tmp_path: Path) -> None:
    drumbeat("ritual", "pause", "weekly-update", "--reason", "x")
    drumbeat("ritual", "resume", "weekly-update")
    db = Database(f"sqlite:///{tmp_path / 'drumbeat.db'}")
    with db.transaction() as session:
        day = session.scalars(select(Occurrence.day)).one()
    db.close()
    later = day + timedelta(days=1)
    said = drumbeat("ritual", "move", "weekly-update", "--to", f"{later} 11:00", "--reason", "conference")
    assert f"the next one opens on {later:%a %-d %b}, 11:00" in said.out


def test_what_cannot_be_done_ends_with_1_and_says_why(drumbeat: Drumbeat) -> None:
    assert drumbeat("ritual", "resume", "weekly-update").code == 1
    said = drumbeat("ritual", "skip", "weekly-updaet", "--reason", "x")
    assert (said.code, "weekly-update" in said.err) == (1, True)
    said = drumbeat("ritual", "move", "weekly-update", "--to", "someday")
    assert (said.code, "as a day" in said.err) == (1, True)


def test_the_calendar_is_printed_as_it_stands_and_as_a_file(drumbeat: Drumbeat) -> None:
    drumbeat("ritual", "pause", "weekly-update", "--reason", "x")
    drumbeat("ritual", "resume", "weekly-update")
    assert "Write: Weekly product update" in drumbeat("calendar", "--weeks", "2").out
    assert drumbeat("calendar", "--person", "nobody@example.com").code == 1
    assert drumbeat("calendar", "--person", "x", "--channel", "#y").code == 1


def test_the_calendar_of_a_channel_in_which_nothing_is_posted_says_so(drumbeat: Drumbeat) -> None:
    for channel in ("#product-updates", "product-updates"):
        assert "Write: Weekly product update" in drumbeat("calendar", "--channel", channel).out
    said = drumbeat("calendar", "--channel", "#prodct-updates")
    assert (said.code, said.err) == (1, "No ritual posts in #prodct-updates. They post in #product-updates.\n")
