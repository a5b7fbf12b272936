"""While somebody decides, others touch the same entry: what is shown in the end is that it is decided."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from bot.db import Database
from bot.decisions import consulting, flow
from bot.decisions.entry import Choice
from bot.house import House
from bot.people.absence import set_away
from tests.decisions.classes import ERIN, house_with_classes
from tests.decisions.log import QUESTION, day_messages, raised
from tests.fakes import StoppedClock, promised
from tests.people import ALICE, BOB, CHARLIE, DECISIONS

SEARCH = replace(QUESTION, class_id="priority", area_id="search", decider="")
ENOUGH = 0.3
"""Seconds in which the other one has begun, and has come to the entry."""


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    return house_with_classes(any_db, clock)


def while_alice_decides(house: House, other: Callable[[Session], object]) -> None:
    """Somebody else begins before her decision is kept, and goes on once it is."""

    def run() -> None:
        with house.db.transaction() as session:
            try:
                other(session)
            except Exception as error:
                failed.append(error)

    failed: list[Exception] = []
    thread = threading.Thread(target=run)
    choice = Choice("End it in May", "It costs more.", date(2027, 3, 1), revisit="More sign-ups.")
    with house.db.transaction() as session:
        flow.decide(session, house, ALICE, "D-1", choice, "alices")
        thread.start()
        time.sleep(ENOUGH)
    thread.join()
    assert [str(error) for error in failed] in ([], ["D-1 is decided by now. `/decision D-1` shows it."])


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
