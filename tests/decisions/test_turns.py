"""Whose turn it is: who is asked, when the next one is, over weekends, holidays and absences."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.db import Database
from bot.decisions import flow, listeners, model, turns
from bot.decisions.entry import Choice
from bot.decisions.model import Decision
from bot.definitions import Organisation
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.people.absence import end_absence, set_away
from bot.people.model import Absence, Profile
from tests.decisions.classes import DANA, ERIN, house_with_classes
from tests.decisions.log import QUESTION, day_messages, raised
from tests.fakes import StoppedClock, promised
from tests.people import ALICE, BOB, CHARLIE, DECISIONS
from tests.prompts.asking import turn_to

FRIDAY = date(2026, 11, 27)
SEARCH = replace(QUESTION, class_id="priority", area_id="search", decider="")
"""Alice decides about Search, Erin is her deputy, Dana the head of product; Charlie raises it and is consulted."""


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    """It is Wednesday 25 November, ten in the morning in Berlin, where everybody is."""
    return house_with_classes(db, clock)


def asked(house: House, decision: Decision) -> list[tuple[str, str]]:
    """Whom, and since when in Berlin."""
    with house.db.transaction() as session:
        found = turns.turns_of(session, house, decision)
    berlin = house.definitions.organisation.zone
    return [(turn.person, f"{turn.since.astimezone(berlin):%a %-d %b %H:%M}") for turn in found]


def again(house: House, decision: Decision) -> Decision:
    with house.db.transaction() as session:
        return model.get(session, house, decision.ref)


def until(house: House, moment: str) -> None:
    assert isinstance(house.clock, StoppedClock)
    turn_to(house, house.clock, utc(moment))


def decide(house: House, decision: Decision, by: str, key: str = "") -> Decision:
    choice = Choice("end it in May", "It costs more than it brings.", date(2027, 3, 1), revisit="More sign-ups.")
    with house.db.transaction() as session:
        return flow.decide(session, house, by, decision.ref, choice, key or f"choice of {by}")


def with_holidays(house: House, **of: str) -> House:
    """Some people's holidays are those of another country."""
    plain = house.definitions.organisation.model_dump(mode="json", by_alias=True, exclude_unset=True)
    people = [each | ({"holidays": of[each["name"]]} if each["name"] in of else {}) for each in plain["people"]]
    organisation = Organisation.model_validate(plain | {"people": people})
    return replace(house, definitions=replace(house.definitions, organisation=organisation))


def with_company_day(house: House, day: date) -> House:
    plain = house.definitions.organisation.model_dump(mode="json", by_alias=True, exclude_unset=True)
    organisation = Organisation.model_validate(plain | {"company_days": [{"date": str(day), "name": "Retreat"}]})
    return replace(house, definitions=replace(house.definitions, organisation=organisation))


def leave_slack(house: House, person: str) -> None:
    with house.db.transaction() as session:
        session.execute(update(Profile).where(Profile.slack_id == person).values(active=False))
    with house.db.transaction() as session:
        flow.on_away(session, house, person)


def be_away(house: House, person: str, first: date, last: date) -> None:
    with house.db.transaction() as session:
        set_away(session, house, person, first, last)
        flow.on_away(session, house, person)


# The line.


def test_the_decider_then_the_backup_then_the_head_of_product_are_asked_once_each(house: House) -> None:
    decision = raised(house, SEARCH)
    until(house, "2026-12-18T12:00")
    assert asked(house, decision) == [
        (ALICE, "Wed 25 Nov 10:00"),
        (ERIN, "Fri 27 Nov 17:30"),
        (DANA, "Tue 1 Dec 17:30"),
    ]
    for person, messages in ((ALICE, 2), (ERIN, 2), (DANA, 2)):
        assert len(day_messages(house, person)) == messages, "a prompt, and one reminder on the last day"


def test_whoever_follows_is_told_why_it_comes_to_them(house: House) -> None:
    raised(house, SEARCH)
    until(house, "2026-11-30T12:00")
    assert "It comes to you, since Alice did not decide by Fri 27 Nov." in day_messages(house, ERIN)[0].text


