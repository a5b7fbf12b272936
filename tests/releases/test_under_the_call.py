"""What a go still asks of people: to keep its conditions, and of the head of product to acknowledge it."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from bot.db import Database
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.releases import calling, calls
from bot.releases.calls import Condition
from bot.releases.course_listeners import TABLES
from bot.releases.model import Release
from bot.releases.rule import Saying
from tests.fakes import StoppedClock, promised
from tests.people import ALICE, BOB, CHARLIE
from tests.prompts.asking import turn_to
from tests.releases.launch import (
    ERIN,
    FRANK,
    Keyboard,
    call,
    inputs,
    register,
    settle_everything,
)
from tests.updates.team import berlin

REASON = "The contract with the bank ends on that day, and the risk is small."
BOUND = Saying("go with conditions", "Watch the error rate", ERIN, date(2026, 12, 10))


def bound(session: Session, house: House) -> tuple[Release, Condition]:
    """Atlas, which may go if Erin watches the error rate; and that condition."""
    release = register(session, house)
    settle_everything(session, house, release)
    call(session, house, release, BOUND)
    (condition,) = _conditions(session, house, release)
    return release, condition


def test_a_condition_is_asked_of_whoever_has_it_until_they_say_how_it_was_met(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        bound(session, house)
    turn_to(house, clock, berlin(25, 11))
    assert "• condition: Watch the error rate, until Thu 10 Dec" in promised(db, channel=ERIN)[-1].text
    erin = Keyboard(ERIN)
    erin.does(house, TABLES.actions["releases.condition"], value="1:1")
    (form,) = erin.opened
    (option,) = inputs(form)["condition"]["options"]
    erin.submits(house, TABLES.views["releases.met"], form, condition=option["value"], how="Below 0.1 % all day")
    assert "Saved." in str(erin.acks[-1])
    assert "☑ Watch the error rate – Erin" in promised(db, "release.card")[0].text
    assert "nothing more from you" in promised(db, channel=ERIN)[-1].text


def test_its_owner_may_say_so_too_and_nobody_else(db: Database, house: House) -> None:
    with db.transaction() as session:
        release, condition = bound(session, house)
        for person in (BOB, CHARLIE, FRANK):
            with pytest.raises(UserError, match="No condition of Atlas waits for you"):
                calling.meet(session, house, person, str(release.id), str(condition.id), "Done")
        calling.meet(session, house, ALICE, str(release.id), str(condition.id), "Done")
        assert (condition.met_by, condition.met_how) == (ALICE, "Done")


@pytest.mark.parametrize(
    ("condition", "how", "field"), [("9", "Done", "condition"), ("", " ", "how"), ("", "x" * 301, "how")]
)
def test_what_does_not_fit_is_refused_at_its_field(
    db: Database, house: House, condition: str, how: str, field: str
) -> None:
    with db.transaction() as session:
        release, kept = bound(session, house)
        with pytest.raises(FieldErrors) as refused:
            calling.meet(session, house, ERIN, str(release.id), condition or str(kept.id), how)
        assert set(refused.value.fields) == {field}


def test_what_was_met_under_one_call_is_met_under_the_next(db: Database, house: House) -> None:
    with db.transaction() as session:
        release, condition = bound(session, house)
        calling.meet(session, house, ERIN, str(release.id), str(condition.id), "Below 0.1 %")
        call(session, house, release, BOUND)
        (again,) = _conditions(session, house, release)
        assert (again.id != condition.id, again.met_how) == (True, "Below 0.1 %")


def test_the_head_of_product_is_asked_to_acknowledge_the_call_of_a_high_release(
    db: Database, house: House, clock: StoppedClock
) -> None:
    with db.transaction() as session:
        release = register(session, house, facts=("terms",))
        call(session, house, release, Saying("go", REASON, BOB))
    (card,) = promised(db, "release.card")
    assert "Frank is asked to acknowledge it." in card.text and "Acknowledge the call" in str(card.blocks)
    turn_to(house, clock, berlin(25, 11))
    assert "• acknowledge the call" in promised(db, channel=FRANK)[-1].text
    with db.transaction() as session:
        for person in (ALICE, BOB):
            with pytest.raises(UserError, match="is acknowledged by a head of product"):
                calling.acknowledge(session, house, person, str(release.id))
        found = calling.acknowledge(session, house, FRANK, str(release.id))
    assert found.call is not None and (found.call.by, found.call.acknowledged) == ("Alice", "Frank")
    (card,) = promised(db, "release.card")
    assert "Acknowledged by Frank." in card.text and "Acknowledge the call" not in str(card.blocks)
    assert "nothing more from you" in promised(db, channel=FRANK)[-1].text


def test_where_nothing_was_let_go_there_is_nothing_to_acknowledge(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house, facts=("terms",))
        with pytest.raises(UserError, match="Nobody has said go for Atlas"):
            calling.acknowledge(session, house, FRANK, str(release.id))
        medium = register(session, house, name="Billing")
        call(session, house, medium, Saying("go", REASON, BOB))
        with pytest.raises(UserError, match="needs nobody's acknowledgement"):
            calling.acknowledge(session, house, FRANK, str(medium.id))


def _conditions(session: Session, house: House, release: Release) -> list[Condition]:
    last = calls.latest(session, house, [release.id])[release.id]
    return calls.conditions(session, house, [release.id])[last.id]
