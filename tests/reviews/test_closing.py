"""A review ends with what it left, what was decided and who does what, or with a reason and what becomes of it."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot.actions import flow as actions
from bot.actions import model
from bot.blocks import Message, message, section
from bot.db import Database
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.reviews import listeners, retros
from bot.reviews.flow import Said
from bot.rituals.model import CLOSED_WITHOUT_OUTPUT, SCHEDULED
from tests import people
from tests.aloud import read_aloud
from tests.fakes import promised
from tests.people import ALICE, BOB, CHARLIE
from tests.releases.launch import Keyboard, inputs
from tests.reviews.test_reviews import ReviewDesk
from tests.rituals.desk import berlin

ASK = Said("Ask sales", CHARLIE, "2026-11-30")
NOTHING = Said("", "", "")


@pytest.fixture
def desk(db: Database) -> ReviewDesk:
    desk = ReviewDesk(db)
    desk.until(berlin(25, 12))
    return desk


@pytest.mark.proves("F12")
def test_what_was_agreed_stands_on_the_card_and_its_owner_is_asked(desk: ReviewDesk) -> None:
    desk.close("A page", agreed=[ASK, NOTHING, Said("Write it down", BOB, "2026-12-01")])
    assert "*Agreed*\n☐ Ask sales – Charlie, until Mon 30 Nov\n☐ Write it down – Bob, until Tue 1 Dec" in desk.card()
    (waits,) = desk.run(actions.obligations, CHARLIE)
    assert (waits.title, waits.action_id) == ("Roadmap review: Ask sales", "actions.done")
    desk.until(berlin(26, 10))
    assert "*An action from Roadmap review*\nAsk sales" in promised(desk.db, "prompts.day", channel=CHARLIE)[0].text


def test_the_next_packet_says_how_it_stands(desk: ReviewDesk) -> None:
    desk.close("A page", agreed=[ASK])
    desk.until(berlin(1, 12, month=12))
    packet = promised(desk.db, "review.card")[-1].text
    assert "*What was agreed here*\n☐ Ask sales – Charlie, ⚠ was due Mon 30 Nov" in packet
    assert "0 of 1 that were due by now were done in time." in packet


def test_its_owner_is_reminded_once_and_after_two_weeks_the_owner_of_the_ritual_and_product_ops_hear(
    desk: ReviewDesk,
) -> None:
    desk.close("A page", agreed=[ASK])
    desk.until(berlin(15, 18, month=12))
    to_charlie = "\n".join(each.text for each in promised(desk.db, "prompts.day", channel=CHARLIE))
    assert to_charlie.count("One reminder, and only") == 1
    for person in (ALICE, BOB):
        told = "\n".join(each.text for each in promised(desk.db, "prompts.day", channel=person))
        assert told.count("Two weeks overdue: Ask sales – Charlie") == 1


def test_the_owner_of_the_ritual_ends_an_action_of_it_too(desk: ReviewDesk) -> None:
    desk.close("A page", agreed=[ASK])
    (action,) = desk.run(model.of, "ritual:roadmap")
    desk.run(actions.drop, ALICE, str(action.id), "Sales asked us")
    assert desk.run(actions.obligations, CHARLIE) == []


def test_what_is_wrong_with_an_action_is_told_at_its_own_fields_and_nothing_is_kept(desk: ReviewDesk) -> None:
    with pytest.raises(FieldErrors) as refused:
        desk.close("A page", agreed=[ASK, Said("", CHARLIE, "2026-11-01"), Said("Write", "", "x")])
    assert set(refused.value.fields) == {"what_2", "due_2", "owner_3", "due_3"}
    assert desk.run(model.of, "ritual:roadmap") == []
    assert "Open." in desk.card()


def test_what_left_nothing_may_be_paused_at_once(desk: ReviewDesk) -> None:
    desk.close(reason="Nobody came", then="pause")
    assert desk.states()[0] == ("25 Nov", CLOSED_WITHOUT_OUTPUT)
    desk.until(berlin(10, 12, month=12))
    assert [state for _day, state in desk.states()] == [CLOSED_WITHOUT_OUTPUT, SCHEDULED]


def test_what_goes_on_without_meeting_says_so_on_its_next_card(desk: ReviewDesk) -> None:
    desk.close(reason="Nobody came", then="async")
    desk.until(berlin(26, 12))
    told = promised(desk.db, "prompts.day", channel=BOB)[0].text
    assert "Roadmap review: to go on without meeting" in told
    assert "Alice chose so: Nobody came." in told
    desk.until(berlin(1, 12, month=12))
    assert "It does not meet: say what there is in the thread" in promised(desk.db, "review.card")[-1].text


def test_what_becomes_of_it_is_only_asked_of_what_left_nothing(desk: ReviewDesk) -> None:
    with pytest.raises(FieldErrors, match="only when it left nothing"):
        desk.close("A page", then="pause")


def roadmap(_session: Session, _house: House, ritual: str, occurrence: int) -> list[Message]:
    said = (f"The roadmap after {ritual} {occurrence}", "All of it")
    return [message(section(text)) for text in said] if ritual == "roadmap" else []


def test_what_drumbeat_makes_itself_is_named_in_the_form_and_posted_as_it_closes(desk: ReviewDesk) -> None:
    desk.house = replace(desk.house, links=replace(desk.house.links, artifacts=(roadmap,)))
    alice = Keyboard(ALICE)
    alice.does(desk.house, listeners.close, value="1")
    assert inputs(alice.opened[0])["artifact"]["initial_value"] == "A page"
    desk.close("A page")
    first, rest = promised(desk.db, "review.artifact")
    read_aloud(first)
    assert (first.text, first.target, rest.text, rest.target) == (
        "The roadmap after roadmap 1", None, "All of it", first.id,
    )  # fmt: skip


def test_what_left_nothing_posts_no_artifact(desk: ReviewDesk) -> None:
    desk.house = replace(desk.house, links=replace(desk.house.links, artifacts=(roadmap,)))
    desk.close(reason="Nobody came")
    assert promised(desk.db, "review.artifact") == []


def test_spaces_are_neither_something_it_left_nor_a_reason(desk: ReviewDesk) -> None:
    with pytest.raises(FieldErrors, match="Name what it left"):
        desk.close("  ", " ")


def test_what_was_agreed_in_a_ritual_that_is_no_more_can_still_be_done(desk: ReviewDesk) -> None:
    desk.close("A page", agreed=[ASK])
    desk.house = replace(desk.house, definitions=people.definitions())
    (waits,) = desk.run(actions.obligations, CHARLIE)
    desk.run(actions.done, CHARLIE, waits.value)
    assert desk.run(actions.obligations, CHARLIE) == []


def test_nobody_holds_a_retro_of_a_ritual_that_is_no_more(desk: ReviewDesk) -> None:
    desk.house = replace(desk.house, definitions=people.definitions())
    with pytest.raises(UserError, match="is about is gone"):
        desk.run(retros.say, ALICE, "ritual:roadmap", retros.Said("", "That it is over", "", "", ""))
