"""The plan is closed with all it must have or with why not, posted once, kept as it was, and corrected in sight."""

from dataclasses import replace

import pytest
from sqlalchemy import delete

from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.people.model import Profile
from bot.quarter import closing, export, model, writing
from bot.rituals.model import AWAITING_OUTPUT, CLOSED, CLOSED_WITHOUT_OUTPUT
from tests.aloud import read_aloud
from tests.fakes import promised
from tests.people import ALICE, BOB, CHARLIE, PRODUCT_OPS, UPDATES
from tests.quarter import world
from tests.quarter.world import BET, CLOSES, MEETS, PACKET, asked, bet, close, looked_back, plan, planning, run, wait
from tests.releases.launch import DANA, FRANK
from tests.rituals.desk import berlin

NO_BETS = "The index comes first"


def given(house: House) -> None:
    """Every area has given all it is asked for."""
    looked_back(house)
    bet(house)
    looked_back(house, FRANK, "search", no_bets=NO_BETS)


def test_with_everything_given_it_is_closed_and_posted_with_all_of_it_in_its_thread(house: House) -> None:
    given(house)
    assert close(house, summary="Invoices first.")
    assert world.planning_state(house) == CLOSED
    assert planning(house).artifact == "Quarterly planning: January to March 2027"
    summary, *rest = promised(house.db, "quarter.plan")
    read_aloud(summary)
    assert (summary.channel, summary.report_to) == (UPDATES, FRANK)
    assert "Invoices first." in summary.text and "Nothing: every area has given all" in summary.text
    assert rest and {each.target for each in rest} == {summary.id}
    assert BET.what in "".join(each.text for each in rest)


@pytest.mark.proves("A9")
def test_every_bet_needs_an_owner_and_a_link_to_its_measure(house: House) -> None:
    given(house)
    bet(house, key="vague", what="Invoices are nicer", link="", measure="")
    with pytest.raises(FieldErrors) as error:
        close(house)
    assert set(error.value.fields) == {"although"}
    assert [each.bet.what for _area, each in plan(house).undone] == ["Invoices are nicer"]
    assert close(house, although="The number is being built")
    text = promised(house.db, "quarter.plan")[0].text
    assert "Closed although something was missing: The number is being built" in text
    assert "a link to its measure for “Invoices are nicer”" in text


def test_an_area_that_is_silent_is_a_gap_too(house: House) -> None:
    looked_back(house)
    bet(house)
    with pytest.raises(FieldErrors, match="Say why the plan is closed all the same"):
        close(house)


def test_without_a_bet_there_is_no_plan(house: House) -> None:
    with pytest.raises(FieldErrors, match="this would be no plan"):
        close(house, although="Nobody had time")
    assert not close(house, reason="The company is sold")
    assert world.planning_state(house) == CLOSED_WITHOUT_OUTPUT
    wait(house, berlin(4, 12, month=12))
    assert "The company is sold. What areas have said is kept" in asked(house, BOB)
    assert promised(house.db, "quarter.plan") == []


def test_only_the_head_of_product_closes_it(house: House) -> None:
    given(house)
    for stranger in (ALICE, BOB, CHARLIE, DANA):
        with pytest.raises(UserError, match="The plan is closed by Frank"):
            close(house, by=stranger)
    close(house)
    with pytest.raises(UserError, match="has ended already: closed"):
        close(house)
    assert len([each for each in promised(house.db, "quarter.plan") if each.target is None]) == 1


def test_whoever_is_the_backup_of_what_is_decided_there_may_close_it_too(house: House) -> None:
    given(house)
    rules = house.definitions.decisions
    assert rules is not None
    backed = rules.model_copy(
        update={"classes": tuple(each.model_copy(update={"backup": DANA}) for each in rules.classes)}
    )
    house = replace(house, definitions=replace(house.definitions, decisions=backed))
    assert close(house, by=DANA)


def test_it_is_asked_for_as_people_meet_and_again_nobody_is_chased(house: House) -> None:
    given(house)
    wait(house, PACKET)
    assert "close the plan" not in asked(house, FRANK)
    wait(house, MEETS)
    assert "The plan is yours to close until Thu 31 Dec, 16:00: 1 bet so far, nothing is missing." in asked(
        house, FRANK
    )
    close(house)
    assert "The plan is closed." in asked(house, FRANK)


def test_when_nobody_closes_it_those_who_may_and_product_ops_hear_what_is_next(house: House) -> None:
    given(house)
    wait(house, CLOSES)
    assert world.planning_state(house) == AWAITING_OUTPUT
    wait(house, berlin(4, 12, month=1, year=2027))
    for person in (FRANK, BOB):
        assert "the plan is still open for January to March 2027" in asked(house, person)
        assert "Next: Frank closes it with /cadence quarter close" in asked(house, person)
    assert close(house), "that is still possible"


