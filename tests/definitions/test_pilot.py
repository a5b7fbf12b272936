"""The pilot in YAML: what it comes to, and every mistake at its place."""

from pathlib import Path

import pytest

from bot.definitions import load
from tests.definitions.test_releases import CALENDAR, ORGANISATION

PILOT = """\
begins: 2026-11-16
owner: alice@example.com
areas: [billing]
why: Three of five launches surprised Support
retro_of: weekly
boxes:
  - id: try
    name: Days 0 to 30
    days: 0 to 30
    goal: No surprises
    scope: One area
    rituals: [weekly]
    gate: [{says: On time, test: updates-on-time 80%}]
    risk: Paperwork
  - id: widen
    name: Days 31 to 90
    days: 31 to 90
    goal: For everybody
    scope: All areas
    everybody: true
    deliverables: [{says: A digest, test: ritual-left weekly}]
    gate: [{says: It is worth it}]
    risk: Too many rituals
"""


def problems(folder: Path, old: str = "", new: str = "") -> list[str]:
    text = PILOT
    if old:
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "organisation.yaml").write_text(ORGANISATION)
    (folder / "calendar.yaml").write_text(CALENDAR)
    (folder / "pilot.yaml").write_text(text)
    found = load(folder).problems
    return [f"{each.line}: {f'{each.rule} ' if each.rule else ''}{each.message}; {each.mend}" for each in found]


def test_it_comes_to_what_stands_in_the_file(tmp_path: Path) -> None:
    assert problems(tmp_path) == []
    found = load(tmp_path).definitions
    assert found is not None and found.pilot is not None
    assert [box.days for box in found.pilot.boxes] == [(0, 30), (31, 90)]
    assert (found.pilot.cycles, found.pilot.retros) == (4, (4, 8, 12))
    assert found.pilot.boxes[0].gate[0].test == "updates-on-time 80%"


@pytest.mark.proves("R51", "IM05")
@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("areas: [billing]", "areas: []", "3: IM05 the pilot has no area to be tried in"),
        ("areas: [billing]", "areas: [billing, billing, billing]", "3: IM05 3 areas are no pilot"),
        ("why: Three of five launches surprised Support\n", "", "3: IM05 nobody can see why it is tried there"),
        ("areas: [billing]", "areas: [biling]", "3: no area has the id `biling`; write `billing`"),
        ("owner: alice@", "owner: alica@", "2: nobody in the organisation is `alica@example.com`"),
        ("retro_of: weekly", "retro_of: weakly", "5: no ritual has the id `weakly`"),
        ("rituals: [weekly]", "rituals: [weekly, other]", "12: no ritual has the id `other`"),
        ("ritual-left weekly", "ritual-left other", "21: no ritual has the id `other`"),
        ("updates-on-time 80%", "updates-in-time 80%", "13: Drumbeat knows no test `updates-in-time`"),
        ("updates-on-time 80%", "updates-on-time", "13: `updates-on-time` does not say how much or what"),
        ("updates-on-time 80%", "owner-named 3", "13: `3` means nothing after `owner-named`"),
        ("days: 31 to 90", "days: 20 to 90", "Days 31 to 90 begins on day 20, before Days 0 to 30 ends"),
        ("days: 31 to 90", "days: later", "17: `later` does not say from which day to which"),
        ("id: widen", "id: try", "15: the id `try` is taken"),
        ("everybody: true", "rituals: [weekly]", "20: `weekly` begins with Days 0 to 30 already"),
        ("retro_of: weekly", "retro_of: weekly\ncycles: 9", "6: "),
    ],
)
def test_a_mistake_is_said_where_it_stands(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert any(problem in each for each in problems(tmp_path, old, new)), problems(tmp_path, old, new)