def test_after_the_last_one_it_stands_among_the_exceptions_and_nobody_is_asked_again(house: House) -> None:
    decision = raised(house, SEARCH)
    until(house, "2026-12-03T16:29")
    assert again(house, decision).unheeded_at is None
    until(house, "2027-01-29T12:00")
    assert again(house, decision).unheeded_at == utc("2026-12-03T16:30"), "two working days after Tuesday"
    with house.db.transaction() as session:
        titles = [each.title for each in listeners.obligations(session, house, BOB)]
        assert "Nobody decides D-1: Do we keep the free plan?" in titles
        assert listeners.obligations(session, house, CHARLIE) == []
    assert "Product ops has it among the exceptions" in promised(house.db, channel=DECISIONS)[-1].text


def test_without_a_backup_the_head_of_product_is_asked_two_working_days_later(house: House) -> None:
    decision = raised(house, replace(QUESTION, decider=CHARLIE), by=BOB)
    until(house, "2026-12-18T12:00")
    assert asked(house, decision) == [(CHARLIE, "Wed 25 Nov 10:00"), (DANA, "Tue 1 Dec 17:30")]


def test_a_head_of_product_who_is_the_backup_is_asked_as_soon_as_any_backup(house: House) -> None:
    """When we plan is decided by Bob, and by Dana when he does not."""
    decision = raised(house, replace(QUESTION, class_id="planning", decider=""))
    until(house, "2026-12-18T12:00")
    assert asked(house, decision) == [(BOB, "Wed 25 Nov 10:00"), (DANA, "Fri 27 Nov 17:30")]


def test_whoever_is_decided_for_in_time_ends_the_line(house: House) -> None:
    decision = raised(house, SEARCH)
    until(house, "2026-11-27T12:00")
    decide(house, decision, ALICE)
    until(house, "2026-12-18T12:00")
    assert [person for person, _since in asked(house, decision)] == [ALICE]
    assert day_messages(house, DANA) == []


# Clocks.


def test_a_day_that_the_decider_has_off_does_not_count(house: House) -> None:
    """Friday the 27th is a company day: the question is Alice's until Monday evening."""
    house = with_company_day(house, FRIDAY)
    decision = raised(house, SEARCH)
    until(house, "2026-12-01T12:00")
    assert asked(house, decision) == [(ALICE, "Wed 25 Nov 10:00"), (ERIN, "Mon 30 Nov 17:30")]


def test_a_sunday_is_no_day_to_be_late_on(house: House) -> None:
    decision = raised(house, replace(SEARCH, needed_by=date(2026, 11, 29)))
    until(house, "2026-12-01T12:00")
    assert asked(house, decision)[1] == (ERIN, "Mon 30 Nov 17:30")


def test_working_days_are_those_of_whoever_is_asked(house: House) -> None:
    """Erin is in France, where 11 November is a holiday; in Berlin it is a working day."""
    house = with_holidays(house, Erin="FR")
    assert isinstance(house.clock, StoppedClock)
    house.clock.set(utc("2026-11-09T09:00"))
    decision = raised(house, replace(SEARCH, needed_by=date(2026, 11, 9)))
    until(house, "2026-11-20T12:00")
    assert asked(house, decision)[1:] == [(ERIN, "Mon 9 Nov 17:30"), (DANA, "Thu 12 Nov 17:30")]


def test_over_christmas_nobody_is_late(house: House) -> None:
    assert isinstance(house.clock, StoppedClock)
    house.clock.set(utc("2026-12-23T09:00"))
    decision = raised(house, replace(SEARCH, needed_by=date(2026, 12, 25)))
    until(house, "2027-01-20T12:00")
    # Friday the 25th is Christmas Day, then comes the weekend; 1 January is a Friday.
    assert asked(house, decision)[1:] == [(ERIN, "Mon 28 Dec 17:30"), (DANA, "Wed 30 Dec 17:30")]


def test_nobody_is_late_who_was_asked_when_the_day_was_over(house: House) -> None:
    """It is evening where the decider is, and still today for whoever needs it today."""
    assert isinstance(house.clock, StoppedClock)
    house.clock.set(utc("2026-11-25T19:00"))
    decision = raised(house, replace(SEARCH, needed_by=date(2026, 11, 25)))
    until(house, "2026-11-26T12:00")
    assert asked(house, decision) == [(ALICE, "Wed 25 Nov 20:00")]
    assert "*Your decision is needed: D-1*" in day_messages(house, ALICE)[0].text
    until(house, "2026-11-27T12:00")
    assert asked(house, decision)[1:] == [(ERIN, "Thu 26 Nov 17:30")]


