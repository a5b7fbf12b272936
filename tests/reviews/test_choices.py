"""A ritual that leaves nothing three times in a row is put in question once, and pauses unless somebody chooses."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.errors import UserError
from bot.reviews import choices, messages, model, yields
from bot.reviews.model import RitualChoice
from bot.rituals.standing import pause_today
from tests import people
from tests.fakes import promised
from tests.people import ALICE, BOB, CHARLIE
from tests.reviews.test_reviews import ReviewDesk
from tests.rituals.desk import berlin

QUESTION = "Roadmap review: 3 in a row left nothing"
WEDNESDAYS = (berlin(25, 12), berlin(2, 12, month=12), berlin(9, 12, month=12), berlin(16, 12, month=12))


@pytest.fixture
def desk(db: Database) -> ReviewDesk:
    return ReviewDesk(db)


def hold(desk: ReviewDesk, *artifacts: str) -> None:
    """Hold one each Wednesday; without an artifact it leaves nothing."""
    first = len([each for each in desk.occurrences() if each.ended_at])
    for at, artifact in zip(WEDNESDAYS[first:], artifacts, strict=False):
        desk.until(at)
        running = next(each for each in desk.occurrences() if each.state == "prompted")
        desk.close(artifact, "" if artifact else "Nobody came", id=str(running.id))


def told(desk: ReviewDesk, person: str) -> str:
    return "\n".join(each.text for each in promised(desk.db, "prompts.day", channel=person))


def paused(desk: ReviewDesk) -> str:
    found = desk.run(pause_today, desk.ritual("roadmap"))
    return found.reason if found else ""


@pytest.mark.proves("R42")
def test_after_three_that_left_nothing_its_owner_and_the_head_of_product_are_asked_once(desk: ReviewDesk) -> None:
    hold(desk, "", "")
    assert QUESTION not in told(desk, ALICE)
    hold(desk, "")
    desk.until(berlin(10, 10, month=12))
    assert told(desk, ALICE).count(QUESTION) == 1
    assert "On Wed 16 Dec it pauses by itself" in told(desk, ALICE)


def test_one_more_that_leaves_nothing_meanwhile_asks_nothing_more(desk: ReviewDesk) -> None:
    hold(desk, "", "", "", "")
    desk.until(berlin(17, 12, month=12))
    with desk.db.transaction() as session:
        assert len(session.scalars(select(RitualChoice)).all()) == 1


def test_one_that_left_something_begins_the_count_anew(desk: ReviewDesk) -> None:
    hold(desk, "", "A page", "", "")
    desk.until(berlin(17, 10, month=12))
    assert "in a row" not in told(desk, ALICE)


def test_a_ritual_may_say_after_how_many(db: Database) -> None:
    desk = ReviewDesk(db, empty_in_a_row=2)
    hold(desk, "", "")
    desk.until(berlin(3, 10, month=12))
    assert "Roadmap review: 2 in a row left nothing" in told(desk, ALICE)


@pytest.mark.proves("R42")
def test_when_nobody_chooses_it_pauses_after_five_working_days_and_both_are_told(desk: ReviewDesk) -> None:
    hold(desk, "", "", "")
    desk.until(berlin(16, 17, 29, month=12))
    assert paused(desk) == ""
    desk.until(berlin(17, 12, month=12))
    assert paused(desk) == "3 in a row left nothing, and nobody chose otherwise"
    assert "/cadence resume roadmap brings it back" in told(desk, ALICE)


def test_a_choice_ends_the_question_and_begins_the_count_anew(desk: ReviewDesk) -> None:
    hold(desk, "", "", "")
    desk.until(berlin(10, 10, month=12))
    desk.run(choices.choose, ALICE, "1", "redesign")
    hold(desk, "")
    desk.until(berlin(17, 12, month=12))
    assert paused(desk) == ""
    with desk.db.transaction() as session:
        assert len(session.scalars(select(RitualChoice)).all()) == 1, "one more that left nothing is the first anew"
    assert "Alice chose: redesign it." in told(desk, ALICE)
    assert "to be redesigned" in told(desk, BOB)


def test_the_second_to_choose_is_told_what_was_chosen(desk: ReviewDesk) -> None:
    hold(desk, "", "", "")
    desk.run(choices.choose, ALICE, "1", "pause")
    assert paused(desk) == "3 in a row left nothing"
    with pytest.raises(UserError, match="chosen already: pause"):
        desk.run(choices.choose, ALICE, "1", "async")


def test_nobody_else_chooses(desk: ReviewDesk) -> None:
    hold(desk, "", "", "")
    with pytest.raises(UserError, match="for the owner of Roadmap review and for the head of product"):
        desk.run(choices.choose, CHARLIE, "1", "pause")


@pytest.mark.parametrize("id", ["", "x", "99", "9" * 40, "²"])
def test_what_means_nothing_is_refused(desk: ReviewDesk, id: str) -> None:
    with pytest.raises(UserError):
        desk.run(choices.choose, ALICE, id, "pause")


def test_those_that_nobody_closed_count_too(desk: ReviewDesk) -> None:
    desk.until(berlin(16, 12, month=12))
    assert QUESTION in told(desk, ALICE)


def test_what_was_skipped_neither_counts_nor_breaks_the_row(desk: ReviewDesk) -> None:
    hold(desk, "", "")
    desk.run(desk.rituals.skip, desk.ritual("roadmap"), BOB, "retreat")
    desk.until(berlin(16, 12, month=12))
    desk.close(reason="Nobody came", id=str(desk.occurrences()[3].id))
    desk.until(berlin(17, 12, month=12))
    assert QUESTION in told(desk, ALICE)
    assert desk.run(yields.of, "roadmap").dots == "○○–○"


def test_its_last_six_stand_in_the_packet_in_dots_and_words(desk: ReviewDesk) -> None:
    hold(desk, "A page", "", "A page")
    desk.until(berlin(15, 12, month=12))
    assert "●○● 2 of 3 that were held left something. (● left something, ○ left nothing" in (
        promised(desk.db, "review.card")[-1].text
    )


def test_what_was_held_last_is_counted_whatever_was_skipped_since(desk: ReviewDesk) -> None:
    hold(desk, "", "A page")
    assert desk.run(yields.of, "roadmap").left_something
    desk.run(desk.rituals.skip, desk.ritual("roadmap"), BOB, "retreat")
    found = desk.run(yields.of, "roadmap")
    assert (found.dots, found.left_something) == ("○●–", True)
    assert (
        "1 of 1 ritual left something when held last."
        in messages.yields(
            desk.house, [(desk.ritual("roadmap"), found), (desk.ritual("roadmap"), yields.Yield(()))]
        ).text
    )


def test_who_may_choose_and_says_so_while_closing_the_next_one_has_answered_the_question(desk: ReviewDesk) -> None:
    hold(desk, "", "", "")
    desk.until(berlin(16, 12, month=12))
    (running,) = (each for each in desk.occurrences() if each.state == "prompted")
    desk.close("", "Nobody came", id=str(running.id), then="async")
    desk.until(berlin(17, 12, month=12))
    assert paused(desk) == ""
    assert "Alice chose: go on without meeting." in told(desk, ALICE)


def test_who_may_not_choose_answers_no_question_by_closing_the_next_one(desk: ReviewDesk) -> None:
    hold(desk, "", "", "")
    desk.until(berlin(16, 12, month=12))
    (running,) = (each for each in desk.occurrences() if each.state == "prompted")
    desk.close("", "Nobody came", id=str(running.id), by=BOB, then="async")
    desk.until(berlin(17, 12, month=12))
    assert paused(desk) != ""


def test_one_that_was_out_of_the_calendar_as_its_time_ran_out_can_be_questioned_again(desk: ReviewDesk) -> None:
    hold(desk, "", "", "")
    calendar = desk.house.definitions.calendar
    desk.house = replace(desk.house, definitions=people.definitions())
    desk.until(berlin(17, 12, month=12))
    desk.house = replace(desk.house, definitions=replace(people.definitions(), calendar=calendar))
    desk.plan()
    assert desk.run(model.in_question, "roadmap") is None
