"""`/decision list` and `/decision find`: what they take for what, and what they show."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.db import Database
from bot.decisions import listeners, listing
from bot.decisions.listing import Wanted
from bot.errors import UserError
from bot.house import House
from bot.people.flow import require_person
from tests.decisions.classes import DANA, ERIN, house_with_classes
from tests.decisions.log import ENTRY, FRIDAY, QUESTION, Desk, initial, raised, recorded
from tests.fakes import StoppedClock
from tests.people import ALICE, BOB, CHARLIE

TODAY = date(2026, 11, 25)


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    return house_with_classes(any_db, clock)


def listed(house: House, wanted: Wanted, reader: str = ALICE, today: date = TODAY, limit: int = 10) -> list[str]:
    with house.db.transaction() as session:
        person = require_person(session, house, reader)
        return [each.ref for each in listing.entries(session, house, person, today, wanted, limit)]


def said(house: House, text: str, user: str = ALICE) -> str:
    desk = Desk(house, user)
    desk.does(listeners.decision, text)
    return str(desk.said[-1]["text"])


def question(house: House, key: str, **values: Any) -> str:
    return raised(house, replace(QUESTION, **values), key=key).ref


def decision(house: House, key: str, by: str = ALICE, **values: Any) -> str:
    return recorded(house, replace(ENTRY, **values), by, key=key).ref


@pytest.fixture
def log(house: House) -> House:
    """Two open questions and three decisions."""
    question(house, "late", needed_by=FRIDAY + timedelta(days=7), area_id="billing", class_id="priority")  # D-1
    question(house, "early", needed_by=FRIDAY, decider=DANA, class_id="pricing")  # D-2
    decision(house, "a", area_id="billing", review_on=date(2026, 12, 1))  # D-3
    decision(house, "b", by=BOB, decider=ERIN, area_id="search", class_id="pricing")  # D-4
    decision(house, "c", by=BOB, decider=DANA)  # D-5
    return house


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("", Wanted()),
        ("all", Wanted()),
        ("open", Wanted(open=True)),
        ("DUE", Wanted(due=True)),
        ("mine", Wanted(mine=True)),
        ("overdue mine", Wanted(due=True, mine=True)),
        ("billing", Wanted(area_id="billing")),
        ("Biling", Wanted(area_id="billing")),
        ("pricing", Wanted(class_id="pricing")),
        ("discounts in search", Wanted(class_id="pricing", area_id="search")),
        ("area billing", Wanted(area_id="billing")),
        ("class pricing area search", Wanted(class_id="pricing", area_id="search")),
        ("what comes first inside an area", Wanted(class_id="priority")),
        ("stuck", Wanted(open=True, stuck=True)),
        ("exceptions in billing", Wanted(open=True, stuck=True, area_id="billing")),
        ("my open decisions in billing", Wanted(open=True, mine=True, area_id="billing")),
        ("open mine billing prices and terms", Wanted(open=True, mine=True, area_id="billing", class_id="pricing")),
    ],
)
def test_words_say_what_is_listed(house: House, words: str, wanted: Wanted) -> None:
    assert listing.read(house, words) == wanted


def test_a_single_word_that_nobody_knows_is_answered_with_what_one_may_say(house: House) -> None:
    with pytest.raises(UserError) as refused:
        said(house, "list bills")
    assert str(refused.value) == (
        "I know no “bills” to list. Did you mean `Billing` or `priority`? `/decision list` takes `open`, `due`, "
        "`mine`, `stuck`, an area or a class of decision. `/decision find` looks for any words."
    )


def test_two_areas_at_once_are_one_too_many(house: House) -> None:
    with pytest.raises(UserError, match=r"That may be `Billing` or `Search`\. Name one of them\."):
        said(house, "list billing search")


def test_words_that_say_no_list_are_a_decision(house: House) -> None:
    desk = Desk(house)
    desk.does(listeners.decision, "list every flaw of the plan")
    assert initial(desk.form(), "decision") == "list every flaw of the plan"


@pytest.mark.parametrize(
    ("wanted", "refs"),
    [
        (Wanted(open=True), ["D-2", "D-1"]),
        (Wanted(area_id="billing"), ["D-3", "D-1"]),
        (Wanted(class_id="pricing"), ["D-4", "D-2"]),
        (Wanted(class_id="pricing", area_id="search"), ["D-4"]),
        (Wanted(open=True, area_id="billing"), ["D-1"]),
        (Wanted(mine=True), ["D-3", "D-1"]),
        (Wanted(due=True), []),
        (Wanted(area_id="dropped"), []),
    ],
)
def test_a_list_has_what_was_asked_for_in_its_order(log: House, wanted: Wanted, refs: list[str]) -> None:
    assert listed(log, wanted) == refs


def test_due_is_what_should_have_been_decided_or_looked_at_again(log: House) -> None:
    december = date(2026, 12, 2)
    assert listed(log, Wanted(due=True), today=december) == ["D-2", "D-3"]
    assert listed(log, Wanted(due=True, open=True), today=december) == ["D-2"]
    assert listed(log, Wanted(due=True, mine=True), today=december) == ["D-3"]
    assert listed(log, Wanted(due=True), today=december, limit=1) == ["D-2"]


def test_mine_is_what_i_decide_or_have_raised(log: House) -> None:
    assert listed(log, Wanted(mine=True), CHARLIE) == ["D-2", "D-1"]
    assert listed(log, Wanted(mine=True), DANA) == ["D-5", "D-2"]
    assert listed(log, Wanted(mine=True, open=True), DANA) == ["D-2"]


def test_nobody_sees_what_another_workspace_lists(log: House) -> None:
    elsewhere = replace(log, workspace_id="T0OTHER")
    with log.db.transaction() as session:
        reader = require_person(session, log, ALICE)
        for wanted in (Wanted(), Wanted(open=True), Wanted(due=True), Wanted(mine=True), Wanted(area_id="billing")):
            assert listing.entries(session, elsewhere, reader, date(2030, 1, 1), wanted, 10) == []


def test_a_list_says_what_it_is_a_list_of(log: House) -> None:
    assert said(log, "list open in billing") == (
        "The decision log: open, Billing\n"
        "• D-1 · to be decided by Alice until Fri 4 Dec 2026: Do we keep the free plan?"
    )
    assert said(log, "list due") == "The decision log has nothing that is: due. /decision list shows all of it."


def test_a_long_list_says_that_there_is_more(house: House) -> None:
    for n in range(11):
        decision(house, str(n), area_id="billing")
    assert said(house, "list billing").endswith("These are the first 10, and there are more. /decision list open mine "
                                                "billing narrows it, /decision find looks for words.")  # fmt: skip
    assert said(house, "find free plan").endswith(
        "These are the newest 10, and there are more. Another word narrows it."
    )
    assert said(house, "list billing").count("\n• ") == said(house, "find plan").count("\n• ") == 10


def test_find_shows_what_has_the_words(log: House) -> None:
    decision(log, "d", decision="open an office in Zürich")
    assert said(log, "find ZURICH office") == (
        "In the decision log: ZURICH office\n"
        "• D-6 · decided by Alice on Wed 25 Nov 2026: We will open an office in Zürich"
    )
    assert said(log, "find atlantis").startswith("Nothing in the decision log has “atlantis”.")
    with pytest.raises(UserError, match="Which words"):
        said(log, "find")


def test_only_people_of_the_organisation_look_into_the_log(log: House) -> None:
    for text in ("find plan", "list open", "list"):
        with pytest.raises(UserError, match="do not know you"):
            said(log, text, user="U0STRANGER")
