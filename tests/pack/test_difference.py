"""What changed since an earlier version, section by section, in words."""

from dataclasses import replace

from bot.edits.changes import compare
from bot.house import House
from bot.pack.difference import in_words


def test_each_change_stands_in_its_section(house: House) -> None:
    then, calendar = house.definitions, house.definitions.calendar
    now = replace(then, calendar=calendar.with_rituals(calendar.rituals[:-1]), insights=None)

    assert in_words(house, 4, [(each.what, str(each)) for each in compare(then, now)]).splitlines() == [
        "Lumen Software: operating system pack: version 4 and now",
        "",
        "3. Cadence",
        "• ritual quarter-plan (Quarterly planning) dropped",
        "",
        "5. Insights",
        "• insight rules insights.yaml dropped",
    ]


def test_where_nothing_has_changed_it_says_so(house: House) -> None:
    assert in_words(house, 4, []).splitlines()[-1] == "Nothing has changed."
