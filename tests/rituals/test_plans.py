"""The calendar moves an occurrence: what was planned and queued for it before is taken back, and said once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import app, timers
from bot.db import Database
from bot.definitions import Calendar, Definitions
from bot.delivery.model import CANCELLED, SENT, OutboxMessage
from bot.reviews import flow as reviews
from bot.reviews.model import KIND as REVIEW
from bot.rituals.flow import Rituals
from bot.rituals.model import AWAITING_OUTPUT, CLOSED, PROMPTED, SCHEDULED
from bot.timers import Timer
from bot.updates.model import ANSWERED
from tests import people
from tests.fakes import make_house, promised
from tests.people import ALICE, CHARLIE
from tests.rituals.desk import Desk, ritual
from tests.updates.team import GOOD, RITUALS, Week, berlin, definitions

LATER = {"prompt": "14:00"}


@pytest.fixture
def week(any_db: Database) -> Week:
    """Alice is asked at ten in Berlin and Charlie at ten in New York, on Wednesday 25 November 2026."""
    return Week(any_db, definitions())


def test_a_prompt_still_queued_when_the_calendar_moves_is_taken_back_and_said_once(week: Week) -> None:
    week.until(berlin(25, 10))
    (queued,) = week.prompts(ALICE)
    week.change(definitions(schedule=LATER))

    assert states(week.db, "prompts.day") == [CANCELLED]
    week.until(berlin(25, 13, 59))
    assert week.prompts(ALICE) == []
    week.until(berlin(26, 12))
    (prompt,) = week.prompts(ALICE)
    assert prompt.id != queued.id
    assert len(week.prompts(CHARLIE)) == 1


def test_a_prompt_that_is_out_is_not_said_again_and_whoever_is_asked_later_is_asked_at_the_new_time(week: Week) -> None:
    week.until(berlin(25, 10))
    sent(week.db)
    week.change(definitions(schedule=LATER))
    week.until(berlin(25, 19, 59))
    assert (len(week.prompts(ALICE)), week.prompts(CHARLIE)) == (1, [])

    week.until(berlin(25, 20))
    assert (len(week.prompts(ALICE)), len(week.prompts(CHARLIE))) == (1, 1)


def test_a_prompt_under_way_at_that_moment_stays_the_only_one(week: Week) -> None:
    week.until(berlin(25, 10))
    with week.db.transaction() as session:
        session.execute(update(OutboxMessage).values(state="sending"))
    week.change(definitions(schedule=LATER))
    week.until(berlin(26, 12))

    assert len(week.prompts(ALICE)) == 1


def test_what_is_asked_already_shows_the_new_cutoff_and_ends_at_it(week: Week) -> None:
    week.until(berlin(25, 10))
    week.change(definitions(schedule={"cutoff": "+1 day 11:00", "publish": "+1 day 12:00", "reminder": "+1 day 09:00"}))

    (prompt,) = week.prompts(ALICE)
    assert "11:00" in str(prompt.blocks)
    week.until(berlin(26, 9))
    assert len(week.reminders(ALICE)) == 1
    week.until(berlin(26, 12))
    assert week.occurrence().state == CLOSED
    said = len(promised(week.db))
    week.until(berlin(26, 18))
    assert len(promised(week.db)) == said


def test_moving_there_and_back_before_anything_is_out_asks_once(week: Week) -> None:
    week.until(berlin(25, 10))
    week.change(definitions(schedule=LATER))
    week.change(definitions(schedule={"prompt": "15:00"}))
    week.change(definitions())
    week.until(berlin(26, 12))

    assert len(week.prompts(ALICE)) == 1
    assert len(week.reminders(ALICE)) == 1


def test_a_restart_with_the_same_calendar_takes_nothing_back(week: Week) -> None:
    week.until(berlin(25, 10))
    before = armed(week.db)
    week.run(RITUALS.plan_all)

    assert len(week.prompts(ALICE)) == 1
    assert armed(week.db) == before


def test_a_snooze_outlives_a_moved_cutoff(week: Week) -> None:
    week.until(berlin(25, 10))
    sent(week.db)
    week.snooze("billing")
    week.change(definitions(schedule={"publish": "+1 day 17:00"}))
    week.until(berlin(25, 12))

    assert len(week.prompts(ALICE)) == 2


def test_an_answer_that_is_in_stays_in_when_the_queued_prompt_is_taken_back(week: Week) -> None:
    week.until(berlin(25, 10))
    week.submit("billing", GOOD)
    week.change(definitions(schedule=LATER))
    week.until(berlin(25, 14))

    (prompt,) = week.prompts(ALICE)
    assert "Exports" in prompt.text
    assert week.ask("billing").state == ANSWERED


def test_skipping_an_occurrence_leaves_nothing_armed_for_it(week: Week) -> None:
    week.until(berlin(25, 10))
    week.run(RITUALS.skip, week.ritual(), ALICE, "company retreat")

    assert [key for key in armed(week.db) if not key.startswith("ritual.open:")] == []


@pytest.mark.parametrize(
    ("change", "moved"),
    [({"prompt": "12:00"}, True), ({"cutoff": "+1 day 12:00"}, True), ({"repeats": "FREQ=WEEKLY;BYDAY=TH"}, False)],
)
def test_an_open_occurrence_keeps_its_day_and_follows_the_times(db: Database, change: Any, moved: bool) -> None:
    desk = Desk(db)
    desk.plan()
    desk.until(berlin(25, 11))
    desk.change(ritual(schedule=change))

    assert ("moved 2026-11-25" in desk.diary.entries) is moved
    assert desk.states()[0] == ("25 Nov", PROMPTED)
    desk.until(berlin(26, 16))
    assert [entry for entry in desk.diary.entries if entry.endswith("-25") and "moved" not in entry] == [
        "open 2026-11-25",
        "cutoff 2026-11-25",
        "publish 2026-11-25",
    ]


def test_a_cutoff_moved_into_the_past_waits_for_the_next_occurrence(db: Database) -> None:
    desk = Desk(db)
    desk.plan()
    desk.until(berlin(25, 15))
    desk.change(ritual(schedule={"cutoff": "14:00", "publish": "16:00"}))

    assert desk.states()[0] == ("25 Nov", PROMPTED)
    desk.until(berlin(26, 14))
    assert desk.states() == [("25 Nov", AWAITING_OUTPUT), ("2 Dec", SCHEDULED)]


def test_one_that_somebody_runs_out_of_turn_keeps_its_own_times(db: Database) -> None:
    desk = Desk(db)
    desk.plan()
    desk.run(desk.rituals.run_now, desk.ritual(), ALICE)
    before = desk.occurrences()[0].cutoff_at
    desk.change(ritual(schedule={"cutoff": "+1 day 10:00"}))

    assert desk.occurrences()[0].cutoff_at == before


def test_a_reviews_card_still_queued_is_taken_back_and_posted_at_the_new_time(db: Database) -> None:
    desk = review_desk(db)
    desk.until(berlin(25, 10))
    desk.house = make_house(db, definitions=review("14:00"), clock=desk.clock, links=app.LINKS)
    desk.plan()

    assert states(db, "review.card") == [CANCELLED, "queued"]
    with db.transaction() as session:
        (not_before,) = session.scalars(select(OutboxMessage.not_before).where(OutboxMessage.state != CANCELLED))
    assert not_before == berlin(25, 14).timestamp() * 1000
    desk.until(berlin(26, 14))
    assert len(promised(db, "review.card")) == 1


def test_a_reviews_card_that_is_out_is_edited_in_place(db: Database) -> None:
    desk = review_desk(db)
    desk.until(berlin(25, 10))
    sent(db)
    desk.house = make_house(db, definitions=review("14:00"), clock=desk.clock, links=app.LINKS)
    desk.plan()

    assert states(db, "review.card")[0] == SENT


def test_two_nodes_that_plan_at_once_cancel_nothing_of_what_the_other_has_opened(any_db: Database) -> None:
    """The second has seen no occurrence yet when the first one writes it down and opens it."""
    first, second = Desk(any_db, start=berlin(25, 10)), Desk(any_db, start=berlin(25, 10))
    with any_db.transaction() as session:
        slot = second.rituals._first_slot(session, second.house, second.ritual())
    first.plan()
    first.fire_due()
    before = armed(any_db)
    with any_db.transaction() as session:
        second.rituals._write_down(session, second.house, second.ritual(), slot)

    assert armed(any_db) == before


def test_a_node_that_holds_an_opening_fires_nothing_once_it_has_been_moved(any_db: Database) -> None:
    desk = Desk(any_db)
    desk.plan()
    desk.clock.set(berlin(25, 10))
    (lease,) = desk.claim()
    desk.clock.turn(timedelta(minutes=-1))
    desk.change(ritual(schedule={"prompt": "14:00"}))
    desk.clock.set(berlin(25, 10))

    assert not desk.fire(lease)
    assert desk.diary.entries == []
    desk.until(berlin(25, 14))
    assert desk.diary.entries == ["open 2026-11-25"]


def states(db: Database, kind: str) -> list[str]:
    with db.transaction() as session:
        query = select(OutboxMessage.state).where(OutboxMessage.kind == kind)
        return list(session.scalars(query.order_by(OutboxMessage.id)))


def sent(db: Database) -> None:
    """Slack has taken everything that was promised."""
    with db.transaction() as session:
        session.execute(update(OutboxMessage).values(state=SENT, posted_channel="D1", ts="1.0"))


def armed(db: Database) -> dict[str, int]:
    """What is armed, with when."""
    with db.transaction() as session:
        return {each.key: each.due_at for each in session.scalars(select(Timer).where(timers.ARMED))}


def review_desk(db: Database) -> Desk:
    desk = Desk(db)
    desk.house = make_house(db, definitions=review("10:00"), clock=desk.clock, links=app.LINKS)
    desk.rituals = Rituals({REVIEW: reviews.Review()})
    desk.plan()
    return desk


def review(prompt: str) -> Definitions:
    meeting = ritual("roadmap", kind="review", owner=ALICE, packet="none", schedule={"prompt": prompt})
    return Definitions(people.organisation(), Calendar(rituals=(meeting,)))
