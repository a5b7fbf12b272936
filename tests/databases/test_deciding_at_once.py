"""While somebody decides, others touch the same entry: what is shown in the end is that it is decided."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from bot.db import Database
from bot.decisions import consulting, flow, model
from bot.decisions.entry import Choice
from bot.house import House
from bot.people.absence import set_away
from tests.decisions.classes import ERIN, house_with_classes
from tests.decisions.log import ENTRY, QUESTION, day_messages, raised, recorded
from tests.fakes import StoppedClock, promised
from tests.people import ALICE, BOB, CHARLIE, DECISIONS

SEARCH = replace(QUESTION, class_id="priority", area_id="search", decider="")
ENOUGH = 0.3
"""Seconds in which the other one has begun, and has come to the entry."""


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    return house_with_classes(any_db, clock)


def at_once(house: House, first: Callable[[Session], object], second: Callable[[Session], object]) -> list[str]:
    """The second begins before what the first does is kept, and goes on once it is; why it was refused, if it was."""

    def run() -> None:
        with house.db.transaction() as session:
            try:
                second(session)
            except Exception as error:
                refused.append(str(error))

    refused: list[str] = []
    thread = threading.Thread(target=run)
    with house.db.transaction() as session:
        first(session)
        thread.start()
        time.sleep(ENOUGH)
    thread.join()
    return refused


def while_alice_decides(house: House, other: Callable[[Session], object]) -> None:
    choice = Choice("End it in May", "It costs more.", date(2027, 3, 1), revisit="More sign-ups.")
    refused = at_once(house, lambda session: flow.decide(session, house, ALICE, "D-1", choice, "alices"), other)
    assert refused in ([], ["D-1 is decided by now. `/decision D-1` shows it."])


def test_who_goes_away_at_that_moment_hands_nothing_on(house: House) -> None:
    raised(house, SEARCH)
    with house.db.transaction() as session:
        set_away(session, house, ALICE, date(2026, 11, 25), date(2026, 12, 4))
    while_alice_decides(house, lambda session: flow.on_away(session, house, ALICE))
    assert promised(house.db, channel=DECISIONS)[0].text.startswith("D-1 · decided")
    assert day_messages(house, ERIN) == []


def test_a_view_given_at_that_moment_opens_it_to_nobody_again(house: House) -> None:
    raised(house, SEARCH, by=BOB)
    assert len(day_messages(house, ALICE)) == 1
    while_alice_decides(house, lambda session: consulting.say(session, house, CHARLIE, "D-1", "Keep it."))
    (shown,) = day_messages(house, ALICE)
    assert "Nothing to do: D-1 is decided by Alice." in shown.text


def test_of_two_decisions_that_would_replace_each_other_one_goes_on_counting(house: House) -> None:
    for key in ("one", "another"):
        recorded(house, replace(ENTRY, decision=key), key=key)
    refused = at_once(
        house,
        lambda session: flow.replaces(session, house, ALICE, "D-2", "D-1"),
        lambda session: flow.replaces(session, house, ALICE, "D-1", "D-2"),
    )
    assert refused == ["D-1 is superseded, so it cannot take the place of another."]
    with house.db.transaction() as session:
        assert [model.get(session, house, ref).state for ref in ("D-1", "D-2")] == ["superseded", "decided"]
