from datetime import date

import pytest

from bot.roadmap import places

JANUARY, SPRING = "2027-01/2027-01", "2027-02/2027-04"


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("now", "now"),
        (" Later ", "later"),
        ("2027-01/2027-03", "2027-01/2027-03"),
        ("2027-01", "2027-01/2027-01"),
        ("2027-01 / 2027-03", "2027-01/2027-03"),
        ("2027-03/2027-01", ""),
        ("2027-13", ""),
        ("0000-01", ""),
        ("٢٠٢٧-01", ""),
        ("2027-01-15", ""),
        ("2027-01-15/2027-01-15", ""),
        ("soon", ""),
        ("dropped", ""),
        ("", ""),
    ],
)
def test_a_place_is_now_next_later_or_months_and_never_a_day(written: str, place: str) -> None:
    assert places.read(written) == place


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("now", "Now"),
        (JANUARY, "Jan 2027"),
        (SPRING, "Feb–Apr 2027"),
        ("2026-11/2027-02", "Nov 2026–Feb 2027"),
        (places.DROPPED, "not doing"),
    ],
)
def test_a_place_in_words(place: str, words: str) -> None:
    assert places.in_words(place) == words


@pytest.mark.parametrize(
    ("place", "than", "later"),
    [
        ("next", "now", True),
        ("now", "later", False),
        ("now", "now", None),
        (SPRING, JANUARY, True),
        (JANUARY, SPRING, False),
        ("2027-02/2027-05", SPRING, True),
        ("2027-01/2027-04", SPRING, False),
        ("2027-01/2027-05", SPRING, None),
        ("2027-03/2027-03", SPRING, None),
        (SPRING, "next", None),
        ("now", JANUARY, None),
    ],
)
def test_which_place_is_later_where_anybody_can_say(place: str, than: str, later: bool | None) -> None:
    assert places.is_later(place, than) is later


def test_places_are_listed_now_first_and_months_last() -> None:
    assert sorted([SPRING, "later", JANUARY, "now", "next"], key=places.order) == [
        "now", "next", "later", JANUARY, SPRING,
    ]  # fmt: skip


def test_the_months_from_a_day_on() -> None:
    assert places.from_month(date(2026, 11, 25), 3) == ["2026-11", "2026-12", "2027-01"]
    assert places.month_in_words("2027-01") == "January 2027"
