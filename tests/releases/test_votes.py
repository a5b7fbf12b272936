"""Product ops has no vote: who tries is told whom to ask, and it is noted, though all else of it is undone."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot import app
from bot.checks import model as checks
from bot.checks.catalogue import ERROR
from bot.db import Database
from bot.errors import UserError
from bot.gesture import Handler
from bot.house import House
from bot.releases import course_listeners, listeners
from bot.releases.calls import Call
from bot.releases.model import SignOff
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import Keyboard, register


@pytest.mark.proves("BO03")
@pytest.mark.parametrize(
    ("handler", "whose"),
    [
        (listeners.open_sign_off, "Each function signs off for itself: Charlie for Support."),
        (course_listeners.open_call, "The call on Atlas is Alice's alone."),
    ],
)
def test_it_is_told_whose_the_vote_is_and_noted_once(db: Database, house: House, handler: Handler, whose: str) -> None:
    house = replace(house, links=app.LINKS)
    with db.transaction() as session:
        release_id = str(register(session, house).id)
    for _ in range(2):
        with pytest.raises(UserError, match=f"Product ops keeps the process and has no vote. {whose}"):
            Keyboard(BOB).does(house, handler, value=release_id)
    (found,) = house.db.call(checks.open_now, house)
    assert (found.rule, found.level, found.about, found.owner) == ("BO03", ERROR, f"release:{release_id}", None)
    assert found.message == f"Bob was told that product ops has no vote on Atlas. {whose}"
    assert (found.says["action_id"], found.says["value"]) == ("releases.show", release_id)
    with db.transaction() as session:
        votes = session.scalar(select(func.count(SignOff.id))), session.scalar(select(func.count(Call.id)))
    assert votes == (0, 0)


def test_whoever_has_a_vote_or_none_for_another_reason_is_not_noted(db: Database, house: House) -> None:
    house = replace(house, links=app.LINKS)
    with db.transaction() as session:
        release_id = str(register(session, house).id)
    Keyboard(CHARLIE).does(house, listeners.open_sign_off, value=release_id)
    with pytest.raises(UserError, match="You own Atlas"):
        Keyboard(ALICE).does(house, listeners.open_sign_off, value=release_id)
    assert house.db.call(checks.open_now, house) == []
