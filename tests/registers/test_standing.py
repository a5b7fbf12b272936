"""How the registers stand for who reads them, and what is found amiss."""

from datetime import timedelta

import pytest

from bot.db import Database
from bot.errors import FieldErrors, UserError
from bot.house import Finding, House
from bot.people.directory import keep
from bot.registers import flow, standing
from bot.registers.flow import Typed
from tests.fakes import StoppedClock, make_house
from tests.people import ALICE, BOB, CHARLIE
from tests.updates.team import definitions, directory

STEP = Typed("Start the pilot", owner=ALICE, due="2026-12-01")


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    house = make_house(db, definitions(), clock)
    with db.transaction() as session:
        keep(session, house, directory())
    return house


def found(house: House) -> list[Finding]:
    with house.db.transaction() as session:
        return list(standing.findings(session, house))


@pytest.mark.proves("R35", "IM09")
def test_an_empty_register_is_found_until_somebody_says_that_there_is_nothing(house: House) -> None:
    assert [(each.rule, each.about) for each in found(house)] == [
        ("IM09", "register:risk"),
        ("IM09", "register:question"),
        ("IM09", "register:next"),
    ]
    with house.db.transaction() as session:
        flow.say_none(session, house, BOB, "risk")
        flow.say_none(session, house, BOB, "question")
        flow.add(session, house, BOB, "next", STEP)
    assert found(house) == []
    with house.db.transaction() as session:
        risks, _questions, steps = standing.registers(session, house)
        assert risks.checked is not None
        assert (risks.checked.by, str(risks.checked.on)) == ("Bob", "2026-11-25")
        assert (steps.checked, [each.ref for each in steps.entries]) == (None, ["NEXT-1"])


def test_what_ended_after_somebody_looked_asks_to_look_again(house: House, clock: StoppedClock) -> None:
    with house.db.transaction() as session:
        flow.say_none(session, house, BOB, "next")
        flow.add(session, house, BOB, "next", STEP)
        clock.turn(timedelta(hours=1))
        flow.end(session, house, ALICE, "1", 1, "The pilot runs")
    assert "register:next" in [each.about for each in found(house)]


@pytest.mark.proves("IM08")
def test_an_entry_that_nobody_looked_at_for_a_week_is_found_for_its_owner(house: House, clock: StoppedClock) -> None:
    with house.db.transaction() as session:
        flow.add(session, house, BOB, "next", STEP)
    clock.turn(timedelta(days=12))
    assert [each for each in found(house) if each.rule == "IM08"] == []
    clock.turn(timedelta(days=1))
    (late,) = [each for each in found(house) if each.rule == "IM08"]
    assert (late.owner, late.message) == (ALICE, "NEXT-1 was to be looked at by 1 Dec 2026: Start the pilot")


def test_nobody_says_that_there_is_nothing_where_something_stands(house: House) -> None:
    with house.db.transaction() as session:
        flow.add(session, house, BOB, "next", STEP)
        with pytest.raises(UserError, match="Something stands there"):
            flow.say_none(session, house, BOB, "next")


def test_a_risk_needs_its_weights_and_what_is_done_against_it(house: House) -> None:
    with house.db.transaction() as session, pytest.raises(FieldErrors) as refused:
        flow.add(session, house, BOB, "risk", Typed("Fatigue", owner="U0NOBODY", due="", likelihood="4"))
    assert set(refused.value.fields) == {"detail", "likelihood", "impact", "owner", "due"}


def test_only_product_ops_begins_with_the_usual_risks_and_only_once(house: House) -> None:
    with house.db.transaction() as session:
        with pytest.raises(UserError, match="Only product ops"):
            flow.begin(session, house, CHARLIE, "risk")
        assert [each.weight for each in flow.begin(session, house, BOB, "risk")] == [4] * 5
        with pytest.raises(UserError, match="Something stood there"):
            flow.begin(session, house, BOB, "risk")
