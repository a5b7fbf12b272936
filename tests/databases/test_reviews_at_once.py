"""Two who close a review, or choose what becomes of it, at the same moment: one is kept, the other is told."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.actions import model as actions
from bot.db import Database
from bot.reviews import cancelling, choices, flow, retros
from bot.reviews.flow import Said
from bot.rituals.model import RitualPause
from tests.databases.test_bundles_at_once import together
from tests.people import ALICE, BOB
from tests.reviews.test_reviews import ReviewDesk
from tests.rituals.desk import berlin

ASK = Said("Ask sales", BOB, "2026-12-20")


@pytest.fixture
def desk(any_db: Database) -> ReviewDesk:
    return ReviewDesk(any_db, empty_in_a_row=2)


def close(desk: ReviewDesk, session: Session, by: str, artifact: str) -> None:
    flow.close(session, desk.house, by, "1", artifact, "", agreed=[ASK])


def test_of_two_who_close_it_at_once_one_is_told_and_leaves_no_action(desk: ReviewDesk) -> None:
    desk.until(berlin(25, 12))
    (refused,) = together(
        desk.house,
        lambda session: close(desk, session, ALICE, "Hers"),
        lambda session: close(desk, session, BOB, "His"),
    )
    assert "ended already" in refused or "just been closed" in refused
    assert len(desk.run(actions.of, "ritual:roadmap")) == 1


def test_of_two_who_choose_at_once_one_is_told(any_db: Database, desk: ReviewDesk) -> None:
    for number, day in enumerate((berlin(25, 12), berlin(2, 12, month=12)), 1):
        desk.until(day)
        desk.close(reason="Nobody came", id=str(number))
    (refused,) = together(
        desk.house,
        lambda session: choices.choose(session, desk.house, ALICE, "1", "pause"),
        lambda session: choices.choose(session, desk.house, ALICE, "1", "redesign"),
    )
    assert "chosen already" in refused
    with any_db.transaction() as session:
        pauses = session.scalars(select(RitualPause)).all()
    assert len(pauses) == (1 if "pause" in refused else 0)


def test_what_is_cancelled_and_taken_back_at_once_is_either(any_db: Database) -> None:
    desk = ReviewDesk(any_db)
    desk.until(berlin(24, 12))
    desk.run(desk.rituals.skip, desk.ritual("roadmap"), BOB, "retreat")
    refused = together(
        desk.house,
        lambda session: cancelling.hold_after_all(session, desk.house, ALICE, "1"),
        lambda session: cancelling.hold_after_all(session, desk.house, BOB, "1"),
    )
    assert ["is scheduled, and that stays so now" in each for each in refused] == [True]


def test_of_four_changes_that_come_of_one_retro_at_once_three_are_kept(desk: ReviewDesk) -> None:
    desk.until(berlin(25, 12))
    said = [retros.Said("", f"Surprise {n}", "Write the date first", BOB, "2026-12-20") for n in range(4)]
    refused = together(
        desk.house,
        *(lambda session, each=each: retros.say(session, desk.house, ALICE, "ritual:roadmap", each) for each in said),
    )
    assert len(refused) == 1
    assert len(desk.run(actions.of, "ritual:roadmap")) == 3
