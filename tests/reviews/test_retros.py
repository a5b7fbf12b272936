"""A retro in five minutes, without a meeting, of a ritual or of a release: at most three changes come of it."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.actions import flow as actions
from bot.actions import model
from bot.db import Database
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.people.model import Profile
from bot.reviews import retros
from bot.reviews.retros import Said
from tests.aloud import read_aloud
from tests.fakes import StoppedClock, promised
from tests.lookback import after
from tests.people import ALICE, BOB, CHARLIE
from tests.reviews.test_reviews import ReviewDesk
from tests.rituals.desk import berlin

SAID = Said("The short agenda", "Nobody knew the date", "Write the date first", CHARLIE, "2026-12-10")
ONLY_WORDS = Said("", "That it was over in ten minutes", "", "", "")
SOURCE = "ritual:roadmap"


@pytest.fixture
def desk(db: Database) -> ReviewDesk:
    desk = ReviewDesk(db)
    desk.until(berlin(25, 12))
    return desk


@pytest.mark.parametrize("words", ["roadmap", "Roadmap review", "roadmap REVIEW"])
def test_a_ritual_is_found_by_its_id_and_its_name(desk: ReviewDesk, words: str) -> None:
    found = desk.run(retros.subject, ALICE, words)
    assert (found.source, found.name) == (SOURCE, "Roadmap review")


@pytest.mark.proves("F9")
def test_what_somebody_says_stands_in_the_thread_of_the_card_and_its_change_is_asked_for(desk: ReviewDesk) -> None:
    desk.run(retros.say, ALICE, SOURCE, SAID)
    (card,) = promised(desk.db, "review.card")
    (line,) = promised(desk.db, "review.thread")
    read_aloud(line)
    assert line.target == card.id
    assert line.text == (
        "A retro, says Alice\nWorth repeating: The short agenda\nSurprised: Nobody knew the date\n"
        "Changes: Write the date first – Charlie, until Thu 10 Dec"
    )
    (waits,) = desk.run(actions.obligations, CHARLIE)
    assert waits.title == "Roadmap review: Write the date first"


@pytest.mark.proves("F9")
def test_no_more_than_three_changes_come_of_one_but_anybody_may_still_say_something(desk: ReviewDesk) -> None:
    for n in range(3):
        desk.run(retros.say, ALICE, SOURCE, replace(SAID, surprised=f"Surprise {n}"))
    with pytest.raises(FieldErrors, match="has 3 changes already"):
        desk.run(retros.say, BOB, SOURCE, SAID)
    desk.run(retros.say, BOB, SOURCE, ONLY_WORDS)
    desk.close("A page")
    desk.until(berlin(2, 12, month=12))
    desk.run(retros.say, BOB, SOURCE, SAID)


def test_a_form_that_is_sent_twice_is_kept_once(desk: ReviewDesk) -> None:
    for _ in range(2):
        desk.run(retros.say, ALICE, SOURCE, SAID)
    assert len(promised(desk.db, "review.thread")) == 1
    assert len(desk.run(actions.obligations, CHARLIE)) == 1


@pytest.mark.proves("F9")
def test_what_is_missing_is_said_at_its_field(desk: ReviewDesk) -> None:
    with pytest.raises(FieldErrors) as refused:
        desk.run(retros.say, ALICE, SOURCE, Said("", "Something", "", CHARLIE, "x"))
    assert set(refused.value.fields) == {"change", "due"}
    with pytest.raises(FieldErrors, match="nothing is an answer"):
        desk.run(retros.say, ALICE, SOURCE, Said("All", " ", "", "", ""))


@pytest.mark.parametrize("words", ["", "rodmap", "x" * 3000])
def test_what_nobody_knows_is_refused(desk: ReviewDesk, words: str) -> None:
    with pytest.raises(UserError):
        desk.run(retros.subject, ALICE, words)


@pytest.mark.parametrize("source", ["", "ritual:gone", "release:x", "nothing:1"])
def test_a_form_about_nothing_is_refused(desk: ReviewDesk, source: str) -> None:
    with pytest.raises(UserError):
        desk.run(retros.say, ALICE, source, SAID)


def test_a_release_has_one_too_and_its_card_shows_the_change(db: Database, clock: StoppedClock) -> None:
    house: House = after.make(db, clock)
    release_id = after.go_live(house)
    with db.transaction() as session:
        retros.say(session, house, ALICE, f"release:{release_id}", SAID)
    assert "Actions: 0 of 1 done" in after.card(db)
    assert "Changes: Write the date first – Charlie" in after.thread(db)[-1]


def test_what_is_nobodys_any_more_is_for_product_ops_to_hand_on_or_end(desk: ReviewDesk) -> None:
    desk.run(retros.say, ALICE, SOURCE, SAID)
    (action,) = desk.run(model.of, SOURCE)
    assert desk.run(actions.obligations, BOB) == []
    with pytest.raises(UserError, match="That is for Charlie, or for the owner of Roadmap review"):
        desk.run(actions.done, BOB, str(action.id))

    leave_slack(desk, ALICE, CHARLIE)

    (waits,) = desk.run(actions.obligations, BOB)
    assert (waits.title, waits.action_id, waits.label) == (
        "Charlie has left, and this is nobody's: Roadmap review, Write the date first",
        "actions.change",
        "Hand on",
    )
    desk.run(actions.change, BOB, waits.value, action.version, SAID.change, BOB, SAID.due)
    desk.run(actions.done, BOB, waits.value)
    assert desk.run(actions.obligations, BOB) == []


def leave_slack(desk: ReviewDesk, *gone: str) -> None:
    with desk.db.transaction() as session:
        session.execute(update(Profile).where(Profile.slack_id.in_(gone)).values(active=False))
