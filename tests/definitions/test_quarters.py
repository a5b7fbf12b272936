"""Quarters of a year that begins in any month, and the rule that counts from their beginning."""

from datetime import date, timedelta
from itertools import islice

import pytest

from bot.definitions import rules
from bot.definitions.organisation import MONTHS
from bot.definitions.quarters import quarter_after, quarter_of
from bot.definitions.rules import Setting
from bot.definitions.working_days import WorkDays
from tests import people

WEEKDAYS = WorkDays(frozenset(range(5)))


@pytest.mark.parametrize("month", MONTHS)
def test_every_day_lies_in_one_quarter_that_begins_with_a_month_of_the_fiscal_year(month: str) -> None:
    organisation = people.organisation().model_copy(update={"fiscal_year_starts": month})
    day, seen = date(2026, 1, 1), set()
    while day < date(2028, 6, 1):
        quarter = quarter_of(organisation, day)
        assert quarter.first <= day <= quarter.last
        assert (quarter.first.month - organisation.fiscal_month) % 3 == 0 and quarter.first.day == 1
        assert quarter_after(organisation, day).first == quarter.last + timedelta(days=1)
        seen.add(quarter)
        day += timedelta(days=1)
    assert {(each.last - each.first).days + 1 for each in seen} <= {89, 90, 91, 92}


@pytest.mark.parametrize("month", MONTHS)
def test_four_weeks_before_the_quarter_is_twenty_working_days_before_its_first_day(month: str) -> None:
    organisation = people.organisation().model_copy(update={"fiscal_year_starts": month})
    rule = rules.parse("20 working days before the start of the quarter")
    assert rules.describe(rule) == "20 working days before the start of the quarter"
    setting = Setting(WEEKDAYS, None, organisation.fiscal_month)
    for day in islice(rules.days(rule, date(2026, 1, 1), setting), 8):
        begins = quarter_after(organisation, day).first
        between = [each for n in range((begins - day).days) if (each := day + timedelta(n)).weekday() < 5]
        assert len(between) == 20


def test_a_quarter_over_new_year_names_both_years() -> None:
    organisation = people.organisation().model_copy(update={"fiscal_year_starts": "february"})
    assert str(quarter_of(organisation, date(2027, 1, 15))) == "November 2026 to January 2027"
    assert str(quarter_of(people.organisation(), date(2027, 1, 15))) == "January to March 2027"
