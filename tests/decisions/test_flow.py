from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import Event
from bot.db import Database
from bot.decisions import flow, model
from bot.decisions.entry import HARD
from bot.delivery.model import OutboxMessage
from bot.errors import FieldErrors, UserError
from bot.house import House
from tests.aloud import read_aloud
from tests.decisions.log import ENTRY, FRIDAY, QUESTION, SPRING, day_messages, introduce, raised, recorded, settled
from tests.fakes import StoppedClock, make_house, promised
from tests.people import ALICE, BOB, CHARLIE, DECISIONS, UPDATES

SATURDAY = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
MONDAY_MORNING = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
"""09:00 in Berlin."""

# Raising.


def test_a_raised_question_stands_in_the_log_and_asks_its_decider_once(house: House) -> None:
    decision = raised(house)
    (card,) = promised(house.db)
    (ask,) = day_messages(house, ALICE)
    read_aloud(ask)
    assert (decision.ref, decision.state, decision.raised_by, decision.decider) == ("D-1", "proposed", CHARLIE, ALICE)
    assert (card.channel, card.report_to) == (DECISIONS, CHARLIE)
    assert (ask.channel, ask.report_to) == (ALICE, CHARLIE)
    assert ask.text.startswith(
        "1 thing today, about 5 minutes\n*Your decision is needed: D-1*\nDo we keep the free plan?"
    )
    assert "[Decide …] [Delegate] [Reject]" in ask.text


def test_whoever_raises_a_question_for_themselves_is_not_asked(house: House) -> None:
    raised(house, by=ALICE)
    assert [each.channel for each in promised(house.db)] == [DECISIONS]


def test_and_is_reminded_on_the_morning_of_the_day(house: House) -> None:
    """Else the first they heard of it would be that it went to somebody else."""
    raised(house, by=ALICE)
    friday_morning = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
    assert day_messages(house, ALICE, friday_morning - timedelta(minutes=1)) == []
    (asked,) = day_messages(house, ALICE, friday_morning)
    assert "You raised it yourself. Needed by Fri 27 Nov 2026." in asked.text


def test_a_form_that_arrives_twice_raises_one_question(house: House) -> None:
    assert raised(house).ref == raised(house).ref == "D-1"
    assert len(promised(house.db)) == 1
    assert len(day_messages(house, ALICE)) == 1


def test_the_decider_is_a_person_of_the_organisation(house: House) -> None:
    with pytest.raises(FieldErrors) as refused:
        raised(house, replace(QUESTION, decider="USLACKBOT"))
    assert "organisation.yaml" in refused.value.fields["decider"]
    with pytest.raises(FieldErrors):
        recorded(house, replace(ENTRY, decider="U0STRANGER"))
    assert promised(house.db) == []


def test_who_must_know_is_somebody_who_can_be_told(house: House) -> None:
    stranger = replace(ENTRY, inform_person="U0STRANGER")
    with pytest.raises(FieldErrors) as refused:
        recorded(house, stranger)
    assert set(refused.value.fields) == {"inform_person"}
    decision = raised(house)
    with pytest.raises(FieldErrors) as refused:
        settled(house, decision.ref, stranger)
    assert set(refused.value.fields) == {"inform_person"}


def test_today_is_the_raisers_today(house: House, clock: StoppedClock) -> None:
    clock.set(datetime(2026, 11, 27, 23, 30, tzinfo=UTC))
    with pytest.raises(FieldErrors, match="That day is over"):
        raised(house, replace(QUESTION, needed_by=FRIDAY))


def test_a_stranger_can_neither_raise_nor_record(house: House) -> None:
    with pytest.raises(UserError, match="do not know you"):
        raised(house, by="U0STRANGER")
    with pytest.raises(UserError, match="do not know you"):
        recorded(house, by="U0STRANGER")


def test_a_decider_is_asked_in_their_working_hours(house: House, clock: StoppedClock) -> None:
    clock.set(SATURDAY)
    raised(house, replace(QUESTION, needed_by=date(2026, 12, 4)))
    assert day_messages(house, ALICE, MONDAY_MORNING - timedelta(minutes=1)) == []
    assert len(day_messages(house, ALICE, MONDAY_MORNING)) == 1


