"""Problems in definitions, as a compiler would show them and as data."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from bot.yamlfile import Problem


def as_lines(problems: Iterable[Problem]) -> list[str]:
    """`cadences/calendar.yaml:12:5 error: …`, each followed by an indented line that says how to mend it.

    Instead of `error` it says `warning` or `info` where that is all it is; the id of the check stands at the end.
    """
    lines: list[str] = []
    for problem in problems:
        place = f"{problem.file}:{problem.line}:{problem.column}"
        lines.append(f"{place} {problem.level}: {problem.message}{_rule(problem)}")
        if problem.mend:
            lines.append(f"    {problem.mend}")
    return lines


def as_data(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Ready for JSON: file, line, column, message, mend, level, rule."""
    return [asdict(problem) for problem in problems]


def _rule(problem: Problem) -> str:
    return f" [{problem.rule}]" if problem.rule else ""
