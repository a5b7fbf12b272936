"""The queue one by one: what a triager sees, what they do with it, and which one is next."""

from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.home.page import home_view
from bot.house import House
from bot.insights import answering, merging, model, questions, queue, triage
from bot.insights.model import MERGED, NEEDS_INFO, NEW, OUT_OF_SCOPE, ROUTED
from tests.fakes import StoppedClock, promised
from tests.insights.keyboard import Person, filled, triager
from tests.insights.world import INSIGHTS, heard, now, routed, run
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import DANA, GRACE, inputs

FIVE = {"area": "billing", "theme": "pricing", "segment": "smb", "severity": "medium", "evidence": "quote"}


def state(house: House, ref: str) -> str:
    return run(house, model.get, ref).state


def test_a_triager_sees_what_was_said_by_whom_and_where_it_comes_from(house: House) -> None:
    heard(
        house, what="Invoices fail", severity="high", proof="https://example.com/T-1", accounts=3, revenue="40k",
        source_id="support", permalink="https://slack.example/p1",
    )  # fmt: skip
    bob = triager(house, BOB)
    assert bob.sees["title"]["text"] == "Triage I-1"
    for words in (
        "Invoices fail", "https://example.com/T-1", "Charlie, Wed 25 Nov, 10:00, 3 accounts, 40k", "Due: Thu 26 Nov",
        "Support tickets: Only those who write in", "<https://slack.example/p1|the message>", "1 waits in the queue.",
    ):  # fmt: skip
        assert words in bob.reads
    assert filled(bob.sees)["area"] == "billing"
    assert filled(bob.sees)["severity"] == "high"
    assert filled(bob.sees)["do"] == "sort"


@pytest.mark.proves("F5")
def test_sorting_routes_it_and_shows_the_next_one_in_its_place(house: House) -> None:
    heard(house, what="One")
    heard(house, key="two", what="Two", area_id="search")
    bob = triager(house, BOB)
    bob.submit(house, **FIVE)
    assert state(house, "I-1") == ROUTED
    assert bob.sees["title"]["text"] == "Triage I-2"
    assert "I-1 went to Alice. 1 waits in the queue." in bob.reads
    bob.submit(house, **FIVE, cause="bug", also_theme="reliability")
    assert "I-2 went to Alice." in bob.reads
    assert "The queue is empty" in bob.reads
    assert run(house, model.get, "I-2").also_themes == ["reliability"]


def test_nothing_that_was_filled_in_for_one_is_kept_by_slack_for_the_next(house: House) -> None:
    heard(house, what="One")
    heard(house, key="two", what="Two")
    bob = triager(house, BOB)
    first = {(name, element["action_id"]) for name, element in inputs(bob.sees).items()}
    bob.submit(house, do="later")
    assert bob.sees["title"]["text"] == "Triage I-2"
    assert not first & {(name, element["action_id"]) for name, element in inputs(bob.sees).items()}


@pytest.mark.proves("F5")
def test_a_tag_that_lacks_is_said_at_its_field_and_nothing_is_kept(house: House) -> None:
    heard(house)
    bob = triager(house, BOB)
    wrong = bob.wrong(house, theme="", severity="critical", split="Another thing")
    assert wrong.keys() == {"theme", "segment", "evidence", "proof"}
    assert run(house, model.latest_number) == 1


def test_a_triager_asks_and_the_answer_stands_in_the_form(house: House) -> None:
    heard(house)
    bob = triager(house, BOB)
    assert bob.wrong(house, do="ask")["words"].startswith("Write one question")
    bob.submit(house, do="ask", words="Which plan?")
    assert state(house, "I-1") == NEEDS_INFO
    charlie = Person(CHARLIE)
    charlie.command(house, "answer I-1")
    assert "Bob asks: Which plan?" in charlie.reads
    charlie.submit(house, answer="The small one")
    assert "Thank you. I-1 is back in the queue with your answer." in charlie.reads
    again = triager(house, BOB)
    assert "Bob asked: Which plan?\nCharlie answered: The small one" in again.reads


def test_who_was_not_asked_is_told_so(house: House) -> None:
    heard(house)
    for person in (CHARLIE, DANA):
        with pytest.raises(UserError, match="You are asked nothing about “I-1” now"):
            Person(person).command(house, "answer I-1")
    run(house, questions.ask, BOB, "I-1", "Which plan?")
    with pytest.raises(UserError, match="not for you"):
        Person(DANA).press(house, "insights.answer", "1")
    charlie = Person(CHARLIE)
    charlie.press(house, "insights.answer", "1")
    run(house, triage.put_out_of_scope, BOB, "I-1", "It is about another product.")
    with pytest.raises(UserError, match="This question is over; I-1 goes on without it"):
        charlie.submit(house, answer="The small one")


def test_out_of_scope_says_why(house: House) -> None:
    heard(house)
    bob = triager(house, BOB)
    assert "words" in bob.wrong(house, do="out_of_scope")
    bob.submit(house, do="out_of_scope", words="It is about another product.")
    assert state(house, "I-1") == OUT_OF_SCOPE
    assert "I-1 is out of scope, and whoever brought it hears why." in bob.reads