def test_a_decider_is_reminded_once_on_the_morning_of_the_day(house: House) -> None:
    raised(house)
    friday_morning = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
    assert len(day_messages(house, ALICE, friday_morning - timedelta(minutes=1))) == 1
    reminder = day_messages(house, ALICE, friday_morning)[1]
    assert "One reminder, and only one." in reminder.text
    assert len(day_messages(house, ALICE, friday_morning + timedelta(days=10))) == 2


# Recording.


def test_a_recorded_decision_stands_in_the_log(house: House) -> None:
    decision = recorded(house)
    (card,) = promised(house.db)
    assert (decision.ref, decision.state, decision.decider, decision.recorded_by) == ("D-1", "decided", ALICE, ALICE)
    assert decision.decided_at == decision.raised_at == house.clock.now()
    assert (card.id, card.channel, card.report_to) == (decision.message_id, DECISIONS, ALICE)


def test_a_form_that_arrives_twice_records_one_decision(house: House) -> None:
    assert recorded(house).ref == recorded(house).ref
    assert len(promised(house.db)) == 1


def test_people_learn_what_is_recorded_in_their_name(house: House) -> None:
    recorded(house, by=BOB)
    (told,) = day_messages(house, ALICE)
    assert "Bob recorded D-1 as your decision: We will end the free plan in May" in told.text


def test_the_channel_that_must_know_gets_the_decision_too(house: House) -> None:
    recorded(house, replace(ENTRY, inform_channel=UPDATES))
    card, copy = promised(house.db)
    assert (copy.channel, copy.text) == (UPDATES, card.text)


def test_the_channel_of_the_log_gets_no_second_copy(house: House) -> None:
    recorded(house, replace(ENTRY, inform_channel=DECISIONS))
    assert len(promised(house.db)) == 1


def test_ids_count_up_in_each_workspace(house: House) -> None:
    elsewhere = _elsewhere(house.db)
    refs = [raised(house).ref, recorded(house).ref, recorded(elsewhere).ref, recorded(house, key="third").ref]
    assert refs == ["D-1", "D-2", "D-1", "D-3"]


def test_many_at_once_get_an_id_each(any_db: Database) -> None:
    house = _introduced(make_house(any_db))
    with ThreadPoolExecutor(4) as people:
        refs = {decision.ref for decision in people.map(lambda n: recorded(house, key=str(n)), range(8))}
    assert refs == {f"D-{n}" for n in range(1, 9)}


def test_every_step_is_in_the_trail(house: House) -> None:
    settled(house, raised(house).ref)
    with house.db.transaction() as session:
        steps = session.execute(select(Event.kind, Event.subject, Event.actor).order_by(Event.id)).all()
    assert [tuple(step) for step in steps] == [
        ("decision.raised", "decision:D-1", CHARLIE),
        ("decision.turn.raised", "decision:D-1", None),
        ("decision.recorded", "decision:D-1", ALICE),
    ]


# Recording what was raised.


def test_recording_a_raised_question_decides_it_and_edits_its_entry_in_place(house: House) -> None:
    decision = raised(house)
    day_messages(house, ALICE)
    _all_sent(house)
    after = settled(house, decision.ref)
    edits = {each.target: each for each in promised(house.db) if each.method == "update"}
    assert (after.state, after.decided_at, after.recorded_by) == ("decided", house.clock.now(), ALICE)
    assert decision.message_id in edits
    assert "We will end the free plan in May" in edits[decision.message_id].text
    assert "[Record the decision]" not in edits[decision.message_id].text


def test_whoever_raised_it_is_told_once(house: House) -> None:
    decision = raised(house)
    _all_sent(house)
    settled(house, decision.ref)
    settled(house, decision.ref)
    (told,) = day_messages(house, CHARLIE)
    words = "D-1, which you raised, is decided by Alice: We will end the free plan in May"
    assert told.text == f"For you to know\n*D-1 is decided*\n{words}"


def test_a_decider_who_was_asked_sees_in_that_message_what_was_recorded_for_them(house: House) -> None:
    decision = raised(house)
    day_messages(house, ALICE)
    _all_sent(house)
    settled(house, decision.ref, by=BOB)
    asked, edited = day_messages(house, ALICE)
    assert (edited.method, edited.target) == ("update", asked.id)
    assert "Nothing to do: D-1 is decided" in edited.text
    assert edited.text.endswith("Recorded by Bob.")


