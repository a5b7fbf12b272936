"""What changed since an earlier version, section by section, in words."""

import re
from dataclasses import replace
from pathlib import Path

from bot.edits import changes
from bot.edits.changes import compare
from bot.house import House
from bot.pack.difference import ASSUMPTION, SECTION_OF, in_words
from tests.assuming import assuming


def test_each_change_stands_in_its_section(house: House) -> None:
    then, calendar = house.definitions, house.definitions.calendar
    now = replace(then, calendar=calendar.with_rituals(calendar.rituals[:-1]), insights=None)

    assert in_words(house, 4, [(each.what, each.id, str(each)) for each in compare(then, now)]).splitlines() == [
        "Lumen Software: operating system pack: version 4 and now",
        "",
        "3. Cadence",
        "• ritual quarter-plan (Quarterly planning) dropped",
        "",
        "5. Insights",
        "• insight rules insights.yaml dropped",
    ]


def test_an_assumption_stands_where_what_is_assumed_does(house: House) -> None:
    paths = ("organisation.profile.pods", "charter.sponsor", "calendar.frictions")
    now = assuming(house, dict.fromkeys(paths, "nobody knows"), "sam@example.com")
    found = compare(house.definitions, now.definitions)

    assert in_words(house, 4, [(each.what, each.id, str(each)) for each in found]).splitlines()[2:] == [
        "0. Context",
        "• assumption organisation.profile.pods added",
        "• assumption calendar.frictions added",
        "",
        "1. Charter",
        "• assumption charter.sponsor added",
    ]


def test_whatever_may_change_stands_somewhere() -> None:
    source = Path(changes.__file__).read_text(encoding="utf-8")
    kinds = set(re.findall(r'(?:_listed|_file|_by_key|Change)\("([^"]+)"', source))
    kinds |= set(re.findall(r'\("(\w+)", "\w+"\)', source))

    assert "roadmap" in kinds
    assert "segment" in kinds
    assert kinds - {ASSUMPTION} == set(SECTION_OF)


def test_where_nothing_has_changed_it_says_so(house: House) -> None:
    assert in_words(house, 4, []).splitlines()[-1] == "Nothing has changed."