def test_what_is_left_for_later_comes_back_the_next_time(house: House) -> None:
    heard(house, what="One")
    heard(house, key="two", what="Two")
    bob = triager(house, BOB)
    bob.submit(house, do="later")
    assert "I-1 is left for later. 2 wait in the queue." in bob.reads
    bob.submit(house, do="later")
    assert "Nothing is free just now: 2 wait, left for later" in bob.reads
    assert now(house, run(house, model.get, "I-1")).lease_by is None
    assert triager(house, BOB).sees["title"]["text"] == "Triage I-1"


def test_a_likely_duplicate_is_offered_with_the_reason_and_merged(house: House) -> None:
    heard(house)
    heard(house, key="two", by=DANA, what="An invoice cannot be split between two payers", area_id="")
    bob = triager(house, BOB, "I-2")
    assert "I-1 may say the same, and waits to be triaged: “Invoices cannot be split" in bob.reads
    assert "between two payers” (both say: " in bob.reads
    assert inputs(bob.sees)["duplicate"]["options"][0]["text"]["text"] == "A duplicate of I-1"
    assert filled(bob.sees)["theme"] == "pricing"
    hints = {block["block_id"]: block["hint"]["text"] for block in bob.sees["blocks"] if "hint" in block}
    assert hints["theme"] == "Suggested: it says invoice."
    bob.submit(house, do="merge", duplicate="I-1")
    assert "I-2 counts for I-1 now; /insight unmerge I-2 takes that back. 1 waits in the queue." in bob.reads


def test_which_one_it_repeats_may_be_written(house: House) -> None:
    heard(house, what="One")
    heard(house, key="two", by=DANA, what="Two")
    bob = triager(house, BOB, "I-2")
    assert bob.wrong(house, do="merge")["into"].startswith("Choose or write which one")
    assert "There is no insight" in bob.wrong(house, do="merge", into="I-99")["into"]
    assert bob.wrong(house, do="merge", into="I-2")["into"] == "I-2 cannot be a duplicate of itself."
    bob.submit(house, do="merge", into="i1")
    assert state(house, "I-2") == MERGED
    assert "I-2 counts for I-1 now; /insight unmerge I-2 takes that back. 1 waits in the queue." in bob.reads


def test_another_observation_is_split_off_for_the_same_submitters(house: House) -> None:
    heard(house)
    bob = triager(house, BOB)
    bob.submit(house, **FIVE, split="And the export is slow")
    assert state(house, "I-1") == ROUTED
    assert bob.sees["title"]["text"] == "Triage I-2"
    part = run(house, model.get, "I-2")
    assert (part.what, part.state) == ("And the export is slow", NEW)
    assert [each.submitter for each in run(house, model.submissions, part)] == [CHARLIE]


def test_what_is_split_off_something_restricted_is_shown_to_nobody_else(house: House) -> None:
    heard(house)
    triager(house, BOB).submit(house, **FIVE, restricted=["yes"], split="Whose data that is")
    assert run(house, model.get, "I-2").restricted
    assert not any("Whose data" in each.text for each in promised(house.db, channel=INSIGHTS))


def test_what_has_a_restricted_theme_beside_another_is_restricted(house: House) -> None:
    heard(house)
    triager(house, BOB).submit(house, **FIVE, also_theme="reliability", third_theme="trust")
    insight = run(house, model.get, "I-1")
    assert insight.restricted
    assert insight.also_themes == ["reliability", "trust"]


def test_why_it_was_handed_back_stands_in_the_form(house: House) -> None:
    routed(house)
    run(house, answering.hand_back, ALICE, "I-1", "It is about search.")
    assert "Alice handed it back: It is about search." in triager(house, BOB).reads


def test_a_form_that_is_submitted_twice_counts_once(house: House) -> None:
    heard(house)
    bob = triager(house, BOB)
    form = bob.sees
    for _ in range(2):
        bob.views.append(form)
        bob.submit(house, do="later", split="Another thing")
    assert run(house, model.latest_number) == 2
    bob.command(house, "triage I-1")
    form = bob.sees
    for _ in range(2):
        bob.views.append(form)
        bob.submit(house, do="merge", into="I-2")
        assert "I-1 counts for I-2 now" in bob.reads


def test_who_comes_too_late_is_told_who_was_quicker_and_loses_no_words(house: House, clock: StoppedClock) -> None:
    heard(house)
    bob = triager(house, BOB)
    clock.turn(queue.LEASE)
    dana = triager(house, CHARLIE)
    bob.submit(house, do="ask", words="Which plan?")
    assert "Charlie works on I-1 just now" in bob.reads
    assert "Your words, to copy: Which plan?" in bob.reads
    dana.submit(house, **FIVE)
    bob.submit(house)
    assert "The queue is empty" in bob.reads

    heard(house, key="two")
    bob = triager(house, BOB)
    clock.turn(queue.LEASE)
    triager(house, CHARLIE, "I-2").submit(house, **FIVE)
    bob.submit(house, do="out_of_scope", words="Not ours")
    assert "Charlie was quicker: I-2 waits to be acknowledged. Here it is as it is now." in bob.reads
    assert "With Alice" in bob.reads and "Your words, to copy: Not ours" in bob.reads


