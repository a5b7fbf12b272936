"""The number that a release is to move: who says it, until when, and that it stays."""

from dataclasses import replace

import pytest

from bot.db import Database
from bot.errors import Changed, FieldErrors, UserError
from bot.house import House
from bot.lookback import aims, model
from bot.lookback.aims import Said
from bot.releases import rollout
from bot.releases.rule import Saying
from tests.lookback.after import atlas, go_live
from tests.people import ALICE, BOB, CHARLIE
from tests.releases import launch

SAID = Said("Invoices that are split", "0 %", "5 %", "2026-12-31")


def aim(house: House, said: Said = SAID, by: str = ALICE, version: int = 0) -> None:
    with house.db.transaction() as session:
        aims.set_(session, house, by, str(atlas(session, house).id), version, said)


@pytest.fixture
def planned(house: House) -> House:
    with house.db.transaction() as session:
        launch.register(session, house)
    return house


def test_its_owner_or_product_ops_says_it_and_changes_it(db: Database, planned: House) -> None:
    aim(planned)
    aim(planned, replace(SAID, target="8 %"), by=BOB, version=1)
    with db.transaction() as session:
        found = model.aim(session, planned, atlas(session, planned).id)
    assert found is not None
    assert (found.target, found.set_by, found.afterwards) == ("8 %", BOB, False)
    with pytest.raises(UserError, match="said by its owner, Alice"):
        aim(planned, by=CHARLIE, version=2)


@pytest.mark.parametrize("version", [0, 2])
def test_two_at_once_do_not_overwrite_each_other(planned: House, version: int) -> None:
    aim(planned)
    with pytest.raises(Changed, match="somebody else said what Atlas is to move"):
        aim(planned, version=version)


def test_what_is_missing_is_said_at_its_field(planned: House) -> None:
    with pytest.raises(FieldErrors) as refused:
        aim(planned, Said(" ", "0", "x" * 61, "2026-12-01"))
    assert refused.value.fields == {
        "metric": "Write this down, a few words will do.",
        "target": "Keep this under 60 characters.",
        "until": "Pick the day by which it should be there, after the release.",
    }


def test_once_it_is_live_what_was_said_stays(db: Database, planned: House) -> None:
    aim(planned)
    with db.transaction() as session:
        release = atlas(session, planned)
        launch.settle_everything(session, planned, release)
        launch.call(session, planned, release, Saying("go"))
        rollout.live(session, planned, ALICE, str(release.id))
    with pytest.raises(UserError, match="measured against what was said before"):
        aim(planned, version=1)


def test_what_is_said_only_afterwards_is_marked_as_that(db: Database, house: House) -> None:
    go_live(house)
    aim(house)
    with db.transaction() as session:
        found = model.aim(session, house, atlas(session, house).id)
    assert found is not None
    assert found.afterwards
