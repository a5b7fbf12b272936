"""Duplicates: whoever brought one counts for the other, and a merge that is undone leaves all as it was."""

from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.house import House
from bot.insights import answering, merging, model, questions, triage
from bot.insights.model import MERGED, NEW, ROUTED
from tests.fakes import StoppedClock
from tests.insights.keyboard import Person
from tests.insights.world import NO, TAGS, day_messages, deliver, heard, now, routed, run, told, wait
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import DANA
from tests.updates.team import berlin


def brought(house: House, ref: str) -> list[str]:
    return [each.submitter for each in run(house, model.submissions, run(house, model.get, ref))]


def test_whoever_brought_it_counts_for_the_other_and_hears_of_that(house: House) -> None:
    routed(house)
    heard(house, by=DANA, key="two", accounts=4)
    run(house, merging.merge, BOB, "I-2", "I-1")
    assert (brought(house, "I-1"), brought(house, "I-2")) == ([CHARLIE, DANA], [])
    run(house, answering.dispose, ALICE, "I-1", NO)
    assert [len(told(house, each)) for each in (CHARLIE, DANA)] == [1, 1]


def test_what_is_merged_into_something_answered_is_answered(house: House) -> None:
    routed(house)
    run(house, answering.dispose, ALICE, "I-1", NO)
    heard(house, by=DANA, key="two")
    run(house, merging.merge, BOB, "I-2", "I-1")
    assert len(told(house, DANA)) == 1


def test_undone_its_clock_runs_on_as_it_stood(house: House, clock: StoppedClock) -> None:
    insight = heard(house)
    heard(house, by=DANA, key="two")
    due = insight.due_at
    assert due is not None
    run(house, merging.merge, BOB, "I-1", "I-2")
    assert now(house, insight).due_at is None
    clock.set(due + timedelta(hours=1))
    run(house, merging.unmerge, BOB, "I-1")
    assert now(house, insight).due_at == due
    wait(house, clock.now())
    assert now(house, insight).breached_at is not None


def test_undone_its_owner_is_asked_for_it_again(house: House) -> None:
    insight = routed(house)
    heard(house, by=DANA, key="two")
    assert "[Acknowledge]" in day_messages(house, ALICE, berlin(25, 12))[-1].text
    run(house, merging.merge, BOB, "I-1", "I-2")
    assert "[Acknowledge]" not in day_messages(house, ALICE)[-1].text
    run(house, merging.unmerge, BOB, "I-1")
    assert (now(house, insight).state, now(house, insight).owner) == (ROUTED, ALICE)
    assert "[Acknowledge]" in day_messages(house, ALICE)[-1].text
    run(house, answering.hand_back, ALICE, "I-1", "It is about search.")
    assert "[Acknowledge]" not in day_messages(house, ALICE)[-1].text


def test_a_question_ends_with_the_merge(house: House) -> None:
    insight = heard(house)
    heard(house, by=DANA, key="two")
    run(house, questions.ask, BOB, "I-1", "Which plan?")
    run(house, merging.merge, BOB, "I-1", "I-2")
    with pytest.raises(UserError, match="This question is over"):
        run(house, questions.answer, CHARLIE, "1", "The small one")
    run(house, merging.unmerge, BOB, "I-1")
    assert now(house, insight).state == NEW
    assert now(house, insight).due_at is not None


def test_in_a_chain_each_is_undone_with_its_own(house: House) -> None:
    for by, key in ((CHARLIE, "one"), (DANA, "two"), (ALICE, "three")):
        heard(house, by=by, key=key)
    run(house, merging.merge, BOB, "I-1", "I-2")
    run(house, merging.merge, BOB, "I-2", "I-3")
    assert brought(house, "I-3") == [CHARLIE, DANA, ALICE]
    run(house, merging.unmerge, BOB, "I-1")
    assert [brought(house, ref) for ref in ("I-1", "I-2", "I-3")] == [[CHARLIE], [], [DANA, ALICE]]
    run(house, merging.merge, BOB, "I-1", "I-3")
    run(house, merging.unmerge, BOB, "I-2")
    assert [brought(house, ref) for ref in ("I-1", "I-2", "I-3")] == [[], [DANA], [CHARLIE, ALICE]]


def test_into_what_is_merged_itself_means_what_that_counts_for(house: House) -> None:
    for key in ("one", "two", "three"):
        heard(house, key=key)
    run(house, merging.merge, BOB, "I-1", "I-2")
    assert run(house, merging.merge, BOB, "I-3", "I-1").ref == "I-2"
    with pytest.raises(UserError, match="I-1 counts for I-2 already"):
        run(house, merging.merge, BOB, "I-2", "I-1")


def test_each_time_it_is_put_out_of_scope_its_submitters_read_why(house: House) -> None:
    heard(house)
    for why in ("It is another product's.", "Nobody else wants it."):
        run(house, triage.put_out_of_scope, BOB, "I-1", why)
        assert f"because: {why}" in told(house)[-1].text
        run(house, triage.reopen, BOB, "I-1")
    assert len(told(house)) == 2


def test_what_nobody_is_found_for_any_more_is_nobodys(house: House) -> None:
    insight = routed(house)
    run(house, answering.acknowledge, ALICE, "I-1")
    run(house, answering.hand_back, ALICE, "I-1", "It is about search.")
    found = now(house, insight)
    assert (found.owner, found.asked_of, found.acknowledged_at) == (None, None, None)
    deliver(house)
    assert run(house, triage.sort, BOB, "I-1", TAGS).owner == ALICE


def test_a_triager_finds_on_the_card_what_they_may_do(house: House) -> None:
    heard(house)
    heard(house, by=DANA, key="two")
    bob, alice = Person(BOB), Person(ALICE)

    def seen(person: Person) -> str:
        person.command(house, "i-1")
        return str(person.replies[-1]["text"])

    assert "[Triage] [Split] [Merge]" in seen(bob)
    assert "[Triage]" not in seen(alice)
    bob.press(house, "insights.merge", "I-1")
    bob.submit(house, into="I-2")
    assert run(house, model.get, "I-1").state == MERGED
    assert "[Undo the merge]" in seen(bob)
    bob.press(house, "insights.unmerge", "I-1")
    run(house, triage.put_out_of_scope, BOB, "I-1", "Not ours")
    assert "[Reopen]" in seen(bob)
    bob.press(house, "insights.reopen", "I-1")
    bob.press(house, "insights.triage_one", "I-1")
    bob.submit(house, theme="pricing", segment="smb", evidence="quote")
    assert "[Sort anew]" in seen(bob)
