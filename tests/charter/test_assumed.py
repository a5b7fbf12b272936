"""What is only assumed is labelled in the charter, on Home, and in who decides what."""

import pytest

from bot.charter import flow, parts, raci
from bot.db import Database
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


def test_home_says_that_a_part_of_its_sentence_is_assumed(house: House) -> None:
    (block,) = house.db.call(flow.on_home, house, ALICE)

    assert "for everybody. (assumed)" in str(block)


def test_who_decides_what_labels_who_is_only_assumed_to(house: House) -> None:
    (pricing,) = (row for row in raci.rows(house) if row.id == "pricing")

    assert pricing.accountable == "the head of product (assumed)"
    assert pricing.backup == "the owner of the area"
    assert pricing.consulted == ("the lead of Support (assumed)",)


def test_the_measures_of_success_are_named_with_where_they_are_to_go(house: House) -> None:
    charter = house.definitions.charter
    assert charter is not None

    assert parts.texts(house, charter)["measures"].split("\n")[1:] == [
        "• On-time updates",
        "• Launch surprises",
        "• Bundle coverage",
    ]
