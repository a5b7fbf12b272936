"""A step that cannot be done is set aside, and product ops hears of it once, in words."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import timers
from bot.db import Database
from bot.prompts.flow import DUE
from bot.rituals.failing import put_off
from bot.timers import MAX_ATTEMPTS, Lease, Timer
from tests.aloud import read_aloud
from tests.fakes import promised
from tests.people import ALICE, BOB, PRODUCT_OPS
from tests.rituals.desk import Desk, berlin


@pytest.fixture
def desk(any_db: Database) -> Desk:
    desk = Desk(any_db)
    desk.plan()
    return desk


def test_product_ops_hears_which_step_of_which_ritual_was_given_up_and_what_to_do(desk: Desk) -> None:
    desk.clock.set(berlin(25, 10))
    failing_until_given_up(desk)

    (said,) = promised(desk.db)
    assert said.channel == PRODUCT_OPS
    read_aloud(said)
    assert said.text.startswith("I could not open Standing of 25 November, and have given up after 8 attempts.")
    (failed,) = desk.run(lambda session, house: timers.failed(session, house.workspace_id))
    assert f"drumbeat timers retry {failed.id}" in said.text
    assert failed.error == "ValueError: broken"


def test_until_then_nobody_is_told(desk: Desk) -> None:
    desk.clock.set(berlin(25, 10))
    (lease,) = desk.claim()

    assert desk.run(put_off, lease, "ValueError: broken") is False
    assert promised(desk.db) == []


def test_what_fails_for_many_people_is_told_once(desk: Desk) -> None:
    desk.until(berlin(25, 10))
    (opened, _) = desk.occurrences()
    for person in (ALICE, BOB):
        ref = f"{opened.id}:{person}"
        desk.run(timers.arm, f"release.tell:{ref}", "release.tell", ref, desk.clock.now())
    failing_until_given_up(desk)

    (said,) = promised(desk.db)
    assert "I could not do a step of Standing of 25 November" in said.text


def test_who_cannot_be_asked_is_told_of_in_words(desk: Desk) -> None:
    for person in (ALICE, BOB):
        desk.run(timers.arm, f"{DUE}:{person}", DUE, f"person:{person}", desk.clock.now())
    failing_until_given_up(desk)

    (said,) = promised(desk.db)
    assert said.text.startswith("I could not ask somebody for what waits for them")


def test_one_that_fails_again_the_next_day_is_told_again(desk: Desk) -> None:
    desk.clock.set(berlin(25, 10))
    for _ in range(2):
        failing_until_given_up(desk)
        desk.clock.turn(timedelta(days=1))
        desk.run(lambda session, house: timers.try_failed_again(session, house.workspace_id, house.clock.now()))

    assert len(promised(desk.db)) == 2


@pytest.mark.parametrize("ref", ["", "atlas", "99"])
def test_a_step_of_nothing_that_is_known_is_told_too(desk: Desk, ref: str) -> None:
    desk.run(timers.arm, "strange", "strange", ref, desk.clock.now())
    failing_until_given_up(desk)

    assert "A step (strange) could not be done" in promised(desk.db)[0].text


def test_what_cannot_be_said_still_is_set_aside(desk: Desk, monkeypatch: Any) -> None:
    desk.clock.set(berlin(25, 10))
    monkeypatch.setattr(desk.house.words, "render", broken)
    failing_until_given_up(desk)

    with desk.db.transaction() as session:
        assert session.scalars(select(Timer.state)).all() == ["failed"]


def failing_until_given_up(desk: Desk) -> None:
    for _ in range(MAX_ATTEMPTS):
        leases: list[Lease] = desk.claim()
        for lease in leases:
            desk.run(put_off, lease, "ValueError: broken")
        desk.clock.turn(timedelta(seconds=2**MAX_ATTEMPTS))


def broken(*_: object, **__: object) -> str:
    raise RuntimeError("no words")
