"""What the operating system pack says of the registers."""

from datetime import timedelta

import pytest

from bot.db import Database
from bot.house import House
from bot.people.directory import keep
from bot.registers import flow
from bot.registers.flow import Typed
from bot.registers.pack import heaviest, in_pack
from tests.fakes import StoppedClock, make_house
from tests.people import ALICE, BOB
from tests.updates.team import definitions, directory


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    house = make_house(db, definitions(), clock)
    with db.transaction() as session:
        keep(session, house, directory())
    return house


def test_it_shows_what_is_open_who_found_nothing_and_what_nobody_has_looked_at(house: House) -> None:
    fatigue = Typed(
        "People tire of forms",
        "Cut a field",
        owner=ALICE,
        due="2026-12-01",
        likelihood="2",
        impact="3",
        about="https://example.com/x",
    )
    with house.db.transaction() as session:
        flow.add(session, house, BOB, "risk", fatigue)
        flow.say_none(session, house, BOB, "question")
        risks, questions, steps = in_pack(session, house)

    assert [list(row) for row in risks.part.tables[0].rows] == [
        [
            "RISK-1",
            ("People tire of forms", "about https://example.com/x"),
            "2 and 3",
            "Cut a field",
            "Alice",
            "Tue 1 Dec 2026",
        ]
    ]
    assert not risks.is_empty
    assert (questions.is_empty, questions.checked) == (True, "None, checked by Bob on Wed 25 Nov 2026.")
    assert (steps.is_empty, steps.checked, steps.name) == (True, "", "next steps")


def test_what_is_past_its_day_says_so_and_the_heaviest_risks_are_a_line_each(house: House, clock: StoppedClock) -> None:
    with house.db.transaction() as session:
        for number, impact in enumerate("1231", start=1):
            risk = Typed(f"Risk {number}", "Watch it", owner=ALICE, due="2026-12-01", likelihood="2", impact=impact)
            flow.add(session, house, BOB, "risk", risk)
        lines = heaviest(session, house)
        clock.turn(timedelta(days=7))
        risks, *_ = in_pack(session, house)

    assert lines == [f"RISK-{number} Risk {number}: Watch it (Alice)" for number in (3, 2, 1)]
    assert risks.part.tables[0].rows[0][-1] == "was due Tue 1 Dec 2026"


def test_each_row_has_a_cell_for_each_column(house: House) -> None:
    step = Typed("Start the pilot", "Why it matters", owner=ALICE, due="2026-12-01", likelihood="1", impact="1")
    with house.db.transaction() as session:
        for sort in ("risk", "question", "next"):
            flow.add(session, house, BOB, sort, step)
        tables = [table for register in in_pack(session, house) for table in register.part.tables]

    assert [len(row) for table in tables for row in table.rows] == [len(table.head) for table in tables]