# Away and gone.


def test_a_decider_who_is_away_until_after_the_day_is_not_waited_for(house: House) -> None:
    be_away(house, ALICE, date(2026, 11, 24), date(2026, 12, 4))
    decision = raised(house, SEARCH)
    assert [person for person, _since in asked(house, decision)] == [ERIN]
    assert "since Alice is away until Fri 4 Dec." in day_messages(house, ERIN)[0].text
    assert "Erin is asked now, since Alice is away until Fri 4 Dec." in promised(house.db, channel=DECISIONS)[0].text


def test_a_decider_who_is_back_in_time_is_waited_for(house: House) -> None:
    be_away(house, ALICE, date(2026, 11, 24), date(2026, 11, 26))
    decision = raised(house, SEARCH)
    assert [person for person, _since in asked(house, decision)] == [ALICE]
    assert [each.text.count("D-1") for each in day_messages(house, ALICE, utc("2026-11-27T08:00"))] == [1]


def test_when_everybody_is_away_the_decider_is_asked_when_they_are_back(house: House) -> None:
    for person in (ALICE, ERIN, DANA):
        be_away(house, person, date(2026, 11, 24), date(2026, 11, 27))
    decision = raised(house, SEARCH)
    assert [person for person, _since in asked(house, decision)] == [ALICE]


def test_who_goes_away_after_being_asked_hands_on_what_they_cannot_decide_in_time(house: House) -> None:
    decision = raised(house, SEARCH)
    assert len(day_messages(house, ALICE)) == 1
    be_away(house, ALICE, date(2026, 11, 25), date(2026, 12, 4))
    assert [person for person, _since in asked(house, decision)] == [ALICE, ERIN]
    assert "Erin was asked, too" in day_messages(house, ALICE)[0].text
    assert decide(house, decision, ALICE).decider == ALICE, "they may still decide it"


@pytest.mark.parametrize("said_first", [True, False])
def test_who_will_be_away_until_it_is_needed_hands_it_on_as_their_absence_begins(
    house: House, *, said_first: bool
) -> None:
    """Needed on Friday the 11th, and Alice is away from Tuesday the 8th."""
    question = replace(SEARCH, needed_by=date(2026, 12, 11))
    decision = None if said_first else raised(house, question)
    be_away(house, ALICE, date(2026, 12, 8), date(2026, 12, 18))
    decision = decision or raised(house, question)
    until(house, "2026-12-07T20:00")
    assert [person for person, _since in asked(house, decision)] == [ALICE]
    until(house, "2026-12-08T12:00")
    assert asked(house, decision)[1:] == [(ERIN, "Tue 8 Dec 09:00")]
    assert "It comes to you, since Alice is away until Fri 18 Dec." in day_messages(house, ERIN)[0].text


def test_with_everybody_away_the_clock_runs_on(house: House) -> None:
    decision = raised(house, replace(SEARCH, needed_by=date(2026, 12, 11)))
    for person in (ALICE, ERIN, DANA):
        be_away(house, person, date(2026, 12, 8), date(2026, 12, 18))
    until(house, "2026-12-11T12:00")
    assert [person for person, _since in asked(house, decision)] == [ALICE]
    until(house, "2026-12-31T12:00")
    assert again(house, decision).unheeded_at is not None


def test_who_is_back_earlier_than_planned_is_waited_for(house: House) -> None:
    decision = raised(house, replace(SEARCH, needed_by=date(2026, 12, 11)))
    be_away(house, ALICE, date(2026, 12, 8), date(2026, 12, 18))
    until(house, "2026-12-04T12:00")
    with house.db.transaction() as session:
        (absence,) = session.scalars(select(Absence))
        end_absence(session, house, ALICE, str(absence.id))
    until(house, "2026-12-11T12:00")
    assert [person for person, _since in asked(house, decision)] == [ALICE]
    until(house, "2026-12-14T12:00")
    assert asked(house, decision)[1:] == [(ERIN, "Fri 11 Dec 17:30")]


def test_a_decider_who_leaves_slack_is_followed_by_the_next(house: House) -> None:
    decision = raised(house, SEARCH)
    leave_slack(house, ALICE)
    assert [person for person, _since in asked(house, decision)] == [ALICE, ERIN]
    leave_slack(house, ERIN)
    assert [person for person, _since in asked(house, decision)] == [ALICE, ERIN, DANA]


