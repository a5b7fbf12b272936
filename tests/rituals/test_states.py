"""An occurrence moves only as it may, and only once."""

from datetime import date

import pytest

from bot.audit import Event
from bot.db import Database
from bot.errors import UserError
from bot.house import House
from bot.rituals import model
from bot.rituals.model import (
    AWAITING_OUTPUT,
    CLOSED,
    CLOSED_WITHOUT_OUTPUT,
    IN_PROGRESS,
    PROMPTED,
    SCHEDULED,
    SKIPPED,
    Occurrence,
)
from tests.fakes import WEDNESDAY, make_house

STATES = (SCHEDULED, PROMPTED, IN_PROGRESS, AWAITING_OUTPUT, CLOSED, CLOSED_WITHOUT_OUTPUT, SKIPPED)
ALLOWED = {
    SCHEDULED: {PROMPTED, SKIPPED},
    PROMPTED: {IN_PROGRESS, AWAITING_OUTPUT, CLOSED, CLOSED_WITHOUT_OUTPUT, SKIPPED},
    IN_PROGRESS: {AWAITING_OUTPUT, CLOSED, CLOSED_WITHOUT_OUTPUT, SKIPPED},
    AWAITING_OUTPUT: {CLOSED, CLOSED_WITHOUT_OUTPUT, SKIPPED},
    CLOSED: set[str](),
    CLOSED_WITHOUT_OUTPUT: set[str](),
    SKIPPED: set[str](),
}


def occurrence(db: Database, house: House, state: str) -> int:
    with db.transaction() as session:
        row = Occurrence(
            workspace_id=house.workspace_id,
            ritual_id="standing",
            slot="2026-11-25T10:00",
            day=date(2026, 11, 25),
            opens_at=WEDNESDAY,
            cutoff_at=WEDNESDAY,
            publish_at=WEDNESDAY,
            state=state,
        )
        session.add(row)
        session.flush()
        return row.id


@pytest.mark.parametrize("before", STATES)
def test_from_each_state_only_the_allowed_moves_succeed(db: Database, house: House, before: str) -> None:
    id = occurrence(db, house, before)
    for after in STATES[1:]:
        with db.transaction() as session:
            row = model.get(session, house, id)
            moved = model.move(session, house, row, after)
            assert moved == (after in ALLOWED[before]), f"{before} to {after}"
            assert row.state == (after if moved else before)
            session.rollback()


def test_only_a_skip_is_taken_back() -> None:
    assert model.MOVES[SCHEDULED] == (SKIPPED,)


def test_of_two_at_once_the_first_moves_it_and_the_other_is_told(db: Database, house: House) -> None:
    id = occurrence(db, house, PROMPTED)
    with db.transaction() as session:
        stale = model.get(session, house, id)
    with db.transaction() as session:
        assert model.move(session, house, model.get(session, house, id), CLOSED, artifact="A page")
    with db.transaction() as session:
        assert not model.move(session, house, session.merge(stale, load=False), SKIPPED, reason="too late")
    with db.transaction() as session:
        assert model.get(session, house, id).state == CLOSED


def test_the_end_keeps_when_why_and_what_and_leaves_a_trace(db: Database, house: House) -> None:
    id = occurrence(db, house, PROMPTED)
    with db.transaction() as session:
        row = model.get(session, house, id)
        model.move(session, house, row, SKIPPED, actor="U0BOB", reason="retreat")
        assert (row.ended_at, row.reason) == (house.clock.now(), "retreat")
        event = session.query(Event).one()
        assert (event.kind, event.actor, event.detail) == ("occurrence.skipped", "U0BOB", {"reason": "retreat"})


@pytest.mark.parametrize("id", ["", "x", "-1", "1.5", "9" * 30, "１", "999"])
def test_an_id_that_is_none_of_ours_is_refused_in_words(db: Database, house: House, id: str) -> None:
    with db.transaction() as session, pytest.raises(UserError, match="no longer exists"):
        model.get(session, house, id)


def test_another_workspace_neither_sees_nor_moves_an_occurrence(db: Database, house: House) -> None:
    id = occurrence(db, house, PROMPTED)
    elsewhere = make_house(db, workspace_id="T0OTHER")
    with db.transaction() as session:
        with pytest.raises(UserError):
            model.get(session, elsewhere, id)
        row = model.get(session, house, id)
        assert not model.move(session, elsewhere, row, SKIPPED, reason="not theirs")
        for look in (model.running, model.upcoming, model.latest, model.latest_published):
            assert look(session, elsewhere, "standing") is None
