"""`drumbeat pack`: the files it writes, what it refuses, and that a pack which was handed on stands in the library."""

from pathlib import Path

import pytest

from bot import applying, migrations, presets, versions
from bot.app import KINDS
from bot.artifacts import model as artifacts
from bot.clock import SystemClock
from bot.db import Database
from bot.house import House
from bot.people.model import Profile
from bot.registers import flow as registers
from bot.registers.model import SORTS
from tests import people
from tests.fakes import make_house
from tests.test_command_line import Drumbeat, drumbeat

__all__ = ["drumbeat"]

BOB = "bob@example.com"


@pytest.fixture
def house(drumbeat: Drumbeat) -> House:
    """A company that `drumbeat init` began, and that was started once."""
    url = f"sqlite:///{drumbeat.folder / 'drumbeat.db'}"
    migrations.upgrade(url)
    db = Database(url)
    lead = presets.Lead("Acme", "Bob", BOB, "Europe/Berlin")
    files = presets.files("starter", lead, SystemClock().now().date())
    texts = {name: text for name, text in files.items() if name.endswith(".yaml")}
    db.call(applying.begin, people.WORKSPACE, SystemClock().now(), texts)
    bob = Profile(workspace_id=people.WORKSPACE, ref=BOB, slack_id=people.BOB, name="Bob", zone=None, active=True)
    bob.refreshed_at = SystemClock().now()
    with db.transaction() as session:
        session.add(bob)
    return make_house(db, db.call(versions.in_force, people.WORKSPACE, KINDS).definitions, SystemClock())


@pytest.fixture
def accounted_for(house: House) -> House:
    """Somebody has said of each register that it is rightly empty."""
    for sort in SORTS:
        house.db.call(registers.say_none, house, people.BOB, sort)
    return house


def made(house: House) -> list[dict[str, list[str]]]:
    """What failed the tests of each pack that the library knows of, the newest first."""
    return [each.failed for each in house.db.call(artifacts.last_issues, house, "operating-pack")]


def test_it_is_not_written_while_a_register_is_empty_and_nobody_has_looked(drumbeat: Drumbeat, house: House) -> None:
    ran = drumbeat("pack")

    assert ran.code == 1
    assert "The pack is not handed on while this is so:" in ran.err
    assert ran.err.count("and nobody has said that there are none") == 3
    assert not (drumbeat.folder / "pack").exists()
    assert made(house) == []


def test_it_writes_a_file_for_each_section_and_keeps_that_it_was_made(drumbeat: Drumbeat, accounted_for: House) -> None:
    ran = drumbeat("pack", "--out", "board")

    assert ran.code == 0, ran.err
    assert "must-haves are there. Written to board/index.md." in ran.out
    written = sorted(path.name for path in (drumbeat.folder / "board").iterdir())
    assert len(written) == 12
    assert {"index.md", "0-context.md", "10-drift.md"} < set(written)
    (failed,) = made(accounted_for)
    assert failed["rubric-passed"] == ["nobody has scored it"]
    assert "Charter" not in failed["every-must-have-is-there"]


def test_one_page_is_written_and_nothing_is_overwritten_unasked(drumbeat: Drumbeat, accounted_for: House) -> None:
    assert drumbeat("pack", "--html", "--out", "board").code == 0
    assert (drumbeat.folder / "board" / "pack.html").read_text().startswith("<!DOCTYPE html>")

    again = drumbeat("pack", "--html", "--out", "board")
    assert again.code == 1
    assert "board has pack.html already" in again.err
    assert len(made(accounted_for)) == 1, "what could not be written was not made"
    assert drumbeat("pack", "--html", "--out", "board", "--force").code == 0


def test_what_is_said_against_what_was_done_is_written_alone_whatever_is_missing(
    drumbeat: Drumbeat, house: House
) -> None:
    assert drumbeat("pack", "--drift").out.strip() == f"Written to {Path('pack') / 'drift.md'}."
    assert "# 10. Said and done" in (drumbeat.folder / "pack" / "drift.md").read_text()

    assert drumbeat("pack", "--drift", "--html").code == 0
    page = (drumbeat.folder / "pack" / "drift.html").read_text()
    assert "<h1>Acme: what is said, and what is done</h1>" in page
    assert "must-haves" not in page
    assert made(house) == []


def test_it_prints_what_changed_since_a_version(drumbeat: Drumbeat, house: House) -> None:
    ran = drumbeat("pack", "--diff", "1")

    assert ran.code == 0, ran.err
    assert "version 1 and now" in ran.out
    assert "Nothing has changed." in ran.out
    assert drumbeat("pack", "--diff", "7").code == 1
