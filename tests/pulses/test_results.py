"""What a pulse says, and what it does not say since somebody could be told from it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.db import Database
from bot.definitions.pulses import PulseRules
from bot.house import House, PulseAnswers
from bot.pulses import results
from bot.pulses.model import ANSWERED, Asked, PulseAnswer, Round
from tests import people
from tests.fakes import make_house

DAYS = date(2026, 10, 1), date(2026, 12, 31)
RULES: dict[str, Any] = {
    "pulses": [
        {
            "id": "p",
            "name": "Pulse",
            "asks": "product_managers",
            "every": "month",
            "questions": [
                {"id": "minutes", "kind": "minutes", "label": "Minutes"},
                {"id": "agree", "kind": "agree", "label": "It saves time"},
                {"id": "words", "kind": "words", "label": "Drop one thing"},
            ],
        }
    ]
}


class Pulses:
    """A house with rounds that were answered."""

    def __init__(self, db: Database, every: str = "month") -> None:
        rules = PulseRules.model_validate({"pulses": [RULES["pulses"][0] | {"every": every}]})
        self.house: House = make_house(db, replace(people.definitions(), pulses=rules))

    def round(self, day: int, *answers: tuple[str, Any, str], month: int = 11) -> None:
        """A round with answers: of which question, what, and by which function. Words may be quoted if they end so."""
        with self.house.db.transaction() as session:
            day_ = date(2026, month, day)
            values = {"workspace_id": self.house.workspace_id, "pulse_id": "p", "day": day_}
            round_ = Round(**values, closes_at=self.house.clock.now())
            session.add(round_)
            session.flush()
            of_round = {"workspace_id": self.house.workspace_id, "round_id": round_.id}
            for n in range(max(sum(id == each[0] for each in answers) for id in ("minutes", "agree", "words"))):
                session.add(Asked(**of_round, person=f"U{n}", asked_on=day_, state=ANSWERED))
            for question_id, answer, function_id in answers:
                is_text = isinstance(answer, str)
                session.add(
                    PulseAnswer(
                        **of_round,
                        question_id=question_id,
                        function_id=function_id,
                        value=None if is_text else answer,
                        words=answer if is_text else "",
                        may_quote=is_text and answer.endswith("!"),
                    )
                )

    def answers(self, first: date = DAYS[0], last: date = DAYS[1]) -> list[PulseAnswers]:
        with self.house.db.transaction() as session:
            return results.answers(session, self.house, first, last)

    def minutes(self) -> tuple[tuple[int, ...], int]:
        (found,) = (each for each in self.answers() if not each.function)
        return found.minutes, found.n

    def quotes(self) -> Sequence[str]:
        with self.house.db.transaction() as session:
            rules = self.house.definitions.pulses
            assert rules is not None
            round_ = session.query(Round).one()
            return results.of_round(session, self.house, rules.pulses[0], round_)[2].quotes


@pytest.fixture
def pulses(db: Database) -> Pulses:
    return Pulses(db)


def test_minutes_are_the_middles_of_the_bands(pulses: Pulses) -> None:
    pulses.round(8, *(("minutes", value, "product") for value in (15, 15, 90, 150, 300)))

    assert pulses.minutes() == ((15, 15, 90, 150, 300), 5)


@pytest.mark.proves("F11")
def test_four_answers_say_nothing_but_how_many_they_are(pulses: Pulses) -> None:
    pulses.round(8, *(("minutes", 15, "product") for _ in range(4)))

    assert pulses.minutes() == ((), 4)


def test_few_people_who_answer_again_each_month_are_still_few(pulses: Pulses) -> None:
    pulses.round(8, *(("minutes", 15, "product") for _ in range(3)), month=10)
    pulses.round(8, *(("minutes", 15, "product") for _ in range(3)))

    assert pulses.minutes() == ((), 6)


def test_a_small_round_can_not_be_worked_out_from_a_large_one(pulses: Pulses) -> None:
    pulses.round(8, *(("minutes", 15, "product") for _ in range(5)), month=10)
    pulses.round(8, ("minutes", 300, "product"))

    assert pulses.minutes() == ((15,) * 5, 5)


@pytest.mark.proves("F11")
def test_a_round_that_can_still_be_answered_says_nothing(pulses: Pulses) -> None:
    pulses.round(8, *(("minutes", 15, "product") for _ in range(5)))
    with pulses.house.db.transaction() as session:
        session.query(Round).one().closes_at = pulses.house.clock.now() + timedelta(hours=1)

    assert pulses.answers() == []


@pytest.mark.parametrize(
    ("every", "still", "no_more"),
    [("month", date(2026, 12, 16), date(2026, 12, 17)), ("quarter", date(2027, 2, 15), date(2027, 2, 16))],
)
def test_between_two_rounds_the_last_one_stands_until_the_next_should_have_closed(
    db: Database, every: str, still: date, no_more: date
) -> None:
    pulses = Pulses(db, every)
    pulses.round(8, *(("minutes", 300, "product") for _ in range(5)), month=10)
    pulses.round(8, *(("minutes", 15, "product") for _ in range(5)))

    assert [each.minutes for each in pulses.answers(still - timedelta(days=27), still) if not each.function] == [
        (15,) * 5
    ]
    assert pulses.answers(no_more - timedelta(days=27), no_more) == []


def test_favourable_is_who_says_four_or_five(pulses: Pulses) -> None:
    pulses.round(8, *(("agree", value, "sales") for value in (3, 4, 5, 5)), ("agree", 1, "sales"))

    assert [(each.function, each.favourable, each.n) for each in pulses.answers()] == [
        ("", 3, 5),
        ("sales", 3, 5),
    ]


def test_a_function_is_left_out_where_the_others_are_so_few_that_they_could_be_worked_out(pulses: Pulses) -> None:
    pulses.round(8, *(("agree", 5, "sales") for _ in range(6)), ("agree", 1, "support"))

    assert [(each.function, each.n) for each in pulses.answers()] == [("", 7)]


def test_words_are_shown_only_with_consent_and_with_five_who_answered(pulses: Pulses) -> None:
    pulses.round(8, *(("agree", 5, "sales") for _ in range(5)), ("words", "Drop it!", "sales"), ("words", "No", "ops"))

    assert pulses.quotes() == ("Drop it!",)


def test_words_of_few_are_not_shown_even_with_consent(pulses: Pulses) -> None:
    pulses.round(8, *(("agree", 5, "sales") for _ in range(4)), ("words", "Drop it!", "sales"))

    assert pulses.quotes() == ()