def test_a_decider_who_has_left_is_not_asked_at_all(house: House) -> None:
    leave_slack(house, ALICE)
    decision = raised(house, SEARCH)
    assert [person for person, _since in asked(house, decision)] == [ERIN]


def test_when_nobody_is_left_it_stands_among_the_exceptions_at_once(house: House) -> None:
    decision = raised(house, SEARCH)
    with house.db.transaction() as session:
        session.execute(update(Profile).where(Profile.slack_id.in_((ALICE, ERIN, DANA))).values(active=False))
    until(house, "2026-12-18T12:00")
    assert again(house, decision).unheeded_at is not None


def test_what_comes_to_somebody_stands_on_their_home_tab_while_it_is_their_turn(house: House) -> None:
    decision = raised(house, SEARCH)
    until(house, "2026-11-30T12:00")
    assert waiting(house, ERIN) == [("Decide D-1: Do we keep the free plan?", utc("2026-12-01T16:30"))]
    assert len(waiting(house, ALICE)) == 1, "the decider may still do it"
    until(house, "2026-12-02T12:00")
    assert (waiting(house, ERIN), len(waiting(house, DANA))) == ([], 1)
    decide(house, decision, DANA)
    assert waiting(house, DANA) == []


def waiting(house: House, person: str) -> list[tuple[str, datetime | None]]:
    with house.db.transaction() as session:
        return [(each.title, each.due) for each in listeners.obligations(session, house, person)]


# Deciding and delegating.


def test_whoever_was_asked_and_decides_is_the_decider_from_then_on(house: House) -> None:
    decision = raised(house, SEARCH)
    until(house, "2026-11-30T12:00")
    decided = decide(house, decision, ERIN)
    assert (decided.state, decided.decider, decided.recorded_by) == ("decided", ERIN, ERIN)
    assert "is decided by Erin" in day_messages(house, ALICE)[1].text


def test_of_two_who_decide_at_once_the_second_is_told(house: House) -> None:
    decision = raised(house, SEARCH)
    until(house, "2026-11-30T12:00")
    decide(house, decision, ERIN)
    with pytest.raises(UserError, match="Erin was quicker: D-1 is recorded"):
        decide(house, decision, ALICE)


def test_a_choice_that_arrives_twice_decides_once(house: House) -> None:
    decision = raised(house, SEARCH)
    assert decide(house, decision, ALICE, "one").decided_at == decide(house, decision, ALICE, "one").decided_at


def test_a_choice_keeps_the_options_that_were_known_and_adds_its_own(house: House) -> None:
    decision = raised(house, SEARCH)
    choice = Choice("sell it apart", "Two customers asked.", date(2027, 3, 1), revisit="Nobody buys.")
    with house.db.transaction() as session:
        decided = flow.decide(session, house, ALICE, decision.ref, choice, "key")
    assert decided.option_lines == ["Keep it", "End it in May", "sell it apart"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"why": " "}, "why"),
        ({"revisit": ""}, "revisit"),
        ({"review_on": None}, "review_on"),
        ({"review_on": date(2026, 11, 25)}, "review_on"),
        ({"decision": ""}, "decision"),
    ],
)
def test_a_choice_obeys_the_rules_of_every_decision(house: House, change: dict[str, Any], field: str) -> None:
    """The question says that it is hard to reverse, so what would change our mind belongs to it."""
    decision = raised(house, SEARCH)
    complete = Choice("end it in May", "It costs more.", date(2027, 3, 1), revisit="More sign-ups.")
    with house.db.transaction() as session, pytest.raises(FieldErrors) as refused:
        flow.decide(session, house, ALICE, decision.ref, replace(complete, **change), "key")
    assert field in refused.value.fields
    assert again(house, decision).state == "proposed"


def delegated(house: House, decision: Decision, to: str, by: str = ALICE, day: date = date(2026, 12, 2)) -> Decision:
    with house.db.transaction() as session:
        return flow.delegate(session, house, by, decision.ref, to, day, "You know the numbers.")


