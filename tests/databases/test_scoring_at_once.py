"""The head of product and a product manager score in the same moment, on both databases; and another workspace's."""

from collections.abc import Collection
from dataclasses import replace

import pytest

from bot.db import Database
from bot.house import House
from bot.people.directory import keep
from bot.rubric import flow, model
from bot.rubric.scales import DIMENSIONS
from tests.databases.test_registers_at_once import at_once
from tests.fakes import make_house, promised
from tests.people import ALICE, BOB, CHARLIE
from tests.rubric.team import led
from tests.updates.team import directory


@pytest.fixture
def house(any_db: Database) -> House:
    house = make_house(any_db, led(BOB))
    with any_db.transaction() as session:
        keep(session, house, directory())
    return house


def all_at(score: int) -> dict[str, str]:
    return {each: str(score) for each in DIMENSIONS}


def scored(house: House, *several: tuple[str, int]) -> list[str]:
    """What each person hears who gives this score in each dimension, at the same moment."""
    nothing: Collection[str] = ()
    return at_once(house, flow.score, *((who, 1, nothing, all_at(score), {}) for who, score in several))


def test_both_who_score_at_once_make_one_scorecard(house: House) -> None:
    assert scored(house, (CHARLIE, 4), (ALICE, 5)) == ["ok", "ok"]

    with house.db.transaction() as session:
        (card,) = flow.scorecards(session, house)
    assert (card.number, card.total, card.by) == (1, 20, {"head": "Charlie", "manager": "Alice"})
    assert len(promised(house.db, "rubric.scorecard")) == 1


def test_of_two_product_managers_at_once_one_scores(house: House) -> None:
    heard = scored(house, (ALICE, 4), (BOB, 4))

    assert heard.count("ok") == 1
    assert any("has scored already. Who is asked now is the head of product." in each for each in heard)


def test_another_workspace_sees_none_of_it(house: House) -> None:
    scored(house, (CHARLIE, 4), (ALICE, 4))
    other = replace(house, workspace_id="T0OTHER")

    with house.db.transaction() as session:
        assert flow.latest(session, other) is None
        assert model.given(session, other, [1]) == {1: {}}
        assert model.next_number(session, other) == 1
