import json
from datetime import UTC, datetime
from typing import Any

from bot.definitions import Calendar, Definitions, Organisation
from bot.preview import Upcoming, as_data, as_lines, occurrences
from tests import people

SUNDAY = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def company(**changes: Any) -> Definitions:
    """Alice in Los Angeles owns two areas, Bob one; the weekly update asks them, the review only Charlie."""
    organisation = people.organisation().model_dump(exclude_unset=True)
    alice, *others = organisation["people"]
    organisation["people"] = [alice | {"zone": "America/Los_Angeles", "holidays": "US"}, *others]
    search = {"id": "search", "name": "Search", "owner": people.ALICE, "forum": "#search"}
    maps = {"id": "maps", "name": "Maps", "owner": people.BOB, "forum": "#maps"}
    organisation["areas"] = [*organisation["areas"], search, maps]
    weekly = people.calendar().rituals[0].model_dump(exclude_unset=True) | changes
    review = weekly | {
        "id": "review",
        "name": "Roadmap review",
        "kind": "review",
        "owner": people.CHARLIE,
        "schedule": {
            "repeats": "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE",
            "starts": "2026-11-25",
            "prompt": "09:00",
            "cutoff": "17:00",
            "publish": "17:00",
        },
    }
    calendar = Calendar.model_validate({"rituals": [weekly, review]})
    return Definitions(Organisation.model_validate(organisation), calendar)


def who(upcoming: list[Upcoming]) -> list[tuple[str, str, list[str]]]:
    return [(each.ritual.id, each.slot.key, [person.name for person in each.people]) for each in upcoming]


def test_it_shows_who_is_asked_in_the_coming_weeks_in_order() -> None:
    assert who(occurrences(company(), SUNDAY, weeks=3)) == [
        ("review", "2026-11-25T09:00", ["Charlie"]),
        ("weekly-update", "2026-11-25T10:00", ["Alice", "Bob"]),
        ("weekly-update", "2026-12-02T10:00", ["Alice", "Bob"]),
        ("review", "2026-12-09T09:00", ["Charlie"]),
        ("weekly-update", "2026-12-09T10:00", ["Alice", "Bob"]),
    ]


def test_a_digest_is_shown_with_those_it_is_for() -> None:
    digest = company(id="brief", kind="digest", audience=[people.CHARLIE, "@leads"], **{"for": "leadership"})
    shown = [each for each in who(occurrences(digest, SUNDAY, weeks=1)) if each[0] == "brief"]
    assert shown == [("brief", "2026-11-25T10:00", ["Charlie"])]


def test_an_occurrence_that_is_open_is_still_shown() -> None:
    thursday_noon = datetime(2026, 11, 26, 11, 0, tzinfo=UTC)
    assert who(occurrences(company(), thursday_noon, weeks=0)) == [
        ("weekly-update", "2026-11-25T10:00", ["Alice", "Bob"])
    ]


def test_the_last_day_of_the_last_week_is_shown() -> None:
    wednesday = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
    assert [slot for _, slot, _ in who(occurrences(company(), wednesday, weeks=1))] == [
        "2026-11-25T10:00",
        "2026-12-02T10:00",
    ]


def test_only_the_owners_of_the_named_areas_are_asked() -> None:
    asked = who(occurrences(company(areas=["maps"]), SUNDAY, weeks=1))
    assert ("weekly-update", "2026-11-25T10:00", ["Bob"]) in asked


def test_times_are_everybodys_own() -> None:
    weekly = next(each for each in occurrences(company(), SUNDAY, weeks=1) if each.ritual.id == "weekly-update")
    alice, bob = weekly.people
    assert (f"{alice.prompt:%a %H:%M}", f"{alice.cutoff:%a %H:%M}") == ("Wed 10:00", "Thu 05:00")
    assert (f"{bob.prompt:%a %H:%M}", f"{bob.cutoff:%a %H:%M}") == ("Wed 10:00", "Thu 14:00")


def test_the_table_says_what_is_moved_and_who_has_a_holiday() -> None:
    """Christmas 2024 is a Wednesday; Thursday is a holiday in Berlin, too."""
    lines = as_lines(occurrences(company(), datetime(2024, 12, 22, tzinfo=UTC), weeks=1))
    assert lines[0].split() == ["Day", "Ritual", "Who", "Zone", "Prompt", "Reminder", "Cutoff", "Publish", "Note"]
    bob = next(line for line in lines if "Bob" in line)
    assert bob.startswith("Fri 2024-12-27")
    assert bob.endswith("moved from Wed 2024-12-25: Christmas Day")


def test_the_table_names_a_personal_holiday() -> None:
    lines = as_lines(occurrences(company(), datetime(2026, 11, 9, tzinfo=UTC), weeks=0))
    assert lines == ["Nothing is planned."]
    lines = as_lines(occurrences(company(), datetime(2026, 11, 10, tzinfo=UTC), weeks=1))
    alice = next(line for line in lines if "Alice" in line)
    assert alice.endswith("has a public holiday: Veterans Day")


def test_the_table_shows_what_is_not_held_and_why() -> None:
    lines = as_lines(occurrences(company(holidays="skip"), datetime(2024, 12, 22, tzinfo=UTC), weeks=1))
    assert any("Weekly product update" in line and line.endswith("not held: Christmas Day") for line in lines)


def test_names_are_shown_as_they_are_written() -> None:
    """What looks like markup or an emoji is somebody's own text."""
    named = occurrences(company(name="[bold]Update[/bold] :fire:"), SUNDAY, weeks=1)
    assert any("[bold]Update[/bold] :fire:" in line for line in as_lines(named))


def test_programs_get_the_same_as_json() -> None:
    data = json.loads(json.dumps(as_data(occurrences(company(), SUNDAY, weeks=1))))
    weekly = next(each for each in data if each["ritual"] == "weekly-update")
    assert weekly["slot"] == "2026-11-25T10:00"
    assert (weekly["moved_from"], weekly["skipped_because"]) == (None, None)
    assert weekly["people"][0] == {
        "ref": people.ALICE,
        "name": "Alice",
        "zone": "America/Los_Angeles",
        "prompt": "2026-11-25T10:00:00-08:00",
        "reminder": "2026-11-25T17:29:00-08:00",
        "cutoff": "2026-11-26T05:00:00-08:00",
        "publish": "2026-11-26T07:00:00-08:00",
        "holiday": None,
    }


def test_below_the_table_each_rule_stands_in_words() -> None:
    lines = as_lines(occurrences(company(), SUNDAY, weeks=1))
    assert lines[-2:] == [
        "Roadmap review: every 2 weeks on Wednesday, from 2026-11-25. On a day off it moves to the next working day.",
        "Weekly product update: every Wednesday. On a day off it moves to the next working day.",
    ]


def test_programs_are_told_which_setting_moved_an_occurrence() -> None:
    (moved,) = as_data(
        each
        for each in occurrences(company(), datetime(2024, 12, 22, tzinfo=UTC), weeks=1)
        if each.ritual.id == "weekly-update"
    )
    assert moved["set_by"] == "`holidays: later` in calendar.yaml with `holidays: DE-BE` in organisation.yaml"
    assert moved["why"].startswith("Moved from Wed 2024-12-25 to Fri 2024-12-27: Christmas Day (set by")
    assert moved["rule"] == "every Wednesday"
