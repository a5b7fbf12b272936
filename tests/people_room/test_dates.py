"""Days as people write them."""

from datetime import date

import pytest

from bot.errors import UserError
from bot.people.dates import read_day

TODAY = date(2026, 11, 25)
"""A Wednesday."""


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", date(2026, 11, 25)),
        ("Tomorrow", date(2026, 11, 26)),
        ("friday", date(2026, 11, 27)),
        ("FRI", date(2026, 11, 27)),
        ("tues", date(2026, 12, 1)),
        ("wednesday", date(2026, 12, 2)),
        ("2026-12-04", date(2026, 12, 4)),
        ("2026-12-4", date(2026, 12, 4)),
        ("4 December", date(2026, 12, 4)),
        ("4 dec", date(2026, 12, 4)),
        ("December 4", date(2026, 12, 4)),
        ("Dec 4th, 2027", date(2027, 12, 4)),
        ("the 4th of december", date(2026, 12, 4)),
        ("4. Dec", date(2026, 12, 4)),
        ("4.12.", date(2026, 12, 4)),
        ("٤.١٢.", date(2026, 12, 4)),
        ("4.12.2027", date(2027, 12, 4)),
        ("25 november", date(2026, 11, 25)),
        ("24 November", date(2027, 11, 24)),
        ("3 january", date(2027, 1, 3)),
        ("29 february", date(2028, 2, 29)),
        ("1 may", date(2027, 5, 1)),
        ("friday 4 december", date(2026, 12, 4)),
        ("Fri, 4.12.", date(2026, 12, 4)),
        ("Fri. the 4th of December", date(2026, 12, 4)),
        ("friday 2026-12-04", date(2026, 12, 4)),
    ],
)
def test_a_day_in_words(words: str, day: date) -> None:
    assert read_day(words, TODAY) == day


@pytest.mark.parametrize(
    "words",
    ["", "1", "10", "may", "soon", "fr", "in 3 days", "12:30", "3/4", "31 november", "29 february 2027", "2026-13-01",
     "0 may", "4 decimber", "friday 13", "9" * 400, "<!channel>"],
)  # fmt: skip
def test_what_is_no_day_is_refused_with_examples(words: str) -> None:
    with pytest.raises(UserError, match="Write it like `2026-12-04`, `friday` or `4 December`"):
        read_day(words, TODAY)


def test_a_date_on_another_weekday_is_not_guessed_at() -> None:
    with pytest.raises(UserError, match="4 December 2026 is a Friday, not a Thursday"):
        read_day("thursday 4 december", TODAY)


@pytest.mark.parametrize(("today", "day"), [((2028, 3, 1), (2032, 2, 29)), ((2028, 2, 29), (2028, 2, 29))])
def test_the_29th_of_february_waits_for_its_year(today: tuple[int, int, int], day: tuple[int, int, int]) -> None:
    assert read_day("29 feb", date(*today)) == date(*day)
