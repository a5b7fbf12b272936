"""What areas say has one source, is checked field by field, and is never overwritten."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot import app
from bot.audit import Event
from bot.db import Database
from bot.errors import Changed, FieldErrors, UserError
from bot.house import House
from bot.quarter import forms, model, writing
from bot.quarter.model import MET, MOST_BETS, NOT_MET, UNKNOWN, Bet
from bot.quarter.writing import LookBack, Result, Typed
from tests.decisions.log import recorded
from tests.fakes import StoppedClock
from tests.people import ALICE, BOB, CHARLIE
from tests.quarter import world
from tests.quarter.world import BET, LEARNED, bet, close, looked_back, part, plan, run, wait
from tests.releases.launch import DANA, FRANK
from tests.rituals.desk import berlin


def changed(house: House, about: Bet, by: str = ALICE, version: int | None = None, **typed: Any) -> Bet:
    drop = bool(typed.pop("drop", False))
    now = replace(BET, **typed)
    found, _area = run(house, writing.change_bet, by, str(about.id), version or about.version, now, drop=drop)
    return found


def next_planning(house: House) -> None:
    """The plan of January to March is closed, and that of the next quarter has opened."""
    close(house, although="Search has said nothing")
    wait(house, berlin(4, 12, month=3, year=2027))


def wrong(house: House, **typed: str) -> dict[str, str]:
    with pytest.raises(FieldErrors) as error:
        bet(house, **typed)
    return error.value.fields


def test_only_its_writers_say_what_an_area_bets_on(house: House) -> None:
    for stranger in (CHARLIE, FRANK, DANA):
        with pytest.raises(UserError, match=r"What Billing bets on is written by Alice. Ask them."):
            bet(house, by=stranger)
    with pytest.raises(UserError, match="Product ops assembles the plan and bets on nothing"):
        bet(house, by=BOB)
    bet(house, by=DANA, area="search")
    with pytest.raises(UserError, match="I do not know you yet"):
        bet(house, by="U0NOBODY")


@pytest.mark.proves("R13")
def test_what_does_not_fit_is_said_at_its_field(house: House) -> None:
    found = wrong(
        house, what=" ", owner="U0NOBODY", link="the dashboard", depends_on="billing", decision="D-99", risk="x" * 301
    )
    assert set(found) == {"what", "owner", "link", "depends_on", "decision", "risk"}
    assert found["decision"] == "The log has no such decision. `/decision list` shows those there are."
    assert plan(house).bets == []


def test_a_form_that_arrives_twice_makes_one_bet(house: House) -> None:
    assert bet(house).id == bet(house).id
    assert len(plan(house).bets) == 1


def test_an_area_bets_on_five_things_at_most(house: House) -> None:
    for number in range(MOST_BETS):
        bet(house, key=f"bet-{number}")
    with pytest.raises(UserError, match=r"Billing bets on 5 things already. Drop one first"):
        bet(house, key="one-more")
    assert bet(house, key="bet-4").id == plan(house).bets[-1][1].bet.id, "a form that arrives twice is none more"


def test_of_two_people_who_change_a_bet_the_second_sees_that(house: House) -> None:
    made = bet(house)
    changed(house, made, target="80")
    with pytest.raises(Changed, match="changed this while your form was open"):
        changed(house, made, version=1, target="100")
    assert plan(house).bets[0][1].bet.target == "80"


def test_of_two_people_who_look_back_the_second_sees_that(house: House) -> None:
    mine = part(house)
    looked_back(house)
    with pytest.raises(Changed, match="Alice has changed this"):
        run(house, writing.look_back, ALICE, str(mine.id), mine.version, LookBack({}, "Something else"))
    assert part(house).learned == LEARNED


def test_what_is_dropped_leaves_the_plan_and_is_kept(house: House) -> None:
    made = bet(house)
    changed(house, made, drop=True)
    assert plan(house).bets == []
    with pytest.raises(UserError, match="That bet was dropped"):
        changed(house, made, version=2)
    with house.db.transaction() as session:
        kept = session.scalars(select(Bet)).one()
        assert (kept.what, kept.dropped_at) == (BET.what, house.clock.now())


def test_the_last_plan_s_bets_are_looked_back_on_with_a_reason(house: House) -> None:
    first, second, third = (bet(house, key=f"bet-{n}", what=f"Bet {n}") for n in range(3))
    next_planning(house)

    def said(*results: Result) -> dict[int, Result]:
        return {each.id: result for each, result in zip((first, second, third), results, strict=True)}

    assert [each.what for each in plan(house).areas[0].before] == ["Bet 0", "Bet 1", "Bet 2"]
    with pytest.raises(FieldErrors) as error:
        looked_back(house, results=said(Result(MET, link="nowhere"), Result(NOT_MET), Result("", "12")))
    assert error.value.fields == {
        f"link_{first.id}": writing.NO_LINK,
        f"note_{second.id}": "Say the number, or why.",
        f"result_{third.id}": "Was it met?",
    }
    looked_back(house, results=said(Result(MET), Result(NOT_MET, "12"), Result(UNKNOWN, "No data")))
    assert [each.result for each in plan(house).areas[0].before] == [MET, NOT_MET, UNKNOWN]
    assert plan(house).areas[0].without_result == 0


def test_what_came_of_a_bet_may_be_said_later(house: House) -> None:
    made = bet(house)
    next_planning(house)
    looked_back(house)
    assert (part(house).learned, plan(house).areas[0].without_result) == (LEARNED, 1)
    looked_back(house, results={made.id: Result(MET, "61")})
    assert plan(house).areas[0].without_result == 0


def test_something_must_have_been_learned(house: House) -> None:
    with pytest.raises(FieldErrors) as error:
        looked_back(house, learned=" ")
    assert set(error.value.fields) == {"learned"}


def test_a_bet_is_raised_for_decision_once_and_the_plan_links_to_it(house: House) -> None:
    made = bet(house)
    assert run(house, writing.raise_bet, ALICE, str(made.id)) == "D-1"
    assert run(house, writing.raise_bet, ALICE, str(made.id)) == "D-1"
    (_area, facts) = plan(house).bets[0]
    assert facts.decision is not None
    assert (facts.decision.state, facts.decision.decider) == ("proposed", "Frank")
    assert facts.decision.text.startswith("Does Billing bet on this in January to March 2027: Finance teams")


def test_a_bet_may_name_a_decision_that_is_there(house: House) -> None:
    decision = recorded(house)
    made = bet(house, decision="d-1")
    (_area, facts) = plan(house).bets[0]
    assert (made.decision, facts.decision and facts.decision.ref) == (decision.ref, decision.ref)


def test_once_the_next_planning_has_begun_the_plan_before_stays(house: House) -> None:
    made = bet(house)
    next_planning(house)
    with pytest.raises(UserError, match=r"is over. `/cadence quarter` shows what is planned now."):
        changed(house, made)


def test_after_it_ended_without_a_plan_nothing_is_added(house: House) -> None:
    close(house, reason="The company is sold")
    with pytest.raises(UserError, match="is closed without output: The company is sold"):
        bet(house)


def test_who_when_and_what_is_kept_of_everything(house: House) -> None:
    made = bet(house)
    looked_back(house)
    changed(house, made, drop=True)
    with house.db.transaction() as session:
        kinds = session.scalars(select(Event.kind).where(Event.kind.like("quarter.%"), Event.actor == ALICE)).all()
    assert kinds == ["quarter.bet_added", "quarter.looked_back", "quarter.bet_dropped"]


def test_ids_of_another_workspace_are_unknown(db: Database, clock: StoppedClock) -> None:
    ours = world.opened(db, clock)
    made, mine = bet(ours), part(ours)
    theirs = world.make(db, clock, workspace_id="T0OTHER")
    run(theirs, app.RITUALS.run_now, theirs.definitions.calendar.rituals[0], FRANK)
    assert plan(theirs).bets == []
    with pytest.raises(UserError, match="That bet was dropped"):
        run(theirs, writing.change_bet, ALICE, str(made.id), 1, BET)
    with pytest.raises(UserError, match="That is gone"):
        run(theirs, writing.add_bet, ALICE, str(mine.id), BET, "theirs")
    with pytest.raises(UserError, match="That is gone"):
        run(theirs, writing.look_back, ALICE, str(mine.id), 1, LookBack({}, LEARNED))
    assert run(theirs, model.every_version) == []


@pytest.mark.parametrize("id", ["", "x", "9" * 30, "-1", "1:2"])
def test_what_slack_never_sent_is_refused(house: House, id: str) -> None:
    for verb in (model.part_of, model.bet):
        with pytest.raises(UserError):
            run(house, verb, id)


def test_the_first_form_of_a_bet_belongs_to_who_writes_it() -> None:
    assert forms.begin(None, ALICE) == Typed("", ALICE)
