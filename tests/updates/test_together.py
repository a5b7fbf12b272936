"""Two nodes, two people, two workspaces: what happens at once happens once, and nobody reaches over."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from bot import app, timers
from bot.db import Database
from bot.errors import UserError
from bot.house import House
from bot.people.directory import keep
from bot.people.model import People
from bot.prompts import flow as prompts
from bot.rituals.model import CLOSED, PROMPTED
from bot.updates import flow, model, rights
from bot.updates.asking import prompt_key
from bot.updates.model import ANSWERED
from tests.fakes import StoppedClock, make_house, promised
from tests.people import ALICE, BOB, CHARLIE
from tests.updates.team import GOOD, RITUALS, SHAKY, TIMERS, Week, berlin, definitions, directory

STARTED = 20.0


def test_two_nodes_ask_remind_and_publish_once(any_db: Database) -> None:
    """Each timer is fired by the second node, and then again by the first, whose lease had ended."""
    week = Week(any_db, definitions())
    second = make_house(any_db, definitions=week.house.definitions, clock=week.clock, links=week.house.links)
    with any_db.transaction() as session:
        RITUALS.plan_all(session, second)

    while (wake := _next_wake(week)) is not None and wake <= berlin(26, 16, 1):
        week.clock.set(max(week.clock.now(), wake))
        slow = _claim(week.house, week.clock, "node-a")
        week.clock.turn(timers.LEASE)
        for lease in [*_claim(second, week.clock, "node-b"), *slow]:
            with any_db.transaction() as session:
                timers.fire(session, lease, second, TIMERS, app.HOLD)

    said = [each.channel for each in week.asking()]
    assert sorted(said) == [ALICE, ALICE, CHARLIE], "Charlie's reminder joined the message of the same day"
    assert all(week.prompt(area).reminded_at for area in ("billing", "exports", "help"))
    assert len(week.digest()) == 1


def test_handlers_that_run_twice_say_nothing_twice(week: Week) -> None:
    """Should a timer ever fire twice, what it did stands, and nothing is added."""
    week.until(berlin(26, 16))
    ref = str(week.occurrence().id)
    said = [(each.channel, each.text) for each in promised(week.db)]
    for verb in (RITUALS.on_open, RITUALS.on_cutoff, RITUALS.on_publish):
        week.run(verb, ref)
    for handler, about in ((prompts.on_due, "person"), (prompts.on_away, "away")):
        week.run(handler, f"{about}:{ALICE}")
    week.run(flow.WeeklyUpdate().publish, week.ritual(), week.occurrence())
    assert [(each.channel, each.text) for each in promised(week.db)] == said


def test_a_prompt_that_fires_twice_asks_once(week: Week) -> None:
    week.until(berlin(25, 10))
    week.run(prompts.on_due, f"person:{ALICE}")
    assert len(week.prompts(ALICE)) == 1
    week.until(berlin(26, 10))
    week.run(prompts.on_due, f"person:{ALICE}")
    assert len(week.reminders(ALICE)) == 1


def test_an_answer_on_its_way_while_the_digest_is_posted_is_in_the_digest(any_db: Database) -> None:
    """Whichever of the two transactions commits first."""
    week = Week(any_db, definitions())
    week.until(berlin(26, 15))
    id = str(week.occurrence().id)

    def publish(session: Session) -> None:
        RITUALS.on_publish(session, week.house, id)

    def answer(session: Session) -> None:
        flow.submit(session, week.house, ALICE, id, "billing", GOOD)

    _at_once(any_db, publish, answer)
    assert week.occurrence().state == CLOSED
    assert "🟢 Billing – green, 80 % sure (late)" in week.digest()[0]


def test_of_two_people_who_answer_at_once_the_second_is_told(any_db: Database) -> None:
    week = Week(any_db, definitions())
    week.until(berlin(25, 11))
    id = str(week.occurrence().id)

    def alice(session: Session) -> None:
        flow.submit(session, week.house, ALICE, id, "billing", GOOD, seen="")

    def bob(session: Session) -> None:
        flow.submit(session, week.house, BOB, id, "billing", SHAKY, seen="")

    error = _at_once(any_db, alice, bob)
    assert isinstance(error, UserError)
    assert "Alice submitted an update for Billing while your form was open" in str(error)


def test_another_workspace_reaches_nothing_here(week: Week) -> None:
    """The same people exist there, with every right; only the workspace differs."""
    week.until(berlin(25, 11))
    other = week.elsewhere()
    week.submit("exports", SHAKY)
    occurrence, ask = week.occurrence(), str(week.ask("billing").id)
    for verb in (flow.no_change, flow.not_mine, flow.form_for_ask):
        with pytest.raises(UserError, match="gone"):
            other.run(verb, BOB, ask)
    with pytest.raises(UserError, match="no longer yours"):
        other.run(prompts.snooze, ALICE, prompt_key(week.ask("billing")), "2h")
    with pytest.raises(UserError, match="That is gone"):
        other.run(prompts.explained, ALICE, prompt_key(week.ask("billing")))
    with pytest.raises(UserError, match="That request is gone"):
        other.run(model.get_ask, ask)
    with pytest.raises(UserError, match="gone"):
        other.run(flow.submit, BOB, str(occurrence.id), "billing", GOOD)
    with pytest.raises(UserError, match="No weekly update takes your answer now"):
        other.run(rights.target, ALICE, "")
    assert other.run(model.asks, occurrence.id) == []
    assert other.run(model.submitted, occurrence.id) == {}
    assert other.run(model.find, occurrence.id, "exports") is None
    assert other.run(model.before, occurrence, "exports") == []
    assert other.run(model.previous_colours, occurrence) == {}
    assert other.run(model.digest_posts, occurrence.id) == {}
    assert other.run(model.digest_channel, occurrence.id) is None
    assert other.run(flow.waiting_for, ALICE) == []
    assert other.run(flow.requests_of, ALICE) == []
    other.run(flow.on_away, ALICE)
    assert week.ask("billing").asked == ALICE


@pytest.mark.parametrize("id", ["", "x", "-1", "999", "9" * 40, "1 OR 1=1"])
def test_ids_that_are_none_of_ours_are_refused_in_words(week: Week, id: str) -> None:
    week.until(berlin(25, 11))
    for verb in (flow.no_change, flow.not_mine, flow.form_for_ask):
        with pytest.raises(UserError, match="gone"):
            week.run(verb, ALICE, id)
    with pytest.raises(UserError, match="gone"):
        week.run(flow.submit, ALICE, id, "billing", GOOD)
    with pytest.raises(UserError, match="no longer in the definitions"):
        week.run(flow.submit, ALICE, str(week.occurrence().id), id, GOOD)


def test_no_change_does_not_overwrite_a_colleagues_answer_on_its_way(any_db: Database) -> None:
    week = Week(any_db, definitions())
    week.until(berlin(25, 11))
    week.submit("billing", SHAKY)
    week.until(berlin(2, 11, month=12))
    ask, id = str(week.ask("billing").id), str(week.occurrence().id)

    def answer(session: Session) -> None:
        flow.submit(session, week.house, BOB, id, "billing", GOOD)

    def click(session: Session) -> None:
        flow.no_change(session, week.house, ALICE, ask)

    assert "is in already" in str(_at_once(any_db, answer, click))
    assert week.run(model.submitted, int(id))["billing"].author == BOB


def test_who_answers_and_skips_at_once_has_answered(any_db: Database) -> None:
    week = Week(any_db, definitions())
    week.until(berlin(25, 17))
    id = str(week.occurrence().id)

    def answer(session: Session) -> None:
        flow.submit(session, week.house, CHARLIE, id, "help", GOOD)

    def skip(session: Session) -> None:
        RITUALS.skip_own(session, week.house, week.ritual(), CHARLIE, "on stage")

    assert "asks nothing of you now" in str(_at_once(any_db, answer, skip))
    assert week.ask("help").state == ANSWERED


def test_two_nodes_that_start_at_once_both_know_the_people(any_db: Database) -> None:
    house = make_house(any_db)

    def learn(session: Session) -> None:
        assert keep(session, house, directory()) == []

    assert _at_once(any_db, learn, learn) is None
    with any_db.transaction() as session:
        assert People(session, house).by_slack(ALICE) is not None


def test_two_who_run_a_ritual_at_once_open_it_once_and_the_second_is_told(any_db: Database) -> None:
    week = Week(any_db, definitions())

    def run(session: Session) -> None:
        RITUALS.run_now(session, week.house, week.ritual(), BOB)

    assert "open" in str(_at_once(any_db, run, run))
    assert week.occurrence().opens_at == week.clock.now()


def test_who_closes_what_somebody_else_has_just_skipped_is_told(any_db: Database) -> None:
    week = Week(any_db, definitions())
    week.until(berlin(25, 12))

    def skip(session: Session) -> None:
        RITUALS.skip(session, week.house, week.ritual(), BOB, "company retreat")

    def close(session: Session) -> None:
        RITUALS.close_now(session, week.house, week.ritual(), BOB)

    assert "is not open" in str(_at_once(any_db, skip, close))
    assert week.digest() == []


def test_a_calendar_that_changes_while_an_occurrence_opens_leaves_it_as_it_opened(any_db: Database) -> None:
    """Two nodes: one runs the ritual early, the other takes on a later prompt."""
    week = Week(any_db, definitions())
    changed = replace(week.house, definitions=definitions(schedule={"prompt": "11:00"}))

    def run(session: Session) -> None:
        RITUALS.run_now(session, week.house, week.ritual(), BOB)

    def reload(session: Session) -> None:
        RITUALS.plan_all(session, changed)

    assert _at_once(any_db, run, reload) is None
    assert week.occurrence().opens_at == week.clock.now()
    assert week.occurrence().state == PROMPTED


def _at_once(db: Database, first: Callable[[Session], None], second: Callable[[Session], None]) -> Exception | None:
    """Do `first`, and begin `second` before it is committed; what `second` raised, if anything."""
    begun, raised = threading.Event(), []

    def follow() -> None:
        begun.set()
        try:
            with db.transaction() as session:
                second(session)
        except UserError as error:
            raised.append(error)

    thread = threading.Thread(target=follow)
    with db.transaction() as session:
        first(session)
        session.flush()
        thread.start()
        assert begun.wait(STARTED)
        # Long enough to come as far as it can get before the first one has ended.
        thread.join(0.3)
    thread.join(STARTED)
    assert not thread.is_alive()
    return raised[0] if raised else None


def _next_wake(week: Week) -> datetime | None:
    with week.db.transaction() as session:
        return timers.next_wake(session, week.house.workspace_id)


def _claim(house: House, clock: StoppedClock, node: str) -> list[timers.Lease]:
    with house.db.transaction() as session:
        return timers.claim(session, house.workspace_id, clock.now(), node)
