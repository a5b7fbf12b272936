"""The measures of insights: what counts, and that nothing restricted does."""

from dataclasses import replace
from datetime import timedelta

from bot.house import House
from bot.insights import answering, figures, triage
from bot.insights.figures import Figures
from tests.fakes import StoppedClock
from tests.insights.test_looking import secret
from tests.insights.world import NO, TAGS, deliver, heard, run, wait
from tests.people import ALICE, BOB
from tests.releases.launch import GRACE
from tests.updates.team import berlin


def found(house: House) -> Figures:
    return run(house, figures.now)


def test_how_soon_insights_are_triaged_counts_in_working_hours(house: House, clock: StoppedClock) -> None:
    for n in range(3):
        heard(house, key=str(n), severity="high", proof="9 tickets")
    clock.turn(timedelta(hours=2))
    run(house, triage.sort, BOB, "I-1", replace(TAGS, severity="high"))
    clock.turn(timedelta(hours=2))
    run(house, triage.put_out_of_scope, BOB, "I-2", "No")
    wait(house, berlin(27, 12))
    run(house, triage.sort, BOB, "I-3", replace(TAGS, severity="high"))
    measured = found(house)
    assert measured.triage_hours == 4
    assert measured.in_time == {"high": (2, 3)}


def test_what_waits_the_longest_to_be_triaged_is_named(house: House, clock: StoppedClock) -> None:
    at = house.clock.now()
    heard(house, key="1")
    clock.turn(timedelta(days=1))
    heard(house, key="2")
    assert found(house).oldest == ("I-1", at)


def test_an_answer_counts_as_told_in_time_when_it_reached_its_submitter_in_time(
    house: House, clock: StoppedClock
) -> None:
    for n in range(3):
        heard(house, key=str(n))
        run(house, triage.sort, BOB, f"I-{n + 1}", TAGS)
        run(house, answering.dispose, ALICE, f"I-{n + 1}", NO)
        if n == 0:
            deliver(house)
            wait(house, house.clock.now() + timedelta(minutes=5))
    assert found(house).told == (1, 1), "the others may still reach them in time"
    wait(house, berlin(4, 12, month=12))
    assert found(house).told == (1, 3)
    clock.turn(timedelta(days=40))
    assert found(house).told == (0, 0)


def test_how_many_of_the_old_ones_have_an_answer(house: House, clock: StoppedClock) -> None:
    for n in range(2):
        heard(house, key=str(n))
    run(house, triage.sort, BOB, "I-1", TAGS)
    clock.turn(timedelta(days=6))
    run(house, answering.dispose, ALICE, "I-1", NO)
    assert found(house).answered == (0, 0)
    assert found(house).answer_days == 6
    clock.turn(timedelta(days=25))
    assert found(house).answered == (1, 2)


def test_a_theme_that_nothing_was_about_and_what_has_no_area_are_named(house: House) -> None:
    assert not found(house).taxonomy_rots
    heard(house, key="1")
    run(house, triage.sort, BOB, "I-1", TAGS)
    assert list(found(house).unused) == ["Reliability"], "of trust, nobody else may know"
    heard(house, key="2", area_id="")
    run(house, triage.sort, BOB, "I-2", replace(TAGS, area_id="", theme_id="reliability"))
    assert (found(house).unsorted, list(found(house).unused)) == ((1, 2), [])
    assert found(house).taxonomy_rots


def test_orphans_are_counted_as_they_are_now(house: House) -> None:
    heard(house)
    assert found(house).orphans == 0
    wait(house, berlin(11, 12, month=12))
    assert (found(house).orphans, found(house).orphans_before) == (1, None)


def test_nothing_that_is_restricted_counts(house: House) -> None:
    secret(house)
    run(house, triage.sort, GRACE, "I-1", replace(TAGS, theme_id="trust"))
    run(house, answering.dispose, GRACE, "I-1", NO)
    secret(house, key="second")
    wait(house, berlin(31, 12, month=12))
    measured = found(house)
    assert (measured.triage_hours, measured.oldest, measured.orphans) == (None, None, 0)
    assert (measured.told, measured.answered, measured.answer_days) == ((0, 0), (0, 0), None)
    assert measured.unsorted == (0, 0)
