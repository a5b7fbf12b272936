"""Product ops keeps the log and decides nothing about the product: in no form, at no moment, by no detour."""

from dataclasses import replace

import pytest

from bot.db import Database
from bot.decisions import flow, listeners, model
from bot.decisions.model import Decision
from bot.definitions import Organisation
from bot.errors import FieldErrors, UserError
from bot.house import DecisionDraft, House
from tests.decisions.classes import DANA, ERIN, house_with_classes
from tests.decisions.log import ENTRY, QUESTION, day_messages, raised, recorded
from tests.decisions.test_turns import again, asked, decide, leave_slack, until
from tests.fakes import StoppedClock, promised
from tests.people import ALICE, BOB, CHARLIE, DECISIONS

SEARCH = replace(QUESTION, class_id="priority", area_id="search", decider="")
ONLY_RECORDS = "Product Ops records this, but never decides it"


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    """Bob is product ops, and the deputy of Billing."""
    return house_with_classes(db, clock)


def noted(house: House, text: str, *, decided: bool, area: str = "", ritual: str = "") -> Decision:
    with house.db.transaction() as session:
        draft = DecisionDraft(BOB, text, decided, "Weekly product update", area, ritual)
        return model.get(session, house, flow.log_draft(session, house, draft))


def with_alice_in_product_ops(house: House) -> House:
    plain = house.definitions.organisation.model_dump(mode="json", by_alias=True, exclude_unset=True)
    people = [each | ({"roles": ["product_ops"]} if each["name"] == "Alice" else {}) for each in plain["people"]]
    organisation = Organisation.model_validate(plain | {"people": people})
    return replace(house, version=2, definitions=replace(house.definitions, organisation=organisation))


def test_leaving_out_what_sort_of_decision_it_is_makes_nobody_of_product_ops_a_decider(house: House) -> None:
    with pytest.raises(FieldErrors) as refused:
        recorded(house, replace(ENTRY, decider=BOB), by=BOB)
    assert refused.value.fields == {
        "decider": f"{ONLY_RECORDS}. Pick who decides, or say above what sort of decision it is."
    }
    assert recorded(house, replace(ENTRY, decider=BOB, class_id="planning"), by=BOB).decider == BOB


def test_what_product_ops_notes_in_passing_is_decided_by_whoever_decides_it(house: House) -> None:
    decision = noted(house, "We will end the free plan", decided=True, area="billing")
    assert (decision.decider, decision.recorded_by) == (ALICE, BOB)
    assert "Bob recorded D-1 as your decision: We will end the free plan" in day_messages(house, ALICE)[0].text
    assert noted(house, "We will hire", decided=True).decider == DANA, "about no area: the head of product"


def test_what_is_noted_in_a_ritual_is_of_the_class_whose_forum_it_is(house: House) -> None:
    """Prices are decided in the weekly update here, by Dana."""
    decision = noted(house, "We will raise the price", decided=True, ritual="weekly-update")
    assert (decision.class_id, decision.decider) == ("pricing", DANA)
    question = noted(house, "Do we raise it again?", decided=False, ritual="weekly-update")
    assert (question.class_id, question.decider) == ("pricing", DANA)


def test_a_deputy_in_product_ops_is_passed_over_also_where_nobody_said_the_class(house: House) -> None:
    question = noted(house, "Do we end the free plan?", decided=False, area="billing")
    until(house, "2026-12-18T12:00")
    assert [person for person, _since in asked(house, question)] == [DANA, ALICE]


def test_a_decider_who_has_moved_to_product_ops_decides_no_more_and_hands_it_on(house: House) -> None:
    decision = raised(house, SEARCH)
    house = with_alice_in_product_ops(house)
    with pytest.raises(UserError, match=rf"{ONLY_RECORDS}\. Ask Erin or Dana\."):
        decide(house, decision, ALICE)
    assert again(house, decision).state == "proposed"
    with house.db.transaction() as session:
        flow.delegate(session, house, ALICE, decision.ref, ERIN, QUESTION.needed_by, "")
    assert decide(house, again(house, decision), ERIN).decider == ERIN


@pytest.mark.proves("R2", "R56")
def test_product_ops_neither_rejects_nor_takes_back_what_is_about_the_product(house: House) -> None:
    question = raised(house, SEARCH)
    with house.db.transaction() as session, pytest.raises(UserError, match="Ask Alice or Erin or Dana"):
        flow.reject(session, house, BOB, question.ref, "Not now.")
    decision = recorded(house, replace(ENTRY, class_id="pricing", decider=DANA), by=DANA)
    with house.db.transaction() as session, pytest.raises(UserError, match=ONLY_RECORDS):
        flow.reverse(session, house, BOB, decision.ref, "Not now.")
    assert [again(house, each).state for each in (question, decision)] == ["proposed", "decided"]


def test_whoever_raised_a_question_may_withdraw_it(house: House) -> None:
    question = raised(house, SEARCH, by=BOB)
    with house.db.transaction() as session:
        flow.reject(session, house, BOB, question.ref, "Nobody needs it any more.")
    assert again(house, question).state == "rejected"


def test_product_ops_hears_what_nobody_is_there_to_decide(house: House) -> None:
    """Nobody leads Legal; once Dana has left, nobody is head of product either."""
    macros = "Nobody is there to decide “What support answers”: name the lead of Legal"
    prices = "Nobody is there to decide “Prices and terms”: name the head of product"
    assert titles(house, BOB) == [macros]
    leave_slack(house, DANA)
    assert titles(house, BOB) == [prices, macros]
    assert titles(house, ALICE) == []


def titles(house: House, person: str) -> list[str]:
    with house.db.transaction() as session:
        return [each.title for each in listeners.obligations(session, house, person)]


def test_how_people_work_together_is_for_product_ops_to_decide(house: House) -> None:
    question = raised(house, replace(QUESTION, class_id="planning", decider=""), by=CHARLIE)
    assert decide(house, question, BOB).decider == BOB
    with house.db.transaction() as session:
        flow.reverse(session, house, BOB, question.ref, "It did not work.")
    assert promised(house.db, channel=DECISIONS)[0].text.startswith("D-1 · reversed")
