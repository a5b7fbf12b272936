"""`drumbeat decisions export`: the log as Markdown files and as a table."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from bot import versions
from bot.clock import SystemClock
from bot.csvfile import as_csv
from bot.db import Database
from bot.decisions import consulting, export, flow
from bot.decisions.entry import HARD
from bot.definitions import load
from bot.house import House
from bot.people.model import Channel
from tests.decisions.classes import house_with_classes
from tests.decisions.log import ENTRY, QUESTION, introduce, raised, recorded, settled
from tests.fakes import StoppedClock, make_house
from tests.people import ALICE, BOB, CHARLIE, UPDATES, WORKSPACE
from tests.test_command_line import Drumbeat
from tests.test_node import CALENDAR, ORGANISATION

HOSTILE = "# <b>*bold*</b> [x](https://evil.example) `code`\n---\n    | a | b |"


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    made = house_with_classes(db, clock)
    with db.transaction() as session:
        session.add(Channel(workspace_id=WORKSPACE, name="product-updates", slack_id=UPDATES, joined=True))
    return made


def exported(house: House) -> export.Page:
    with house.db.transaction() as session:
        page = export.page(session, house, 0)
    assert page is not None
    return page


def test_a_decision_is_a_file_with_everything_that_is_known(house: House) -> None:
    ref = raised(house, replace(QUESTION, class_id="pricing", area_id="billing")).ref
    settled(
        house, ref, by=BOB,
        entry=replace(
            ENTRY, door=HARD, revisit="Sign-ups fall by a third.", confidence=80, inform="Sales",
            inform_channel=UPDATES, links="https://example.com/plan?a_b=1&c=2",
        ),
    )  # fmt: skip
    assert exported(house).files == {
        "D-1.md": """\
# D-1: We will end the free plan in May

- Status: decided
- Decided: Wed 25 Nov 2026
- Decider: Alice
- Recorded by: Bob
- Class: Prices and terms
- Area: Billing
- Consulted, as its class says: the lead of Support
- Informed: \\#product-updates, Sales
- Reversibility: Hard to reverse
- Confidence: 80 %
- Review: Mon 1 Mar 2027

## Context and Problem Statement

Do we keep the free plan?

Stalls until then: The pricing page waits.

Raised by Charlie on Wed 25 Nov 2026.

## Considered Options

- Keep it
- End it in May

## Decision Outcome

We will end the free plan in May

### Reason and accepted trade-offs

It costs more than it brings; we accept fewer sign-ups.

## What would change our mind

Sign-ups fall by a third.

## Links

