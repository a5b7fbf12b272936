"""Problems of definitions as other programs take them: SARIF 2.1.0 for code scanning, and GitHub's own commands."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from bot.checks import catalogue
from bot.yamlfile import Level, Problem

FORMATS = ("plain", "json", "sarif", "github")

SLIP = "definitions"
"""The id under which a problem stands that breaks no check: a slip of the pen."""
SARIF: Mapping[Level, str] = {"error": "error", "warning": "warning", "info": "note"}
GITHUB: Mapping[Level, str] = {"error": "error", "warning": "warning", "info": "notice"}
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(problems: Sequence[Problem]) -> dict[str, Any]:
    """One run, with a rule for each check that was broken; ready for JSON."""
    ids = sorted({problem.rule or SLIP for problem in problems})
    driver = {"name": "Drumbeat", "rules": [_described(id) for id in ids]}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(problem, ids) for problem in problems],
            }
        ],
    }


def as_workflow_commands(problems: Iterable[Problem]) -> list[str]:
    """`::error file=cadences/calendar.yaml,line=12,col=5,title=CA03::…`: GitHub shows each beside its line."""
    return [_command(problem) for problem in problems]


def _described(id: str) -> dict[str, Any]:
    if id == SLIP:
        return {"id": id, "shortDescription": {"text": "Definitions that cannot be read as they are meant."}}
    rule = catalogue.of(id)
    return {
        "id": id,
        "shortDescription": {"text": f"Finds {rule.holds}."},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.mend},
        "defaultConfiguration": {"level": SARIF[rule.level]},
    }


def _result(problem: Problem, ids: Sequence[str]) -> dict[str, Any]:
    id = problem.rule or SLIP
    place = {
        "artifactLocation": {"uri": _uri(problem.file)},
        "region": {"startLine": problem.line, "startColumn": problem.column},
    }
    return {
        "ruleId": id,
        "ruleIndex": ids.index(id),
        "level": SARIF[problem.level],
        "message": {"text": _said(problem)},
        "locations": [{"physicalLocation": place}],
    }


def _command(problem: Problem) -> str:
    facts = {
        "file": problem.file,
        "line": str(problem.line),
        "col": str(problem.column),
        **({"title": problem.rule} if problem.rule else {}),
    }
    said = ",".join(f"{name}={_property(value)}" for name, value in facts.items())
    return f"::{GITHUB[problem.level]} {said}::{_data(_said(problem))}"


def _said(problem: Problem) -> str:
    return f"{problem.message}. To mend it: {problem.mend}" if problem.mend else problem.message


def _data(text: str) -> str:
    """As GitHub wants what is said: a line break would end the command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """The same of a property, which `:` and `,` would end."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _uri(file: str) -> str:
    """A path as a URI: a relative reference where the file lies below the folder it was checked from."""
    path = quote(file.replace("\\", "/"))
    return f"file://{path}" if path.startswith("/") else path
