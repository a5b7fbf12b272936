"""While a packet stands, it says what there is to look at now: decisions, moves, gates and spikes."""

from datetime import timedelta

import pytest

from bot.db import Database
from bot.house import DecisionDraft, House
from bot.releases import rollout
from bot.releases.model import Release
from bot.reviews import flow
from bot.rituals import model as occurrences
from tests.fakes import StoppedClock, promised
from tests.people import ALICE
from tests.releases.launch import FRANK, register, settle_everything
from tests.roadmap import world
from tests.roadmap.world import added, run, wait

RITUAL = "roadmap-review"


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    """The packet of today's roadmap review stands in its channel, and is empty; it meets in three hours."""
    house = world.make(db, clock)
    wait(house, house.clock.now() + timedelta(minutes=1))
    assert "Nobody has put anything on it so far." in card(house)
    return house


def card(house: House) -> str:
    found = promised(house.db, "review.card")
    assert len([each for each in found if each.method == "post"]) == 1
    return found[-1].text


def in_a_minute(house: House) -> str:
    wait(house, house.clock.now() + timedelta(minutes=2))
    return card(house)


def registered(house: House, **changes: str) -> Release:
    with house.db.transaction() as session:
        return register(session, house, **changes)


def raised(house: House, class_id: str = "visible-move") -> str:
    draft = DecisionDraft(ALICE, "Do we drop the export?", False, "a message", area_id="billing", class_id=class_id)
    assert house.links.log_decision is not None
    return run(house, house.links.log_decision, draft)


def test_a_decision_that_is_raised_for_this_forum_stands_on_it(house: House) -> None:
    raised(house)
    assert "Do we drop the export?" in in_a_minute(house)


def test_a_decision_of_another_forum_does_not(house: House) -> None:
    raised(house, class_id="")
    assert "Do we drop the export?" not in in_a_minute(house)


def test_what_moves_on_the_roadmap_stands_on_it(house: House) -> None:
    added(house)
    assert "Split invoices" in in_a_minute(house)


def test_a_release_with_open_gates_stands_on_it_with_people_and_age_until_they_are_settled(house: House) -> None:
    release = registered(house)
    assert (
        "*Releases of the next two weeks with open gates*\n"
        "• Atlas, Wed 9 Dec 2026, medium: 3 gates open; The four questions are answered – Alice, open 0 days, due Wed 2"
        " Dec; Support has been briefed – Charlie, open 0 days, due Fri 4 Dec; and 1 more"
    ) in in_a_minute(house)
    with house.db.transaction() as session:
        settle_everything(session, house, release)
    assert "Releases of the next two weeks" not in in_a_minute(house)


def test_only_releases_of_two_weeks_stand_on_it(house: House) -> None:
    registered(house, target="2026-12-10")
    assert "Releases of the next two weeks" not in in_a_minute(house)


def test_a_release_that_is_cancelled_leaves_it(house: House) -> None:
    release = registered(house)
    assert "Atlas" in in_a_minute(house)
    run(house, rollout.cancel, ALICE, str(release.id), "It is not worth it")
    assert "Atlas" not in in_a_minute(house)


def test_many_changes_at_once_are_one_edit(house: House) -> None:
    world.deliver(house)
    for n in range(5):
        added(house, name=f"Item {n}", key=f"key {n}")
    before = len(promised(house.db, "review.card"))
    assert "Item 4" in in_a_minute(house)
    assert len(promised(house.db, "review.card")) == before + 1


def test_it_goes_on_to_follow_while_it_is_held_and_stops_once_it_is_closed(house: House) -> None:
    wait(house, house.clock.now() + timedelta(hours=4))
    added(house)
    assert "Split invoices" in in_a_minute(house)
    (running,) = (each for each in (run(house, occurrences.running, RITUAL),) if each)
    run(house, flow.close, FRANK, str(running.id), "The roadmap", "")
    added(house, name="Later thing", key="later")
    assert "Later thing" not in in_a_minute(house)


def test_the_offer_to_cancel_it_follows_too(house: House) -> None:
    def offer() -> str:
        return world.heard(house, FRANK)[-1].text

    assert "Cancel it, and whoever comes has the time for something else." in offer()
    release = registered(house)
    in_a_minute(house)
    assert "There is something to look at by now, so it is held." in offer()
    run(house, rollout.cancel, ALICE, str(release.id), "It is not worth it")
    in_a_minute(house)
    assert "Cancel it, and whoever comes has the time for something else." in offer()
