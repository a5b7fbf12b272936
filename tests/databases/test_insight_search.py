"""Finding insights by their words: the same on both databases."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import ColumnElement

from bot import search
from bot.db import Database
from bot.house import House
from bot.insights import model
from bot.insights.model import visible
from tests.fakes import make_house
from tests.people import ALICE, BOB


@pytest.fixture
def house(any_db: Database) -> House:
    return make_house(any_db)


def logged(house: House, what: str, **values: Any) -> str:
    with house.db.transaction() as session:
        insight = model.add(
            session, house,
            **{"state": model.NEW, "captured_at": house.clock.now(), "what": what, "severity": "low", **values},
        )  # fmt: skip
        return insight.ref


def find(house: House, words: str, seen: ColumnElement[bool] | None = None, limit: int = 10) -> list[str]:
    with house.db.transaction() as session:
        return [each.ref for each in model.with_words(session, house, search.looked_for(words), limit, seen)]


def test_the_newest_insights_that_have_all_words_are_found(house: House) -> None:
    logged(house, "Export to Excel fails")
    logged(house, "Exports are slow", proof="https://desk.example.com/excel")
    logged(house, "Excel is what they know")
    assert find(house, "excel exp") == ["I-2", "I-1"]
    assert find(house, "EXCEL", limit=2) == ["I-3", "I-2"]
    assert find(house, "export word") == []


def test_what_is_written_later_is_found_too_and_what_was_is_not(house: House) -> None:
    logged(house, "Export fails")
    with house.db.transaction() as session:
        insight = model.get(session, house, "I-1")
        model.move(session, house, insight, [model.NEW], what="Import fails", reason="Zürich said so")
    assert find(house, "zurich import") == ["I-1"]
    assert find(house, "export") == []


def test_what_somebody_may_not_see_they_do_not_find(house: House) -> None:
    logged(house, "Export leaks", restricted=True, owner=BOB)
    logged(house, "Export fails")
    assert find(house, "export", visible(False, ALICE)) == ["I-2"]
    assert find(house, "export", visible(False, BOB)) == ["I-2", "I-1"]
    assert find(house, "export", visible(True, ALICE)) == ["I-2", "I-1"]


def test_a_duplicate_is_found_by_the_one_it_was_merged_into_alone(house: House) -> None:
    logged(house, "Export fails")
    logged(house, "Export fails again", state=model.MERGED, merged_into=1)
    assert find(house, "export") == ["I-1"]


def test_nobody_finds_what_another_workspace_was_told(house: House) -> None:
    logged(replace(house, workspace_id="T0OTHER"), "Export fails")
    assert find(house, "export") == []
