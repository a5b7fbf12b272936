"""Two working days before the roadmap is talked about its writers are asked whether anything moved; once, quietly."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.errors import UserError
from bot.house import House
from bot.people.absence import set_away
from bot.prompts.model import Prompt
from bot.reviews import flow
from bot.rituals.model import Occurrence, running, upcoming
from bot.roadmap import asking, listeners, model
from tests.fakes import StoppedClock, promised
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import DANA, FRANK, Keyboard
from tests.roadmap import world
from tests.roadmap.world import added, changed, heard, run, wait
from tests.updates.team import berlin

REVIEW = "roadmap-review"
ASKED = "Roadmap review: has anything moved?"


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    """Alice has an item in Billing; the last review is closed, the next meets on Wednesday 9 December, 13:00."""
    house = world.make(db, clock)
    added(house)
    wait(house, berlin(25, 14))
    (last,) = (each for each in (run(house, running, REVIEW),) if each)
    run(house, flow.close, FRANK, str(last.id), "The roadmap", "")
    clock.turn(timedelta(minutes=1))
    return house


def asked(house: House, person: str = ALICE) -> str:
    return "\n".join(each.text for each in heard(house, person) if ASKED in each.text)


def packet(house: House) -> str:
    return promised(house.db, "review.card")[-1].text


def of_next(session: Session, house: House) -> Occurrence:
    found = upcoming(session, house, REVIEW)
    assert found is not None
    return found


def said(session: Session, _house: House) -> list[tuple[str, datetime | None, datetime | None]]:
    """Who was asked when, and reminded when."""
    found = session.scalars(select(Prompt).where(Prompt.kind == asking.PROMPT))
    return [(each.person, each.prompted_at, each.reminded_at) for each in found]


def all_of(session: Session, _house: House) -> list[Occurrence]:
    return list(session.scalars(select(Occurrence).where(Occurrence.ritual_id == REVIEW)))


def test_whoever_writes_an_area_with_items_is_asked_once_and_hears_when_it_is_due(house: House) -> None:
    wait(house, berlin(7, 8, 59, month=12))
    assert asked(house) == ""
    wait(house, berlin(7, 9, month=12))
    assert (
        "On the roadmap of Billing, which is yours to write. Due Tue 8 Dec, 13:00: then it is read. "
        "Only what moved is talked about." in asked(house)
    )
    assert asked(house, FRANK) == asked(house, BOB) == "", "Search has no items, and Bob is only a deputy"


def test_they_are_reminded_once(house: House) -> None:
    wait(house, berlin(9, 12, month=12))
    assert run(house, said) == [(ALICE, berlin(7, 9, month=12), berlin(8, 9, month=12))]


def test_nothing_moved_ends_it_and_stands_in_the_packet(house: House) -> None:
    wait(house, berlin(7, 10, month=12))
    answer = run(house, asking.say, ALICE, str(run(house, of_next).id))
    assert answer == "Noted: nothing moved in Billing. The packet of the review says so."
    assert "Said. Thank you." in asked(house)
    wait(house, berlin(8, 14, month=12))
    assert "*Asked whether anything moved*\n• Alice says that nothing moved in Billing." in packet(house)
    assert run(house, said) == [(ALICE, berlin(7, 9, month=12), None)]


def test_the_packet_says_of_which_areas_nobody_has_said_anything(house: House) -> None:
    wait(house, berlin(8, 14, month=12))
    assert "• Nobody has said anything of Billing." in packet(house)
    assert "Nobody has put anything on it so far." in packet(house), "what nobody says is nothing to meet for"


def test_a_change_is_an_answer_too(house: House) -> None:
    wait(house, berlin(7, 10, month=12))
    item = run(house, model.get, "R-1")
    changed(house, item, "later", place="later")
    assert "Said. Thank you." in asked(house)
    wait(house, berlin(8, 14, month=12))
    assert "Asked whether anything moved" not in packet(house)


def test_who_says_that_nothing_moved_and_then_moves_something_is_shown_with_that(house: House) -> None:
    wait(house, berlin(7, 10, month=12))
    run(house, asking.say, ALICE)
    changed(house, run(house, model.get, "R-1"), "later", place="later")
    wait(house, berlin(8, 14, month=12))
    assert "nothing moved in Billing" not in packet(house)
    assert "Split invoices" in packet(house)


def test_while_the_owner_is_away_the_deputy_is_asked(house: House) -> None:
    run(house, set_away, CHARLIE, date(2026, 12, 7), date(2026, 12, 9))
    item = added(house, area_id="search", name="Typo tolerance", key="search", by=FRANK)
    run(house, set_away, FRANK, date(2026, 12, 7), date(2026, 12, 9))
    wait(house, berlin(7, 9, month=12))
    assert item.area_id == "search"
    assert asked(house, FRANK) == ""
    assert "On the roadmap of Search" in asked(house, DANA)


def test_only_writers_say_so_and_only_before_a_review(house: House) -> None:
    with pytest.raises(UserError, match="whoever writes the roadmap of an area"):
        run(house, asking.say, CHARLIE)
    (over,) = (each for each in run(house, all_of) if each.ended_at)
    with pytest.raises(UserError, match="not about to be talked about"):
        run(house, asking.say, ALICE, str(over.id))


def test_a_made_up_button_says_it_before_no_other_ritual(house: House) -> None:
    weekly = run(house, upcoming, "weekly-update")
    assert weekly is not None
    with pytest.raises(UserError, match="not about to be talked about"):
        run(house, asking.say, ALICE, str(weekly.id))


def test_nobody_says_so_for_another_workspace(house: House, clock: StoppedClock) -> None:
    other = world.make(house.db, clock, workspace_id="T0OTHER")
    with pytest.raises(UserError):
        run(other, asking.say, ALICE, str(run(house, of_next).id))


def test_what_counts_is_the_ritual_that_is_the_forum_of_the_roadmap(house: House) -> None:
    weekly = run(house, upcoming, "weekly-update")
    assert weekly is not None and run(house, asking.steps, weekly) == []
    assert run(house, asking.packet, "weekly-update") == []


def test_the_button_and_the_command_do_the_same(house: House) -> None:
    wait(house, berlin(7, 10, month=12))
    alice = Keyboard(ALICE)
    alice.does(house, listeners.roadmap, text="unmoved")
    alice.does(house, listeners.unmoved, value=str(run(house, of_next).id))
    assert [reply["text"] for reply in alice.replies] == [
        "Noted: nothing moved in Billing. The packet of the review says so."
    ] * 2
