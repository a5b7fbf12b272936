"""A plan of many areas, or one corrected again and again, stays within what Slack takes, and says what it omits."""

from dataclasses import replace

import pytest

from bot.db import Database
from bot.house import House
from bot.quarter import closing, messages, rights
from bot.quarter.assembling import Plan
from tests.fakes import StoppedClock, promised
from tests.people import ALICE
from tests.quarter import world
from tests.quarter.world import bet, close, looked_back, plan, run
from tests.releases.launch import FRANK

NAMES = {ALICE: "Alice", FRANK: "Frank"}


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return world.opened(db, clock)


def long(house: House) -> Plan:
    """The plan of a company with forty areas, each of which bets on five things in many words."""
    found = plan(house)
    area = next(each for each in found.areas if each.bets)
    made = replace(area.bets[0])
    made.bet.declined = made.bet.risk = "We looked at this for long. " * 10
    return replace(found, areas=[replace(area, bets=[made] * 5)] * 40)


def test_a_plan_too_long_for_an_answer_says_so_and_is_posted_whole(house: House) -> None:
    bet(house)
    found = long(house)
    whole = messages.plan(house, found, NAMES.__getitem__, ["Frank"])
    shown = messages.shown(house, found, NAMES.__getitem__, ["Frank"])
    assert len(whole) > 5, "more than Slack takes as answers to a command"
    assert shown[:3] == whole[:3]
    assert [page.text for page in shown[3:]] == [
        "There is more than fits. /cadence quarter and the name of an area shows all of that area."
    ]
    assert len(messages.shown(house, plan(house), NAMES.__getitem__, ["Frank"])) < 4


def test_a_plan_that_is_corrected_again_and_again_still_says_how_it_stands(house: House) -> None:
    bet(house)
    assert close(house, although="The rest comes later")
    for number in range(60):
        looked_back(house, learned=f"Lesson {number}")
    closers = closing.names_of(run(house, rights.closers, plan(house).ritual))
    text = messages.summary(house, plan(house), NAMES.__getitem__, closers).text
    assert "Corrected 50 times before that; each correction is in the thread." in text
    assert text.count("results and what was learned") == 10
    assert len([each for each in promised(house.db, "quarter.correction")]) == 60


def test_a_plan_of_many_areas_that_lack_much_is_posted_all_the_same(house: House) -> None:
    bet(house, what="Invoices that split themselves, by whatever rule a company has " * 4, measure="", link="")
    found = plan(house)
    area = next(each for each in found.areas if each.bets)
    wide = replace(found, areas=[replace(area, bets=[area.bets[0]] * 5)] * 40)
    for first, *rest in (
        messages.plan(house, wide, NAMES.__getitem__, ["Frank"]),
        messages.packet(house, wide, "Frank", [], NAMES.__getitem__, ["Frank"]),
    ):
        named = str(first.blocks).count("• Billing: ")
        assert 0 < named < 40
        assert f"{40 - named} more areas: what each is still to give stands in the thread, among the next steps" in str(
            first.blocks
        )
        assert "".join(str(page.blocks) for page in rest).count("Next: Billing is still to give") == 40