def test_what_still_waits_is_shown_as_it_is_now_with_what_was_typed(house: House, clock: StoppedClock) -> None:
    heard(house)
    bob = triager(house, BOB)
    clock.turn(queue.LEASE)
    run(house, triage.tag, CHARLIE, "I-1", "search", "reliability")
    bob.submit(house, do="ask", words="Which plan?", segment="smb")
    assert "Charlie was quicker: I-1 waits to be triaged." in bob.reads
    assert filled(bob.sees)["words"] == "Which plan?"
    assert filled(bob.sees)["segment"] == "smb"
    bob.submit(house)
    assert state(house, "I-1") == NEEDS_INFO


def test_two_triagers_never_have_the_same_one(house: House, clock: StoppedClock) -> None:
    for key in ("one", "two"):
        heard(house, key=key)
    bob, charlie = triager(house, BOB), triager(house, CHARLIE)
    assert [each.sees["title"]["text"] for each in (bob, charlie)] == ["Triage I-1", "Triage I-2"]
    assert "Nothing is free just now: 2 wait" in triager(house, DANA).reads
    with pytest.raises(UserError, match="Bob works on I-1 just now"):
        triager(house, CHARLIE, "I-1")
    clock.turn(queue.LEASE)
    assert triager(house, DANA).sees["title"]["text"] == "Triage I-1"


def test_only_triagers_get_the_queue(house: House) -> None:
    heard(house)
    for line in ("triage", "queue", "bulk", "merge I-1 into I-2", "unmerge I-1", "split I-1", "reopen I-1"):
        with pytest.raises(UserError, match="The queue is worked on by Bob or Charlie"):
            Person(ALICE).command(house, line)


def test_a_reader_of_restricted_ones_triages_those_and_others_never_see_them(house: House) -> None:
    heard(house, what="A leak", theme_id="trust")
    heard(house, key="two", what="A price")
    assert triager(house, GRACE).sees["title"]["text"] == "Triage I-1"
    assert triager(house, BOB).sees["title"]["text"] == "Triage I-2"
    bob = Person(BOB)
    bob.command(house, "queue")
    assert "A leak" not in str(bob.replies)
    with pytest.raises(UserError, match="There is no insight"):
        bob.command(house, "triage I-1")


def test_home_says_how_much_waits_and_how_much_is_late(house: House, clock: StoppedClock) -> None:
    heard(house)
    clock.turn(timedelta(days=14))
    heard(house, key="two")

    def home(person: str) -> str:
        return str(run(house, home_view, person).payload())

    assert "Triage insights: 2 wait, 1 late" in home(BOB)
    assert "Triage" not in home(ALICE)


def test_a_form_that_slack_sends_back_changed_is_refused(house: House) -> None:
    heard(house)
    bob = triager(house, BOB)
    for metadata in ("", "{}", "[1]", '["I-1", "x", []]', '["I-1", 1, 3]'):
        bob.views.append(bob.sees | {"private_metadata": metadata})
        with pytest.raises(UserError, match="can not read this form"):
            bob.submit(house)
        bob.views.pop()


def test_merged_by_command_and_undone_by_command(house: House) -> None:
    for key, by in (("one", CHARLIE), ("two", DANA)):
        heard(house, by=by, key=key)
    bob = Person(BOB)
    bob.command(house, "merge I-2 into I-1")
    assert "I-2 counts for I-1 now" in bob.replies[-1]["text"]
    with pytest.raises(UserError, match="I-2 counts for I-1 already"):
        bob.command(house, "merge I-1 into I-2")
    bob.command(house, "unmerge I-2")
    assert "I-2 stands by itself again" in bob.replies[-1]["text"]
    with pytest.raises(UserError, match="Write which one is a duplicate of which"):
        bob.command(house, "merge")
    bob.command(house, "merge I-2")
    bob.submit(house, into="I-1")
    assert state(house, "I-2") == MERGED
    with pytest.raises(UserError, match="I-2 is merged into another one"):
        bob.command(house, "split I-2")


def test_split_and_reopened_by_command(house: House) -> None:
    heard(house)
    bob = Person(BOB)
    bob.command(house, "split I-1")
    assert "split" in bob.wrong(house)
    bob.submit(house, split="The other thing")
    assert "I-2 was split from I-1, and waits in the queue." in bob.reads
    run(house, triage.put_out_of_scope, BOB, "I-1", "No")
    bob.command(house, "reopen I-1")
    assert "I-1 is back in the queue." in bob.replies[-1]["text"]
    assert state(house, "I-1") == NEW


def test_a_merge_that_was_taken_back_may_be_made_again(house: House) -> None:
    one, two = heard(house), heard(house, key="two", by=DANA)
    for _ in range(2):
        run(house, merging.merge, BOB, two.ref, one.ref)
        run(house, merging.unmerge, BOB, two.ref)
    assert [len(run(house, model.submissions, each)) for each in (one, two)] == [1, 1]
