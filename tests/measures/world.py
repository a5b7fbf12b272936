"""What the tests of measures share: a company that says what it wants of some of them, and a period of four weeks."""

from dataclasses import replace
from datetime import date
from typing import Any

from bot.definitions import Definitions
from bot.definitions.measures import MeasureRules
from bot.measures.figure import Period
from tests import people
from tests.people import BOB

NOVEMBER = Period(date(2026, 10, 26), date(2026, 11, 22))
"""The last four whole weeks: today is Wednesday 25 November."""
LAST_WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))

ON_TIME: dict[str, Any] = {
    "id": "M1", "owner": BOB, "target": "80 %", "by": "2027-02-26", "baseline": {"value": "50 %", "source": "by hand"},
}  # fmt: skip


def definitions(*measures: dict[str, Any]) -> Definitions:
    rules = MeasureRules.model_validate({"measures": list(measures) or [ON_TIME]})
    return replace(people.definitions(), measures=rules)
