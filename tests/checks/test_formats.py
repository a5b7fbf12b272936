"""Problems of definitions as code scanning and GitHub take them, and what a check says of itself."""

import json

import pytest

from bot.checks import catalogue
from bot.checks.formats import as_sarif, as_workflow_commands
from bot.errors import UserError
from bot.yamlfile import Problem

EMPTY = Problem("cadences/calendar.yaml", 12, 5, "`artifact` is missing", "Name it", "error", "CA03")
SLIP = Problem("my files/a,b:c.yaml", 1, 2, "100 % wrong\nindeed", "", "warning")


def test_sarif_names_the_check_its_level_and_its_place() -> None:
    found = json.loads(json.dumps(as_sarif([EMPTY, SLIP])))
    run = found["runs"][0]
    assert (found["version"], found["$schema"]) == ("2.1.0", "https://json.schemastore.org/sarif-2.1.0.json")
    driver, results = run["tool"]["driver"], run["results"]
    assert [driver["rules"][each["ruleIndex"]]["id"] for each in results] == [each["ruleId"] for each in results]
    assert [(each["ruleId"], each["level"]) for each in results] == [("CA03", "error"), ("definitions", "warning")]
    assert results[0]["message"]["text"] == "`artifact` is missing. To mend it: Name it"
    place = results[0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "cadences/calendar.yaml"
    assert place["region"] == {"startLine": 12, "startColumn": 5}
    assert results[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "my%20files/a%2Cb%3Ac.yaml"


def test_sarif_calls_an_info_a_note() -> None:
    info = Problem("a.yaml", 1, 1, "x", "", "info", "CA08")
    assert as_sarif([info])["runs"][0]["results"][0]["level"] == "note"


def test_without_problems_sarif_has_a_run_without_results() -> None:
    assert as_sarif([])["runs"][0]["results"] == []


def test_github_is_told_beside_which_line_to_show_what() -> None:
    assert as_workflow_commands([EMPTY]) == [
        "::error file=cadences/calendar.yaml,line=12,col=5,title=CA03::`artifact` is missing. To mend it: Name it"
    ]


def test_what_would_end_a_command_of_github_is_escaped() -> None:
    assert as_workflow_commands([SLIP]) == [
        "::warning file=my files/a%2Cb%3Ac.yaml,line=1,col=2::100 %25 wrong%0Aindeed"
    ]


def test_a_check_explains_itself() -> None:
    lines = catalogue.explain(catalogue.find("ca03"))
    assert lines[0] == "CA03 (error)"
    assert "a ritual that is to leave nothing" in lines[1]
    assert len(lines) == 6


def test_who_misspells_a_check_is_told_the_nearest() -> None:
    with pytest.raises(UserError, match=r"No check is called CA30\. Did you mean .*CA0"):
        catalogue.find("CA30")