def test_nobody_is_told_of_what_they_did_themselves(house: House) -> None:
    decision = raised(house, by=ALICE)
    settled(house, decision.ref)
    assert day_messages(house, ALICE) == []


def test_a_request_that_has_not_left_yet_is_taken_back(house: House, clock: StoppedClock) -> None:
    clock.set(SATURDAY)
    decision = raised(house, replace(QUESTION, needed_by=date(2026, 12, 4)))
    settled(house, decision.ref)
    assert day_messages(house, ALICE, MONDAY_MORNING) == []


def test_the_decider_stays_who_it_was(house: House) -> None:
    decision = raised(house)
    assert settled(house, decision.ref, replace(ENTRY, decider=BOB), by=BOB).decider == ALICE


@pytest.mark.parametrize("recorder", [ALICE, BOB, CHARLIE])
def test_the_decider_the_raiser_and_product_ops_may_record(house: House, recorder: str) -> None:
    decision = raised(house)
    assert settled(house, decision.ref, by=recorder).recorded_by == recorder


def test_nobody_else_may_record(house: House) -> None:
    decision = raised(house, by=ALICE)
    with pytest.raises(UserError, match=r"D-1 is Alice's to decide\. Ask Alice"):
        settled(house, decision.ref, by=CHARLIE)


def test_what_is_raised_obeys_the_same_rules_when_it_is_recorded(house: House) -> None:
    decision = raised(house)
    with pytest.raises(FieldErrors) as refused:
        settled(house, decision.ref, replace(ENTRY, options="", door=HARD))
    assert set(refused.value.fields) == {"options", "revisit"}


def test_of_two_who_record_the_second_is_told_who_was_quicker(house: House) -> None:
    decision = raised(house)
    settled(house, decision.ref, by=ALICE, key="alice")
    with pytest.raises(UserError, match="Alice was quicker: D-1 is recorded, “We will end the free plan in May”"):
        settled(house, decision.ref, replace(ENTRY, decision="keep it"), by=CHARLIE, key="charlie")


def test_of_two_at_the_same_moment_one_wins(any_db: Database) -> None:
    house = _introduced(make_house(any_db))
    decision = raised(house)

    def write(person: str) -> str:
        try:
            settled(house, decision.ref, replace(ENTRY, decision=f"do what {person} says"), by=person, key=person)
        except UserError as error:
            return str(error)
        return person

    with ThreadPoolExecutor(3) as people:
        outcomes = list(people.map(write, (ALICE, BOB, CHARLIE)))
    (winner,) = {ALICE, BOB, CHARLIE} & set(outcomes)
    assert sum("was quicker" in outcome for outcome in outcomes) == 2
    with any_db.transaction() as session:
        kept = model.get(session, house, decision.ref)
        assert (kept.decision, kept.recorded_by) == (f"do what {winner} says", winner)


def test_another_workspace_sees_nothing(house: House) -> None:
    decision = raised(house)
    elsewhere = _elsewhere(house.db)
    with pytest.raises(UserError, match="There is no decision “D-1”"):
        settled(elsewhere, decision.ref)
    with house.db.transaction() as session:
        assert flow.listing(session, elsewhere, FRIDAY) == []
        assert flow.waiting_for(session, elsewhere, ALICE) == []
        assert flow.digest_section(session, elsewhere, FRIDAY, SPRING).lines == ()
        assert not model.change(session, elsewhere, session.merge(decision), model.Decision.id > 0, decision="mine")


# Reading.


@pytest.mark.parametrize("spelling", ["D-2", "d-2", "d2", " D-2 "])
def test_an_id_may_be_spelled_as_people_do(house: House, spelling: str) -> None:
    raised(house)
    recorded(house)
    with house.db.transaction() as session:
        assert model.get(session, house, spelling).number == 2


@pytest.mark.parametrize("wrong", ["D-9", "D-0", "D--1", "2", "", "D-1 or 1=1", "D-99999999999999999999"])
def test_an_unknown_id_names_the_latest_ones(house: House, wrong: str) -> None:
    raised(house)
    recorded(house)
    with house.db.transaction() as session, pytest.raises(UserError, match="The latest: `D-2`, `D-1`"):
        model.get(session, house, wrong)


