from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.simulate.habits import AT_ONCE, LATE, NEVER, REMINDED, Assumptions, answer_at, habit, leaves
from tests.simulate import company

YEAR = Assumptions(first_day=date(2027, 1, 4), weeks=52)
ASKED = datetime(2027, 1, 6, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("answers", [0, 0.3, 0.8, 1])
def test_the_shares_of_all_habits_make_a_whole(answers: float) -> None:
    shares = Assumptions(date(2027, 1, 4), 1, answers=answers).shares

    assert sum(shares.values()) == pytest.approx(1)
    assert shares[AT_ONCE] + shares[REMINDED] == pytest.approx(answers)


def test_many_people_together_behave_as_assumed() -> None:
    met = Counter(habit(YEAR, "weekly", number)[0] for number in range(2000))

    assert {name: met[name] / 2000 for name in YEAR.shares} == pytest.approx(YEAR.shares, abs=0.03)


def test_the_same_seed_gives_the_same_habit_and_another_one_others() -> None:
    def habits(seed: int) -> list[str]:
        return [habit(Assumptions(date(2027, 1, 4), 1, seed=seed), "weekly", number)[0] for number in range(50)]

    assert habits(1) == habits(1)
    assert habits(1) != habits(2)


@pytest.mark.parametrize("name", [AT_ONCE, REMINDED, LATE])
def test_only_who_is_late_answers_after_the_cutoff(name: str) -> None:
    cutoff = ASKED + timedelta(minutes=30)
    answers = [answer_at(name, habit(YEAR, number)[1], ASKED, cutoff) for number in range(100)]

    assert all((at > cutoff) == (name == LATE) for at in answers)
    assert all(at >= ASKED for at in answers)


def test_everybody_takes_their_leave_on_working_days_and_no_day_twice() -> None:
    definitions = company.world_wide()
    taken: dict[str, list[date]] = {person.ref: [] for person in definitions.organisation.people}
    for leave in leaves(definitions, YEAR):
        person = definitions.organisation.people_by_ref[leave.ref.casefold()]
        off = definitions.organisation.work_days(person.holidays).off
        days = [leave.first + timedelta(days=n) for n in range((leave.last - leave.first).days + 1)]
        taken[leave.ref] += [day for day in days if not off(day)]

    assert {len(days) for days in taken.values()} == {25}
    assert all(len(days) == len(set(days)) for days in taken.values())
    assert min(min(days) for days in taken.values()) >= YEAR.first_day
    assert max(max(days) for days in taken.values()) <= YEAR.last_day


def test_leave_is_told_of_before_it_begins_or_on_its_first_morning() -> None:
    told = {leave.said_at.date() <= leave.first for leave in leaves(company.world_wide(), YEAR)}

    assert told == {True}


def test_nobody_is_away_who_takes_no_leave() -> None:
    assert leaves(company.world_wide(), Assumptions(date(2027, 1, 4), 52, leave=0)) == []


def test_never_is_a_habit_too() -> None:
    silent = Assumptions(date(2027, 1, 4), 1, answers=0)

    assert {habit(silent, number)[0] for number in range(50)} == {LATE, NEVER}
