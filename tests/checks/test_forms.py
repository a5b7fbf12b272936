"""What a form does not take, since it would break a check: it says so beside the field, and takes what keeps it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.db import Database
from bot.decisions.entry import Entry, Question
from bot.errors import UserError
from bot.house import House
from bot.insights.answering import Disposition
from bot.releases import messages, report
from tests import viewed
from tests.fakes import StoppedClock
from tests.insights.world import decided, heard, make
from tests.releases.launch import register

Submits = Callable[[House], Any]
TODAY, NEXT_WEEK = date(2026, 11, 25), date(2026, 12, 2)
QUESTION = Question("Which plan comes first?", "U0ALICE", NEXT_WEEK, "The launch", "easy")
ENTRY = Entry("start with yearly plans", "yearly\nmonthly", "They pay first", "easy", NEXT_WEEK, "U0ALICE")


def soon(house: House, day: str) -> str:
    """What its card says of a release that was registered today."""
    with house.db.transaction() as session:
        found = report.compile(session, house, register(session, house, name=day, target=day))
    return str(messages.card(house, found).payload())


def hurried(house: House, day: str) -> None:
    """The card takes it and says so, since only its owner knows why it cannot wait."""
    if "Short notice" in soon(house, day):
        raise UserError("Short notice")


FORMS: Sequence[tuple[str, Submits, Submits]] = (
    ("DA01", lambda h: heard(h, what="jane.roe@gmail.com cannot pay"), lambda h: heard(h, what="Somebody cannot pay")),
    ("DE01", lambda _: replace(QUESTION, needed_by=None).check(TODAY), lambda _: QUESTION.check(TODAY)),
    ("DE01", lambda _: replace(QUESTION, decider="").check(TODAY), lambda _: QUESTION.check(TODAY)),
    ("DE03", lambda _: replace(ENTRY, options="yearly").check(TODAY), lambda _: ENTRY.check(TODAY)),
    ("DE03", lambda _: replace(ENTRY, why=" ").check(TODAY), lambda _: ENTRY.check(TODAY)),
    ("DE03", lambda _: replace(ENTRY, door="hard").check(TODAY),
     lambda _: replace(ENTRY, door="hard", revisit="Fewer than five pay").check(TODAY)),
    ("IN06", lambda h: decided(h, Disposition("declined")), lambda h: decided(h, Disposition("declined", "Too dear"))),
    ("IN06", lambda h: decided(h, Disposition("parked")),
     lambda h: decided(h, Disposition("parked", answer_by="2027-01-15"))),
    ("IN07", lambda h: heard(h, severity="high"), lambda h: heard(h, severity="high", proof="12 tickets")),
    ("RE03", lambda h: hurried(h, "2026-12-01"), lambda h: hurried(h, "2026-12-02")),
)  # fmt: skip
"""By check: what a form refuses or warns of, and what it takes."""


@pytest.mark.parametrize(("rule", "broken", "well"), FORMS)
def test_a_form_takes_only_what_keeps_a_check(
    db: Database, clock: StoppedClock, rule: str, broken: Submits, well: Submits
) -> None:
    house = make(db, clock)
    with pytest.raises(UserError):
        broken(house)
    well(house)


def test_no_form_that_ships_asks_for_more_than_ar04_allows() -> None:
    asked = {
        path.stem: path.read_text(encoding="utf-8").count(", must be answered") for path in viewed.GOLDEN.glob("*.txt")
    }
    assert {form: count for form, count in asked.items() if count > 6} == {}
