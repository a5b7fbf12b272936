"""The rules of the enablement bundle in YAML: every mistake at its place, with what to write instead."""

from pathlib import Path

import pytest

from bot.definitions import load
from tests.definitions.test_releases import CALENDAR, ORGANISATION, RELEASES

BUNDLE = """\
bundle:
  sections:
    - {id: change, title: What changes, asks: In a paragraph, by: release-owner, from: changes}
    - {id: questions, title: Questions, asks: What is asked?, by: support, only_if: [asked]}
  confirm:
    - {function: support, item: 2}
  medium: {published: 3, confirmed: 1}
  high: {published: 5, confirmed: 3, share: 90, questions: true}
"""


def problems(folder: Path, old: str = "", new: str = "") -> list[str]:
    assert old in BUNDLE
    for name, text in (("organisation", ORGANISATION), ("calendar", CALENDAR)):
        (folder / f"{name}.yaml").write_text(text)
    (folder / "releases.yaml").write_text(BUNDLE.replace(old, new, 1) + RELEASES)
    return [f"{problem.line}: {problem}" for problem in load(folder, {"weekly_update"}).problems]


def test_a_bundle_without_mistakes_is_read(tmp_path: Path) -> None:
    assert problems(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("by: support", "by: suport", 4, ("no function has the id `suport`", "support")),
        ("[asked]", "[askd]", 4, ("no fact has the id `askd`", "asked")),
        ("id: questions", "id: change", 4, ("the id `change` is taken: it first stands on line 3",)),
        ("from: changes", "from: change", 3, ("changes",)),
        ("{function: support", "{function: product-ops", 6, ("no function has the id `product-ops`",)),
        ("item: 2", "item: 3", 6, ("no item has the id 3", "write one of: 1, 2")),
        ("item: 2", "item: 1", 6, ("item 1 is settled by answers",)),
        ("item: 2}", "item: 2}\n    - {function: support}", 7, ("`support` stands here twice",)),
        ("confirmed: 1", "confirmed: 4", 7, ("it is confirmed 4 working days before, but published 3",)),
        ("published: 3", "published: 6", 7, ("published 6 working days before, but medium has a lead time of 5",)),
        ("share: 90", "share: 120", 8, ("100",)),
    ],
)
def test_each_mistake_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, words: tuple[str, ...]
) -> None:
    (problem,) = problems(tmp_path, old, new)
    assert problem.startswith(f"{line}:")
    assert all(each in problem for each in words)
