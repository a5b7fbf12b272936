"""Items are given to somebody: by whom, which, and what that somebody may then do."""

from collections.abc import Sequence

import pytest
from sqlalchemy.orm import Session

from bot.db import Database
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.releases import assigning, items
from bot.releases.items import Standing
from bot.releases.model import Release
from bot.releases.report import Report
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import DANA, ERIN, done, register


def give(
    session: Session, house: House, release: Release, ids: Sequence[str] = ("2",), to: str = DANA, by: str = ALICE
) -> Report:
    return assigning.assign(session, house, by, str(release.id), ids, to)


def test_who_was_given_an_item_has_it_and_may_update_it(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        found = give(session, house, release, ["2", "3"], ERIN)
        assert [(gate.id, gate.people) for gate in found.gates] == [(1, "Alice"), (2, "Erin"), (5, "Alice")]
        assert [item.people for item in found.advisory] == ["Erin"]
        items.update(session, house, ERIN, str(release.id), "2", 0, Standing("in work"))
        give(session, house, release, ["2"], DANA)
        with pytest.raises(FieldErrors, match="not yours to update"):
            items.update(session, house, ERIN, str(release.id), "2", 1, Standing("in work"))


@pytest.mark.parametrize(("person", "ids"), [(ALICE, [2, 3]), (BOB, [2, 3]), (CHARLIE, [2]), (DANA, [2])])
def test_the_owner_and_product_ops_give_all_and_a_function_its_own(
    db: Database, house: House, person: str, ids: list[int]
) -> None:
    with db.transaction() as session:
        release = register(session, house)
        assert [item.id for item in assigning.assignable(session, house, person, str(release.id))] == ids


def test_what_is_settled_is_given_to_nobody(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = register(session, house)
        done(session, house, release, 2)
        with pytest.raises(UserError, match="No open item of Atlas is yours to give away"):
            assigning.assignable(session, house, CHARLIE, str(release.id))
        with pytest.raises(FieldErrors, match="settled meanwhile"):
            give(session, house, release, ["2", "3"])


@pytest.mark.parametrize(
    ("field", "ids", "to"),
    [("items", [], DANA), ("items", ["2", "99"], DANA), ("items", ["x"] * 11, DANA), ("person", ["2"], "U0NOBODY")],
)
def test_what_does_not_fit_is_refused_at_its_field(
    db: Database, house: House, field: str, ids: list[str], to: str
) -> None:
    with db.transaction() as session:
        release = register(session, house)
        with pytest.raises(FieldErrors) as refused:
            give(session, house, release, ids, to)
        assert list(refused.value.fields) == [field]
