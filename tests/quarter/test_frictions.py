"""What hampers the work: named by those who are asked, merged and counted without names, kept until named anew."""

import pytest

from bot import app
from bot.db import Database
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.quarter import frictions, listeners
from bot.quarter.frictions import Merged
from tests.decisions.log import Desk
from tests.fakes import StoppedClock
from tests.people import ALICE, BOB, CHARLIE
from tests.quarter import world
from tests.quarter.world import asked, bet, close, planning, run, wait
from tests.releases.launch import FRANK
from tests.rituals.desk import berlin

SLOW = ("Decisions wait too long", "The price list waited for three weeks")
MEETINGS = ("Too many meetings", "Four in a week")


def say(house: House, by: str, *named: tuple[str, str]) -> None:
    run(house, frictions.say, by, planning(house), named)


def listed(house: House) -> list[Merged]:
    return run(house, frictions.of, planning(house))


@pytest.mark.proves("R17")
def test_the_same_words_are_one_friction_and_what_is_ranked_first_weighs_most(house: House) -> None:
    say(house, ALICE, MEETINGS, SLOW)
    say(house, BOB, ("decisions wait too LONG!", "Nobody decides on exports"))
    slow, meetings = listed(house)
    assert slow == Merged(SLOW[0], 2, 5, (SLOW[1], "Nobody decides on exports"))
    assert meetings == Merged(MEETINGS[0], 1, 3, (MEETINGS[1],))
    shown = world.pages(house)[1]
    assert "• Decisions wait too long, named by 2 people. For example: The price list waited" in shown
    assert "Bob" not in shown, "nobody sees who named what"


@pytest.mark.proves("R17")
def test_each_needs_an_example_and_the_other_way_round(house: House) -> None:
    with pytest.raises(FieldErrors) as error:
        say(house, ALICE, ("Meetings", ""), ("", "One"), ("w" * 121, "e" * 301))
    assert set(error.value.fields) == {"example_1", "what_2", "what_3", "example_3"}
    assert listed(house) == []


def test_said_again_it_takes_the_place_of_what_was_said_before(house: House) -> None:
    say(house, ALICE, MEETINGS)
    say(house, ALICE, SLOW)
    assert [each.what for each in listed(house)] == [SLOW[0]]


def test_nobody_has_to_name_any(house: House) -> None:
    say(house, ALICE)
    assert listed(house) == []
    assert world.plan(house).frictions_said == 1


def test_the_list_stays_until_it_is_named_anew(house: House) -> None:
    say(house, ALICE, SLOW)
    close(house, reason="Nothing to plan")
    wait(house, berlin(4, 12, month=3, year=2027))
    assert [each.what for each in listed(house)] == [SLOW[0]]
    say(house, BOB, MEETINGS)
    assert [each.what for each in listed(house)] == [MEETINGS[0]]


def test_product_managers_and_product_ops_are_asked(house: House) -> None:
    assert "what hampers your work?" in asked(house, ALICE)
    assert "what hampers your work?" in asked(house, BOB)
    assert "what hampers your work?" not in asked(house, FRANK) + asked(house, CHARLIE)


def test_strangers_and_what_is_over_are_refused(db: Database, clock: StoppedClock) -> None:
    house = world.opened(db, clock)
    with pytest.raises(UserError, match="I do not know you yet"):
        say(house, "U0NOBODY", SLOW)
    close(house, reason="Nothing to plan")
    with pytest.raises(UserError, match="That planning is over"):
        say(house, ALICE, SLOW)


def test_a_closed_plan_keeps_what_was_named_by_then(house: House) -> None:
    say(house, ALICE, SLOW)
    bet(house)
    close(house, although="Search did not answer")
    assert world.planning_state(house) == "closed"
    with pytest.raises(UserError, match="The plan is closed, with what was named by then"):
        say(house, ALICE, MEETINGS)
    assert [each.what for each in listed(house)] == [SLOW[0]]
    with pytest.raises(UserError, match="The plan is closed"):
        Desk(house, ALICE).does(listeners.quarter, "frictions")


def test_another_workspace_counts_for_itself(db: Database, clock: StoppedClock) -> None:
    ours = world.opened(db, clock)
    say(ours, ALICE, SLOW)
    theirs = world.make(db, clock, workspace_id="T0OTHER")
    run(theirs, app.RITUALS.run_now, theirs.definitions.calendar.rituals[0], FRANK)
    assert listed(theirs) == []
