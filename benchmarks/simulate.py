"""A year of the starter calendar for two hundred people, simulated: forty areas, then an area for everybody."""

import time
from datetime import date

from bot import shipped
from bot.definitions import Definitions, Organisation, load
from bot.logs import set_up
from bot.simulate import Assumptions, as_html, find, live
from bot.words import Words

PEOPLE = 200
AREAS = (40, PEOPLE)
GOAL = 60
"""Seconds."""
YEAR = Assumptions(first_day=date(2027, 1, 4), weeks=52)
PLACES = (
    ("Europe/Berlin", "DE-BE"),
    ("Europe/London", "GB"),
    ("Europe/Lisbon", "PT"),
    ("America/New_York", "US"),
    ("America/Los_Angeles", "US-CA"),
    ("America/Sao_Paulo", "BR"),
    ("Asia/Kolkata", "IN-KA"),
    ("Asia/Tokyo", "JP"),
    ("Australia/Sydney", "AU-NSW"),
)


def main() -> None:
    set_up("critical")
    for areas in AREAS:
        definitions, words = company(areas), Words([shipped.folder("templates")])
        began = time.perf_counter()
        life = live(definitions, words, YEAR)
        lived = time.perf_counter() - began
        page = as_html(words, find(life))
        seconds = time.perf_counter() - began
        print(
            f"{PEOPLE} people, {areas} areas, {YEAR.weeks} weeks: {seconds:.1f} s (goal {GOAL}),"
            f" of which {lived:.1f} s living; {len(life.said)} messages and changes, {len(life.requests)} requests;"
            f" page {len(page) // 1024} kB"
        )


def company(areas: int) -> Definitions:
    """The starter calendar, kept by two hundred people all over the world; the first of them own an area each."""
    starter = load(shipped.folder("cadences")).definitions
    assert starter is not None
    plain = starter.organisation.model_dump(mode="json", by_alias=True, exclude_unset=True)
    more = [_person(number) for number in range(PEOPLE - len(plain["people"]))]
    plain["people"] = [*plain["people"], *more]
    owners = [each["email"] for each in [*more, *plain["people"]]]
    plain["areas"] = [_area(number, owners) for number in range(areas)]
    return Definitions(Organisation.model_validate(plain), starter.calendar, None)


def _person(number: int) -> dict[str, object]:
    zone, holidays = PLACES[number % len(PLACES)]
    return {
        "name": f"Person {number}",
        "email": f"person{number}@example.com",
        "function": "product",
        "roles": ["product_manager"],
        "zone": zone,
        "holidays": holidays,
    }


def _area(number: int, owners: list[str]) -> dict[str, object]:
    return {
        "id": f"area-{number}",
        "name": f"Area {number}",
        "owner": owners[number],
        "deputy": owners[(number + 1) % len(owners)],
        "forum": f"#area-{number}",
    }


if __name__ == "__main__":
    main()
