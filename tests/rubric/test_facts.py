"""What is looked at as somebody scores: checks of records and definitions, measures, interfaces and rituals."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.db import Database
from bot.house import Finding, House, Links, Measured
from bot.people.directory import keep
from bot.rubric.caps import Facts
from bot.rubric.facts import facts
from bot.versions import Version
from tests.fakes import make_house
from tests.people import ALICE, WORKSPACE
from tests.rubric.team import led
from tests.updates.team import directory

THIN = "problem: {reduce: surprises, improve: news, for: Sales}\nmeasures: [M1]\n"
"""A charter that lacks nearly everything."""


def looked(house: House) -> Facts:
    with house.db.transaction() as session:
        keep(session, house, directory())
        return facts(session, house, 3)


def test_a_file_that_is_not_there_counts_as_one_that_lacks_everything(db: Database) -> None:
    assert looked(make_house(db, led())).open == {"CH01", "OM01", "IN03", "IM02", "IM05"}
    assert looked(make_house(db, led(owns=["The calendar"]))).open == {"OM01", "IN03", "IM02", "IM05"}


def test_only_rituals_that_take_peoples_time_count(db: Database) -> None:
    calendar = led().calendar
    (weekly,) = calendar.rituals
    posts = [weekly.model_copy(update={"id": f"digest-{n}", "kind": "insights_digest"}) for n in range(7)]
    definitions = replace(led(), calendar=calendar.with_rituals((weekly, *posts)))
    assert looked(make_house(db, definitions)).rituals == 1


def test_what_the_checks_find_in_the_records_and_the_measures_counts(db: Database) -> None:
    def find(_session: Session, _house: House) -> Iterator[Finding]:
        yield Finding("OM02", "area:billing", "Billing has no owner.")

    links = Links(findings=(find,), measured=lambda _session, _house: [Measured("M2", 0.5, 10, False)])
    found = looked(make_house(db, led(), links=links))
    assert "OM02" in found.open
    assert found.measured == {"M2": 0.5}
    assert (found.rituals, found.changelog_age) == (1, 3)


def test_what_product_ops_waives_holds_the_score_down_all_the_same(db: Database) -> None:
    def find(_session: Session, _house: House) -> Iterator[Finding]:
        yield Finding("OM02", "area:billing", "Billing has no owner.")

    links = Links(findings=(find,), unwaived=lambda _session, _house, _found: [])
    assert "OM02" in looked(make_house(db, led(), links=links)).open


def test_what_the_checks_find_in_the_definitions_in_force_counts(db: Database) -> None:
    house = replace(make_house(db, led()), version=1)
    with db.transaction() as session:
        version = Version(workspace_id=WORKSPACE, number=1, applied_at=house.clock.now(), author=ALICE)
        version.files, version.fingerprint, version.changes = {"charter.yaml": THIN}, "f", []
        session.add(version)
    assert {"CH01", "CH02"}.issubset(looked(house).open)


@pytest.mark.parametrize(
    ("sides", "unowned"),
    [
        ([{"of": "product", "owner": "product_ops"}, {"of": "support", "owner": "support"}], 0),
        ([{"of": "product", "owner": ALICE}, {"of": "support", "owner": "head_of_product"}], 0),
        ([{"of": "product", "owner": "product_ops"}, {"of": "support"}], 1),
        ([{"of": "product", "owner": "product_ops"}, {"of": "support", "owner": "U0GONE"}], 1),
        ([{"of": "product", "owner": "product_ops"}], 1),
    ],
)
def test_an_interface_without_an_owner_on_each_side_is_unowned(
    db: Database, sides: list[dict[str, Any]], unowned: int
) -> None:
    interface = {"id": "asks", "name": "Asks", "about": "What customers ask for", "sides": sides}
    found = looked(make_house(db, led(interfaces=[interface])))
    assert (found.interfaces, found.unowned) == (1, unowned)
