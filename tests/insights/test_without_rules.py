"""A team stops keeping insights, or keeps other ones: whatever is open then hurts nobody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import app
from bot.definitions import Calendar, Definitions, InsightRules, Organisation
from bot.errors import UserError
from bot.home.page import home_view
from bot.house import House
from bot.insights import answering, model, questions
from bot.insights.answering import Disposition
from bot.insights.model import NEW
from tests.fakes import StoppedClock
from tests.insights.keyboard import Person, triager
from tests.insights.test_questions import at
from tests.insights.world import NO, RULES, day_messages, decided, heard, now, routed, run, told, wait
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import DANA, ERIN, FRANK, GRACE


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
    late = [each for each in day_messages(back, ALICE) if "its acknowledgement is late" in each.text]
    assert len(late) == 1
    assert told(back, CHARLIE) == []


def test_what_was_restricted_goes_to_product_ops_once_nothing_is_any_more(house: House) -> None:
    heard(house, theme_id="trust")
    rules = InsightRules.model_validate(RULES | {"restricted": None})
    other = replace(house, definitions=replace(house.definitions, insights=rules), version=house.version + 1)
    run(other, app.adopt)
    assert triager(other, BOB).sees["title"]["text"] == "Triage I-1"
    assert "The queue is empty" in triager(other, DANA).reads


OTHER_TAGS: dict[str, Any] = {
    "themes": [{"id": "new", "name": "New"}],
    "segments": [{"id": "new", "name": "New"}],
    "evidence": [{"id": "new", "name": "New"}],
    "causes": [],
    "sources": [{"id": "new", "name": "New", "owner": FRANK, "bias": "All"}],
    "routes": [{"name": "All", "to": "head_of_product"}],
    "spike": None,
    "incident": None,
    "restricted": None,
}


def other_tags(was: Definitions) -> Definitions:
    return replace(was, insights=InsightRules.model_validate(RULES | OTHER_TAGS))


def no_such_area(was: Definitions) -> Definitions:
    stated = was.organisation.model_dump(mode="python", exclude_unset=True)
    stated["areas"] = [each for each in stated["areas"] if each["id"] != "billing"]
    return replace(was, organisation=Organisation.model_validate(stated))


def no_such_review(was: Definitions) -> Definitions:
    stated = was.calendar.model_dump(mode="json", exclude_unset=True)
    stated["rituals"] = [each for each in stated["rituals"] if each["id"] != "insights-review"]
    return replace(was, calendar=Calendar.model_validate(stated))


@pytest.mark.parametrize("change", [other_tags, no_such_area, no_such_review])
def test_whatever_is_open_is_shown_and_worked_on_under_other_definitions(
    house: House, change: Callable[[Definitions], Definitions]
) -> None:
    heard(house, theme_id="pricing", source_id="support")
    heard(house, key="asked", theme_id="trust")
    routed(house, key="routed")
    run(house, answering.acknowledge, ALICE, routed(house, key="seen").ref)
    decided(house, Disposition("researching", researcher=ERIN, answer_by="2026-12-10"), key="researched")
    other = replace(house, definitions=change(house.definitions), version=house.version + 1)
    run(other, app.adopt)
    for days in (0, 40):
        wait(other, at(25, 10) + timedelta(days=days))
        for person in (ALICE, BOB, FRANK, GRACE):
            run(other, home_view, person)
            for words in ("list", "list late", "mine", "orphans", "digest", "waiting", "I-1", "I-3", "I-5"):
                Person(person).command(other, words)
        for words in ("queue", "bulk", "triage", "triage I-1", "triage I-3"):
            Person(BOB).command(other, words)
    bob = triager(other, BOB, "I-3")
    rules = other.definitions.insights
    assert rules is not None
    bob.submit(
        other, theme=rules.themes[0].id, segment=rules.segments[0].id, evidence=rules.evidence[0].id, area="search"
    )
    assert "I-3 went to Frank." in bob.reads
