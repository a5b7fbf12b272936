"""From answers, items and sign-offs to an advice, without a database."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product

import pytest

from bot.releases.readiness import (
    CONDITIONS,
    DONE,
    GO,
    HOLD,
    IN_WORK,
    NOT_APPLICABLE,
    NOT_READY,
    NOT_STARTED,
    READY,
    READY_WITH_RISK,
    SIGN_OFFS,
    STATES,
    WAIVED,
    Readiness,
    assess,
    working_days_before,
    working_days_between,
)
from tests.releases.launch import ANSWERS, rules

WEDNESDAY, TARGET = date(2026, 11, 25), date(2026, 12, 9)
SETTLED = {2: DONE, 3: DONE, 4: DONE}
SIGNED = {"support": READY}


def weekend(day: date) -> bool:
    return day.weekday() >= 5


def stands(
    facts: Sequence[str] = ("asked",),
    answers: Mapping[str, str] = ANSWERS,
    states: Mapping[int, str] = SETTLED,
    sign_offs: Mapping[str, str] = SIGNED,
    target: date = TARGET,
    today: date = WEDNESDAY,
) -> Readiness:
    return assess(
        rules(),
        facts=facts,
        answers=answers,
        states=states,
        sign_offs=sign_offs,
        target=target,
        today=today,
        is_off=weekend,
    )


@pytest.mark.proves("R48")
@pytest.mark.parametrize(
    ("advice", "readiness"),
    [
        (GO, stands()),
        (GO, stands(states={2: WAIVED, 3: NOT_APPLICABLE})),
        (GO, stands(states={2: DONE, 3: IN_WORK})),
        (HOLD, stands(states={2: IN_WORK, 3: DONE})),
        (HOLD, stands(states={3: DONE})),
        (HOLD, stands(answers=ANSWERS | {"rollback": ""})),
        (HOLD, stands(answers=ANSWERS | {"rollback": "nineteen characters"})),
        (GO, stands(answers=ANSWERS | {"rollback": "twenty characters ok"})),
        (HOLD, stands(sign_offs={})),
        (HOLD, stands(sign_offs={"product": READY})),
        (HOLD, stands(sign_offs={"support": NOT_READY})),
        (CONDITIONS, stands(sign_offs={"support": READY_WITH_RISK})),
        (CONDITIONS, stands(states={2: DONE}, today=date(2026, 12, 8))),
        (GO, stands(states={2: DONE}, today=date(2026, 12, 7))),
        (HOLD, stands(states={2: IN_WORK}, sign_offs={"support": READY_WITH_RISK}, today=date(2026, 12, 8))),
        (GO, stands(facts=(), answers=dict.fromkeys(ANSWERS, "x"), states={}, sign_offs={})),
        (CONDITIONS, stands(facts=(), states={}, sign_offs={}, today=date(2026, 12, 10))),
        (HOLD, stands(facts=(), answers=dict.fromkeys(ANSWERS, " "), states={}, sign_offs={})),
        (HOLD, stands(facts=("terms",), states={2: DONE, 3: DONE})),
        (GO, stands(facts=("terms",))),
        (GO, stands(facts=("many", "promised"), states={2: DONE, 3: DONE})),
    ],
)
def test_the_advice_follows_from_what_is_open(advice: str, readiness: Readiness) -> None:
    assert readiness.recommendation == advice


def oracle(gate: str, advisory: str, said: str, *, answered: bool, late: bool) -> tuple[str, bool]:
    """In other words: the advice for a medium release, and whether Support holds it, which has a veto and that gate."""
    open_states = (NOT_STARTED, IN_WORK)
    holds = gate in open_states or said in ("", NOT_READY)
    if holds or not answered:
        return HOLD, holds
    has_conditions = said == READY_WITH_RISK or (late and advisory in open_states)
    return (CONDITIONS if has_conditions else GO), holds


def test_the_advice_holds_in_every_case() -> None:
    with_veto = rules(sign_offs=[{"function": "support", "tiers": ["medium"], "veto": True}])
    cases = list(product(STATES, STATES, ("", *SIGN_OFFS), (True, False), (True, False)))
    assert len(cases) == 400
    for gate, advisory, said, answered, late in cases:
        readiness = assess(
            with_veto,
            facts=("asked",),
            answers=ANSWERS if answered else ANSWERS | {"rollback": ""},
            states={2: gate, 3: advisory},
            sign_offs={"support": said} if said else {},
            target=TARGET,
            today=date(2026, 12, 8) if late else WEDNESDAY,
            is_off=weekend,
        )
        found = (readiness.recommendation, readiness.held_by == ("support",))
        case = (gate, advisory, said, answered, late)
        assert found == oracle(gate, advisory, said, answered=answered, late=late), case


def test_what_is_computed_cannot_be_ticked() -> None:
    readiness = stands(answers={}, states=SETTLED | {1: DONE, 5: DONE}, sign_offs={})
    assert [(point.item.id, point.state) for point in readiness.open_gates] == [(1, NOT_STARTED), (5, NOT_STARTED)]


def test_some_of_the_four_answers_are_a_beginning() -> None:
    readiness = stands(answers=ANSWERS | {"audience": "all"})
    assert readiness.missing_answers == ("audience",)
    assert [(point.item.id, point.state) for point in readiness.open_gates] == [(1, IN_WORK)]


def test_items_of_other_tiers_and_automatic_ones_are_not_asked_for() -> None:
    asked = {
        facts: [point.item.id for point in stands(facts=facts).points]
        for facts in ((), ("asked",), ("many", "promised"), ("terms",))
    }
    assert asked == {
        (): [1, 3],
        ("asked",): [1, 2, 3, 5],
        ("many", "promised"): [1, 2, 3, 5],
        ("terms",): [1, 2, 3, 4, 5],
    }


def test_the_first_due_comes_first_and_is_late_the_day_after() -> None:
    gates = stands(states={}, answers={}, sign_offs={}, today=date(2026, 12, 3)).open_gates
    assert [(gate.item.id, gate.due, gate.overdue) for gate in gates] == [
        (1, date(2026, 12, 2), True),
        (2, date(2026, 12, 4), False),
        (5, date(2026, 12, 8), False),
    ]


@pytest.mark.parametrize(
    ("day", "count", "before"),
    [
        (date(2026, 12, 9), 0, date(2026, 12, 9)),
        (date(2026, 12, 7), 1, date(2026, 12, 4)),
        (date(2026, 12, 6), 1, date(2026, 12, 4)),
        (date(2026, 12, 9), 10, date(2026, 11, 25)),
        (date(2027, 1, 1), 1, date(2026, 12, 31)),
    ],
)
def test_due_days_skip_the_weekend(day: date, count: int, before: date) -> None:
    assert working_days_before(day, count, weekend) == before


def test_due_days_end_even_where_nobody_ever_works() -> None:
    assert working_days_before(date(2026, 12, 9), 2, lambda _day: True) == date(2026, 12, 7)


@pytest.mark.parametrize(
    ("first", "last", "most", "count"),
    [
        (date(2026, 11, 25), date(2026, 12, 9), 60, 10),
        (date(2026, 11, 25), date(2026, 12, 9), 5, 5),
        (date(2026, 11, 27), date(2026, 11, 29), 60, 0),
        (date(2026, 11, 27), date(2026, 11, 27), 60, 0),
        (date(2026, 11, 27), date(2026, 11, 20), 60, 0),
    ],
)
def test_notice_is_counted_in_working_days(first: date, last: date, most: int, count: int) -> None:
    assert working_days_between(first, last, weekend, most) == count
