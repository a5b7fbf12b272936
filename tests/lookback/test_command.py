"""`drumbeat lookback`: what became of a release, as Markdown."""

from pathlib import Path

import pytest

from bot import versions
from bot.clock import SystemClock
from bot.db import Database
from bot.definitions import load
from tests.fakes import StoppedClock
from tests.lookback import after
from tests.people import WORKSPACE
from tests.test_command_line import Drumbeat
from tests.test_node import CALENDAR, ORGANISATION


def test_it_prints_the_report_and_says_when_there_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'drumbeat.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    drumbeat = Drumbeat(tmp_path, capsys, monkeypatch)
    drumbeat.write(organisation=ORGANISATION, calendar=CALENDAR)
    assert drumbeat("migrate").code == 0
    db = Database(url)
    db.call(versions.store, WORKSPACE, SystemClock().now(), load(tmp_path / "cadences").texts, after=0, author="a test")
    after.go_live(after.make(db, StoppedClock()))
    db.close()
    assert drumbeat("lookback", "Atlas").out.startswith("# Atlas: what became of it\n\nTier medium, live since 25 Nov")
    refused = drumbeat("lookback", "camera")
    assert refused.code != 0
    assert "No release called camera is looked back on." in refused.err