def test_an_unknown_id_in_an_empty_log_says_how_to_begin(house: House) -> None:
    with house.db.transaction() as session, pytest.raises(UserError, match="`/decision` records the first one"):
        model.get(session, house, "D-1")


def test_the_list_shows_what_is_due_and_then_the_latest_ten(house: House) -> None:
    raised(house, replace(QUESTION, needed_by=date(2026, 11, 26)))
    for n in range(10):
        recorded(house, key=str(n))
    raised(house, key="not due")
    with house.db.transaction() as session:
        shown = [decision.number for decision in flow.listing(session, house, date(2026, 11, 26))]
    assert shown == [1, 12, 11, 10, 9, 8, 7, 6, 5, 4]


# Reviews.


def test_a_review_moves_the_date_and_the_entry(house: House, clock: StoppedClock) -> None:
    decision = recorded(house)
    clock.set(datetime(2027, 3, 1, 9, 0, tzinfo=UTC))
    kept = _keep(house, ALICE, decision.ref, date(2027, 6, 1))
    assert kept.review_on == date(2027, 6, 1)
    assert "Review on Tue 1 Jun 2027." in promised(house.db)[0].text


def test_every_copy_of_the_entry_is_edited(house: House) -> None:
    decision = recorded(house, replace(ENTRY, inform_channel=UPDATES))
    for each in promised(house.db, channel=DECISIONS) + promised(house.db, channel=UPDATES):
        read_aloud(each)
    _all_sent(house)
    _keep(house, ALICE, decision.ref, date(2027, 6, 1))
    edits = [each for each in promised(house.db) if each.method == "update"]
    assert [each.target for each in edits] == [decision.message_id, decision.copy_id]
    assert all("Review on Tue 1 Jun 2027." in each.text for each in edits)


def test_a_review_asks_for_a_day_that_people_live_to_see(house: House) -> None:
    with pytest.raises(FieldErrors, match="too far away"):
        _keep(house, ALICE, recorded(house).ref, date.max)


@pytest.mark.parametrize("day", [None, date(2026, 11, 25)])
def test_a_review_asks_for_a_day_to_come(house: House, day: date | None) -> None:
    decision = recorded(house)
    with pytest.raises(FieldErrors) as refused:
        _keep(house, ALICE, decision.ref, day)
    assert "a day after today" in refused.value.fields["review_on"]


def test_of_two_who_review_the_second_is_told(house: House) -> None:
    decision = recorded(house)
    _keep(house, ALICE, decision.ref, date(2027, 6, 1))
    with pytest.raises(UserError, match="Somebody was quicker"):
        _keep(house, BOB, decision.ref, date(2027, 7, 1))


def test_a_review_that_arrives_twice_is_one(house: House) -> None:
    decision = recorded(house)
    for _ in range(2):
        assert _keep(house, ALICE, decision.ref, date(2027, 6, 1)).review_on == date(2027, 6, 1)
    with house.db.transaction() as session:
        kinds = [event.kind for event in session.scalars(select(Event))]
    assert kinds.count("decision.reviewed") == 1


def test_only_those_who_keep_a_decision_review_it(house: House) -> None:
    decision = recorded(house)
    with pytest.raises(UserError, match="Alice's to decide"):
        _keep(house, CHARLIE, decision.ref, date(2027, 6, 1))


def test_what_is_not_decided_is_not_reviewed(house: House) -> None:
    decision = raised(house)
    with pytest.raises(UserError, match="no review date"):
        _keep(house, ALICE, decision.ref, date(2027, 6, 1))


def _keep(house: House, slack_id: str, ref: str, review_on: date | None) -> model.Decision:
    with house.db.transaction() as session:
        return flow.keep(session, house, slack_id, ref, review_on, str(SPRING))


def _elsewhere(db: Database) -> House:
    return _introduced(make_house(db, workspace_id="T0OTHER"))


def _introduced(house: House) -> House:
    with house.db.transaction() as session:
        introduce(session, house)
    return house


def _all_sent(house: House) -> None:
    """Everything promised so far has reached Slack."""
    with house.db.transaction() as session:
        _mark_sent(session)


def _mark_sent(session: Session) -> None:
    for n, row in enumerate(session.scalars(select(OutboxMessage)).all()):
        row.state, row.posted_channel, row.ts = "sent", row.channel, f"{n}.1"
