"""How long each form takes is measured from opening to submitting, without names; slow ones are flagged."""

from datetime import timedelta

import pytest

from bot import fills
from bot.blocks import modal, text_input
from bot.house import House
from tests.fakes import StoppedClock
from tests.people import ALICE

FORM = modal("updates.write", "Weekly update", text_input("next", "What next?")).payload()


def fill(house: House, clock: StoppedClock, minutes: float | None, view_id: str) -> None:
    """Open a form and submit it so much later; without minutes it is given up."""
    with house.db.transaction() as session:
        fills.opened(session, house, FORM, view_id, ALICE, clock.now())
    if minutes is not None:
        clock.turn(timedelta(minutes=minutes))
        with house.db.transaction() as session:
            fills.submitted(session, house, view_id, clock.now())


def measured(house: House) -> list[fills.Measured]:
    with house.db.transaction() as session:
        return fills.measured(session, house)


def test_the_median_is_shown_and_longer_than_half_an_hour_counts_as_that(house: House, clock: StoppedClock) -> None:
    for n, minutes in enumerate((4, 6, 900)):
        fill(house, clock, minutes, f"V{n}")
    (form,) = measured(house)
    assert (form.title, form.opened, form.minutes, form.given_up) == ("Weekly update", 3, 6.0, 0.0)
    with house.db.transaction() as session:
        assert max(row.seconds or 0 for row in session.query(fills.FormFill)) == 30 * 60


def test_who_may_still_submit_has_not_given_up(house: House, clock: StoppedClock) -> None:
    fill(house, clock, None, "V1")
    assert measured(house) == []
    clock.turn(timedelta(hours=1))
    assert measured(house)[0].given_up == 1.0


@pytest.mark.proves("R44", "R55")
@pytest.mark.parametrize(
    ("fates", "is_slow"),
    [((16, 16, 16, 16, 16), True), ((14, 14, 14, 14, 14), False), ((1, 1, 1, None, None), True), ((16,), False)],
)
def test_a_form_that_takes_long_or_is_given_up_often_is_flagged(
    house: House, clock: StoppedClock, fates: tuple[float | None, ...], is_slow: bool
) -> None:
    for n, minutes in enumerate(fates):
        fill(house, clock, minutes, f"V{n}")
    clock.turn(timedelta(hours=1))
    assert measured(house)[0].is_slow is is_slow


def test_submitted_twice_it_counts_once_and_what_is_not_known_counts_nothing(house: House, clock: StoppedClock) -> None:
    fill(house, clock, 4, "V1")
    clock.turn(timedelta(minutes=9))
    with house.db.transaction() as session:
        fills.submitted(session, house, "V1", clock.now())
        fills.submitted(session, house, "V9", clock.now())
    assert measured(house)[0].minutes == 4.0


def test_at_least_so_many_people_filled_forms_in_as_are_told_apart(house: House, clock: StoppedClock) -> None:
    people = [f"U0PERSON{n}" for n in range(40)]
    for n, person in enumerate(people * 2):
        with house.db.transaction() as session:
            fills.opened(session, house, FORM, f"V{n}", person, clock.now())
            fills.submitted(session, house, f"V{n}", clock.now() + timedelta(minutes=n // 40))
    with house.db.transaction() as session:
        took = fills.took(session, house, clock.now(), clock.now())
        groups = {row.people_group for row in session.query(fills.FormFill)}
    assert (len(took.minutes), took.people) == (80, len(groups))
    assert 5 <= took.people <= fills.GROUPS < len(people), "several people share a group, so it names nobody"


def test_what_is_old_is_forgotten(house: House, clock: StoppedClock) -> None:
    fill(house, clock, 4, "V1")
    clock.turn(fills.SHOWN + timedelta(days=1))
    assert measured(house) == []
    with house.db.transaction() as session:
        fills.forget(session, clock.now())
        assert session.query(fills.FormFill).count() == 0
