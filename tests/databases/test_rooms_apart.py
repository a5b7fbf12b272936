"""What one workspace keeps of its charter, its interview, its pilot, its ideas and pulses no other one sees."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.audit import record
from bot.charter import flow as charter
from bot.charter import model as editions
from bot.db import Database
from bot.definitions.pulses import PulseRules
from bot.errors import UserError
from bot.house import House
from bot.improvements import flow as improvements
from bot.improvements import model as ideas
from bot.people.directory import keep
from bot.pilot import passing
from bot.pilot.model import ChangeNotice, notices_of
from bot.pulses import flow as pulses
from bot.pulses import model as rounds
from bot.setup import model as interview
from tests.charter.world import definitions as with_charter
from tests.fakes import StoppedClock, make_house
from tests.people import ALICE, BOB
from tests.pilot.world import pilot
from tests.pulses.test_results import RULES
from tests.updates.team import RITUAL, directory

TODAY = date(2026, 11, 25)


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    rules = PulseRules.model_validate(RULES)
    house = make_house(any_db, replace(with_charter(), pilot=pilot(), gates_passed=("try",), pulses=rules), clock=clock)
    for each in (house, elsewhere(house)):
        with any_db.transaction() as session:
            keep(session, each, directory())
    return house


def elsewhere(house: House) -> House:
    return replace(house, workspace_id="T0OTHER")


def answer_the_interview(session: Session, house: House) -> None:
    interview.keep(session, house, "shape", {"product_managers": "8"}, BOB)
    interview.finish(session, house, BOB, 2)


def bring_an_idea(session: Session, house: House) -> None:
    idea = improvements.bring(session, house, ALICE, "The same status is asked for twice", "Ask once")
    improvements.answer(session, house, BOB, idea.ref, idea.version, "do", "", ALICE)
    improvements.done(session, house, ALICE, idea.ref, idea.version, "One question less")
    improvements.bring(session, house, ALICE, "Two forms for one thing", "One form")


def tell_of_a_change(session: Session, house: House) -> None:
    notice = ChangeNotice(
        workspace_id=house.workspace_id, ritual_id=RITUAL, what="You write an update", why="Fewer questions",
        first_day=TODAY, ask=BOB, people=[ALICE], by=BOB, at=house.clock.now(),
    )  # fmt: skip
    session.add(notice)
    record(session, house, passing.PASSED, "box:try", actor=BOB, reason="It holds", early=[], evidence={}, version=2)


def ask_a_pulse(session: Session, house: House) -> None:
    pulses.on_ask(session, house, f"pulse:{RULES['pulses'][0]['id']}")


def refused(look: Callable[[], Any]) -> bool:
    with pytest.raises(UserError):
        look()
    return True


LOOKS: dict[Callable[[Session, House], None], dict[str, Callable[[Session, House], Any]]] = {
    charter.keep_in_step: {
        "the edition in force": editions.newest,
        "every edition": editions.every,
        "how it stands": charter.standing,
    },
    answer_the_interview: {"the answers": interview.answers, "that it is finished": interview.done},
    bring_an_idea: {
        "what waits": ideas.waiting,
        "what the changelog is to say": ideas.to_tell,
        "whose they are": lambda session, house: ideas.of_author(session, house, ALICE, 9),
    },
    tell_of_a_change: {
        "who was told": lambda session, house: notices_of(session, house, RITUAL),
        "when a gate was passed": lambda session, house: passing.passed_at(session, house, pilot().boxes[0]),
    },
    ask_a_pulse: {
        "the rounds": lambda session, house: rounds.rounds(session, house, TODAY, TODAY),
        "who was asked lately": lambda session, house: rounds.asked_since(session, house, TODAY),
        "what somebody can answer": lambda session, house: rounds.open_of(session, house, ALICE),
        "how many were asked": lambda session, house: rounds.counts(session, house, 1),
    },
}
"""By what somebody does: what is there then."""


@pytest.mark.parametrize(
    ("does", "look"), [(does, look) for does, looks in LOOKS.items() for look in looks.values()],
    ids=[f"{does.__name__}: {what}" for does, looks in LOOKS.items() for what in looks],
)  # fmt: skip
def test_another_workspace_sees_none_of_it(
    house: House, does: Callable[[Session, House], None], look: Callable[[Session, House], Any]
) -> None:
    with house.db.transaction() as session:
        does(session, house)
        session.flush()
        assert look(session, house)
        assert not look(session, elsewhere(house))


def test_by_its_number_nobody_elsewhere_reaches_it(house: House) -> None:
    other = elsewhere(house)
    with house.db.transaction() as session:
        bring_an_idea(session, house)
        ask_a_pulse(session, house)
        assert refused(lambda: ideas.get(session, other, "IDEA-1"))
        assert refused(lambda: rounds.get_round(session, other, "1"))
    assert house.db.call(ideas.get, house, "IDEA-1").author == ALICE
