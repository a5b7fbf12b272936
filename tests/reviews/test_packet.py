"""The day before it meets, a review's packet says what it is to look at; an empty one may be cancelled."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.actions import flow as actions
from bot.db import Database
from bot.errors import UserError
from bot.house import House
from bot.reviews import cancelling
from bot.reviews.model import REASON, RitualChoice
from bot.rituals.model import PROMPTED, SCHEDULED, SKIPPED
from tests.fakes import promised
from tests.people import ALICE, BOB, CHARLIE
from tests.reviews.test_reviews import ReviewDesk, something
from tests.rituals.desk import berlin


def moved(_session: Session, _house: House, ritual: str) -> list[str]:
    return ["Export: from Next to Later"] if ritual == "roadmap" else []


def empty(db: Database, **review: Any) -> ReviewDesk:
    desk = ReviewDesk(db, **review)
    return linked(desk, forum=())


def linked(desk: ReviewDesk, **links: Any) -> ReviewDesk:
    desk.house = replace(desk.house, links=replace(desk.house.links, **links))
    return desk


def day_message(desk: ReviewDesk, person: str = ALICE) -> str:
    return "\n".join(each.text for each in promised(desk.db, "prompts.day", channel=person))


def test_it_is_posted_a_day_before_and_becomes_the_card(db: Database) -> None:
    desk = linked(ReviewDesk(db), packets=(moved,))
    desk.until(berlin(24, 9, 59))
    assert promised(desk.db, "review.card") == []
    desk.until(berlin(24, 10))
    assert "Opens Wed 25 Nov, 10:00 (Europe/Berlin)." in desk.card()
    for said in ("*To be decided here*\n• D-7", "*What has moved since*\n• Export: from Next to Later"):
        assert said in desk.card()
    desk.until(berlin(25, 10))
    assert len([each for each in promised(desk.db, "review.card") if each.method == "post"]) == 1
    assert "Open." in desk.card()


def test_what_only_moved_is_something_to_look_at(db: Database) -> None:
    desk = linked(empty(db), packets=(moved,))
    desk.until(berlin(25, 9, 59))
    assert day_message(desk) == ""


def test_over_a_weekend_it_is_posted_on_the_working_day_before(db: Database) -> None:
    desk = ReviewDesk(db, schedule={"repeats": "FREQ=WEEKLY;BYDAY=MO"})
    desk.until(berlin(27, 9, 59))
    assert len(promised(desk.db, "review.card")) == 1
    desk.until(berlin(27, 18))
    assert "Opens Mon 30 Nov, 10:00" in promised(desk.db, "review.card")[-1].text


def test_a_ritual_may_have_none_and_then_its_card_comes_as_it_opens(db: Database) -> None:
    desk = empty(db, packet="none")
    desk.until(berlin(25, 9, 59))
    assert promised(desk.db) == []
    desk.until(berlin(25, 10))
    assert "Open." in desk.card()


def test_it_shows_what_was_agreed_before_and_how_much_of_it_was_done_in_time(db: Database) -> None:
    desk = ReviewDesk(db, schedule={"starts": "2026-12-02"})
    late = desk.run(actions.agree, ALICE, "ritual:roadmap", "Ask sales", CHARLIE, "2026-11-27")
    done = desk.run(actions.agree, ALICE, "ritual:roadmap", "Write it down", BOB, "2026-11-30")
    desk.run(actions.done, BOB, str(done.id))
    desk.until(berlin(1, 10, month=12))
    assert "☐ Ask sales – Charlie, ⚠ was due Fri 27 Nov\n☑ Write it down – Bob, done" in desk.card()
    assert "1 of 2 that were due by now were done in time." in desk.card()
    desk.run(actions.done, CHARLIE, str(late.id))
    assert "☑ Ask sales – Charlie, done" in desk.card(), "it follows"


def test_an_empty_one_is_offered_to_its_owner_to_be_cancelled(db: Database) -> None:
    desk = empty(db)
    desk.until(berlin(25, 9))
    assert "Nobody has put anything on it so far." in desk.card()
    assert "Cancel it, and whoever comes has the time for something else." in day_message(desk)


def test_what_holds_something_is_not_offered(db: Database) -> None:
    desk = ReviewDesk(db)
    desk.until(berlin(25, 9, 59))
    assert day_message(desk) == ""


def test_what_was_cancelled_is_skipped_with_the_reason_and_the_next_one_is_planned(db: Database) -> None:
    desk = empty(db)
    desk.until(berlin(25, 9))
    desk.run(cancelling.cancel, ALICE, "1")
    desk.until(berlin(25, 11))
    assert desk.states()[:2] == [("25 Nov", SKIPPED), ("2 Dec", SCHEDULED)]
    assert f"Skipped: {REASON}" in desk.card()


def test_until_it_would_open_that_is_taken_back(db: Database) -> None:
    desk = empty(db)
    desk.until(berlin(25, 9))
    desk.run(cancelling.cancel, ALICE, "1")
    desk.run(cancelling.hold_after_all, BOB, "1")
    assert "Opens Wed 25 Nov, 10:00" in desk.card()
    desk.until(berlin(25, 11))
    assert desk.states()[:2] == [("25 Nov", PROMPTED), ("2 Dec", SCHEDULED)]


def test_once_it_would_have_opened_it_stays_cancelled(db: Database) -> None:
    desk = empty(db)
    desk.until(berlin(25, 9))
    desk.run(cancelling.cancel, ALICE, "1")
    desk.until(berlin(25, 10))
    with pytest.raises(UserError, match="stays so now"):
        desk.run(cancelling.hold_after_all, ALICE, "1")


def test_it_is_not_cancelled_once_there_is_something_to_look_at(db: Database) -> None:
    desk = empty(db)
    desk.until(berlin(25, 9))
    linked(desk, forum=(something,))
    with pytest.raises(UserError, match="By now there is something"):
        desk.run(cancelling.cancel, ALICE, "1")


def test_only_its_owner_and_product_ops_cancel_it(db: Database) -> None:
    desk = empty(db)
    desk.until(berlin(25, 9))
    for verb in (cancelling.cancel, cancelling.hold_after_all):
        with pytest.raises(UserError, match="by its owner, Alice, or product ops"):
            desk.run(verb, CHARLIE, "1")


def test_a_packet_that_is_out_follows_its_review_to_another_day(db: Database) -> None:
    desk = ReviewDesk(db)
    desk.until(berlin(24, 11))
    desk.run(desk.rituals.move_next, desk.ritual("roadmap"), BOB, date(2026, 11, 26))
    assert "Opens Thu 26 Nov, 10:00" in desk.card()
    assert len(promised(desk.db, "review.card")) == 1


def test_what_was_missed_with_its_packet_out_says_so(db: Database) -> None:
    desk = ReviewDesk(db, catch_up="report")
    desk.until(berlin(24, 11))
    desk.down_until(berlin(27, 9))
    assert "Skipped: missed while Drumbeat was not running" in desk.card()


def test_after_downtime_no_packet_comes_for_what_is_open_already(db: Database) -> None:
    desk = ReviewDesk(db)
    desk.plan()
    desk.down_until(berlin(25, 10, 5))
    assert "Open." in desk.card()
    assert len(promised(desk.db, "review.card")) == 1


def test_a_ritual_run_now_needs_no_packet(db: Database) -> None:
    desk = empty(db)
    desk.run(desk.rituals.run_now, desk.ritual("roadmap"), BOB)
    desk.until(berlin(24, 12))
    assert "Open." in desk.card()


@pytest.mark.parametrize("link", ["forum", "packets", "unmoved", "gates"])
def test_where_there_is_very_much_it_says_how_much_more(db: Database, link: str) -> None:
    desk = linked(ReviewDesk(db), **{link: (lambda *_: [f"Item {n}" for n in range(40)],)})
    desk.until(berlin(24, 10))
    assert "• Item 11\n• and 28 more" in desk.card()


def cancelled(desk: ReviewDesk, *days: int) -> None:
    """Alice cancels what is planned for these days of November and December, counted from the first of November."""
    for day in days:
        at = berlin(1, 9, 30) + timedelta(days=day - 1)
        desk.until(at)
        (occurrence,) = (each for each in desk.occurrences() if each.day == at.date())
        desk.run(cancelling.cancel, ALICE, str(occurrence.id))


def choices(desk: ReviewDesk) -> list[tuple[str, int]]:
    with desk.db.transaction() as session:
        return [(each.ritual_id, each.empty) for each in session.scalars(select(RitualChoice))]


def test_one_that_is_always_cancelled_is_questioned_like_one_that_leaves_nothing(db: Database) -> None:
    desk = empty(db, empty_in_a_row=3)
    cancelled(desk, 25, 32)
    desk.until(berlin(2, 11, month=12))
    assert choices(desk) == []
    cancelled(desk, 39)
    assert choices(desk) == [], "until it would open that may be taken back"
    desk.until(berlin(9, 10, month=12))
    assert choices(desk) == [("roadmap", 3)]
    desk.until(berlin(10, 10, month=12))
    asked = day_message(desk)
    assert "Roadmap review: 3 in a row were cancelled as empty" in asked
    assert "Nobody puts anything on it." in asked


def test_one_that_is_held_after_all_does_not_count_as_cancelled(db: Database) -> None:
    desk = empty(db, empty_in_a_row=3)
    cancelled(desk, 25, 32, 39)
    (last,) = (each for each in desk.occurrences() if each.day == date(2026, 12, 9))
    desk.run(cancelling.hold_after_all, ALICE, str(last.id))
    desk.until(berlin(9, 11, month=12))
    assert choices(desk) == []


def test_one_that_was_held_in_between_begins_the_count_anew(db: Database) -> None:
    desk = empty(db, empty_in_a_row=3)
    cancelled(desk, 25, 32)
    desk.until(berlin(9, 11, month=12))
    (held,) = (each for each in desk.occurrences() if each.day == date(2026, 12, 9))
    desk.close("Notes", id=str(held.id))
    cancelled(desk, 46)
    desk.until(berlin(16, 11, month=12))
    assert choices(desk) == []
