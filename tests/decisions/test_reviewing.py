"""Entries that are looked at again, taken back, rejected, or give way to others; and who hears of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.db import Database
from bot.decisions import consulting, flow, listeners, model
from bot.decisions.entry import Choice, Entry
from bot.decisions.model import Decision
from bot.definitions import DecisionRules
from bot.errors import FieldErrors, UserError
from bot.house import House
from tests.aloud import read_aloud
from tests.decisions.classes import DANA, ERIN, house_with_classes
from tests.decisions.log import ENTRY, QUESTION, Desk, day_messages, names, raised, recorded, shown
from tests.decisions.test_listeners import ANSWERS
from tests.decisions.test_turns import leave_slack
from tests.fakes import StoppedClock, promised
from tests.people import ALICE, BOB, CHARLIE, DECISIONS

SPRING = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
"""Nine in the morning in Berlin, on the review date."""
SEARCH = replace(QUESTION, class_id="priority", area_id="search", decider="")
PRICE = replace(ENTRY, class_id="pricing", decider=DANA)


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return house_with_classes(db, clock)


def again(house: House, decision: Decision) -> Decision:
    with house.db.transaction() as session:
        return model.get(session, house, decision.ref)


def reverse(house: House, decision: Decision, by: str = ALICE, reason: str = "Nobody used it.") -> Decision:
    with house.db.transaction() as session:
        return flow.reverse(session, house, by, decision.ref, reason)


def reject(house: House, decision: Decision, by: str = ALICE, reason: str = "Not this year.") -> Decision:
    with house.db.transaction() as session:
        return flow.reject(session, house, by, decision.ref, reason)


def instead_of(decision: Decision, words: str = "keep the free plan") -> Entry:
    return replace(ENTRY, decision=words, supersedes=decision.ref)


# The day comes.


def test_on_the_review_date_its_decider_is_asked_and_reminded_once(house: House) -> None:
    recorded(house)
    assert day_messages(house, ALICE, datetime(2027, 3, 1, 7, 59, tzinfo=UTC)) == []
    (asked,) = day_messages(house, ALICE, SPRING)
    assert "*Still right? D-1*\nWe will end the free plan in May" in asked.text
    day_messages(house, ALICE, datetime(2027, 5, 1, 8, 0, tzinfo=UTC))
    assert len(day_messages(house, ALICE)) == 2


def test_what_was_reviewed_is_asked_again_on_its_next_date_only(house: House) -> None:
    decision = recorded(house)
    day_messages(house, ALICE, SPRING)
    with house.db.transaction() as session:
        flow.keep(session, house, ALICE, decision.ref, date(2027, 6, 1), "2027-03-01")
    assert "Nothing to do: it stands until Tue 1 Jun 2027." in day_messages(house, ALICE)[0].text
    assert len(day_messages(house, ALICE, datetime(2027, 5, 31, 8, 0, tzinfo=UTC))) == 1
    assert len(day_messages(house, ALICE, datetime(2027, 6, 1, 8, 0, tzinfo=UTC))) == 2


def test_once_the_decider_has_left_whoever_is_next_in_line_is_asked(house: House) -> None:
    decision = recorded(house, replace(ENTRY, class_id="priority", area_id="search"))
    leave_slack(house, ALICE)
    day_messages(house, ERIN, SPRING)
    with house.db.transaction() as session:
        flow.on_away(session, house, ALICE)
    assert "*Still right? D-1*" in day_messages(house, ERIN)[0].text
    assert again(house, decision).state == "decided"


def test_once_they_have_left_too_the_next_one_is_asked(house: House) -> None:
    decision = recorded(house, replace(ENTRY, class_id="priority", area_id="search"))
    leave_slack(house, ALICE)
    with house.db.transaction() as session:
        flow.keep(session, house, DANA, decision.ref, date(2027, 3, 2), str(decision.review_on))
    leave_slack(house, ERIN)
    assert day_messages(house, DANA, SPRING) == []
    (asked,) = day_messages(house, DANA, SPRING + timedelta(days=1))
    assert "*Still right? D-1*" in asked.text


# What a review may come to.


def test_what_is_taken_back_says_so_everywhere_and_to_whoever_knew(house: House) -> None:
    decision = recorded(house, replace(ENTRY, inform_person=CHARLIE, inform_channel="C0UPDATES"))
    assert "Alice decided D-1: We will end the free plan in May" in day_messages(house, CHARLIE)[0].text
    reverse(house, decision)
    for channel in (DECISIONS, "C0UPDATES"):
        assert "Alice took it back on Wed 25 Nov 2026: Nobody used it." in promised(house.db, channel=channel)[-1].text
        assert promised(house.db, channel=channel)[-1].text.startswith("D-1 · reversed")
    later = day_messages(house, CHARLIE, datetime(2026, 11, 26, 9, 0, tzinfo=UTC))
    assert "*D-1 is reversed*\nAlice took it back: Nobody used it." in later[-1].text


@pytest.mark.parametrize("ends", ["reversed", "superseded"])
def test_who_was_asked_no_longer_reads_that_it_is_decided(house: House, ends: str) -> None:
    """Alice decided it in this message, Charlie was asked for a view in his."""
    decision = raised(house, SEARCH, by=BOB)
    for person in (ALICE, CHARLIE):
        assert "D-1" in day_messages(house, person)[0].text
    choice = Choice("keep it", "It brings more.", date(2027, 3, 1), revisit="Fewer sign-ups.")
    with house.db.transaction() as session:
        flow.decide(session, house, ALICE, decision.ref, choice, "key")
    if ends == "reversed":
        reverse(house, decision)
    else:
        recorded(house, instead_of(decision, "end it"), key="new")
    said = {
        "reversed": "was taken back. Nobody used it.",
        "superseded": "D-2 has taken its place. It said: We will keep",
    }
    for person in (ALICE, CHARLIE):
        text = day_messages(house, person)[0].text
        assert said[ends] in text
        assert "is decided by" not in text


def test_taking_back_needs_a_reason_and_happens_once(house: House) -> None:
    decision = recorded(house)
    with pytest.raises(FieldErrors) as refused:
        reverse(house, decision, reason=" ")
    assert set(refused.value.fields) == {"reason"}
    reverse(house, decision)
    with pytest.raises(UserError, match="D-1 is reversed by now, as Alice recorded"):
        reverse(house, decision)


def test_only_those_who_keep_an_entry_end_it(house: House) -> None:
    decision = recorded(house)
    with pytest.raises(UserError, match="Alice's to decide"):
        reverse(house, decision, by=CHARLIE)
    question = raised(house, SEARCH, by=BOB)
    with pytest.raises(UserError, match="Alice's to decide"):
        reject(house, question, by=CHARLIE)


def test_another_decision_takes_its_place_and_both_point_to_each_other(house: House) -> None:
    old = recorded(house)
    new = recorded(house, instead_of(old), key="new")
    assert (again(house, old).state, again(house, old).superseded_by) == ("superseded", new.number)
    card = promised(house.db, channel=DECISIONS)[0].text
    assert card.startswith("D-1 · superseded\nD-2 has taken its place, as Alice recorded on Wed 25 Nov 2026.")
    card = promised(house.db, channel=DECISIONS)[1].text
    assert card.startswith("D-2 · decided\nIt has taken the place of D-1.\nWe will keep the free plan")


def test_of_two_that_would_take_its_place_the_second_is_refused_and_not_recorded(house: House) -> None:
    old = recorded(house)
    recorded(house, instead_of(old), key="new")
    with pytest.raises(FieldErrors) as refused:
        recorded(house, instead_of(old, "halve the free plan"), key="third")
    assert refused.value.fields["decision"] == "D-2 has taken the place of D-1 already, recorded by Alice."
    with house.db.transaction() as session:
        assert model.latest_number(session, house) == 2


def test_what_was_superseded_is_not_reviewed_any_more(house: House) -> None:
    old = recorded(house)
    recorded(house, instead_of(old), key="new")
    with house.db.transaction() as session, pytest.raises(UserError, match="D-2 has taken the place"):
        flow.keep(session, house, ALICE, old.ref, date(2027, 6, 1), "2027-03-01")
    asked = day_messages(house, ALICE, SPRING)
    assert [each.text.count("Still right? D-1") for each in asked] == [0]
    assert "Still right? D-2" in asked[0].text


def test_what_will_not_be_decided_says_why_to_whoever_raised_it(house: House) -> None:
    question = raised(house, SEARCH)
    assert len(day_messages(house, ALICE)) == 1
    reject(house, question)
    assert "*D-1 is rejected*\nAlice will not have it decided: Not this year." in day_messages(house, CHARLIE)[-1].text
    assert "Nothing to do: D-1 will not be decided. Not this year." in day_messages(house, ALICE)[0].text
    assert promised(house.db, channel=DECISIONS)[-1].text.startswith("D-1 · rejected")
    with pytest.raises(UserError, match="D-1 is rejected by now, as Alice recorded"):
        reject(house, question)
    assert len(day_messages(house, ERIN, datetime(2026, 12, 30, 9, 0, tzinfo=UTC))) == 0


def test_whoever_its_class_informs_of_decisions_hears_of_no_question_that_is_rejected(house: House) -> None:
    """They never knew of it."""
    rules = house.definitions.decisions
    assert rules is not None
    telling = rules.classes[0].model_copy(update={"informed": ("support",)})
    telling_rules = DecisionRules(classes=(telling, *rules.classes[1:]))
    house = replace(house, definitions=replace(house.definitions, decisions=telling_rules))
    reject(house, raised(house, SEARCH, by=BOB), by=ALICE)
    assert "D-1 is rejected" in day_messages(house, BOB)[-1].text
    assert all("is rejected" not in each.text for each in day_messages(house, CHARLIE))


# Contradictions.


def test_what_counts_about_the_same_is_shown_when_something_new_is_said_of_it(house: House) -> None:
    recorded(house, replace(PRICE, decision="raise the price of the free plan"), by=DANA, key="one")
    recorded(house, replace(PRICE, decision="hire a designer"), by=DANA, key="two")
    new = recorded(house, replace(PRICE, decision="keep the price of the free plan"), by=DANA, key="three")
    with house.db.transaction() as session:
        assert [each.ref for each in flow.alike(session, house, new)] == ["D-1"]


def test_three_letters_may_say_what_two_decisions_are_about(house: House) -> None:
    of_search = replace(ENTRY, class_id="priority", area_id="search")
    recorded(house, replace(of_search, decision="keep SSO in every plan"))
    charge = recorded(house, replace(of_search, decision="charge for SSO"), key="charge")
    other = recorded(house, replace(of_search, decision="not keep the old export for all"), key="other")
    with house.db.transaction() as session:
        assert [each.ref for each in flow.alike(session, house, charge)] == ["D-1"]
        assert flow.alike(session, house, other) == []


@pytest.mark.parametrize(
    "other",
    [
        replace(PRICE, class_id=""),
        replace(PRICE, area_id="billing"),
        replace(PRICE, decision="close in May", options="a\nb"),
    ],
)
def test_other_sorts_areas_and_words_are_no_contradiction(house: House, other: Entry) -> None:
    recorded(house, replace(other, decision=other.decision), by=DANA, key="one")
    new = recorded(house, replace(PRICE, decision="raise prices"), by=DANA, key="two")
    with house.db.transaction() as session:
        assert flow.alike(session, house, new) == []


def test_one_press_lets_the_new_one_replace_the_old(house: House) -> None:
    recorded(house, replace(PRICE, decision="raise the price of the free plan"), by=DANA, key="one")
    desk = Desk(house, DANA)
    recorded(house, replace(PRICE, decision="keep the price of the free plan"), by=DANA, key="two")
    desk.does(listeners.replaces, value="D-2 D-1")
    with house.db.transaction() as session:
        assert model.get(session, house, "D-1").superseded_by == 2
    with pytest.raises(UserError, match="D-2 has taken the place of D-1 already"):
        desk.does(listeners.replaces, value="D-2 D-1")
    with pytest.raises(UserError, match="cannot take its own place"):
        desk.does(listeners.replaces, value="D-2 D-2")
    for wrong in ("", "D-2", "D-2 D-9", "D-9 D-2"):
        with pytest.raises(UserError, match="There is no decision"):
            desk.does(listeners.replaces, value=wrong)


# The form of a review.


def reviewed(house: House, verdict: str, by: str = ALICE, **answers: dict[str, str]) -> Desk:
    desk = Desk(house, by)
    desk.does(listeners.review, value="D-1")
    said: dict[str, Any] = {"verdict": {"type": "radio_buttons", "selected_option": {"value": verdict}}, **answers}
    desk.submits(listeners.review_submitted, desk.form()["private_metadata"], said)
    return desk


def test_a_review_keeps(house: House) -> None:
    recorded(house)
    day = {"type": "datepicker", "selected_date": "2027-06-01"}
    answer = reviewed(house, "keep", review_on=day).answers[-1]
    assert "D-1 stands. The next look is on Tue 1 Jun 2027." in shown(answer["view"])


def test_a_review_takes_back(house: House) -> None:
    recorded(house)
    reason = {"type": "plain_text_input", "value": "Nobody used it."}
    answer = reviewed(house, "reverse", reason=reason).answers[-1]
    assert "D-1 is taken back." in shown(answer["view"])


@pytest.mark.parametrize(("verdict", "begins"), [("change", "end the free plan in May"), ("supersede", None)])
def test_a_review_that_changes_it_opens_the_form_for_what_takes_its_place(
    house: House, verdict: str, begins: str | None
) -> None:
    recorded(house)
    desk = reviewed(house, verdict)
    view = desk.answers[-1]["view"]
    assert "It takes the place of D-1: We will end the free plan in May" in shown(view)
    typed = next(block["element"] for block in view["blocks"] if block.get("block_id") == "decision")
    assert typed.get("initial_value") == begins
    answers = {name: answer for name, answer in ANSWERS.items() if name in names(view)}
    desk.submits(listeners.record_submitted, view["private_metadata"], answers)
    with house.db.transaction() as session:
        assert model.get(session, house, "D-1").superseded_by == 2


# Views.


def test_whom_the_class_consults_is_asked_once_and_their_view_stands_before_the_decider(house: House) -> None:
    raised(house, SEARCH, by=BOB)
    (asked,) = day_messages(house, CHARLIE)
    assert "*Your view is asked for: D-1*\nDo we keep the free plan?" in asked.text
    desk = Desk(house, CHARLIE)
    desk.does(listeners.view, value="D-1")
    view = {"view": {"type": "plain_text_input", "value": "Half of the tickets come from it."}}
    desk.submits(listeners.view_submitted, desk.form()["private_metadata"], view)
    assert "Charlie says: Half of the tickets come from it." in day_messages(house, ALICE)[0].text
    said = promised(house.db, "decision.view")[0]
    read_aloud(said)
    assert (said.channel, said.target) == (DECISIONS, promised(house.db, channel=DECISIONS)[0].id)
    assert said.text == "*Charlie, who was asked for a view*\nHalf of the tickets come from it."
    assert "You said: Half of the tickets come from it." in day_messages(house, CHARLIE)[0].text


def test_silence_holds_up_nothing_and_is_reminded_of_by_nobody(house: House) -> None:
    raised(house, SEARCH, by=BOB)
    day_messages(house, CHARLIE, datetime(2026, 12, 20, 9, 0, tzinfo=UTC))
    assert len(day_messages(house, CHARLIE)) == 1


def test_nobody_gives_a_view_unasked_or_afterwards_or_without_words(house: House) -> None:
    question = raised(house, SEARCH, by=BOB)
    with house.db.transaction() as session:
        with pytest.raises(UserError, match="Nobody asked you for your view of D-1"):
            consulting.say(session, house, DANA, "D-1", "No.")
        with pytest.raises(FieldErrors, match="silence holds up nothing"):
            consulting.say(session, house, CHARLIE, "D-1", " ")
    reject(house, question)
    with house.db.transaction() as session, pytest.raises(UserError, match="D-1 is rejected by now"):
        consulting.say(session, house, CHARLIE, "D-1", "Too late.")


# Who must know.


def test_whom_its_class_informs_is_told_once_and_not_everybody(house: House) -> None:
    rules = house.definitions.decisions
    assert rules is not None
    classes = tuple(
        each.model_copy(update={"informed": ("support", "everybody", "head_of_product")})
        for each in rules.classes
        if each.id == "priority"
    )
    changed = replace(house.definitions, decisions=rules.model_copy(update={"classes": classes}))
    house = replace(house, definitions=changed)
    recorded(house, replace(ENTRY, class_id="priority", area_id="search", inform_person=CHARLIE))
    assert [len(day_messages(house, person)) for person in (CHARLIE, DANA, ERIN, BOB, ALICE)] == [1, 1, 0, 0, 0]
