"""Planning a quarter on either database: two forms at the same moment, and a plan that is closed twice."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot.db import Database
from bot.errors import UserError
from bot.house import House
from bot.quarter import closing, writing
from tests.fakes import StoppedClock, promised
from tests.people import ALICE
from tests.quarter import world
from tests.quarter.world import BET, bet, part, plan, planning
from tests.releases.launch import FRANK


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    return world.opened(any_db, clock)


def together(house: House, verb: Callable[[Session, int], object], times: int = 4) -> list[str]:
    """Do it so often at the same moment; returns why some were refused."""

    def do(number: int) -> None:
        try:
            house.db.call(verb, number)
        except UserError as error:
            refused.append(str(error))

    refused: list[str] = []
    threads = [threading.Thread(target=do, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_one_form_that_arrives_often_makes_one_bet(house: House) -> None:
    mine = str(part(house).id)
    assert together(house, lambda session, _n: writing.add_bet(session, house, ALICE, mine, BET, "form")) == []
    assert len(plan(house).bets) == 1


def test_of_those_who_change_a_bet_at_once_one_wins(house: House) -> None:
    made = bet(house)

    def change(session: Session, number: int) -> None:
        writing.change_bet(session, house, ALICE, str(made.id), 1, replace(BET, target=str(number)))

    refused = together(house, change)
    assert len(refused) == 3 and all("changed this while your form was open" in each for each in refused)
    assert plan(house).bets[0][1].bet.version == 2


def test_a_plan_is_closed_and_posted_once(house: House) -> None:
    bet(house)
    id = str(planning(house).id)
    refused = together(house, lambda session, n: closing.close(session, house, FRANK, id, f"Words {n}", "First plan"))
    assert len(refused) == 3
    assert len([each for each in promised(house.db, "quarter.plan") if each.target is None]) == 1
    assert len(plan(house).versions) == 1


def test_corrections_at_once_are_all_kept(house: House) -> None:
    bet(house)
    closing_id, mine = str(planning(house).id), str(part(house).id)
    house.db.call(closing.close, house, FRANK, closing_id, "", "First plan")
    together(house, lambda session, n: writing.add_bet(session, house, ALICE, mine, BET, f"more-{n}"), 3)
    assert [each.number for each in plan(house).versions] == [1, 2, 3, 4]
