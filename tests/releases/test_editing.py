"""A release is edited: its name, its owner, what it changes and which facts hold."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.db import Database
from bot.errors import Changed, FieldErrors, UserError
from bot.house import House
from bot.releases import editing, flow, signing
from bot.releases.card import check
from bot.releases.model import Release
from bot.releases.signing import Answer
from tests.fakes import promised
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import DANA, FRANK, TARGET, brief, register, sign


def edit(session: Session, house: House, release: Release, by: str = ALICE, **changes: Any) -> None:
    editing.edit(session, house, by, str(release.id), release.version, brief(**changes))


def test_its_card_follows_and_its_days_stay(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        edit(session, house, release, BOB, name="Atlas 2", owner=FRANK, summary="Bills by use", target="2027-01-01")
        assert flow.find(session, house, "atlas 2") is release
        assert (release.owner, release.target.isoformat()) == (FRANK, TARGET)
    (card,) = promised(db)
    assert card.text.startswith("Atlas 2: 🔴 Hold")
    assert "Frank makes the call." in card.text
    assert "Bills by use" in card.text


def test_other_facts_are_another_tier_and_the_thread_says_so(db: Database, house: House) -> None:
    with db.transaction() as session:
        edit(session, house, register(session, house), facts=("terms",))
    card, line = promised(db)
    assert "Tier: high, because of yes to: Does the price change?" in card.text
    assert line.text == "The tier is high now, as the facts say. 5 gates, 5 open."


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": "Hermes"}),
        ("name", {"name": "new"}),
        ("name", {"name": "Hotfix"}),
        ("owner", {"owner": BOB}),
        ("summary", {"summary": ""}),
        ("facts", {"facts": ("gone",)}),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(
    db: Database, house: House, field: str, changes: dict[str, Any]
) -> None:
    with db.transaction() as session:
        register(session, house, name="Hermes")
        release = register(session, house)
        with pytest.raises(FieldErrors) as refused:
            edit(session, house, release, **changes)
        assert list(refused.value.fields) == [field]
        assert check(session, house, ALICE, release).name == "Atlas"


def test_who_has_signed_off_becomes_no_owner_until_a_colleague_has(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        sign(session, house, release)
        with pytest.raises(FieldErrors, match="Charlie has signed off, which an owner does not") as refused:
            edit(session, house, release, owner=CHARLIE)
        assert list(refused.value.fields) == ["owner"]
        signing.sign_off(session, house, DANA, str(release.id), "support", 1, Answer("ready"))
        edit(session, house, release, owner=CHARLIE)


def test_only_its_owner_and_product_ops_edit_it(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        for person in (CHARLIE, FRANK):
            with pytest.raises(UserError, match="for the owner of Atlas, Alice, or for product ops"):
                edit(session, house, release, person)


def test_two_people_at_once_do_not_overwrite_each_other(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        before = release.version
        edit(session, house, release, summary="Bills by use")
        with pytest.raises(Changed):
            editing.edit(session, house, BOB, str(release.id), before, brief(summary="Bills by seat"))
        assert release.summary == "Bills by use"
