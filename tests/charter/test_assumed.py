"""What is only assumed is labelled in the charter, on Home, and in who decides what."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.charter import flow, parts, raci
from bot.db import Database
from bot.delivery.model import OutboxMessage
from bot.house import House
from tests.assuming import assuming
from tests.charter.world import definitions
from tests.decisions.log import introduce
from tests.fakes import StoppedClock, make_house
from tests.people import ALICE

PATHS = (
    "charter.problem.reduce",
    "charter.sponsor",
    "charter.model.kind",
    "organisation.people.head_of_product",
    "organisation.functions.support",
)


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    house = make_house(db, definitions(), clock)
    with db.transaction() as session:
        introduce(session, house)
    return assuming(house, dict.fromkeys(PATHS, "nobody knows"), "bob@example.com")


def test_the_charter_labels_what_nobody_has_confirmed(house: House) -> None:
    charter = house.definitions.charter
    assert charter is not None
    found = parts.texts(house, charter)

    assert found["problem"].endswith("for everybody. (assumed)")
    assert "Central (assumed). One friction" in found["model"]
    assert "We report to the head of product (assumed)." in found["model"]
    assert "Sponsor: the head of product (assumed). Keeper of this charter: Product Ops." in found["people"]
    assert "the lead of Support (assumed)" in found["interfaces"]
    assert "(assumed)" not in found["owns"]


def test_what_has_no_single_value_is_labelled_as_a_whole(house: House) -> None:
    held = assuming(house, dict.fromkeys(("charter.owns", "charter.measures"), "nobody knows"), "bob@example.com")
    charter = held.definitions.charter
    assert charter is not None
    found = parts.texts(held, charter)

    assert found["owns"].startswith("What we own (assumed)\n")
    assert "• On-time updates (assumed)" in found["measures"]
    assert "(assumed)" not in found["does_not_own"]


def test_home_says_that_a_part_of_its_sentence_is_assumed(house: House) -> None:
    (block,) = house.db.call(flow.on_home, house, ALICE)

    assert "for everybody. (assumed)" in str(block)


def test_who_decides_what_labels_who_is_only_assumed_to(house: House) -> None:
    (pricing,) = (row for row in raci.rows(house) if row.id == "pricing")

    assert pricing.accountable == "the head of product (assumed)"
    assert pricing.backup == "the owner of the area"
    assert pricing.consulted == ("the lead of Support (assumed)",)


def test_who_decides_what_labels_that_it_is_only_assumed_to_be_they(house: House) -> None:
    held = assuming(house, {"decisions.classes.pricing.backup": "the owner of the area"}, "bob@example.com")
    (pricing,) = (row for row in raci.rows(held) if row.id == "pricing")

    assert (pricing.accountable, pricing.backup) == ("the head of product", "the owner of the area (assumed)")
    assert raci.of_role(held, "area_owner")["backup"] == ["Prices and terms (assumed)"]


def test_the_posted_charter_is_no_longer_labelled_once_all_is_confirmed(house: House) -> None:
    house.db.call(flow.keep_in_step, house)
    assert "Sponsor: the head of product (assumed)" in str(card(house))

    house.db.call(flow.keep_in_step, replace(house, definitions=definitions()))
    assert "Sponsor: the head of product." in str(card(house))
    assert "(assumed)" not in str(card(house))


def card(house: House) -> object:
    """What the message with the charter says now."""
    with house.db.transaction() as session:
        return session.scalars(select(OutboxMessage)).one().payload


def test_the_measures_of_success_are_named_with_where_they_are_to_go(house: House) -> None:
    charter = house.definitions.charter
    assert charter is not None

    assert parts.texts(house, charter)["measures"].split("\n")[1:] == [
        "• On-time updates",
        "• Launch surprises",
        "• Bundle coverage",
    ]
