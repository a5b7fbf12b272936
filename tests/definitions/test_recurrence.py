from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.definitions.recurrence import check_rule, days

JANUARY = date(2026, 1, 1)


def first(count: int, rule: str, starts: date | None = None, since: date = JANUARY) -> list[str]:
    assert check_rule(rule, starts) is None
    return [day.isoformat() for day in islice(days(rule, starts, since), count)]


@pytest.mark.parametrize(
    ("rule", "starts", "message"),
    [
        ("", None, "`` is not a recurrence rule"),
        ("weekly", None, "`weekly` is not a recurrence rule"),
        ("every Wednesday", None, "`every Wednesday` is not a recurrence rule"),
        ("FREQ=WEEKLY;BYDAY=", None, "`FREQ=WEEKLY;BYDAY=` is not a recurrence rule"),
        ("BYDAY=WE", None, "the rule has no FREQ"),
        ("FREQ=WEEKLY;BYDY=WE", None, "`BYDY` is not a part of a recurrence rule"),
        ("FREQ=WEEKLY;BYDAY=WE;BYDAY=TH", None, "BYDAY stands in the rule twice"),
        ("FREQ=WEEKLY;BYDAY=WE;BYHOUR=10", None, "BYHOUR does not belong in the rule"),
        ("FREQ=HOURLY", None, "a ritual happens at most once a day"),
        ("FREQ=SECONDLY;COUNT=5", JANUARY, "a ritual happens at most once a day"),
        ("FREQ=WEEKLEY;BYDAY=WE", None, "`WEEKLEY` is not a frequency"),
        ("FREQ=WEEKLY;BYDAY=XX", None, "this cannot be read as a recurrence rule"),
        ("FREQ=MONTHLY;BYMONTHDAY=X", None, "this cannot be read as a recurrence rule"),
        ("FREQ=WEEKLY;BYDAY=2WE", None, "BYDAY=2WE counts weekdays, which only months and years do"),
        ("FREQ=WEEKLY;INTERVAL=0;BYDAY=WE", JANUARY, "INTERVAL=0 is not a sensible number"),
        ("FREQ=WEEKLY;INTERVAL=-1;BYDAY=WE", JANUARY, "INTERVAL=-1 is not a sensible number"),
        ("FREQ=WEEKLY;INTERVAL=99999999999999;BYDAY=WE", JANUARY,
         "INTERVAL=99999999999999 is not a sensible number"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", None, "every 2 weeks, counted from when?"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1", None, "every 3 months, counted from when?"),
        ("FREQ=DAILY;COUNT=3", None, "COUNT counts from a first day"),
        ("FREQ=DAILY;UNTIL=soon".upper(), None, "UNTIL=SOON is not a day"),
        ("FREQ=DAILY;UNTIL=20261231T100000Z", None, "UNTIL=20261231T100000Z is not a day"),
        ("FREQ=DAILY;UNTIL=20261332", None, "this cannot be read as a recurrence rule"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20261231", JANUARY, "COUNT and UNTIL both end the rule"),
        ("FREQ=MONTHLY;COUNT=3;BYMONTH=2;BYMONTHDAY=31", JANUARY, "the rule never falls on any day"),
        ("FREQ=MONTHLY;BYDAY=6MO", None, "the rule never falls on any day"),
        ("FREQ=WEEKLY", None, "the rule does not say on which day"),
        ("FREQ=MONTHLY;BYMONTH=3", None, "the rule does not say on which day"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", None, "the rule never falls on any day"),
        ("FREQ=DAILY;BYMONTHDAY=31", None, "BYMONTHDAY counts within a month or a year"),
        ("FREQ=WEEKLY;BYDAY=WE;BYSETPOS=5", None, "BYSETPOS counts within a month or a year"),
        ("FREQ=DAILY;UNTIL=20251231", JANUARY, "the rule never falls on any day"),
    ],
)  # fmt: skip
def test_a_senseless_rule_is_explained(rule: str, starts: date | None, message: str) -> None:
    complaint = check_rule(rule, starts)
    assert complaint is not None
    assert complaint.message == message
    assert complaint.mend


def test_every_second_week_counts_from_its_start_in_whatever_year_one_looks() -> None:
    rule, starts = "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", date(2026, 1, 7)
    assert first(3, rule, starts) == ["2026-01-07", "2026-01-21", "2026-02-04"]
    assert first(2, rule, starts, since=date(2029, 12, 20)) == ["2030-01-02", "2030-01-16"]


def test_months_without_a_31st_are_left_out_and_minus_one_is_the_last_day() -> None:
    assert first(3, "FREQ=MONTHLY;BYMONTHDAY=31") == ["2026-01-31", "2026-03-31", "2026-05-31"]
    assert first(3, "FREQ=MONTHLY;BYMONTHDAY=-1") == ["2026-01-31", "2026-02-28", "2026-03-31"]


def test_a_leap_day_comes_every_fourth_year() -> None:
    assert first(2, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29") == ["2028-02-29", "2032-02-29"]


def test_the_nth_and_the_last_weekday_of_a_month() -> None:
    assert first(3, "FREQ=MONTHLY;BYDAY=2TH") == ["2026-01-08", "2026-02-12", "2026-03-12"]
    assert first(3, "FREQ=MONTHLY;BYDAY=-1TH") == ["2026-01-29", "2026-02-26", "2026-03-26"]
    assert first(2, "FREQ=MONTHLY;BYDAY=5FR") == ["2026-01-30", "2026-05-29"]


def test_the_first_working_day_of_a_quarter() -> None:
    rule = "FREQ=MONTHLY;BYMONTH=1,4,7,10;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1"
    assert first(4, rule) == ["2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01"]


def test_a_rule_that_ends_has_no_more_days() -> None:
    assert first(9, "FREQ=DAILY;COUNT=2", starts=date(2026, 3, 1)) == ["2026-03-01", "2026-03-02"]
    assert first(9, "FREQ=WEEKLY;BYDAY=WE;UNTIL=20260114") == ["2026-01-07", "2026-01-14"]
    assert first(9, "FREQ=DAILY;COUNT=2", starts=date(2026, 3, 1), since=date(2026, 3, 3)) == []


RULES = st.sampled_from(
    [
        ("FREQ=DAILY", None),
        ("FREQ=WEEKLY;BYDAY=WE", None),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", None),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=SU", date(2025, 2, 9)),
        ("FREQ=MONTHLY;BYMONTHDAY=31", None),
        ("FREQ=MONTHLY;BYDAY=-1TH", None),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=1MO", date(2024, 1, 1)),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", None),
    ]
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(RULES, st.dates(JANUARY, date(2036, 12, 31)), st.integers(0, 400))
def test_where_one_starts_to_look_does_not_change_the_days(
    rule: tuple[str, date | None], since: date, later: int
) -> None:
    """From any later day on, the days are the rest of those from an earlier day."""
    whole = list(islice(days(*rule, since), 40))
    assert whole == sorted(set(whole))
    assert whole[0] >= since
    rest = [day for day in whole if day >= since + timedelta(days=later)]
    assert list(islice(days(*rule, since + timedelta(days=later)), len(rest))) == rest
