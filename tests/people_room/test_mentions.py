"""Whom a ritual's post mentions: those who have something to do and are there, where the ritual says so."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.house import House
from bot.people.absence import set_away
from bot.people.directory import Directory, keep
from bot.people.mentions import MOST, mentions
from bot.people.model import People, Person
from tests.fakes import WEDNESDAY, make_house
from tests.people import ALICE, BOB, CHARLIE
from tests.rituals.desk import ritual
from tests.updates.team import directory, member

LOUD, QUIET = ritual(mentions=True), ritual()


@pytest.fixture
def house(house: House) -> House:
    with house.db.transaction() as session:
        keep(session, house, directory())
    return house


def mentioned(house: House, *slack_ids: str, loud: bool = True) -> tuple[str, ...]:
    with house.db.transaction() as session:
        people = People(session, house)
        wanted: list[Person | None] = [people.by_slack(each) for each in slack_ids]
        return mentions(house, people, LOUD if loud else QUIET, wanted, house.clock.now())


def test_nobody_is_mentioned_unless_the_ritual_says_so(house: House) -> None:
    assert mentioned(house, ALICE, BOB) == (f"<@{ALICE}>", f"<@{BOB}>")
    assert mentioned(house, ALICE, BOB, loud=False) == ()


def test_each_is_mentioned_once_in_their_order_and_only_whom_the_directory_knows(house: House) -> None:
    assert mentioned(house, BOB, "U0NOBODY", ALICE, BOB, "channel", "!here") == (f"<@{BOB}>", f"<@{ALICE}>")


def test_who_is_away_by_then_is_left_out(house: House) -> None:
    today = WEDNESDAY.date()
    with house.db.transaction() as session:
        set_away(session, house, ALICE, today, today)
        set_away(session, house, BOB, today + timedelta(days=1), today + timedelta(days=1))
    assert mentioned(house, ALICE, BOB, CHARLIE) == (f"<@{BOB}>", f"<@{CHARLIE}>")


def test_who_is_away_from_another_ritual_is_there(house: House) -> None:
    today = WEDNESDAY.date()
    with house.db.transaction() as session:
        set_away(session, house, ALICE, today, today, ritual_id=LOUD.id)
        set_away(session, house, BOB, today, today, ritual_id="another")
    assert mentioned(house, ALICE, BOB) == (f"<@{BOB}>",)


def test_who_has_a_public_holiday_is_left_out(house: House) -> None:
    christmas = date(2026, 12, 25)
    with house.db.transaction() as session:
        people = People(session, house)
        at = WEDNESDAY + (christmas - WEDNESDAY.date())
        assert mentions(house, people, LOUD, [people.by_slack(ALICE)], at) == ()


def test_a_crowd_is_counted(house: House) -> None:
    with house.db.transaction() as session:
        people = People(session, house)
        alice = people.by_slack(ALICE)
        assert alice is not None
        crowd = [replace(alice, slack_id=f"U{n}") for n in range(MOST + 2)]
        everybody = mentions(house, people, LOUD, crowd[:MOST], house.clock.now())
        too_many = mentions(house, people, LOUD, crowd, house.clock.now())
    assert len(everybody) == MOST
    assert too_many == (*everybody, "2 more")


def test_whom_slack_calls_strangely_is_still_only_one_person(house: House) -> None:
    elsewhere = make_house(house.db, definitions=house.definitions, workspace_id="T0OTHER")
    with house.db.transaction() as session:
        keep(session, elsewhere, Directory(members=(member(ALICE, "<!channel> @here"),), channels=()))
    assert mentioned(elsewhere, ALICE) == (f"<@{ALICE}>",)
