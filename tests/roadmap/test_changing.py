"""Items come onto the roadmap and move: by whom, from where to where, why; nothing is overwritten."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.audit import Event
from bot.decisions.model import get as in_log
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.roadmap import flow, model, rights
from bot.roadmap.flow import Changed
from tests.fakes import StoppedClock
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import DANA, ERIN, FRANK
from tests.roadmap import world
from tests.roadmap.world import NEW, added, changed, fresh, run


def history(house: House, item: model.RoadmapItem) -> list[tuple[Any, ...]]:
    return [(each.kind, each.before, each.after, each.by, each.why) for each in run(house, model.changes_of, item)]


def test_every_move_is_a_row_of_its_own(house: House) -> None:
    item = added(house)
    changed(house, item, "later", place="later", why="The ledger comes first")
    changed(house, item, "confidence", confidence="rough", why="Nobody has looked")
    changed(house, item, "dropped", why="Nobody asks any more")
    assert history(house, item) == [
        ("dropped", "later", "dropped", ALICE, "Nobody asks any more"),
        ("confidence", "later", "later", ALICE, "Nobody has looked"),
        ("later", "next", "later", ALICE, "The ledger comes first"),
        ("added", "", "next", ALICE, NEW.why),
    ]
    with house.db.transaction() as session:
        trail = session.scalars(select(Event).where(Event.subject == "roadmap:R-1").order_by(Event.id)).all()
    assert [each.kind for each in trail] == ["roadmap.added", *["roadmap.changed"] * 3]
    assert {each.actor for each in trail} == {ALICE}


def test_the_item_stands_as_the_last_change_says(house: House) -> None:
    item = added(house)
    changed(house, item, "earlier", place="now", confidence="firm", purpose="Three payers can", functions=("support",))
    now = fresh(house, item)
    assert (now.place, now.confidence, now.purpose, now.functions) == ("now", "firm", "Three payers can", ["support"])


def test_no_change_changes_nothing_but_says_that_somebody_looked(house: House) -> None:
    item = added(house, functions=("support",))
    changed(house, item, "unchanged", functions=())
    assert history(house, item)[0][:3] == ("unchanged", "next", "next")
    assert fresh(house, item).functions == ["support"]


def test_a_form_that_arrives_twice_counts_once(house: House) -> None:
    first, again = added(house), added(house)
    assert first.ref == again.ref == "R-1"
    for _ in range(2):
        changed(house, first, "later", place="later", version=1, key="one form")
    assert len(history(house, first)) == 2


def test_the_second_of_two_sees_what_the_first_did(house: House) -> None:
    item = added(house)
    changed(house, item, "earlier", place="now", why="A customer waits")
    with pytest.raises(Changed, match=r"Alice changed R-1: Next → Now\. Why: A customer waits"):
        changed(house, item, "later", place="later", version=1, key="second")
    assert fresh(house, item).place == "now"


@pytest.mark.parametrize(
    ("who", "area", "says"),
    [
        (CHARLIE, "billing", "The roadmap of Billing is written by Alice. Ask them."),
        (BOB, "billing", "Product ops keeps the process and decides nothing on the roadmap."),
        (FRANK, "billing", "written by Alice"),
        (ALICE, "search", "The roadmap of Search is written by Frank or Dana. Ask them."),
        ("U0NOBODY", "search", "I do not know you"),
    ],
)
def test_an_area_has_one_source_its_owner_and_deputy(house: House, who: str, area: str, says: str) -> None:
    """Bob is the deputy of Billing, and does not write it either: he is of product ops."""
    with pytest.raises(UserError, match=says):
        added(house, by=who, area_id=area)
    assert run(house, model.items) == []


def test_owner_and_deputy_both_write(house: House) -> None:
    item = added(house, by=FRANK, area_id="search")
    changed(house, item, "later", by=DANA, place="later")
    assert [each[3] for each in history(house, item)] == [DANA, FRANK]


def test_only_they_change_what_is_there(house: House) -> None:
    item = added(house)
    with pytest.raises(UserError, match="written by Alice"):
        changed(house, item, "later", by=FRANK, place="later")


def test_a_new_owner_writes_from_then_on_and_the_old_one_no_more(house: House) -> None:
    item = added(house)
    areas = [
        {**each, "owner": ERIN} if each["id"] == "billing" else each
        for each in world.organisation().model_dump(mode="python", exclude_unset=True)["areas"]
    ]
    later = replace(house, definitions=world.definitions(areas=areas))
    with pytest.raises(UserError, match="written by Erin"):
        changed(later, item, "later", place="later")
    changed(later, item, "later", by=ERIN, place="later")
    assert [each[3] for each in history(later, item)] == [ERIN, ALICE]


def test_of_an_area_that_is_gone_the_head_of_product_disposes(house: House) -> None:
    kept, dropped = added(house), added(house, key="other", name="Late fees")
    areas = [each for each in world.organisation().model_dump(mode="python", exclude_unset=True)["areas"][1:]]
    later = replace(house, definitions=world.definitions(areas=areas))
    with pytest.raises(UserError, match="The roadmap of billing is written by Frank"):
        changed(later, kept, "unchanged")
    with pytest.raises(FieldErrors, match="Pick the one that takes it over"):
        changed(later, kept, "scope", by=FRANK)
    changed(later, kept, "scope", by=FRANK, area_id="search")
    changed(later, dropped, "dropped", by=FRANK)
    assert fresh(later, kept).area_id == "search"
    assert fresh(later, dropped).is_dropped


def test_when_owner_and_deputy_have_left_the_head_of_product_writes(house: House) -> None:
    areas = [
        {**each, "owner": "U0GONE", "deputy": "U0GONETOO"} for each in
        world.organisation().model_dump(mode="python", exclude_unset=True)["areas"]
    ]  # fmt: skip
    later = replace(house, definitions=world.definitions(areas=areas))
    assert [each.slack_id for each in run(later, rights.writers, "billing")] == [FRANK]


def test_what_was_dropped_stays_so(house: House) -> None:
    item = added(house)
    changed(house, item, "dropped")
    with pytest.raises(UserError, match=r"R-1 was dropped\. Add it anew"):
        changed(house, item, "later", place="later")
    assert added(house, key="anew").ref == "R-2"


@pytest.mark.parametrize(
    ("typed", "field", "says"),
    [
        ({"name": "split INVOICES"}, "name", "R-1 has this name already."),
        ({"name": "B", "people": "Nobody Known"}, "people", "I do not know Nobody Known."),
        ({"name": "B", "functions": ("gone",)}, "functions", "no longer have"),
        ({"name": "B", "depends_on": "gone"}, "depends_on", "no longer have"),
        ({"name": "B", "release_id": 99}, "release", "no such release"),
        ({"name": "B", "area_id": "gone"}, "area_id", "Pick the area"),
    ],
)
def test_what_the_house_does_not_know_is_said_at_its_field(
    house: House, typed: dict[str, Any], field: str, says: str
) -> None:
    added(house)
    with pytest.raises(FieldErrors) as refused:
        added(house, key="second", **typed)
    assert says in refused.value.fields[field]


def test_items_of_other_areas_may_have_the_same_name(house: House) -> None:
    added(house)
    assert added(house, by=FRANK, key="other", area_id="search").ref == "R-2"


def test_another_workspace_sees_and_changes_nothing(house: House, clock: StoppedClock) -> None:
    item = added(house)
    other = world.make(house.db, clock, workspace_id="T0OTHER")
    assert run(other, model.items) == []
    with pytest.raises(UserError, match="There is no item"):
        run(other, flow.change, ALICE, item.ref, 1, replace(NEW, kind="later", place="later"), "key")
    assert run(other, model.of_ids, [item.id]) == {}
    assert run(other, model.changes_of, item) == []
    assert run(other, model.told_of, item) == []
    assert added(other).ref == "R-1"


def test_a_change_that_others_notice_is_raised_to_whoever_decides_once(house: House) -> None:
    item = added(house)
    change = changed(house, item, "later", place="later", functions=("support",), why="The ledger comes first")
    assert run(house, flow.to_decide, change, ALICE) == "raise"
    refs = {run(house, flow.decide, ALICE, change.id)[0] for _ in range(2)}
    assert refs == {"D-1"}
    entry = run(house, in_log, "D-1")
    assert (entry.state, entry.decider, entry.class_id) == ("proposed", FRANK, "visible-move")
    assert entry.question == "Does “Split invoices” (Billing) move from Next to Later?"
    assert (entry.source, entry.area_id, entry.why) == ("roadmap, R-1", "billing", "The ledger comes first")
    assert run(house, flow.to_decide, run(house, model.changes_of, item)[0], ALICE) == ""


def test_whoever_decides_such_changes_records_theirs(house: House) -> None:
    item = added(house, by=FRANK, area_id="search")
    change = changed(house, item, "earlier", by=FRANK, place="now", depends_on="billing")
    assert run(house, flow.to_decide, change, FRANK) == "record"
    refs = {run(house, flow.decide, FRANK, change.id)[0] for _ in range(2)}
    assert refs == {"D-1"}, "asked for again, it is neither recorded nor raised once more"
    entry = run(house, in_log, "D-1")
    assert (entry.state, entry.decision) == ("decided", "move “Split invoices” (Search) from Next to Now")


def test_what_nobody_else_notices_needs_no_decision(house: House) -> None:
    item = added(house)
    change = changed(house, item, "later", place="later")
    assert run(house, flow.to_decide, change, ALICE) == ""


def test_only_who_writes_the_area_makes_a_decision_of_its_change(house: House) -> None:
    change = changed(house, added(house), "later", place="later", functions=("support",))
    with pytest.raises(UserError, match="written by Alice"):
        run(house, flow.decide, CHARLIE, change.id)
    with pytest.raises(UserError, match="gone"):
        run(house, flow.decide, ALICE, 99)


def test_an_item_stays_in_its_area_whatever_area_a_form_names(house: House) -> None:
    item = added(house)
    changed(house, item, "later", place="later", area_id="search")
    assert fresh(house, item).area_id == "billing", "Search is not Alice's to write"
