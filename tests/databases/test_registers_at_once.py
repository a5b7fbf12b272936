"""Two people at the same entry, idea or pulse in the same moment, on both databases; and another workspace's."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from bot.db import Database
from bot.definitions.pulses import PulseRules
from bot.errors import UserError
from bot.house import House
from bot.improvements import flow as improvements
from bot.improvements import model as ideas
from bot.people.directory import keep
from bot.pulses import flow as pulses
from bot.pulses import model as rounds
from bot.registers import flow as registers
from bot.registers import model as entries
from bot.registers import standing
from bot.registers.flow import Typed
from tests.fakes import make_house
from tests.people import ALICE, BOB
from tests.pulses.test_results import RULES
from tests.updates.team import definitions, directory

STEP = Typed("Start the pilot", owner=BOB, due="2026-12-01")


@pytest.fixture
def house(any_db: Database) -> House:
    rules = PulseRules.model_validate(RULES)
    house = make_house(any_db, replace(definitions(), pulses=rules))
    with any_db.transaction() as session:
        keep(session, house, directory())
        registers.add(session, house, BOB, "next", STEP)
        improvements.bring(session, house, ALICE, "Asked twice", "Ask once")
        pulses.on_ask(session, house, "pulse:p")
    return house


def at_once(house: House, verb: Callable[..., object], *several: tuple[object, ...]) -> list[str]:
    """What each caller hears who does it in the same moment; `ok` for who succeeds."""
    start = Barrier(len(several))

    def one(arguments: tuple[object, ...]) -> str:
        start.wait()
        try:
            with house.db.transaction() as session:
                verb(session, house, *arguments)
        except UserError as error:
            return str(error)
        return "ok"

    with ThreadPoolExecutor(len(several)) as pool:
        return sorted(pool.map(one, several))


def test_an_entry_ends_once(house: House) -> None:
    heard = at_once(house, registers.end, (BOB, "1", 1, "Done"), (BOB, "1", 1, "Dropped"))

    assert heard.count("ok") == 1


def test_an_idea_is_answered_once(house: House) -> None:
    heard = at_once(house, improvements.answer, (BOB, "1", 1, "do", "", ALICE), (BOB, "1", 1, "declined", "No", ""))

    assert heard.count("ok") == 1


def test_whoever_sends_a_pulse_twice_is_counted_once(house: House) -> None:
    typed = {"minutes": "90", "agree": "4", "words": ""}

    heard = at_once(house, pulses.answer, (ALICE, "1", typed, False), (ALICE, "1", typed, False))

    assert heard.count("ok") == 1
    with house.db.transaction() as session:
        assert len(rounds.answers(session, house, [1])) == 2


def test_another_workspace_sees_none_of_it(house: House) -> None:
    other = replace(house, workspace_id="T0OTHER")

    with house.db.transaction() as session:
        for get in (entries.get, ideas.get, rounds.get_round):
            with pytest.raises(UserError):
                get(session, other, "1")
        assert ideas.waiting(session, other) == []
        assert [register.entries for register in standing.registers(session, other)] == [(), (), ()]
        assert rounds.asked_since(session, other, other.clock.now().date()) == set()
        assert rounds.answers(session, other, [1]) == []
        assert list(improvements.findings(session, other)) == []
