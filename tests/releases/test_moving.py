"""A release moves: every due day follows, and the card and its thread say from where to where, and why."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.db import Database
from bot.errors import Changed, FieldErrors, UserError
from bot.house import House
from bot.releases import moving, rollout
from bot.releases.model import Release
from bot.releases.moving import Move
from bot.releases.report import Report
from tests.fakes import promised
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import FRANK, TARGET, register

LATER = Move("2026-12-16", "", "likely", "The bank needs a week more")


def move(session: Session, house: House, release: Release, to: Move = LATER, by: str = ALICE) -> Report:
    return moving.move(session, house, by, str(release.id), release.version, to)


def test_every_due_day_follows_and_the_card_and_its_thread_say_why(db: Database, house: House) -> None:
    with db.transaction() as session:
        found = move(session, house, register(session, house))
    assert [(gate.id, gate.due) for gate in found.gates] == [(1, "2026-12-09"), (2, "2026-12-11"), (5, "2026-12-15")]
    card, line = promised(db)
    assert (line.target, line.kind) == (card.id, "release.thread")
    days = "Wed 9 Dec 2026 (likely) to Wed 16 Dec 2026 (likely)"
    moved = f"Moved by Alice from {days}, because: The bank needs a week more"
    assert moved in card.text
    assert line.text == f"{moved}\nEvery due day has moved with it."


@pytest.mark.parametrize("person", [ALICE, BOB])
def test_its_owner_and_product_ops_move_it(db: Database, house: House, person: str) -> None:
    with db.transaction() as session:
        assert move(session, house, register(session, house), by=person).target == "2026-12-16"


@pytest.mark.parametrize("person", [CHARLIE, FRANK])
def test_nobody_else_moves_it(db: Database, house: House, person: str) -> None:
    with db.transaction() as session:
        release = register(session, house)
        with pytest.raises(UserError, match="for the owner of Atlas, Alice, or for product ops"):
            move(session, house, release, by=person)


def test_it_may_go_out_on_one_of_several_days(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        move(session, house, release, Move("2026-12-16", "2026-12-18", "firm", "Three steps"))
        assert (release.target, release.until, release.confidence) == (date(2026, 12, 16), date(2026, 12, 18), "firm")
        move(session, house, release, Move("2026-12-16", "2026-12-16", "firm", "One step"))
        assert release.until is None
    days = "Wed 16 Dec 2026 to Fri 18 Dec 2026 (firm) to Wed 16 Dec 2026 (firm)"
    assert f"Moved by Alice from {days}" in promised(db)[0].text


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("target", {"target": "2026-11-24"}),
        ("target", {"target": ""}),
        ("target", {"target": TARGET}),
        ("until", {"until": "2026-12-15"}),
        ("until", {"until": "soon"}),
        ("confidence", {"confidence": "sure"}),
        ("because", {"because": " "}),
        ("because", {"because": "x" * 301}),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(
    db: Database, house: House, field: str, changes: dict[str, Any]
) -> None:
    with db.transaction() as session:
        release = register(session, house)
        with pytest.raises(FieldErrors) as refused:
            move(session, house, release, Move(**(vars(LATER) | changes)))
        assert list(refused.value.fields) == [field]


def test_a_date_within_the_lead_time_is_allowed_and_said(db: Database, house: House) -> None:
    with db.transaction() as session:
        move(session, house, register(session, house), Move("2026-11-30", "", "firm", "The bank is ready"))
    card, line = promised(db)
    assert "A medium release should be known 5 working days ahead, and this one was 3." in line.text
    assert "Short notice" in card.text


def test_two_people_at_once_do_not_overwrite_each_other(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        before = release.version
        move(session, house, release)
        with pytest.raises(Changed):
            moving.move(session, house, BOB, str(release.id), before, Move("2026-12-10", "", "firm", "A day more"))
        assert release.target == date(2026, 12, 16)


def test_what_is_cancelled_does_not_move(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        rollout.cancel(session, house, ALICE, str(release.id), "Nobody wants it")
        with pytest.raises(UserError, match="Atlas is cancelled already"):
            move(session, house, release)
