"""`drumbeat roadmap export` and `drumbeat import roadmap`: out as a table or with every change, in all or none."""

import csv
import json

import pytest

from bot import csvfile
from bot.csvfile import Result
from bot.errors import UserError
from bot.house import House
from bot.roadmap import export, imports, model
from tests.fakes import StoppedClock, promised
from tests.people_room.test_import import prepare
from tests.releases import launch
from tests.releases.launch import FRANK
from tests.roadmap import world
from tests.roadmap.world import added, changed, run
from tests.test_command_line import Drumbeat, drumbeat

__all__ = ["drumbeat"]

HEAD = "area,name,purpose,place,confidence,why,functions,release"
LINES = (
    "billing,Late fees,Who pays late pays more,Now,firm,The law says so,support,",
    'Search,Synonyms,"Cars, too, are found",2027-01/2027-03,Rough,Nobody finds them,"Support; security",Atlas',
)


def taken(house: House, *lines: str, tried: bool = False, head: str = HEAD) -> tuple[list[Result], bool]:
    parsed = imports.parse(house, "\n".join([head, *lines]).encode())
    results, done = imports.run(house, parsed, "olga", tried=tried, each=lambda: None)
    return list(results), done


def test_lines_come_onto_the_roadmap_and_nobody_is_told(house: House) -> None:
    with house.db.transaction() as session:
        launch.register(session, house)
    said = promised(house.db)
    results, done = taken(house, *LINES)
    assert [each.says for each in results] == ["Late fees, Now: billing", "Synonyms, Jan–Mar 2027: search"]
    assert done
    first, second = run(house, model.items)
    assert (first.place, first.confidence, first.functions) == ("now", "firm", ["support"])
    assert (second.area_id, second.functions, second.release_id is None) == ("search", ["support", "security"], False)
    assert promised(house.db) == said
    assert [each.says for each in taken(house, LINES[0])[0]] == ["R-1 Late fees: it stays as it is"]


def test_a_dry_run_keeps_nothing(house: House) -> None:
    results, done = taken(house, LINES[0], tried=True)
    assert ([each.kind for each in results], done, run(house, model.items)) == (["new"], False, [])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("nowhere,A,B,now,firm,C,,", "area: I know no area called “nowhere”."),
        ("billing,,B,now,firm,C,,", "name: Give it a name."),
        ("billing,A,B,2027-01-15,firm,C,,", "place: Write now, next, later, or months such as 2027-01/2027-03."),
        ("billing,A,B,now,sure,C,,", "confidence: Pick how sure it is."),
        ("billing,A,B,now,firm,,,", "why: Say why"),
        ("billing,A,B,now,firm,C,cooks,", "functions: I know no functions called “cooks”."),
        ("billing,A,B,now,firm,C,,Atlas", "release: There is no such release"),
    ],
)
def test_of_a_file_with_a_wrong_line_nothing_is_kept(house: House, line: str, says: str) -> None:
    results, done = taken(house, LINES[0], line)
    assert not done
    assert run(house, model.items) == []
    assert results[1].line == 3
    assert says in results[1].says


def test_columns_that_nobody_knows_are_refused(house: House) -> None:
    with pytest.raises(UserError, match="There is no column `date`"):
        taken(house, head=HEAD + ",date")


def test_what_was_exported_can_be_taken_over_elsewhere(house: House, clock: StoppedClock) -> None:
    item = added(house, name="=SUM(A1)", purpose='Two, or "more"', functions=("support",))
    changed(house, item, "later", place="2027-01/2027-03", why="The ledger\ncomes first", functions=("support",))
    gone = added(house, by=FRANK, key="gone", area_id="search", name="Synonyms")
    changed(house, gone, "dropped", by=FRANK)
    found = run(house, export.everything)
    text = csvfile.as_csv([list(export.COLUMNS), *export.rows(found)])
    assert "'=SUM(A1)" in text, "a spreadsheet would run it"
    other = world.make(house.db, clock, workspace_id="T0OTHER")
    assert run(other, export.everything) == []
    results, done = imports.run(
        other, imports.parse(other, text.encode()), "olga", tried=False, each=lambda: None
    )  # fmt: skip
    assert done
    assert [each.kind for each in results] == ["new", "there already"]
    (taken_over,) = run(other, model.items)
    for name in ("name", "purpose", "place", "confidence", "functions"):
        assert getattr(taken_over, name) == getattr(run(house, model.get, "R-1"), name)


def test_the_export_keeps_every_change(house: House) -> None:
    item = added(house)
    changed(house, item, "later", place="later", why="The ledger comes first", functions=("support",), people="Grace")
    (found,) = run(house, export.everything)
    assert [(each["what"], each["from"], each["to"], each["by"]) for each in found["changes"]] == [
        ("added", "", "next", "Alice"),
        ("later", "next", "later", "Alice"),
    ]
    assert (found["why"], found["changed_by"]) == ("The ledger comes first", "Alice")


def test_the_commands(drumbeat: Drumbeat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "olga")
    db = prepare(drumbeat)
    (drumbeat.folder / "plan.csv").write_text("\n".join([HEAD, LINES[0].replace("support", "")]))
    assert drumbeat("import", "roadmap", "plan.csv", "--dry-run").out.splitlines()[-1] == "Nothing is imported: 1 new."
    assert drumbeat("import", "roadmap", "plan.csv").out.splitlines()[-1] == "Done: 1 new."
    assert "Say where to" in drumbeat("roadmap", "export").err
    both = ("roadmap", "export", "--csv", "out.csv", "--json", "out.json")
    assert drumbeat(*both).out == "1 item written to out.csv and out.json.\n"
    with (drumbeat.folder / "out.csv").open() as file:
        assert [row["name"] for row in csv.DictReader(file)] == ["Late fees"]
    (item,) = json.loads((drumbeat.folder / "out.json").read_text())
    assert item["changes"][0]["what"] == "added"
    assert "already" in drumbeat(*both).err
    assert drumbeat(*both, "--force").code == 0
    db.close()
