"""A question to whoever brought it: its clock stands meanwhile, and it comes back with an answer or without."""

from datetime import datetime

import pytest

from bot.errors import UserError
from bot.house import House
from bot.insights import questions, triage
from bot.insights.model import NEEDS_INFO, NEW, Insight
from tests.fakes import StoppedClock
from tests.insights.keyboard import Person, triager
from tests.insights.world import day_messages, deliver, heard, now, run, told, wait
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import DANA, FRANK
from tests.updates.team import berlin


def at(day: int, hour: int, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
    return berlin(day, hour, minute, month=month).replace(year=year)


def asked(house: House) -> Insight:
    return run(house, questions.ask, BOB, "I-1", "Which plan?")


@pytest.mark.parametrize(
    ("ask", "answer", "due"),
    [
        # It was due on Monday the 30th at ten.
        (at(25, 12), at(25, 12), at(30, 10)),
        (at(25, 12), at(25, 15), at(30, 13)),
        # A weekend, a night and what is before nine do not count, neither before nor after.
        (at(27, 16), at(30, 9), at(30, 11, 30)),
        (at(27, 16), at(28, 12), at(30, 11, 30)),
        (at(27, 16), at(29, 23), at(30, 11, 30)),
        (at(28, 12), at(30, 9), at(30, 10)),
        (at(26, 22), at(27, 7), at(30, 10)),
        (at(27, 16), at(30, 17), at(1, 11, month=12)),
        # What was late is due at once.
        (at(30, 12), at(30, 15), at(30, 15)),
    ],
)
def test_only_working_time_counts_and_none_while_it_is_asked(
    house: House, clock: StoppedClock, ask: datetime, answer: datetime, due: datetime
) -> None:
    heard(house)
    clock.set(ask)
    waiting = asked(house)
    assert (waiting.state, waiting.due_at) == (NEEDS_INFO, None)
    clock.set(answer)
    back = run(house, questions.answer, CHARLIE, "1", "The small one")
    assert (back.state, back.due_at, back.paused_left) == (NEW, due, None)


def test_a_holiday_does_not_count(house: House, clock: StoppedClock) -> None:
    clock.set(at(23, 10, month=12))
    assert heard(house).due_at == at(29, 10, month=12)
    clock.set(at(24, 16, month=12))
    asked(house)
    clock.set(at(25, 12, month=12))
    assert run(house, questions.answer, CHARLIE, "1", "The small one").due_at == at(29, 11, 30, month=12)


@pytest.mark.parametrize(
    ("ask", "back"),
    [
        (at(25, 12), at(2, 12, month=12)),
        (at(28, 12), at(4, 17, 30, month=12)),
        # Christmas, the day after (a Saturday), and New Year.
        (at(23, 12, month=12), at(31, 12, month=12)),
        (at(28, 12, month=12), at(5, 12, month=1, year=2027)),
    ],
)
def test_without_an_answer_it_comes_back_after_five_working_days(
    house: House, clock: StoppedClock, ask: datetime, back: datetime
) -> None:
    clock.set(ask)
    insight = heard(house)
    asked(house)
    wait(house, back)
    found = now(house, insight)
    assert (found.state, clock.now()) == (NEW, back)
    assert "It came back without an answer." in triager(house, BOB).reads
    run(house, questions.answer, CHARLIE, "1", "The small one")
    assert "Charlie answered: The small one" in triager(house, BOB).reads


def test_just_before_it_still_waits(house: House) -> None:
    insight = heard(house)
    asked(house)
    wait(house, at(2, 9, 59, month=12))
    assert now(house, insight).state == NEEDS_INFO


def test_what_was_late_before_is_not_told_again(house: House) -> None:
    insight = heard(house, severity="high", proof="7")
    wait(house, at(26, 12))
    assert now(house, insight).breached_at is not None
    asked(house)
    run(house, questions.answer, CHARLIE, "1", "The small one")
    wait(house, at(27, 12))
    said = [each.text.count("triage is late") for each in day_messages(house, ALICE)]
    assert sum(said) == 1


def test_the_question_stands_in_their_thread_with_a_button(house: House) -> None:
    heard(house)
    deliver(house)
    asked(house)
    (question,) = told(house)
    assert "Bob asks: Which plan?" in question.text and "[Answer]" in question.text
    assert [block["elements"][0]["value"] for block in question.blocks if block["type"] == "actions"] == ["1"]


def test_only_who_brought_it_first_is_asked(house: House) -> None:
    heard(house)
    heard(house, by=DANA, key="two")
    asked(house)
    for other in (DANA, FRANK):
        with pytest.raises(UserError, match="not for you"):
            run(house, questions.answer, other, "1", "Mine")
    with pytest.raises(UserError, match="Write what you know"):
        run(house, questions.answer, CHARLIE, "1", "  ")


def test_personal_data_in_an_answer_or_a_part_is_taken_out(house: House) -> None:
    heard(house)
    asked(house)
    charlie = Person(CHARLIE)
    charlie.command(house, "answer i-1")
    charlie.submit(house, answer="Ask ada@example.com")
    assert "What looked like personal data in it was taken out." in charlie.reads
    bob = triager(house, BOB)
    assert "Charlie answered: Ask [e-mail address]" in bob.reads
    assert "ada@example.com" not in bob.reads
    assert run(house, triage.split, BOB, "I-1", "Tell ada@example.com").what == "Tell [e-mail address]"
