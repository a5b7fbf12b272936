"""Any records at all: each family of measures against a plain count over what was put in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.asked import StatusAsk
from bot.decisions.model import DECIDED, PROPOSED, REVERSED, SUPERSEDED, Decision
from bot.house import House
from bot.insights.model import Insight
from bot.lookback.model import Awareness, LookBack
from bot.measures import deciding, effort, launches, listening, rhythm
from bot.measures.figure import FEWEST
from bot.releases.model import Release
from bot.rituals.model import CLOSED, CLOSED_WITHOUT_OUTPUT, SKIPPED, Occurrence
from tests.measures.test_formulas import decision, found, insight, launch, occurrence, poll, put
from tests.measures.world import LAST_WEEK, NOVEMBER

ANY_RECORDS = settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
DAYS = st.integers(-40, 5)
"""From the last day of November's period on."""


@contextmanager
def nothing_before(house: House, *tables: Any) -> Iterator[None]:
    with house.db.transaction() as session:
        for table in tables:
            session.execute(delete(table))
    yield


def in_november(days: int) -> bool:
    return NOVEMBER.first <= NOVEMBER.last + timedelta(days=days) <= NOVEMBER.last


@ANY_RECORDS
@given(st.dictionaries(DAYS, st.sampled_from((CLOSED, CLOSED_WITHOUT_OUTPUT, SKIPPED)), max_size=12))
def test_rhythm_any_occurrences(house: House, states: dict[int, str]) -> None:
    with nothing_before(house, Occurrence):
        put(house, *(occurrence(NOVEMBER.last + timedelta(days=day), state) for day, state in states.items()))
    held = [state for day, state in states.items() if in_november(day) and state != SKIPPED]
    figure = found(house, rhythm.artifact_yield)
    assert (figure.value, figure.n) == (held.count(CLOSED) / len(held) if held else None, len(held))


@ANY_RECORDS
@given(
    st.lists(
        st.tuples(DAYS, st.integers(0, 60), st.sampled_from((DECIDED, PROPOSED, REVERSED, SUPERSEDED))), max_size=12
    )
)
def test_deciding_any_decisions(house: House, made: list[tuple[int, int, str]]) -> None:
    end = NOVEMBER.end(house)
    noon = end - timedelta(hours=12)
    with nothing_before(house, Decision):
        for number, (day, waited, state) in enumerate(made, 1):
            at = noon + timedelta(days=day)
            ended = at + timedelta(days=30) if state in (REVERSED, SUPERSEDED) else None
            decided = None if state == PROPOSED else at
            put(house, decision(number, state, at - timedelta(days=waited), decided, ended_at=ended))
    waits = [waited for day, waited, state in made if in_november(day) and waited and state != PROPOSED]
    figure = found(house, deciding.latency)
    assert (figure.value, figure.n) == (float(median(waits)) if waits else None, len(waits))
    counted = [(day, state) for day, _waited, state in made if state != PROPOSED and day <= 0]
    gone = [day for day, state in counted if state != DECIDED and day + 30 <= 0]
    reopened = found(house, deciding.reopened)
    assert (reopened.value, reopened.n) == (len(gone) / len(counted) if counted else None, len(counted))


@ANY_RECORDS
@given(
    st.lists(
        st.tuples(
            DAYS,
            st.sampled_from(("low", "medium", "high")),
            st.lists(st.sampled_from(("", "in_time", "too_late", "unaware")), max_size=6),
        ),
        max_size=6,
    )
)
def test_launches_any_polls(house: House, polls: list[tuple[int, str, list[str]]]) -> None:
    with nothing_before(house, Awareness, LookBack, Release):
        for number, (day, tier, answers) in enumerate(polls):
            poll(house, launch(house, f"r{number}", tier, NOVEMBER.last + timedelta(days=day)), *answers)
    counted = [answers for day, tier, answers in polls if in_november(day) and tier != "low"]
    answered = [each for each in counted if any(each)]
    replies = sum(bool(each) for answers in counted for each in answers)
    surprised = [each for each in answered if {"too_late", "unaware"} & set(each)]
    figure = found(house, launches.surprises)
    if 0 < replies < FEWEST:
        assert (figure.value, figure.n, figure.few) == (None, replies, True)
    else:
        assert (figure.value, figure.n) == (len(surprised) / len(answered) if answered else None, len(answered))


@ANY_RECORDS
@given(st.lists(st.tuples(DAYS, st.integers(0, 90), st.booleans(), st.booleans()), max_size=12))
def test_listening_any_insights(house: House, heard: list[tuple[int, int, bool, bool]]) -> None:
    noon = NOVEMBER.end(house) - timedelta(hours=12)
    with nothing_before(house, Insight):
        for number, (day, hours, late, restricted) in enumerate(heard, 1):
            at = noon + timedelta(days=day)
            put(
                house,
                insight(number, "closed", at, triage_took=hours * 3600, triage_late=late, restricted=restricted),
            )
    seen = [(hours, late) for day, hours, late, restricted in heard if in_november(day) and not restricted]
    figure = found(house, listening.triage)
    in_time = sum(not late for _hours, late in seen)
    assert (figure.value, figure.n) == (in_time / len(seen) if seen else None, len(seen))
    assert figure.beside["hours"].value == (float(median(hours for hours, _late in seen)) if seen else None)


@ANY_RECORDS
@given(st.lists(st.tuples(st.integers(-12, 5), st.booleans()), max_size=15))
def test_effort_any_questions(house: House, asked: list[tuple[int, bool]]) -> None:
    noon = LAST_WEEK.end(house) - timedelta(hours=12)
    with nothing_before(house, StatusAsk):
        put(
            house,
            *(StatusAsk(asked_at=noon + timedelta(days=day), kind="area", answered=said) for day, said in asked),
        )
    week = [said for day, said in asked if -7 < day <= 0]
    figure = found(house, effort.asks_saved, LAST_WEEK)
    assert (figure.value, figure.n) == (week.count(True) / len(week) if week else None, len(week))