def test_five_working_days_later_it_ends_without_a_plan_and_says_so(house: House) -> None:
    given(house)
    wait(house, berlin(8, 15, month=1, year=2027))
    assert world.planning_state(house) == AWAITING_OUTPUT
    wait(house, berlin(11, 12, month=1, year=2027))
    assert world.planning_state(house) == CLOSED_WITHOUT_OUTPUT
    assert planning(house).reason == closing.NOBODY_CLOSED_IT
    for person in (FRANK, BOB):
        assert "ended without a plan for January to March 2027" in asked(house, person)
    assert plan(house).bets, "what areas have said is kept"


def test_what_is_changed_afterwards_is_marked_and_the_plan_as_it_was_stays(house: House) -> None:
    given(house)
    close(house)
    before = [each.text for each in promised(house.db, "quarter.plan") if each.target]
    ((_area, facts),) = plan(house).bets
    world.changed_bet(house, facts.bet, target="80")
    run(house, writing.raise_bet, ALICE, str(facts.bet.id))
    first, second, third = plan(house).versions
    assert (first.what, second.number, second.by) == ("", 2, ALICE)
    assert "60 by the end of March" in first.markdown and "60 by the end of March" not in second.markdown
    assert "was raised for decision, D-1" in third.what
    summary = promised(house.db, "quarter.plan")[0].text
    assert "by Alice: Billing: a bet was changed, “Finance teams split invoices themselves”" in summary
    assert [each.text for each in promised(house.db, "quarter.plan") if each.target][: len(before)] == before
    corrections = promised(house.db, "quarter.correction")
    read_aloud(corrections[0])
    assert len(corrections) == 2 and "target 80" in corrections[0].text and "Frank" not in corrections[0].text


def test_the_packet_is_posted_a_day_before_with_agenda_and_draft(house: House) -> None:
    made = bet(house)
    run(house, writing.raise_bet, ALICE, str(made.id))
    wait(house, PACKET)
    first, *rest = promised(house.db, "quarter.packet")
    read_aloud(first)
    for said in ("Agenda, 120 minutes: Thu 24 Dec, 13:00", "• 45 min. Outcomes against targets", "• D-1", "Search:"):
        assert said in first.text
    assert len(rest) >= 2 and {each.target for each in rest} == {first.id}


def test_each_plan_and_each_correction_is_a_file(house: House) -> None:
    assert run(house, export.files) == {}
    given(house)
    close(house, summary="Invoices first.")
    ((_area, facts),) = plan(house).bets
    world.changed_bet(house, facts.bet, target="80")
    found = run(house, export.files)
    assert sorted(found) == ["quarter-plan-2027-01-01-2.md", "quarter-plan-2027-01-01.md"]
    document = found["quarter-plan-2027-01-01.md"]
    assert document.startswith("# Quarterly planning: January to March 2027\n")
    assert "Invoices first." in document and "Corrected" not in document
    assert "by Alice: Billing: a bet was changed" in found["quarter-plan-2027-01-01-2.md"]


def test_a_plan_too_long_for_one_message_goes_over_several(house: House) -> None:
    for number in range(5):
        bet(house, key=f"a{number}", what="w" * 300, declined="d" * 500, risk="r" * 300, measure="m" * 150)
        bet(house, FRANK, "search", key=f"b{number}", what="w" * 300, declined="d" * 500, risk="r" * 300)
    close(house, although="Too many bets")
    rest = [each.text for each in promised(house.db, "quarter.plan")][1:]
    assert len(rest) > 1
    blocks = [block for each in promised(house.db, "quarter.plan") for block in each.blocks]
    shown = "".join(block.get("text", {}).get("text", "") for block in blocks)
    assert shown.count("d" * 500) == 10, "nothing is cut"


def test_the_bets_of_a_planning_are_those_of_its_own_occurrence(house: House) -> None:
    given(house)
    close(house)
    wait(house, berlin(4, 12, month=3, year=2027))
    assert (plan(house).bets, [area.without_result for area in plan(house).areas]) == ([], [1, 0])
    assert run(house, model.previous, planning(house)) is not None


def test_where_slack_knows_nobody_the_channel_of_product_ops_hears_what_is_next(house: House) -> None:
    given(house)
    with house.db.transaction() as session:
        session.execute(delete(Profile))
    wait(house, CLOSES)
    (told,) = promised(house.db, "quarter.told")
    read_aloud(told)
    assert told.channel == PRODUCT_OPS and "the plan is still open" in told.text