def test_what_is_delegated_is_somebody_elses_until_another_day(house: House) -> None:
    decision = raised(house, SEARCH)
    assert len(day_messages(house, ALICE)) == 1
    delegated(house, decision, DANA)
    assert (again(house, decision).decider, again(house, decision).needed_by) == (DANA, date(2026, 12, 2))
    assert "Alice asks you to decide this instead: You know the numbers.\n" in day_messages(house, DANA)[0].text
    assert "Nothing to do: Dana decides it now." in day_messages(house, ALICE)[0].text
    assert "Alice delegated it to Dana: You know the numbers.\n" in promised(house.db, channel=DECISIONS)[-1].text
    until(house, "2026-12-18T12:00")
    assert asked(house, decision)[1:] == [(DANA, "Wed 25 Nov 10:00"), (ERIN, "Wed 2 Dec 17:30")]


def test_who_is_asked_instead_in_the_evening_has_the_next_working_day_for_it(house: House) -> None:
    decision = raised(house, SEARCH)
    assert isinstance(house.clock, StoppedClock)
    house.clock.set(utc("2026-11-25T19:00"))
    delegated(house, decision, DANA, day=date(2026, 11, 25))
    until(house, "2026-11-26T12:00")
    assert [person for person, _since in asked(house, decision)] == [ALICE, DANA]


def test_a_form_to_delegate_that_arrives_twice_delegates_once(house: House) -> None:
    decision = raised(house, SEARCH)
    assert [delegated(house, decision, DANA).decider for _ in range(2)] == [DANA, DANA]
    assert [person for person, _since in asked(house, decision)] == [ALICE, DANA]


@pytest.mark.parametrize(
    ("to", "day", "field"),
    [
        (ALICE, date(2026, 12, 2), "decider"),
        ("U0STRANGER", date(2026, 12, 2), "decider"),
        (BOB, date(2026, 12, 2), "decider"),
        (DANA, date(2026, 11, 24), "needed_by"),
        (DANA, date.max, "needed_by"),
    ],
)
def test_one_delegates_to_a_colleague_who_may_decide_it_and_to_a_day_to_come(
    house: House, to: str, day: date, field: str
) -> None:
    """Bob is product ops, who never decides what comes first."""
    decision = raised(house, SEARCH)
    with pytest.raises(FieldErrors) as refused:
        delegated(house, decision, to, day=day)
    assert set(refused.value.fields) == {field}
    assert again(house, decision).decider == ALICE


def test_only_whose_turn_it_is_delegates(house: House) -> None:
    decision = raised(house, SEARCH)
    for somebody in (CHARLIE, BOB):
        with pytest.raises(UserError, match="Only who decides can delegate"):
            delegated(house, decision, DANA, by=somebody)


def test_what_is_decided_is_not_delegated_any_more(house: House) -> None:
    decision = raised(house, SEARCH)
    decide(house, decision, ALICE)
    with pytest.raises(UserError, match="Alice was quicker"):
        delegated(house, decision, DANA)


def test_a_timer_of_what_is_decided_does_nothing(house: House) -> None:
    decision = raised(house, SEARCH)
    decide(house, decision, ALICE)
    with house.db.transaction() as session:
        flow.on_due(session, house, f"decision:{decision.id}")
    assert len(asked(house, decision)) == 1


def test_another_workspace_has_nobodys_turn(house: House) -> None:
    decision = raised(house, SEARCH)
    other = replace(house, workspace_id="T0OTHER")
    with house.db.transaction() as session:
        assert turns.turns_of(session, other, decision) == []
        assert turns.held(session, other, f"decision:{decision.id}") is None


def test_what_was_open_before_anybody_was_asked_so_is_asked_for(house: House) -> None:
    """As after an upgrade."""
    decision = raised(house, SEARCH)
    with house.db.transaction() as session:
        for turn in turns.turns_of(session, house, decision):
            session.delete(turn)
    for _ in range(2):
        with house.db.transaction() as session:
            flow.keep_in_step(session, house)
    assert len(asked(house, decision)) == 1


def test_reminders_come_on_the_last_morning_of_each_turn(house: House) -> None:
    raised(house, SEARCH)
    until(house, "2026-12-18T12:00")
    for person, morning in ((ALICE, FRIDAY), (ERIN, date(2026, 12, 1)), (DANA, date(2026, 12, 3))):
        assert [each.dedupe for each in day_messages(house, person)][1] == f"prompts:{person}:{morning}:day"
