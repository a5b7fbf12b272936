"""A company of forty people all over the world, eight of whom own an area, for simulations in the tests."""

from collections.abc import Mapping
from typing import Any

from bot.definitions import Calendar, Definitions, Organisation
from bot.words import Words
from tests import people
from tests.fakes import shipped_words
from tests.people import ALICE, BOB, CHARLIE

PLACES = (
    ("Europe/Berlin", "DE-BE"),
    ("Europe/London", "GB"),
    ("Europe/Lisbon", "PT"),
    ("Europe/Athens", "GR"),
    ("America/New_York", "US"),
    ("America/Sao_Paulo", "BR"),
    ("Asia/Kolkata", "IN-KA"),
    ("Asia/Tokyo", "JP"),
    ("Australia/Sydney", "AU-NSW"),
)
PEOPLE, AREAS = 40, 8


def words() -> Words:
    return shipped_words()


def world_wide() -> Definitions:
    """Forty people in nine zones with a weekly update, a review every two weeks and one a month."""
    organisation = _organisation()
    organisation["people"] += [_person(number) for number in range(PEOPLE - len(organisation["people"]))]
    organisation["areas"] = [_area(number) for number in range(AREAS)]
    organisation["company_days"] = [{"date": "2027-05-07", "name": "Bridge day"}]
    organisation["freezes"] = [{"from": "2027-06-14", "until": "2027-06-18", "name": "Move of the data centre"}]
    return Definitions(
        Organisation.model_validate(organisation),
        Calendar.model_validate(
            {
                "rituals": [
                    weekly(),
                    review("roadmap", "every 2 weeks on Wednesday", starts="2027-01-06"),
                    review("insights", "2nd Thursday of the month"),
                ]
            }
        ),
    )


def small(*rituals: Mapping[str, Any], **organisation: Any) -> Definitions:
    """Alice owns Billing with Bob as deputy; all in Berlin."""
    return Definitions(
        Organisation.model_validate(_organisation() | organisation),
        Calendar.model_validate({"rituals": list(rituals) or [weekly()]}),
    )


def weekly(**changes: Any) -> dict[str, Any]:
    plain = people.calendar().rituals[0].model_dump(mode="json", by_alias=True, exclude_unset=True)
    return plain | changes


def review(name: str, repeats: str, **schedule: Any) -> dict[str, Any]:
    """A review that Bob owns, from 13:00 to 17:00."""
    return {
        "id": name,
        "name": name.capitalize(),
        "kind": "review",
        "purpose": "What is seen is decided.",
        "owner": BOB,
        "artifact": "Decisions",
        "audience": [ALICE, CHARLIE],
        "schedule": {"repeats": repeats, "prompt": "13:00", "cutoff": "17:00", "publish": "17:00", **schedule},
    }


def _organisation() -> dict[str, Any]:
    return people.organisation().model_dump(mode="json", by_alias=True, exclude_unset=True)


def _person(number: int) -> dict[str, Any]:
    zone, holidays = PLACES[number % len(PLACES)]
    return {
        "name": f"Person {number}",
        "email": f"person{number}@example.com",
        "function": "product",
        "zone": zone,
        "holidays": holidays,
    }


def _area(number: int) -> dict[str, Any]:
    return {
        "id": f"area-{number}",
        "name": f"Area {number}",
        "owner": f"person{number}@example.com",
        "deputy": f"person{number + 1}@example.com",
        "forum": f"#area-{number}",
    }
