"""What somebody says at an odd moment, or in odd words, is kept; and nobody is offered what is refused then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.insights import answering, merging, model, questions, triage
from bot.insights.answering import Disposition
from bot.insights.model import NEW, ROUTED
from bot.people.model import Profile
from tests.insights.keyboard import Person, triager
from tests.insights.test_questions import at
from tests.insights.world import NO, TAGS, day_messages, decided, heard, now, routed, run, told, wait
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import DANA, ERIN, FRANK, inputs

FIVE = {"area": "billing", "theme": "pricing", "segment": "smb", "severity": "medium", "evidence": "quote"}


def leaves(house: House, person: str) -> None:
    with house.db.transaction() as session:
        profile = session.query(Profile).filter_by(slack_id=person).one()
        profile.active = False


# What triagers see and do.


def test_a_likely_duplicate_says_what_became_of_it_and_why(house: House) -> None:
    elsewhere = replace(TAGS, area_id="search")
    decided(house, by=FRANK, area_id="search", tags=elsewhere)
    heard(house, key="two", what="An invoice can not be split between payers")
    bob = triager(house, BOB, "I-2")
    assert (
        "I-1 may say the same, and is answered (declined: Few ask for it, and it costs a quarter.): “Invoices"
        in bob.reads
    )


def test_what_somebody_did_with_it_meanwhile_is_not_taken_for_what_the_form_says(house: House) -> None:
    heard(house)
    charlie = triager(house, CHARLIE)
    run(house, questions.ask, CHARLIE, "I-1", "Which plan?")
    run(house, questions.answer, CHARLIE, "1", "The small one")
    charlie.submit(house, **FIVE, proof="12 tickets")
    assert "You have changed I-1 yourself since: it waits to be triaged." in charlie.reads
    assert run(house, model.get, "I-1").state == NEW
    charlie.submit(house)
    assert "I-1 went to Alice." in charlie.reads
    assert run(house, model.get, "I-1").proof == "12 tickets"


def test_personal_data_in_a_proof_that_a_triager_adds_is_taken_out(house: House) -> None:
    heard(house, severity="high", proof="ada@example.com", personal="keep", because="She wants a call")
    heard(house, key="two")
    bob = triager(house, BOB, "I-1")
    bob.submit(house, **FIVE | {"severity": "high"})
    assert run(house, model.get, "I-1").proof == "ada@example.com"
    bob = triager(house, BOB, "I-2")
    bob.submit(house, **FIVE, proof="Ask bob@example.com")
    assert run(house, model.get, "I-2").proof == "Ask [e-mail address]"


def test_the_first_of_its_submitters_who_is_still_there_is_asked(house: House) -> None:
    heard(house)
    heard(house, by=DANA, key="two")
    run(house, merging.merge, BOB, "I-2", "I-1")
    leaves(house, CHARLIE)
    run(house, questions.ask, BOB, "I-1", "Which plan?")
    assert [each.channel for each in told(house, DANA)] == [DANA]


def test_whoever_owns_it_by_now_gets_what_was_no_duplicate(house: House) -> None:
    routed(house)
    heard(house, key="two")
    run(house, merging.merge, BOB, "I-1", "I-2")
    leaves(house, ALICE)
    found = run(house, merging.unmerge, BOB, "I-1")
    assert found.state != ROUTED or found.owner != ALICE


# Words that come late, or begin like a verb.


def test_an_answer_that_comes_late_is_kept_with_its_question(house: House) -> None:
    heard(house)
    run(house, questions.ask, BOB, "I-1", "Which plan?")
    wait(house, at(3, 12, month=12))
    run(house, triage.sort, BOB, "I-1", TAGS)
    charlie = Person(CHARLIE)
    charlie.command(house, "answer I-1")
    charlie.submit(house, answer="The small one")
    assert "I-1 keeps your answer for whoever has it now" in charlie.reads
    assert run(house, model.get, "I-1").state == ROUTED
    alice = Person(ALICE)
    alice.command(house, "I-1")
    assert "Answer: The small one" in str(alice.replies[-1])
    with pytest.raises(UserError, match="asked nothing"):
        charlie.command(house, "answer I-1")


@pytest.mark.parametrize(
    "words",
    [
        "triage is slow here", "queue of exports is stuck", "bulk edit loses rows", "merge requests are not shown",
        "unmerge cells is missing", "split invoices between payers", "reopen closed tickets", "answer times are long",
        "raise the limit for seats",
    ],
)  # fmt: skip
def test_words_that_only_begin_like_a_verb_are_logged(house: House, words: str) -> None:
    dana = Person(DANA)
    dana.command(house, words)
    assert dana.sees["callback_id"] == "insights.captured"
    assert inputs(dana.sees)["what"]["initial_value"] == words


def test_a_decision_is_raised_by_command_as_by_button(house: House) -> None:
    routed(house)
    alice = Person(ALICE)
    alice.command(house, "raise I-1")
    assert alice.sees["title"]["text"] == "D-1"


# Whoever has it.


def test_who_gives_no_answer_is_offered_to_sort_it_instead(house: House) -> None:
    routed(house, tags=replace(TAGS, area_id=""))
    bob = Person(BOB)
    for _ in range(2):
        (message,) = day_messages(house, BOB)
        assert "[Sort anew]" in message.text and "[Answer]" not in message.text
        for words in ("waiting", "I-1"):
            bob.command(house, words)
            assert "[Answer]" not in bob.replies[-1]["text"]
            assert "[Sort anew]" in bob.replies[-1]["text"]
        if run(house, model.get, "I-1").state == ROUTED:
            bob.command(house, "acknowledge I-1")
            assert "[Sort anew]" in bob.replies[-1]["text"]


def test_a_day_that_was_promised_and_is_over_stands_among_what_waits_too_long(house: House) -> None:
    decided(house, Disposition("researching", researcher=ERIN, answer_by="2026-12-01"))
    decided(house, NO, key="no")
    wait(house, at(1, 18, month=12))
    alice = Person(ALICE)
    alice.command(house, "orphans")
    assert "come back" not in alice.replies[-1]["text"]
    wait(house, at(1, 18, month=12) + timedelta(days=1))
    alice.command(house, "orphans")
    assert "1 that somebody wanted to come back to by now" in alice.replies[-1]["text"]
    assert "Alice · since Tue 1 Dec" in alice.replies[-1]["text"]
    run(house, answering.dispose, ALICE, "I-1", NO)
    alice.command(house, "orphans")
    assert "come back" not in alice.replies[-1]["text"]
    assert now(house, run(house, model.get, "I-1")).disposition == "declined"


def test_a_proof_of_which_nothing_is_left_once_it_is_masked_is_none(house: House) -> None:
    with pytest.raises(FieldErrors, match="Nothing of this is left"):
        heard(house, severity="high", proof="ada@example.com", personal="mask")
    heard(house, severity="high", proof="ada@example.com, 12 tickets", personal="mask")
    heard(house, key="two")
    bob = triager(house, BOB, "I-2")
    assert bob.wrong(house, **FIVE | {"severity": "high"}, proof="+49 170 1234567").keys() == {"proof"}


def test_who_may_not_answer_what_is_with_nobody_reads_how_it_stands(house: House) -> None:
    heard(house)
    with pytest.raises(UserError, match="I-1 waits to be triaged"):
        Person(ALICE).command(house, "decide I-1")
    with pytest.raises(UserError, match="I-1 waits to be triaged"):
        Person(ALICE).command(house, "acknowledge I-1")
