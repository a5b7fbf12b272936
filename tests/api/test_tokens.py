"""Tokens: what they are called, what they may ask for, how they end."""

import pytest
from sqlalchemy import select

from bot.api import model, tokens
from bot.audit import PROGRAM, Event
from bot.db import Database
from bot.errors import UserError
from bot.house import House
from bot.logs import redact
from bot.people.model import People
from tests.fakes import make_house

KNOWN = {"releases", "bells"}


def make(db: Database, house: House, name: str = "deploy pipeline", may: tuple[str, ...] = ("releases",)) -> str:
    return db.call(tokens.new, house, name, may, KNOWN, "olga")


def test_each_secret_is_another_and_is_blotted_out_of_the_log(db: Database, house: House) -> None:
    first, second = make(db, house), make(db, house, "tracker")
    assert first != second
    assert redact(f"Authorization: Bearer {first}") == "Authorization: Bearer drumbeat_[hidden]"


def test_who_made_and_revoked_a_token_stands_in_the_audit_trail(db: Database, house: House) -> None:
    make(db, house)
    db.call(tokens.revoke, house, "deploy pipeline", "pete")
    with db.transaction() as session:
        events = session.scalars(select(Event).order_by(Event.id)).all()
        assert [(each.kind, each.detail["by"]) for each in events] == [
            ("token.made", "olga"),
            ("token.revoked", "pete"),
        ]


@pytest.mark.parametrize("name", ["", " ", "a" * 25, "two  spaces", "<!channel>", "line\nbreak", "*bold*", "end "])
def test_a_name_is_one_that_can_stand_in_every_message(db: Database, house: House, name: str) -> None:
    with pytest.raises(UserError, match="no name for a token"):
        make(db, house, name)


def test_a_name_is_free_again_once_its_token_is_revoked(db: Database, house: House) -> None:
    make(db, house)
    with pytest.raises(UserError, match="revoke it first"):
        make(db, house)
    db.call(tokens.revoke, house, "deploy pipeline", "olga")
    make(db, house)
    assert [bool(each.revoked_at) for each in db.call(model.every, house)] == [True, False]


def test_what_is_not_there_cannot_be_revoked(db: Database, house: House) -> None:
    make(db, make_house(db, workspace_id="T0ELSE"))
    with pytest.raises(UserError, match="drumbeat tokens list"):
        db.call(tokens.revoke, house, "deploy pipeline", "olga")


@pytest.mark.parametrize("may", [(), ("everything",), ("releases", "everything")])
def test_a_token_asks_for_what_there_is(db: Database, house: House, may: tuple[str, ...]) -> None:
    with pytest.raises(UserError, match="bells, releases"):
        make(db, house, may=may)


def test_people_see_a_program_by_its_name(db: Database, house: House) -> None:
    with db.transaction() as session:
        assert People(session, house).called(f"{PROGRAM}deploy pipeline") == "deploy pipeline"
