"""The meetings there were before are listed, and each is kept, redesigned or retired for a reason."""

from datetime import timedelta

import pytest

from bot.db import Database
from bot.errors import Changed, FieldErrors, UserError
from bot.reviews import model, old_meetings, old_messages
from bot.reviews.old_meetings import Typed
from tests.fakes import promised
from tests.people import ALICE, BOB
from tests.reviews.test_reviews import ReviewDesk

WEEKLY = Typed("Leads sync", "every week", "60", "9", "https://example.com/notes", "Nobody prepares")
MONTHLY = Typed("All hands", "every month", "45", "40", "", "")


@pytest.fixture
def desk(db: Database) -> ReviewDesk:
    return ReviewDesk(db)


def shown(desk: ReviewDesk) -> str:
    return old_messages.table(desk.house, desk.run(model.old_meetings), may_judge=True).text


def told(desk: ReviewDesk) -> str:
    return "\n".join(each.text for each in promised(desk.db, "prompts.day", channel=BOB))


def test_before_any_is_listed_it_says_what_it_is_for(desk: ReviewDesk) -> None:
    assert "None is listed. Product ops lists those that people go to now" in shown(desk)


@pytest.mark.proves("R8", "R20")
def test_it_shows_what_they_cost_and_what_retiring_one_saves(desk: ReviewDesk) -> None:
    desk.run(old_meetings.add, BOB, WEEKLY)
    desk.run(old_meetings.add, BOB, MONTHLY)
    desk.run(old_meetings.judge, BOB, "1", 1, "retire", "The digest says it all")
    text = shown(desk)
    assert "2 meetings, 4140 minutes of people's time a month. Retired ones save 2340 of them." in text
    assert "1 meeting without a verdict." in text
    assert "Leads sync: every week, 60 minutes, 9 people, 2340 minutes a month\nHurts: Nobody prepares" in text
    assert text.index("All hands") < text.index("Leads sync"), "what waits comes first"
    assert "Retire: The digest says it all" in text


@pytest.mark.proves("R20")
def test_what_nobody_has_judged_in_two_weeks_is_told_to_product_ops_once(desk: ReviewDesk) -> None:
    desk.run(old_meetings.add, BOB, WEEKLY)
    desk.until(desk.clock.now() + timedelta(days=10))
    desk.run(old_meetings.add, BOB, MONTHLY)
    desk.until(desk.clock.now() + timedelta(days=5))
    assert "1 old meeting still without a verdict" in told(desk)
    desk.run(old_meetings.judge, BOB, "1", 1, "keep", "It works")
    desk.until(desk.clock.now() + timedelta(days=20))
    assert told(desk).count("still without a verdict") == 2
    assert told(desk).count("• All hands") == 1


def test_only_product_ops_lists_and_judges(desk: ReviewDesk) -> None:
    with pytest.raises(UserError, match="product ops"):
        desk.run(old_meetings.add, ALICE, WEEKLY)
    desk.run(old_meetings.add, BOB, WEEKLY)
    with pytest.raises(UserError, match="product ops"):
        desk.run(old_meetings.judge, ALICE, "1", 1, "keep", "It works")


def test_a_verdict_takes_a_reason_and_the_second_is_told_what_the_first_said(desk: ReviewDesk) -> None:
    desk.run(old_meetings.add, BOB, WEEKLY)
    with pytest.raises(FieldErrors, match="Say why"):
        desk.run(old_meetings.judge, BOB, "1", 1, "keep", " ")
    desk.run(old_meetings.judge, BOB, "1", 1, "keep", "It works")
    with pytest.raises(Changed, match="somebody said: keep"):
        desk.run(old_meetings.judge, BOB, "1", 1, "retire", "It does not")


def test_what_is_wrong_is_said_at_its_field(desk: ReviewDesk) -> None:
    with pytest.raises(FieldErrors) as refused:
        desk.run(old_meetings.add, BOB, Typed(" ", "never", "0", "²", "", ""))
    assert set(refused.value.fields) == {"name", "often", "minutes", "people"}


@pytest.mark.parametrize("id", ["", "x", "99", "9" * 40])
def test_what_is_not_there_is_refused(desk: ReviewDesk, id: str) -> None:
    with pytest.raises(UserError):
        desk.run(old_meetings.judge, BOB, id, 1, "keep", "It works")