- [https://example.com/plan?a\\_b=1\\&c=2](<https://example.com/plan?a\\_b=1\\&c=2>)
"""
    }


def test_what_is_still_open_says_so(house: House) -> None:
    raised(house, replace(QUESTION, options=""))
    (text,) = exported(house).files.values()
    assert text.startswith(
        "# D-1: Do we keep the free plan?\n\n- Status: to be decided\n- Needed by: Fri 27 Nov 2026\n- Decider: Alice\n"
    )
    assert text.endswith("## Considered Options\n\nNot stated.\n")


def test_whatever_people_typed_is_shown_and_nothing_else(house: House) -> None:
    recorded(house, replace(ENTRY, decision=HOSTILE.splitlines()[0], why=HOSTILE))
    (text,) = exported(house).files.values()
    assert text.startswith("# D-1: We will # \\<b>\\*bold\\*\\</b> \\[x\\](https://evil.example) \\`code\\`\n")
    assert "\n\\# \\<b>" in text
    assert "\n\\---\n \\| a \\| b \\|" in text


def test_the_table_has_a_row_for_each_and_no_formulas(house: House) -> None:
    raised(house, replace(QUESTION, question="=HYPERLINK(1)", class_id="pricing"))
    recorded(house, replace(ENTRY, why='-2 % sign-ups, "but" more income\nand peace', confidence=80))
    page = exported(house)
    text = as_csv([list(export.COLUMNS), *page.rows])
    first, second = csv.DictReader(text.splitlines(keepends=True))
    assert (first["id"], first["state"], first["class"]) == ("D-1", "proposed", "Prices and terms")
    assert first["question"] == "'=HYPERLINK(1)"
    assert (first["needed_by"], first["decided_at"]) == ("2026-11-27", "")
    assert second["why"] == '\'-2 % sign-ups, "but" more income\nand peace'
    assert (second["decider"], second["confidence"], second["review_on"]) == ("Alice", "80", "2027-03-01")
    assert second["decided_at"].startswith("2026-11-25T09:00")


def test_pages_follow_each_other_to_the_end(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "AT_ONCE", 2)
    for n in range(5):
        recorded(house, key=str(n))
    found, after = [], 0
    with house.db.transaction() as session:
        while page := export.page(session, house, after):
            found.append(list(page.files))
            after = page.last
        assert export.page(session, replace(house, workspace_id="T0OTHER"), 0) is None
    assert found == [["D-1.md", "D-2.md"], ["D-3.md", "D-4.md"], ["D-5.md"]]


@pytest.fixture
def drumbeat(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Drumbeat:
    """A team whose definitions are in force, with two decisions in its log."""
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'drumbeat.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    drumbeat = Drumbeat(tmp_path, capsys, monkeypatch)
    drumbeat.write(organisation=ORGANISATION, calendar=CALENDAR)
    assert drumbeat("migrate").code == 0
    db = Database(url)
    db.call(versions.store, WORKSPACE, SystemClock().now(), load(tmp_path / "cadences").texts, after=0, author="a test")
    house = make_house(db)
    with db.transaction() as session:
        introduce(session, house)
    for key in ("one", "two"):
        recorded(house, key=key)
    db.close()
    return drumbeat


def test_the_command_writes_a_folder_or_a_table(drumbeat: Drumbeat) -> None:
    assert drumbeat("decisions", "export", "out/log").out == "2 decisions written to out/log.\n"
    assert sorted(file.name for file in (drumbeat.folder / "out" / "log").iterdir()) == ["D-1.md", "D-2.md"]
    assert drumbeat("decisions", "export", "out/log.csv").out == "2 decisions written to out/log.csv.\n"
    rows = (drumbeat.folder / "out" / "log.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("id,state,class,area,question,decision")
    assert [row.partition(",")[0] for row in rows if row.startswith("D-")] == ["D-1", "D-2"]


@pytest.mark.parametrize("place", ["log", "log.csv"])
def test_it_writes_over_nothing_unless_told_to(drumbeat: Drumbeat, place: str) -> None:
    drumbeat("decisions", "export", place)
    refused = drumbeat("decisions", "export", place)
    assert (refused.code, refused.err) == (
        1,
        f"{place} holds decisions already: choose another place, or say --force.\n",
    )
    assert drumbeat("decisions", "export", place, "--force").code == 0


def test_what_cannot_be_written_is_said(drumbeat: Drumbeat) -> None:
    (drumbeat.folder / "taken").write_text("")
    refused = drumbeat("decisions", "export", "taken/log")
    assert (refused.code, refused.err.startswith("taken/log cannot be written")) == (1, True)


def test_what_was_superseded_says_by_what_and_views_are_kept(house: House) -> None:
    raised(house, replace(QUESTION, class_id="priority", area_id="search", decider=""), by=BOB)
    with house.db.transaction() as session:
        consulting.say(session, house, CHARLIE, "D-1", "Half of the tickets\ncome from it.")
    settled(house, "D-1")
    recorded(house, replace(ENTRY, decision="keep it", supersedes="D-1"), key="new")
    page = exported(house)
    old = page.files["D-1.md"]
    assert "- Status: superseded by D-2\n- Superseded: Wed 25 Nov 2026, Alice\n" in old
    assert "- Status: decided\n- Supersedes: D-1\n" in page.files["D-2.md"]
    assert "## Views\n\n- Charlie: Half of the tickets come from it.\n\n## Considered Options" in old
    row = dict(zip(export.COLUMNS, page.rows[0], strict=True))
    assert (row["state"], row["superseded_by"], row["ended_by"]) == ("superseded", "D-2", "Alice")


def test_what_was_rejected_says_why(house: House) -> None:
    raised(house, replace(QUESTION, class_id="priority", area_id="search", decider=""))
    with house.db.transaction() as session:
        flow.reject(session, house, ALICE, "D-1", "Not this\nyear.")
    page = exported(house)
    assert "- Status: rejected\n- Rejected: Wed 25 Nov 2026, Alice: Not this year.\n" in page.files["D-1.md"]
    assert dict(zip(export.COLUMNS, page.rows[0], strict=True))["ended_because"] == "Not this\nyear."
