"""What somebody wants done with a ritual, in the words of a command."""

from datetime import date, time

import pytest

from bot.errors import UserError
from bot.rituals.orders import read_move, read_pause

TODAY = date(2026, 11, 25)
"""A Wednesday."""
FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("to friday", (FRIDAY, None, "")),
        ("friday at 9.30, because of a conference", (FRIDAY, time(9, 30), "of a conference")),
        ("to friday 3pm", (FRIDAY, time(15), "")),
        ("to friday 3:30 p.m. because we travel", (FRIDAY, time(15, 30), "we travel")),
        ("to friday 4 december 15:00", (date(2026, 12, 4), time(15), "")),
        ("to friday, the 4th of december: conference", (date(2026, 12, 4), None, "conference")),
        ("to friday 12 am", (FRIDAY, time(0), "")),
        ("to friday 12pm", (FRIDAY, time(12), "")),
        ("to 4 December because 10:00 is early", (date(2026, 12, 4), None, "10:00 is early")),
        ("to friday 3 of us travel", (FRIDAY, None, "3 of us travel")),
    ],
)
def test_a_move_is_read_with_its_time_and_reason(words: str, order: tuple[date, time | None, str]) -> None:
    assert read_move(words, TODAY) == order


@pytest.mark.parametrize("time", ["at noon", "15h", "13pm", "25:00", "9:75", "15"])
def test_what_should_be_a_time_is_not_taken_for_a_reason(time: str) -> None:
    with pytest.raises(UserError, match="as a time"):
        read_move(f"to friday {time}", TODAY)


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("until friday company retreat", (FRIDAY, "company retreat")),
        ("company retreat until friday", (FRIDAY, "company retreat")),
        ("because of a retreat for a week, until friday", (FRIDAY, "of a retreat for a week")),
        ("until friday, travelling for 3 days", (FRIDAY, "travelling for 3 days")),
        ("until we know more", None),
        ("nobody is here until then", (None, "nobody is here until then")),
    ],
)
def test_a_pause_is_read_with_its_last_day_before_or_after_the_reason(
    words: str, order: tuple[date | None, str] | None
) -> None:
    if order is None:
        with pytest.raises(UserError, match="as a day"):
            read_pause(words, TODAY)
    else:
        assert read_pause(words, TODAY) == order


def test_a_date_on_another_weekday_moves_nothing() -> None:
    for read, words in (
        (read_move, "to thursday 4 december"),
        (read_pause, "until thursday 4 december for a retreat"),
        (read_pause, "retreat until thursday 4 december"),
    ):
        with pytest.raises(UserError, match="4 December 2026 is a Friday, not a Thursday"):
            read(words, TODAY)


def test_a_pause_of_some_weeks_is_not_taken_for_one_without_end() -> None:
    with pytest.raises(UserError, match="Say until which day instead of “for 2 weeks”"):
        read_pause("for 2 weeks because of a retreat", TODAY)
