"""What other rooms see of decisions: the weekly form's two questions, the digest, what waits for a person."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot import app
from bot.db import Database
from bot.decisions import flow, listeners, model
from bot.definitions import Definitions
from bot.definitions.organisation import PersonDefinition
from bot.errors import FieldErrors, UserError
from bot.house import DecisionDraft, House, Obligation, Section
from tests import people
from tests.decisions.log import ENTRY, QUESTION, SPRING, Desk, day_messages, introduce, raised, recorded, settled
from tests.fakes import StoppedClock, make_house, promised
from tests.people import ALICE, BOB, CHARLIE, DECISIONS

DANA = "U0DANA"
"""Head of product, where there is one."""
SOURCE = "Weekly product update, Billing"
WEDNESDAY = date(2026, 11, 25)


def test_a_decision_noted_in_passing_is_decided_by_its_author_and_says_what_is_missing(house: House) -> None:
    assert _noted(house, "We will end the free plan", decided=True) == "D-1"
    (card,) = promised(house.db)
    assert (card.channel, card.report_to) == (DECISIONS, ALICE)
    assert card.text == (
        "D-1 · decided\n"
        "We will end the free plan\n"
        "Options considered\n"
        "• Not stated.\n"
        "Reason and accepted trade-offs\n"
        "Not stated.\n"
        "Decided by Alice on Wed 25 Nov 2026. Reversibility not stated.\n"
        "No review date.\n"
        "Noted in: Weekly product update, Billing.\n"
        "Not complete: options, reason, reversibility and review date not stated.\n"
        "[Complete]"
    )


def test_completing_it_fills_the_entry_and_keeps_when_it_was_decided(house: House, clock: StoppedClock) -> None:
    ref = _noted(house, "end the free plan", decided=True)
    noted_at = clock.now()
    clock.turn(timedelta(days=1))
    after = settled(house, ref)
    assert (after.decided_at, after.completed_at) == (noted_at, clock.now())
    assert "Not complete" not in promised(house.db)[0].text
    assert len(promised(house.db)) == 1


def test_whoever_must_know_of_it_is_told_once_it_is_complete(house: House, clock: StoppedClock) -> None:
    ref = _noted(house, "end the free plan", decided=True)
    settled(house, ref, replace(ENTRY, inform_person=CHARLIE))
    (told,) = day_messages(house, CHARLIE)
    assert "*D-1 is decided*\nAlice decided D-1: We will end the free plan in May" in told.text


def test_what_is_complete_is_completed_once(house: House) -> None:
    ref = _noted(house, "end the free plan", decided=True)
    settled(house, ref, key="first")
    with pytest.raises(UserError, match="Alice was quicker"):
        settled(house, ref, by=BOB, key="second")


def test_completing_obeys_the_rules_of_a_decision(house: House) -> None:
    ref = _noted(house, "end the free plan", decided=True)
    with pytest.raises(FieldErrors) as refused:
        settled(house, ref, replace(ENTRY, options="End it"))
    assert list(refused.value.fields) == ["options"]


def test_a_need_noted_in_passing_goes_to_the_head_of_product(db: Database, clock: StoppedClock) -> None:
    house = _house_with_dana(db, clock)
    assert _noted(house, "Do we keep the free plan?", decided=False) == "D-1"
    (card,) = promised(db)
    (ask,) = day_messages(house, DANA)
    assert "Dana decides, by Wed 2 Dec 2026. Reversibility not stated." in card.text
    assert "Raised by Alice on Wed 25 Nov 2026, in: Weekly product update, Billing." in card.text
    assert "Alice asks you (Weekly product update, Billing). Needed by Wed 2 Dec 2026." in ask.text


def test_without_a_head_of_product_the_author_decides_and_is_not_asked(house: House) -> None:
    ref = _noted(house, "Do we keep the free plan?", decided=False)
    with house.db.transaction() as session:
        assert model.get(session, house, ref).decider == ALICE
    assert [each.channel for each in promised(house.db)] == [DECISIONS]


def test_five_working_days_leave_out_weekends_and_the_deciders_holidays(house: House, clock: StoppedClock) -> None:
    clock.set(datetime(2026, 12, 23, 9, 0, tzinfo=UTC))
    ref = _noted(house, "Do we keep the free plan?", decided=False)
    with house.db.transaction() as session:
        # Thursday 24, Monday 28 to Thursday 31: Christmas falls on Friday and Saturday.
        assert model.get(session, house, ref).needed_by == date(2026, 12, 31)


def test_the_same_words_from_the_same_form_are_one_entry(house: House) -> None:
    refs = [_noted(house, "We will end the free plan", decided=True) for _ in range(2)]
    assert refs == ["D-1", "D-1"]
    assert _noted(house, "Do we keep it?", decided=False) == _noted(house, "Do we keep it?", decided=False) == "D-2"


def test_the_same_words_weeks_later_are_another_entry(house: House, clock: StoppedClock) -> None:
    _noted(house, "Do we hire?", decided=False)
    clock.turn(timedelta(days=7))
    assert _noted(house, "Do we hire?", decided=False) == "D-2"


def test_only_the_opening_words_are_still_something_said(house: House) -> None:
    ref = _noted(house, "We will", decided=True)
    with house.db.transaction() as session:
        assert model.get(session, house, ref).decision == "We will"


def test_the_digest_shows_what_is_due_with_decider_and_age_and_what_was_decided(
    house: House, clock: StoppedClock
) -> None:
    raised(house, replace(QUESTION, needed_by=date(2026, 11, 26)))
    recorded(house)
    raised(house, replace(QUESTION, question="Far away?", needed_by=date(2027, 1, 15)), key="far")
    clock.turn(timedelta(days=3))
    section = _section(house)
    assert section.title == "Decisions due"
    assert section.lines == (
        "D-1 Do we keep the free plan? – Alice decides by Thu 26 Nov 2026, 2 days overdue; raised 3 days ago",
        "Open and needed later: 1. /decision list open shows them",
        "Decided: D-2 We will end the free plan in May (Alice)",
    )


def test_what_was_decided_is_in_the_digest_for_a_week(house: House, clock: StoppedClock) -> None:
    clock.set(datetime(2026, 11, 18, 22, 30, tzinfo=UTC))
    recorded(house, key="a week ago, still Wednesday in Berlin")
    clock.set(datetime(2026, 11, 18, 23, 30, tzinfo=UTC))
    recorded(house, replace(ENTRY, decision="stay"), key="Thursday in Berlin")
    assert _section(house).lines == ("Decided: D-2 We will stay (Alice)",)


def test_a_digest_without_decisions_says_so(house: House) -> None:
    section = _section(house)
    assert section.lines == ()
    assert section.empty == "No decision is due, and none was made in the last week."


def test_a_digest_names_ten_and_counts_the_rest(house: House) -> None:
    for n in range(12):
        recorded(house, key=str(n))
    assert _section(house).lines[10:] == ("and 2 more: /decision list",)


def test_what_i_must_decide_waits_for_me_until_my_day_ends(house: House) -> None:
    raised(house)
    assert _obligations(house, ALICE) == [
        Obligation(
            "Decide D-1: Do we keep the free plan?",
            datetime(2026, 11, 27, 16, 30, tzinfo=UTC),
            "decisions.record",
            "D-1",
            "Record the decision",
        )
    ]
    assert _obligations(house, CHARLIE) == []
    assert _obligations(house, "U0STRANGER") == []


def test_a_review_waits_for_its_decider_from_its_day_on(house: House, clock: StoppedClock) -> None:
    recorded(house)
    assert _obligations(house, ALICE) == []
    clock.set(datetime(2027, 3, 1, 6, 0, tzinfo=UTC))
    (review,) = _obligations(house, ALICE)
    assert (review.title, review.action_id) == ("Review D-1: We will end the free plan in May", "decisions.review")
    with house.db.transaction() as session:
        flow.keep(session, house, ALICE, "D-1", date(2027, 6, 1), str(SPRING))
    assert _obligations(house, ALICE) == []


def test_a_review_that_is_due_comes_first_in_the_list(house: House, clock: StoppedClock) -> None:
    recorded(house)
    clock.set(datetime(2027, 3, 2, 9, 0, tzinfo=UTC))
    desk = Desk(house)
    desk.does(listeners.decision, "list")
    line = (
        "D-1 · decided by Alice on Wed 25 Nov 2026, review due since Mon 1 Mar 2027: We will end the free plan in May"
    )
    assert line in desk.said[-1]["text"]


def test_the_house_ties_the_log_to_the_rooms_that_need_it() -> None:
    assert app.LINKS.log_decision is flow.log_draft
    assert flow.digest_section in app.LINKS.digest_sections
    assert listeners.obligations in app.LINKS.obligations


def _noted(house: House, text: str, *, decided: bool) -> str:
    with house.db.transaction() as session:
        return flow.log_draft(session, house, DecisionDraft(ALICE, text, decided, SOURCE))


def _section(house: House) -> Section:
    with house.db.transaction() as session:
        return flow.digest_section(session, house, WEDNESDAY, WEDNESDAY + timedelta(days=14))


def _obligations(house: House, slack_id: str) -> list[Obligation]:
    with house.db.transaction() as session:
        return listeners.obligations(session, house, slack_id)


def _house_with_dana(db: Database, clock: StoppedClock) -> House:
    usual = people.definitions()
    dana = PersonDefinition.model_validate(
        {"slack": DANA, "name": "Dana", "function": "product", "roles": ["head_of_product"]}
    )
    organisation = usual.organisation.model_copy(update={"people": (*usual.organisation.people, dana)})
    house = make_house(db, Definitions(organisation=organisation, calendar=usual.calendar), clock)
    with db.transaction() as session:
        introduce(session, house, ALICE, BOB, CHARLIE, DANA)
    return house
