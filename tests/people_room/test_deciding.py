"""Who decides: a class of decision and an area come to people, and to nobody of product ops where they may not."""

from datetime import date

import pytest

from bot.db import Database
from bot.house import House
from bot.people.absence import set_away
from bot.people.deciding import deciders, in_words, meant, there_today
from bot.people.model import People
from tests.decisions.classes import DANA, ERIN, house_with_classes
from tests.fakes import StoppedClock
from tests.people import ALICE, BOB, CHARLIE

TODAY = date(2026, 11, 25)


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return house_with_classes(db, clock)


@pytest.mark.parametrize(
    ("class_id", "area_id", "who"),
    [
        # Bob is the deputy of Billing, but product ops decides nothing about the product.
        ("priority", "billing", (ALICE, DANA, None)),
        ("priority", "search", (ALICE, ERIN, DANA)),
        ("priority", "", (None, None, DANA)),
        ("pricing", "search", (DANA, ALICE, None)),
        ("pricing", "", (DANA, None, None)),
        ("macros", "", (None, CHARLIE, DANA)),
        ("planning", "", (BOB, DANA, None)),
    ],
)
def test_a_class_and_an_area_come_to_people(
    house: House, class_id: str, area_id: str, who: tuple[str | None, ...]
) -> None:
    found = house.definitions.decision_class(class_id)
    assert found is not None
    with house.db.transaction() as session:
        named = deciders(session, house, found, house.definitions.organisation.area(area_id))
    assert tuple(each and each.slack_id for each in (named.decider, named.backup, named.head)) == who
    assert [each.slack_id for each in named.in_order] == [each for each in who if each]


@pytest.mark.parametrize(
    ("word", "people", "says"),
    [
        ("area_owner", [ALICE], "the owner of Search"),
        ("area_deputy", [ERIN, DANA], "whoever stands in for the owner of Search"),
        ("head_of_product", [DANA], "the head of product"),
        ("product_ops", [BOB], "Product Ops"),
        ("product_manager", [ALICE, ERIN], "the product managers"),
        ("support", [CHARLIE], "the lead of Support"),
        ("legal", [], "the lead of Legal"),
        (CHARLIE, [CHARLIE], "Charlie"),
        ("everybody", [ALICE, BOB, CHARLIE, DANA, ERIN], "everybody"),
    ],
)
def test_a_word_of_a_class_stands_for_people_and_reads_well(
    house: House, word: str, people: list[str], says: str
) -> None:
    search = house.definitions.organisation.area("search")
    with house.db.transaction() as session:
        assert [each.slack_id for each in meant(session, house, word, search)] == people
    assert in_words(house, word, search) == says


def test_without_an_area_nobody_is_its_owner_or_deputy(house: House) -> None:
    with house.db.transaction() as session:
        assert meant(session, house, "area_owner", None) == meant(session, house, "area_deputy", None) == []
    assert in_words(house, "area_owner") == "the owner of the area"


def test_the_first_who_is_there_stands_in_today(house: House) -> None:
    with house.db.transaction() as session:
        asked = [person for slack_id in (ALICE, ERIN, DANA) if (person := People(session, house).by_slack(slack_id))]
        for slack_id in (ALICE, ERIN):
            set_away(session, house, slack_id, TODAY, TODAY)
        there = there_today(session, house, asked)
        assert there is not None and there.slack_id == DANA
        assert there_today(session, house, asked[:2]) is None
