"""Insights as a file: all that is known of each, nothing that a spreadsheet runs, and nothing restricted unasked."""

import csv
import json
from typing import Any

from bot.csvfile import as_csv, parse
from bot.house import House
from bot.insights import export, merging
from bot.insights.outside import NewInsight
from tests.insights.test_looking import SECRET, secret
from tests.insights.world import decided, heard, run
from tests.people import BOB
from tests.people_room.test_import import prepare
from tests.releases.launch import DANA
from tests.test_command_line import Drumbeat, drumbeat

__all__ = ["drumbeat"]


def exported(house: House, *, restricted: bool = False) -> list[dict[str, Any]]:
    page = run(house, export.page, 0, restricted=restricted)
    return page.entries if page else []


def table(entries: list[dict[str, Any]]) -> list[dict[str, str]]:
    return list(csv.DictReader(as_csv([export.COLUMNS, *map(export.row, entries)]).splitlines(keepends=True)))


def test_an_insight_is_written_with_who_brought_it_and_what_became_of_it(house: House) -> None:
    decided(house, source_id="support")
    heard(house, DANA, "other", what="Two payers", accounts=4, revenue="40k")
    run(house, merging.merge, BOB, "I-2", "I-1")
    first, second = exported(house)
    assert (first["id"], first["area"], first["theme"], first["source"]) == ("I-1", "billing", "pricing", "support")
    assert (first["times"], first["accounts"], first["submitters"]) == (2, 5, ["Charlie", "Dana"])
    assert (first["disposition"], first["decided_by"]) == ("declined", "Alice")
    assert first["submissions"][1]["what"] == "Two payers" and first["submissions"][1]["revenue"] == "40k"
    assert (second["state"], second["merged_into"], second["times"]) == ("merged", "I-1", 0)
    assert json.loads(json.dumps(first)) == first


def test_no_cell_of_the_table_is_run_by_a_spreadsheet(house: House) -> None:
    heard(house, what='=HYPERLINK("http://evil.example")', proof="-2 %")
    (line,) = table(exported(house))
    assert (line["what"], line["proof"]) == ('\'=HYPERLINK("http://evil.example")', "'-2 %")
    assert (line["owner"], line["answer_by"]) == ("", "")


def test_what_is_restricted_is_written_only_when_it_is_asked_for(house: House) -> None:
    secret(house)
    heard(house, key="open")
    assert [each["id"] for each in exported(house)] == ["I-2"]
    assert SECRET not in as_csv([export.row(each) for each in exported(house)])
    assert [each["id"] for each in exported(house, restricted=True)] == ["I-1", "I-2"]


def test_what_was_written_is_read_by_the_import_under_the_same_names(house: House) -> None:
    heard(house, source_id="support")
    kept = [name for name in export.COLUMNS if name in NewInsight.model_fields]
    assert {"what", "severity", "source", "area", "theme", "segment", "evidence", "cause", "proof", "accounts"} <= set(
        kept
    )
    (entry,) = exported(house)
    text = as_csv([kept, [entry[name] for name in kept]])
    (line,) = parse(text.encode(), kept, ("what", "severity", "source"), 10)
    assert line.values["source"] == "support" and line.values["severity"] == "medium"


def test_where_there_are_none_nothing_is_written(house: House) -> None:
    assert exported(house) == []
    assert table([]) == []


def test_a_table_and_data_are_written_on_the_command_line(drumbeat: Drumbeat) -> None:
    prepare(drumbeat)
    asked = drumbeat("insights", "export")
    assert (asked.code, "Say which file to write" in asked.err) == (1, True)
    refused = drumbeat("insights", "export", "--csv", "insights.csv")
    assert "Insights are not set up here" in refused.err
