"""What changed since an earlier version, section by section, in words."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.edits import changes
from bot.edits.changes import Change, compare
from bot.house import House
from bot.pack.difference import ASSUMPTION, SECTION_OF, in_words
from tests.assuming import assuming


def test_each_change_stands_in_its_section(house: House) -> None:
    then, calendar = house.definitions, house.definitions.calendar
    now = replace(then, calendar=calendar.with_rituals(calendar.rituals[:-1]), insights=None)

    assert told(house, compare(then, now)) == [
        "Lumen Software: operating system pack: version 4 and now",
        "",
        "3. Cadence",
        "• ritual Quarterly planning dropped",
        "",
        "5. Insights",
        "• insight rules dropped",
    ]


def test_an_assumption_stands_where_what_is_assumed_does(house: House) -> None:
    values = {
        "organisation.profile.pods": "6",
        "charter.sponsor": "marcus@example.com",
        "calendar.frictions": "Launches",
    }
    now = assuming(house, values, "sam@example.com")

    assert told(now, compare(house.definitions, now.definitions))[2:] == [
        "0. Context",
        "• How many teams build the product? 6 (assumed)",
        "• What breaks most? Launches (assumed)",
        "",
        "1. Charter",
        "• Who wants this to succeed, and can clear the way? Marcus Lindqvist (assumed)",
    ]
    assert told(house, compare(now.definitions, house.definitions))[-1] == (
        "• no longer assumed: Who wants this to succeed, and can clear the way?"
    )


def test_what_was_changed_is_told_by_name_with_the_old_words_and_the_new(house: House) -> None:
    then, (weekly, *others) = house.definitions, house.definitions.calendar.rituals
    assert then.charter is not None
    changed = weekly.model_copy(update={"owner": "marcus@example.com", "serves": ("overhead",), "purpose": "Short."})
    now = replace(
        then,
        calendar=then.calendar.with_rituals((changed, *others)),
        charter=then.charter.model_copy(update={"rubric": "R-B"}),
    )
    lines = told(house, compare(then, now))

    assert "• charter rubric changed: R-A → R-B" in lines
    (ritual,) = (line for line in lines if line.startswith("• ritual"))
    assert ritual.startswith("• ritual Weekly product update changed: ")
    assert "owner: Sam Okafor → Marcus Lindqvist" in ritual
    assert "+ Meetings and forms that leave nothing" in ritual
    assert "purpose: reworded" in ritual
    assert "@" not in ritual


def test_whatever_may_change_stands_somewhere() -> None:
    source = Path(changes.__file__).read_text(encoding="utf-8")
    kinds = set(re.findall(r'(?:_listed|_file|_by_key|Change)\("([^"]+)"', source))
    kinds |= set(re.findall(r'\("(\w+)", "\w+"\)', source))

    assert "roadmap" in kinds
    assert "segment" in kinds
    assert kinds - {ASSUMPTION} == set(SECTION_OF)


def test_where_nothing_has_changed_it_says_so(house: House) -> None:
    assert told(house, [])[-1] == "Nothing has changed."


def told(house: House, found: Sequence[Change]) -> list[str]:
    return house.db.call(in_words, house, 4, found).splitlines()
