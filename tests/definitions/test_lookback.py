"""Captures and the poll in YAML: what they come to, and every mistake at its place."""

from pathlib import Path

import pytest

from bot.definitions import load
from tests.definitions.test_releases import CALENDAR, ORGANISATION, RELEASES

CAPTURES = """\
captures:
  - id: first
    day: 1
    functions: [support]
    questions:
      - {id: broken, label: Broken?, kind: choice, options: ["Yes", "No"]}
      - {id: tickets, label: Tickets, kind: number, means: tickets}
  - id: second
    day: 7
    tiers: [high]
    functions: [release-owner, product]
    questions:
      - {id: met, label: Met?, kind: outcome, required: true}
awareness: {day: 1}
"""
SIX_MORE = "".join(f"      - {{id: more-{n}, label: More, required: true}}\n" for n in range(6))
TIERS = ("    lead_time: 10\n", "    lead_time: 10\n    look_back: [1, 7]\n")


def problems(folder: Path, old: str = "", new: str = "") -> list[str]:
    """What is wrong with the rules in which some words are replaced; lines are counted from `captures:` on."""
    text = CAPTURES
    if old:
        assert text.count(old) == 1
        text = text.replace(old, new)
    rules = RELEASES.replace(*TIERS)
    (folder / "organisation.yaml").write_text(ORGANISATION)
    (folder / "calendar.yaml").write_text(CALENDAR)
    (folder / "releases.yaml").write_text(rules + text)
    before = rules.count("\n")
    return [f"{each.line - before}: {each.message}; {each.mend}" for each in load(folder).problems]


def test_they_come_to_what_stands_in_the_file(tmp_path: Path) -> None:
    assert problems(tmp_path) == []
    found = load(tmp_path).definitions
    assert found is not None and found.releases is not None and found.releases.awareness is not None
    first, second = found.releases.captures
    assert (first.day, first.functions, first.tiers) == (1, ("support",), ("low", "medium", "high"))
    assert (second.questions[0].kind, second.questions[0].required) == ("outcome", True)
    assert found.releases.awareness.label("too_late") == "Too late to prepare"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("day: 7", "day: 9", "9: no release is looked back on after 9 days; write one of `look_back`"),
        ("awareness: {day: 1}", "awareness: {day: 3}", "14: no release is looked back on after 3 days"),
        ("[support]", "[suport]", "4: no function has the id `suport`; write `support`"),
        ("id: second", "id: first", "8: the id `first` is taken: it first stands on line"),
        ("{id: tickets,", "{id: broken,", "7: the id `broken` is taken by a question above"),
        ("kind: number, ", "", "7: `tickets` means tickets, which is counted; write `kind: number`"),
        (', options: ["Yes", "No"]', "", "6: `broken` is a choice of nothing; add `options`"),
        ("kind: choice, ", "", "6: `broken` is no choice, but has `options`"),
        ("means: tickets}", "means: ticket}", "7: `means` cannot be `ticket`; write `tickets`"),
        ("kind: outcome", "kind: outcom", "13: `kind` cannot be `outcom`; write `outcome`"),
        ("day: 7\n    tiers: [high]\n    functions: [release-owner, product]", "day: 1\n    functions: [support]",
         "10: `support` is asked twice 1 days after a low release: see `first`"),
        ("      - {id: met,", SIX_MORE + "      - {id: met,",
         "19: `second` has 7 questions that must be answered; leave at most 6"),
    ],
)  # fmt: skip
def test_every_mistake_is_said_at_its_place(tmp_path: Path, old: str, new: str, problem: str) -> None:
    found = problems(tmp_path, old, new)
    assert any(problem in each for each in found), found
