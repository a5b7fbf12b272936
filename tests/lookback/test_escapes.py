"""What escaped, which item should have caught it, and what follows for the checklist."""

from datetime import date, timedelta

import pytest

from bot.db import Database
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.lookback import checklist, escapes, model
from bot.lookback.model import LookBack
from bot.releases.model import Release
from tests.aloud import read_aloud
from tests.fakes import StoppedClock, promised
from tests.lookback import after
from tests.lookback.after import atlas, go_live, thread
from tests.people import BOB, CHARLIE, PRODUCT_OPS
from tests.releases import launch
from tests.releases.launch import DANA
from tests.updates.team import berlin


def escape(house: House, item: str = "2", severity: str = "high", by: str = DANA) -> None:
    with house.db.transaction() as session:
        release = atlas(session, house)
        escapes.report(session, house, by, str(release.id), "The export is empty", severity, item)


def told_product_ops(db: Database) -> list[str]:
    return [each.text for each in promised(db, "lookback.checklist", channel=PRODUCT_OPS)]


def before(house: House, on: date, items: dict[str, str]) -> None:
    """A release that went live earlier, with what its items did for it."""
    with house.db.transaction() as session:
        release = Release(
            workspace_id=house.workspace_id, name=str(on), slug=str(on), owner=BOB, target=on, confidence="firm",
            summary="Earlier", facts=[], registered_at=house.clock.now(),
        )  # fmt: skip
        session.add(release)
        session.flush()
        session.add(
            LookBack(
                workspace_id=house.workspace_id, release_id=release.id, live_on=on, tier="medium", functions=[],
                items=items,
            )
        )  # fmt: skip


def proposals(house: House) -> list[tuple[int, str, int]]:
    with house.db.transaction() as session:
        return [(each.item.id, each.what, each.count) for each in checklist.proposals(session, house)]


def test_it_stands_in_the_thread_and_is_counted_on_the_card(db: Database, house: House) -> None:
    go_live(house)
    escape(house)
    escape(house, item="none", severity="low")
    assert thread(db)[-2:] == [
        "Escape, high: The export is empty\nShould have been caught by: 2 Support has been briefed (reported by Dana)",
        "Escape, low: The export is empty\nNo item could have caught it (reported by Dana)",
    ]
    assert "Escapes: 2 (1 high, 1 low)" in after.card(db)


def test_only_the_releases_own_items_can_be_chosen(db: Database, house: House) -> None:
    go_live(house)
    with db.transaction() as session:
        release = atlas(session, house)
        _release, items = escapes.reportable(session, house, DANA, str(release.id))
        assert [item.id for item in items] == [2, 3]
        with pytest.raises(FieldErrors) as refused:
            escapes.report(session, house, DANA, str(release.id), " ", "terrible", "4")
    assert refused.value.fields == {
        "what": "Say what was found.",
        "severity": "Pick how bad it is.",
        "item": "Pick the item that should have caught it, or none.",
    }


def test_nothing_escapes_from_what_was_never_live(db: Database, house: House) -> None:
    with db.transaction() as session:
        release = launch.register(session, house)
        with pytest.raises(UserError, match="not live yet"):
            escapes.reportable(session, house, DANA, str(release.id))


def test_three_escapes_in_a_quarter_propose_to_change_an_item_and_product_ops_hears_so_once(
    db: Database, house: House, clock: StoppedClock
) -> None:
    go_live(house)
    for _ in range(2):
        escape(house)
    assert (proposals(house), told_product_ops(db)) == ([], [])
    for _ in range(2):
        escape(house)
    assert proposals(house) == [(2, "change", 4)]
    (told,) = told_product_ops(db)
    read_aloud(promised(db, "lookback.checklist")[0])
    assert told.startswith("Change 2 Support has been briefed? It let 3 defects escape in a quarter.")
    clock.turn(timedelta(days=92))
    assert proposals(house) == []


def test_an_item_that_caught_nothing_in_two_quarters_is_proposed_to_be_dropped(
    db: Database, house: House, clock: StoppedClock
) -> None:
    today = clock.now().date()
    for days, did in ((200, "late"), (150, ""), (90, ""), (30, "")):
        before(house, today - timedelta(days=days), {"2": did, "3": "late"})
    assert proposals(house) == [(2, "drop", 3)]
    go_live(house)
    (told,) = told_product_ops(db)
    assert told.startswith("Drop 2 Support has been briefed? In two quarters and 4 releases it held nothing up")
    escape(house)
    assert proposals(house) == []


def test_of_few_releases_or_a_short_time_nothing_is_said(db: Database, house: House, clock: StoppedClock) -> None:
    today = clock.now().date()
    for days in (150, 100, 90, 30):
        before(house, today - timedelta(days=days), {"2": ""})
    assert proposals(house) == [], "less than two quarters"
    before(house, today - timedelta(days=190), {"3": ""})
    assert proposals(house) == [(2, "drop", 4)], "item 3 was asked for once"


def test_what_each_item_did_is_kept_as_it_goes_live(db: Database, house: House, clock: StoppedClock) -> None:
    with db.transaction() as session:
        launch.register(session, house)
    clock.set(berlin(7, 10, month=12))
    with db.transaction() as session:
        release = atlas(session, house)
        launch.settle_everything(session, house, release)
        assert checklist.caught(session, house, release) == {"2": "late", "3": "late"}, "2 was due the Friday before"


def test_one_settled_in_time_is_quiet(db: Database, house: House) -> None:
    go_live(house)
    with db.transaction() as session:
        begun = model.look_back(session, house, atlas(session, house).id)
    assert begun is not None
    assert begun.items == {"2": "", "3": "late"}, "nobody ever settled 3"


def test_anybody_may_see_what_the_checklist_is_worth(db: Database, house: House) -> None:
    go_live(house)
    with db.transaction() as session:
        assert "Nothing to change" in checklist.shown(session, house, CHARLIE).text
    for _ in range(3):
        escape(house)
    with db.transaction() as session:
        assert "Change 2 Support has been briefed?" in checklist.shown(session, house, CHARLIE).text
