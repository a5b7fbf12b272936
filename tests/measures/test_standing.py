"""How a measure stands: met, on course, off, or not to be judged; never met without data."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import app, versions
from bot.audit import Event
from bot.db import Database
from bot.house import House
from bot.measures import findings, keeping, listening, messages, standing
from bot.measures.figure import Figure, Period, periods, share, spread
from bot.measures.standing import MET, NO_DATA, OFF, ON_COURSE
from tests.fakes import StoppedClock, make_house
from tests.measures.test_formulas import found, occurrence, put
from tests.measures.world import ON_TIME, definitions
from tests.people import ALICE, BOB
from tests.prompts.asking import turn_to
from tests.updates.team import berlin

CHURN: dict[str, Any] = {
    "id": "churn", "name": "Customers who leave", "link": "https://example.com/churn", "owner": BOB, "target": "2 %",
    "by": "2027-02-26", "baseline": {"value": "5 %", "source": "finance"},
}  # fmt: skip


def status(house: House, value: float | None, baseline: float | None = 0.5, **changes: Any) -> str:
    rules = definitions({**ON_TIME, **changes}).measures
    assert rules
    was = None if baseline is None else Figure(baseline, 1)
    return standing.status(house, rules.measures[0], Figure(value, 4), was, more_is_better=True)


def test_a_measure_is_met_at_its_target_on_course_above_its_baseline_and_off_below(house: House) -> None:
    assert [status(house, value) for value in (1.0, 0.8, 0.79, 0.51, 0.5, 0.2)] == [
        MET, MET, ON_COURSE, ON_COURSE, OFF, OFF,
    ]  # fmt: skip


def test_after_its_day_what_is_not_met_is_off(house: House) -> None:
    assert status(house, 0.79, by="2026-11-25") == ON_COURSE
    assert status(house, 0.79, by="2026-11-24") == OFF
    assert status(house, 0.8, by="2026-11-24") == MET


def test_of_what_should_be_little_less_is_better(house: House) -> None:
    rules = definitions({"id": "M5", "target": "10 %", "by": "2027-02-26"}).measures
    assert rules
    stands = [
        standing.status(house, rules.measures[0], Figure(value, 4), Figure(0.4, 1), more_is_better=False)
        for value in (0.0, 0.1, 0.39, 0.4)
    ]
    assert stands == [MET, MET, ON_COURSE, OFF]


@pytest.mark.proves("R12")
@given(st.none() | st.floats(0, 1), st.none() | st.floats(0, 1), st.booleans(), st.booleans())
def test_nothing_is_met_or_on_course_without_a_figure_a_baseline_and_a_target(
    value: float | None, baseline: float | None, has_target: bool, more: bool
) -> None:
    house: Any = make_house(None, definitions())  # type: ignore[arg-type]  # nothing is read
    rules = definitions({**ON_TIME, "target": "80 %" if has_target else None}).measures
    assert rules
    was = None if baseline is None else Figure(baseline, 1)
    said = standing.status(house, rules.measures[0], Figure(value, 1), was, more)
    judged = value is not None and baseline is not None and has_target
    assert (said in (MET, ON_COURSE, OFF)) == judged
    assert (said == NO_DATA) == (value is None)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=40))
def test_the_median_and_what_85_of_100_do_not_exceed(numbers: list[int]) -> None:
    figure = spread(numbers, "days")
    assert figure.value is not None and figure.most is not None
    below = sum(each < figure.value for each in numbers)
    above = sum(each > figure.value for each in numbers)
    assert max(below, above) <= len(numbers) / 2
    assert figure.most == min(
        each for each in numbers if sum(other <= each for other in numbers) >= 0.85 * len(numbers)
    )


@given(st.integers(0, 50), st.integers(0, 50))
def test_a_share_of_nothing_is_no_number(part: int, more: int) -> None:
    figure = share(part, part + more)
    assert figure.value == (part / (part + more) if part + more else None)


def test_periods_are_whole_weeks_up_to_last_sunday_without_gaps(house: House) -> None:
    for weeks in (1, 4):
        spans = periods(house, weeks)
        assert len(spans) == 8
        assert spans[-1].last == date(2026, 11, 22)
        assert all(each.first.weekday() == 0 and (each.last - each.first).days == 7 * weeks - 1 for each in spans)
        assert all(after.first == before.last + timedelta(days=1) for before, after in pairwise(spans))
    # The clocks of Berlin go back in this night.
    assert Period(date(2026, 10, 25), date(2026, 10, 25)).end(house) - Period(
        date(2026, 10, 25), date(2026, 10, 25)
    ).begin(house) == timedelta(hours=25, microseconds=-1)


def test_a_baseline_is_counted_over_its_days(house: House) -> None:
    for day, state in ((5, "closed"), (6, "closed without output")):
        put(house, occurrence(date(2026, 10, day), state))
    counted = {"id": "M2", "owner": BOB, "target": "90 %", "baseline": {"from": "2026-10-05", "until": "2026-10-16"}}
    house = replace(house, definitions=definitions(counted))
    with house.db.transaction() as session:
        stands = standing.of(session, house, "M2")
    assert stands.baseline and (stands.baseline.value, stands.baseline.n) == (0.5, 2)
    assert stands.status == NO_DATA, "nothing was held in the last four weeks"


def test_a_metric_kept_elsewhere_is_what_its_owner_read_off(house: House) -> None:
    readings = [{"on": "2026-11-16", "value": "3 %"}, {"on": "2026-10-05", "value": "5 %"}]
    house = replace(house, definitions=definitions({**CHURN, "readings": readings}))
    with house.db.transaction() as session:
        (stands,) = (each for each in standing.of_all(session, house) if each.id == "churn")
        says = messages.measure(house, stands)
    assert (stands.now.value, stands.status) == (0.03, ON_COURSE)
    assert "🔵 Customers who leave: 3 %, on course" in says
    assert "as read off: 5 %, 3 %" in says


def test_other_rooms_learn_whether_a_measure_is_met(house: House) -> None:
    with house.db.transaction() as session:
        measured = {each.id: each for each in standing.measured(session, house)}
    assert list(measured) == [f"M{n}" for n in range(1, 18)]
    assert (measured["M1"].current, measured["M1"].n, measured["M1"].met) == (None, 0, None)


def test_the_bars_say_a_missing_period_apart_from_a_low_one() -> None:
    assert messages.spark([Figure(None, 0), share(0, 4), share(2, 4), share(4, 4)]) == "·▁▅█"
    assert messages.spark([Figure(float(n), 1, "days") for n in (0, 3, 6)]) == "▁▅█"
    assert messages.spark([Figure(None, 0, "days")]) == "·"


@pytest.mark.parametrize(
    ("figure", "says"),
    [
        (share(5, 6), "83 %"),
        (Figure(2.5, 1, "days"), "2.5 days"),
        (Figure(1.0, 1, "messages"), "1 message"),
        (Figure(0.0, 1, "count"), "0"),
        (Figure(None, 3, few=True), ""),
    ],
)
def test_numbers_are_written_as_people_write_them(figure: Figure, says: str) -> None:
    assert messages.amount(figure) == says


@pytest.mark.proves("R12", "IM03")
def test_im03_asks_for_an_owner_and_for_something_new(house: House) -> None:
    old = {**CHURN, "readings": [{"on": "2026-10-20", "value": "5 %"}]}
    house = replace(
        house, definitions=definitions(old, {"id": "M5"}, {"id": "M2", "owner": BOB}, ON_TIME)
    )  # fmt: skip
    with house.db.transaction() as session:
        said = [(each.rule, each.about, each.owner) for each in findings.findings(session, house)]
    assert said == [("IM03", "measure:churn", BOB), ("IM03", "measure:M5", None), ("IM03", "measure:M1", BOB)]
    new = {**CHURN, "readings": [{"on": "2026-10-21", "value": "5 %"}]}
    house = replace(house, definitions=definitions(new))
    with house.db.transaction() as session:
        assert list(findings.findings(session, house)) == []


def test_im03_asks_for_nothing_new_in_the_first_weeks(house: House) -> None:
    house = replace(house, definitions=definitions(ON_TIME))
    with house.db.transaction() as session:
        began = house.clock.now() - timedelta(days=34)
        versions.store(session, house.workspace_id, began, {}, after=0, author=BOB)
        assert list(findings.findings(session, house)) == []
        session.get_one(versions.Version, (house.workspace_id, 1)).applied_at = began - timedelta(days=1)
        assert [each.rule for each in findings.findings(session, house)] == ["IM03"]


@pytest.mark.proves("IM02")
def test_im02_without_any_measures_nothing_can_be_proved(house: House) -> None:
    house = replace(house, definitions=replace(house.definitions, measures=None))
    with house.db.transaction() as session:
        (finding,) = findings.findings(session, house)
    assert (finding.rule, finding.owner) == ("IM02", None)
    assert "nothing can be proved" in finding.message


def test_what_only_the_present_tells_is_kept_at_the_end_of_each_week(any_db: Database, clock: StoppedClock) -> None:
    house = make_house(any_db, definitions(), clock=clock, links=app.LINKS)
    with any_db.transaction() as session:
        keeping.keep_in_step(session, house)
        keeping.keep_in_step(session, house)
    turn_to(house, clock, berlin(8, 10, month=12))
    with any_db.transaction() as session:
        kept = session.query(Event).filter(Event.kind == listening.KEPT).all()
        assert [each.at for each in kept] == [berlin(29, 23, 55), berlin(6, 23, 55, month=12)]
    first = Period(date(2026, 11, 23), date(2026, 11, 29))
    assert found(house, listening.nobodys, first).value == 2.0, "neither Alice nor Bob is in Slack"
    assert ALICE and found(house, listening.nobodys, Period(date(2026, 11, 16), date(2026, 11, 22))).value is None
