"""The comms plan in YAML: what it comes to, and every mistake at its place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.definitions import Loaded, load
from bot.definitions.comms import CommsRules
from tests.definitions.test_releases import CALENDAR, ORGANISATION, RELEASES

COMMS = """\
comms:
  account_owners: support
  timeline:
    - {id: brief, when: registered, to: [affected], says: brief}
    - {id: outline, before: {medium: 5, high: 10}, to: [leads, "#ops"], says: outline}
    - {id: accounts, before: {high: 7}, to: [accounts], says: accounts}
    - {id: week, after: {high: 5}, to: [affected], says: after}
    - {id: moved, when: changed, to: [told], says: changed}
"""

Write = Callable[..., Loaded]


@pytest.fixture
def loaded(tmp_path: Path) -> Write:
    """Loads the rules with this comms plan, some of its words replaced."""
    (tmp_path / "organisation.yaml").write_text(ORGANISATION)
    (tmp_path / "calendar.yaml").write_text(CALENDAR)

    def write(*changes: tuple[str, str]) -> Loaded:
        text = COMMS + RELEASES
        for old, new in changes:
            assert text.count(old) == 1, f"{old!r} must stand there once"
            text = text.replace(old, new)
        (tmp_path / "releases.yaml").write_text(text)
        return load(tmp_path)

    return write


def comms(loaded: Loaded) -> CommsRules:
    assert loaded.problems == ()
    assert loaded.definitions is not None and loaded.definitions.releases is not None
    return loaded.definitions.releases.comms


def test_the_timeline_says_what_stands_in_the_file(loaded: Write) -> None:
    found = comms(loaded())
    assert [step.id for step in found.timeline] == ["brief", "outline", "accounts", "week", "moved"]
    outline = found.step("outline")
    assert outline is not None and outline.to == ("leads", "#ops")
    assert [outline.is_for(tier) for tier in ("low", "medium", "high")] == [False, True, True]
    assert found.quarter_end == 5


def test_a_team_may_leave_it_out(loaded: Write) -> None:
    found = comms(loaded((COMMS, "")))
    assert (found.timeline, found.account_owners) == ((), None)


MISTAKES = [
    ("[affected], says: brief", "[afected], says: brief", "4:42", "`afected` is nobody", "write `affected`"),
    ("says: outline", "says: outlne", "5:79", "there are no words called `outlne`", "write `outline`"),
    ("when: registered,", "when: registered, before: {low: 1},", "4:7", "`brief` has when and before", "one of when"),
    ("when: registered, ", "", "4:7", "`brief` has no time", "write one of when, before and after"),
    ("when: registered", "when: regstered", "4:25", "cannot be `regstered`", "write `registered`"),
    ("[told]", "[affected]", "8:7", "who was never told of a release need not hear that it is changed", "to: [told]"),
    ("to: [affected], says: brief", "to: [told], says: brief", "4:41", "`told` is for what changes", "write affected"),
    (
        "medium: 5, high: 10}, to",
        "medium: 6, high: 10}, to",
        "5:38",
        "comes earlier than the 5 working days",
        "at most 5",
    ),
    ("{id: week,", "{id: brief,", "7:12", "the id `brief` is taken", "another id"),
    ("  account_owners: support\n", "", "5:45", "`accounts` is for whoever looks after", "write `account_owners`"),
    ("account_owners: support", "account_owners: suport", "2:19", "no function has the id `suport`", "write `support`"),
    ("comms:\n", "comms:\n  quarter_end: 90\n", "2:16", "`90` is not a number from 0 to 20", "write 0 to 20"),
    ("facts: [asked, terms]", "functions: [sales]", "44:17", "no function has the id `sales`", "write one of"),
    ("facts: [asked, terms]", "beyond: [zoe@example.com]", "44:14", "zoe@example.com", "write"),
    ("facts: [asked, terms]", "beyond: [nobody]", "44:14", "`nobody` is not a person", "e-mail address"),
]


@pytest.mark.parametrize(("old", "new", "place", "message", "mend"), MISTAKES)
def test_a_mistake_is_shown_where_it_is_with_how_to_mend_it(
    loaded: Write, old: str, new: str, place: str, message: str, mend: str
) -> None:
    (problem,) = loaded((old, new)).problems
    assert f"{problem.line}:{problem.column}" == place
    assert message in problem.message
    assert mend in (problem.mend or "")
