"""Finding decisions by their words: the same on both databases, whatever people type."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from bot import migrations, search
from bot.db import Database
from bot.decisions import flow, model
from bot.decisions.flow import LIST_LENGTH
from bot.decisions.model import SEARCHED, Decision
from bot.errors import UserError
from bot.folding import folded
from bot.house import DecisionDraft, House
from bot.markup import clean
from tests.decisions.log import ENTRY, QUESTION, introduce, raised, recorded, settled
from tests.fakes import make_house
from tests.people import ALICE, WORKSPACE

HOSTILE = (
    "'", '"', "\\", "%", "_", "*", "a*", '"a', "a'", "a:*", "a & b", "a | !b", "a AND", "OR NOT", "NEAR(a b)", "(",
    "))", "words:a", "rowid", "a -b", "<->", "a;drop table decision", ":words", "%(words)s", "\x00a", "\ud800",
    "{{ 7*7 }}", "🐝", "—", "ﬀ", "İ", "a" * 5000, "a " * 5000, "۱۲٣", "漢字かな",
)  # fmt: skip

SEARCHED_THEN = tuple(name for name in SEARCHED if name != "ended_because")
"""Without what an entry had not yet when the index came."""


@pytest.fixture
def house(any_db: Database) -> House:
    made = make_house(any_db)
    with any_db.transaction() as session:
        introduce(session, made)
    return made


def find(house: House, words: str) -> list[str]:
    with house.db.transaction() as session:
        return [each.ref for each in flow.find(session, house, words)]


def said(house: House, key: str, **texts: Any) -> str:
    return recorded(house, replace(ENTRY, **texts), key=key).ref


def test_words_are_found_in_every_text_of_an_entry(house: House) -> None:
    raised(house, replace(QUESTION, question="alpha?", stuck="bravo", options="charlie\ndelta"))
    said(
        house, "second", decision="echo", options="foxtrot\ngolf", why="hotel", revisit="india", inform="juliett",
        links="https://docs.example.com/kilo",
    )  # fmt: skip
    with house.db.transaction() as session:
        flow.log_draft(session, house, DecisionDraft(ALICE, "We will lima", True, "weekly update, mike"))
    for word in ("alpha", "bravo", "charlie", "delta"):
        assert find(house, word) == ["D-1"]
    for word in ("echo", "foxtrot", "golf", "hotel", "india", "juliett", "kilo", "docs"):
        assert find(house, word) == ["D-2"]
    for word in ("lima", "mike"):
        assert find(house, word) == ["D-3"]


@pytest.mark.parametrize(
    "words",
    ["Zürich", "ZURICH", "zuri", "z", "creme brulee", "BRÛL crè", "strasse", "Straße", "v2", "ﬁve", "решен", "РЕШЕНИЕ"],
)
def test_words_are_found_without_case_and_accents_and_by_how_they_begin(house: House, words: str) -> None:
    ref = said(house, "this", decision="open Zürich, Crème brûlée in the STRASSE, v2.0, five, Решение")
    said(house, "another")
    assert find(house, words) == [ref]


@pytest.mark.parametrize("words", ["urich", "zurich berlin", "rulee", "ich", "nothing of the sort"])
def test_all_words_must_be_there_and_begin_so(house: House, words: str) -> None:
    said(house, "this", decision="open Zürich, Crème brûlée")
    assert find(house, words) == []


def test_the_newest_comes_first_and_one_more_than_is_shown(house: House) -> None:
    refs = [said(house, f"{n}", why=f"because of {n}") for n in range(LIST_LENGTH + 3)]
    assert find(house, "because") == refs[::-1][: LIST_LENGTH + 1]


@pytest.mark.parametrize("walked", [0, 3, LIST_LENGTH + 2])
def test_what_is_found_does_not_hang_on_how_it_is_looked_for(
    house: House, walked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "WALKED", walked)
    refs = [said(house, f"{n}", why="because") for n in range(LIST_LENGTH + 3)]
    said(house, "another", why="hence")
    assert find(house, "because") == refs[::-1][: LIST_LENGTH + 1]
    assert find(house, "hence") == [f"D-{len(refs) + 1}"]
    assert find(house, "nowhere") == []


def test_what_is_settled_is_found_by_its_new_words_and_the_old_that_stay(house: House) -> None:
    ref = raised(house, replace(QUESTION, question="Keep the free plan?", options="Xylophone")).ref
    settled(house, ref, replace(ENTRY, decision="end it in spring", options="Yes\nNo"))
    assert find(house, "spring free") == [ref]
    assert find(house, "xylophone") == []


def test_a_review_keeps_an_entry_as_it_was(house: House) -> None:
    ref = said(house, "this", decision="end it in spring")
    with house.db.transaction() as session:
        flow.keep(session, house, ALICE, ref, date(2027, 6, 1), str(ENTRY.review_on))
    assert find(house, "spring") == [ref]


def test_nobody_finds_what_another_workspace_has_decided(house: House) -> None:
    said(house, "this")
    elsewhere = replace(house, workspace_id="T0OTHER")
    with house.db.transaction() as session:
        assert flow.find(session, elsewhere, "free plan") == []


@pytest.mark.parametrize("words", HOSTILE)
def test_no_words_are_an_error(house: House, words: str) -> None:
    said(house, "this", decision=clean(f"note {words[:100]}"))
    if search.looked_for(words):
        assert find(house, words) in ([], ["D-1"])
    else:
        with pytest.raises(UserError, match="Which words"):
            find(house, words)


LETTERS = st.text(alphabet="abÄäßé -'\"*:&_1漢", max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(texts=st.lists(LETTERS, min_size=1, max_size=5), words=LETTERS)
def test_what_is_found_is_what_has_words_that_begin_so(house: House, texts: list[str], words: str) -> None:
    with house.db.transaction() as session:
        session.execute(delete(Decision))
        session.execute(text(f"DELETE FROM {model.WORDS.name}"))
        for why in texts:
            add(session, house, why)
        begun = search.looked_for(words)
        expected = [
            why for why in texts[::-1] if begun and all(any(w.startswith(b) for w in folded(why)) for b in begun)
        ]
        found = [each.why for each in model.with_words(session, house, begun, 10)] if begun else []
    assert found == expected


def add(session: Session, house: House, why: str) -> None:
    model.add(
        session, house,
        state=model.DECIDED, raised_by=ALICE, raised_at=house.clock.now(), decider=ALICE, why=why,
    )  # fmt: skip


def test_what_was_there_before_the_index_is_found_too(any_db_url: str) -> None:
    migrations.upgrade(any_db_url, "3ada290efeae")
    db = Database(any_db_url)
    columns = {
        "workspace_id": WORKSPACE, "number": "1", "state": "decided", "raised_by": ALICE, "decider": ALICE,
        "raised_at": "2026-11-25 09:00:00+00:00", "door": "easy", "inform_channel": "",
        **{name: f"Çelik {name}" for name in SEARCHED_THEN},
    }  # fmt: skip
    names, values = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    with db.transaction() as session:
        session.execute(text(f"INSERT INTO decision ({names}) VALUES ({values})"), columns)
    migrations.upgrade(any_db_url)
    for words in ("celik", *SEARCHED_THEN):
        assert find(make_house(db), words) == ["D-1"]
    db.close()
