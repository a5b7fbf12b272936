"""The measures in YAML: what they come to, and every mistake at its place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.definitions import Loaded, load
from bot.yamlfile import Problem
from tests.definitions.test_decisions import CALENDAR, ORGANISATION

MEASURES = """\
measures:
  - id: M1
    owner: alice@example.com
    baseline: {value: 55 %, source: counted by hand}
    target: 80  %
    by: 2027-02-26
  - id: M3
    owner: head_of_product
    baseline: {from: 2026-10-05, until: 2026-10-30}
    target: 2 days
  - id: churn
    name: Customers who leave
    owner: alice@example.com
    link: https://example.com/churn
    readings: [{on: 2026-11-02, value: 3.5 %}]
"""

Write = Callable[..., Loaded]


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Loads the measures from the current folder, with some words of theirs replaced."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "calendar.yaml").write_text(CALENDAR)
    (tmp_path / "organisation.yaml").write_text(ORGANISATION)

    def write(*changes: tuple[str, str]) -> Loaded:
        text = MEASURES
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (tmp_path / "measures.yaml").write_text(text)
        return load(tmp_path)

    return write


def notes(found: Loaded) -> list[Problem]:
    """Those of the measures."""
    return [each for each in found.notes if each.file == "measures.yaml"]


def test_measures_say_what_they_want(loaded: Write) -> None:
    found = loaded()
    assert (found.problems, notes(found)) == ((), [])
    rules = found.definitions and found.definitions.measures
    assert rules
    first, latency, churn = rules.measures
    assert (str(first.target), first.target and first.target.value, first.is_whole) == ("80 %", 0.8, True)
    assert (latency.target and latency.target.value, latency.is_whole, latency.guarded_by) == (2.0, False, "M4")
    assert (churn.title, churn.readings[0].value.value) == ("Customers who leave", 0.035)


@pytest.mark.parametrize(
    ("old", "new", "line", "says", "mend"),
    [
        ("id: M3", "id: M18", 7, "`M18` is no measure that Drumbeat computes", "M1"),
        ("id: M3", "id: M1", 7, "the id `M1` is taken", "another id"),
        ("80  %", "80 hours", 5, "On-time updates is counted in %, and `80 hours` is not", "`80 %`"),
        ("80  %", "180 %", 5, "`180 %` is more than all of it", "at most 100 %"),
        ("2 days", "soon", 10, "`soon` is not a number", "such as 80 %"),
        ("2 days", "2 apples", 10, "nothing is counted in `apples`", "days"),
        ("head_of_product", "nobody", 8, "`nobody` stands for nobody here", ""),
        ("source: counted by hand", "from: 2026-10-05", 4, "both counted and entered", "keep"),
        (", source: counted by hand", "", 4, "nobody can tell where this number comes from", "`source`"),
        ("until: 2026-10-30", "until: 2026-10-01", 9, "2026-10-01 is before 2026-10-05", "swap"),
        ("    link: https://example.com/churn\n", "", 11, "Drumbeat cannot compute Customers who leave", "`link`"),
        ("    target: 2 days", "    target: 2 days\n    link: https://example.com", 11, "computes M3 itself", "remove"),
        ("    target: 2 days", "    target: 2 days\n    guard: M99", 11, "no measure that", ""),
        ("    target: 2 days", "    target: 2 days\n    guard: M3", 11, "it would guard itself", "another"),
        ("    target: 2 days", "    target: 2 days\n    guard: growth", 11, "no measure has the id `growth`", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_is(loaded: Write, old: str, new: str, line: int, says: str, mend: str) -> None:
    found = loaded((old, new))
    problem = found.problems[0]
    assert (problem.file, problem.line) == ("measures.yaml", line)
    assert says in problem.message
    assert mend in problem.mend


@pytest.mark.proves("R52", "IM02")
def test_im02_without_one_whole_measure_nothing_can_be_proved(loaded: Write) -> None:
    found = loaded(("    by: 2027-02-26\n", ""))
    assert found.definitions, "it is in force all the same"
    (note,) = notes(found)
    assert (note.rule, note.level, note.line) == ("IM02", "warning", 1)
    assert "`baseline`, `target`, `by` and `owner`" in note.mend


def test_a_target_worse_than_the_baseline_may_be_meant_but_is_said(loaded: Write) -> None:
    (note,) = notes(loaded(("80  %", "40 %")))
    assert "more is better, but `40 %` is worse than it was (`55 %`)" in note.message
