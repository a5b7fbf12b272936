"""A team stops keeping insights, or keeps other ones: whatever is open then hurts nobody."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import app
from bot.definitions import InsightRules
from bot.errors import UserError
from bot.house import House
from bot.insights import model, questions
from bot.insights.model import NEW
from tests.fakes import StoppedClock
from tests.insights.keyboard import Person, triager
from tests.insights.test_questions import at
from tests.insights.world import NO, RULES, day_messages, decided, heard, now, routed, run, told, wait
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import DANA


def without(house: House) -> House:
    """The same, once somebody has removed `insights.yaml`."""
    gone = replace(house, definitions=replace(house.definitions, insights=None), version=house.version + 1)
    run(gone, app.adopt)
    return gone


def test_nobody_is_asked_or_reminded_any_more(house: House) -> None:
    routed(house)
    gone = without(house)
    wait(gone, at(25, 10) + timedelta(days=20))
    assert "I-1" not in "".join(each.text for each in day_messages(gone, ALICE))
    with pytest.raises(UserError, match="not set up here"):
        Person(ALICE).command(gone, "acknowledge I-1")


def test_whoever_was_promised_an_answer_still_hears_it_and_a_question_ends(house: House) -> None:
    heard(house)
    run(house, questions.ask, BOB, "I-1", "Which plan?")
    answered = decided(house, key="two")
    gone = without(house)
    wait(gone, at(25, 10) + timedelta(days=20))
    assert now(gone, answered).disposition == NO.kind
    assert any("declined" in each.text for each in told(gone))
    with gone.db.transaction() as session:
        first = model.get(session, gone, "I-1")
        assert first.state == NEW


def test_kept_again_what_ran_out_meanwhile_is_late_then(house: House, clock: StoppedClock) -> None:
    insight = routed(house, severity="high", proof="7")
    gone = without(house)
    wait(gone, at(11, 10, month=12))
    assert now(gone, insight).breached_at is None
    back = replace(house, version=gone.version + 1)
    run(back, app.adopt)
    wait(back, at(14, 12, month=12))
    assert now(back, insight).breached_at is not None
    late = [each for each in day_messages(back, ALICE) if "to be acknowledged is late" in each.text]
    assert len(late) == 1
    assert told(back, CHARLIE) == []


def test_what_was_restricted_goes_to_product_ops_once_nothing_is_any_more(house: House) -> None:
    heard(house, theme_id="trust")
    rules = InsightRules.model_validate(RULES | {"restricted": None})
    other = replace(house, definitions=replace(house.definitions, insights=rules), version=house.version + 1)
    run(other, app.adopt)
    assert triager(other, BOB).sees["title"]["text"] == "Triage I-1"
    assert "The queue is empty" in triager(other, DANA).reads
