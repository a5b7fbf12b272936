"""Whoever is newly named says whether they take it on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.db import Database
from bot.definitions import Definitions
from bot.delivery.model import POST, SENT, OutboxMessage
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.naming import flow as naming
from bot.naming import messages
from bot.naming.model import ACCEPTED, Naming
from bot.people.directory import keep
from bot.people.posts import posts
from tests import people
from tests.aloud import read_aloud
from tests.fakes import Promised, StoppedClock, make_house, promised
from tests.people import ALICE, BOB, CHARLIE, PRODUCT_OPS
from tests.prompts.asking import turn_to
from tests.updates.team import directory, member

NEW_YORK_MORNING = datetime(2026, 11, 25, 14, tzinfo=UTC)
"""Nine o'clock, when Charlie's working day begins."""


class Office:
    """A house in which the definitions change."""

    def __init__(self, db: Database, clock: StoppedClock) -> None:
        self.clock = clock
        self.house: House = make_house(db, clock=clock)
        self.run(keep, directory())
        self.adopt()

    def adopt(self, **owners: Any) -> None:
        """Take on definitions in which Billing and Exports are other people's."""
        if owners:
            plain = people.definitions()
            organisation = plain.organisation.model_dump(mode="json", exclude_defaults=True)
            organisation["areas"] = [
                {"id": id, "name": id.title(), "forum": "#billing", **value} for id, value in owners.items()
            ]
            changed = type(plain.organisation).model_validate(organisation)
            self.house = replace(self.house, definitions=Definitions(changed, plain.calendar))
        self.run(naming.keep_in_step)

    def run(self, verb: Any, *args: Any) -> Any:
        with self.house.db.transaction() as session:
            return verb(session, self.house, *args)

    def asked(self, person: str, until: datetime | None = None) -> list[Promised]:
        """The messages that ask somebody by ten minutes from now, or until then, as they read now."""
        moment = until or self.clock.now() + naming.SETTLING
        turn_to(self.house, self.clock, max(moment, self.clock.now()))
        return [each for each in promised(self.house.db, "prompts.day", person) if each.method == POST]

    def states(self) -> dict[tuple[str, str], str]:
        with self.house.db.transaction() as session:
            return {(each.post, each.ref): each.state for each in session.scalars(select(Naming))}

    def open_of(self, person: str) -> str:
        (first, *_rest) = self.run(naming.open_for, person)
        return str(first.naming.id)

    def deliver(self) -> None:
        with self.house.db.transaction() as session:
            session.execute(update(OutboxMessage).values(state=SENT))


@pytest.fixture
def office(db: Database, clock: StoppedClock) -> Office:
    return Office(db, clock)


def test_where_drumbeat_is_new_everybody_named_counts_as_having_accepted(office: Office) -> None:
    assert set(office.states().values()) == {ACCEPTED}
    assert promised(office.house.db) == []


@pytest.mark.proves("R19")
def test_whoever_is_newly_named_is_asked_in_one_message(office: Office) -> None:
    office.adopt(billing={"owner": CHARLIE, "deputy": ALICE}, exports={"owner": CHARLIE})
    (message,) = office.asked(CHARLIE, NEW_YORK_MORNING)
    assert message.text.startswith("2 things today, about 2 minutes\n*You were named*\nOwner of Billing\n")
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    labels = [button["text"]["text"] for row in rows for button in row if button["type"] == "button"]
    assert labels == ["Accept", "Pass on or decline"] * 2 + ["I am away"]
    assert "Deputy of Billing" in office.asked(ALICE)[0].text
    assert office.asked(BOB) == []


def test_nobody_is_asked_twice_for_the_same(office: Office) -> None:
    office.adopt(billing={"owner": CHARLIE})
    assert len(office.asked(CHARLIE, NEW_YORK_MORNING)) == 1
    office.deliver()
    for _ in range(3):
        office.adopt()
    assert len(office.asked(CHARLIE)) == 1
    office.run(naming.accept, CHARLIE, office.open_of(CHARLIE))
    office.adopt()
    assert len(office.asked(CHARLIE)) == 1


def test_what_is_taken_back_before_it_was_said_is_never_asked(office: Office) -> None:
    office.adopt(billing={"owner": CHARLIE})
    office.adopt(billing={"owner": ALICE, "deputy": BOB})
    assert office.asked(CHARLIE, NEW_YORK_MORNING) == []


def test_a_second_edit_in_a_row_makes_one_fuller_message(office: Office) -> None:
    office.adopt(billing={"owner": CHARLIE})
    office.adopt(billing={"owner": CHARLIE}, exports={"owner": CHARLIE})
    (message,) = office.asked(CHARLIE, NEW_YORK_MORNING)
    assert "Owner of Billing" in message.text
    assert "Owner of Exports" in message.text


def test_the_question_comes_in_working_hours(office: Office) -> None:
    office.clock.set(datetime(2026, 11, 27, 23, tzinfo=UTC))
    office.adopt(billing={"owner": CHARLIE})
    monday_at_nine_in_new_york = datetime(2026, 11, 30, 14, tzinfo=UTC)
    assert office.asked(CHARLIE, monday_at_nine_in_new_york - timedelta(minutes=1)) == []
    assert len(office.asked(CHARLIE, monday_at_nine_in_new_york)) == 1


def test_an_accepted_naming_says_so_in_its_message_and_bothers_nobody(office: Office) -> None:
    office.adopt(billing={"owner": CHARLIE})
    office.asked(CHARLIE, NEW_YORK_MORNING)
    office.run(naming.accept, CHARLIE, office.open_of(CHARLIE))
    assert "Owner of Billing: accepted." in office.asked(CHARLIE)[-1].text
    assert promised(office.house.db, "people.named", PRODUCT_OPS) == []
    assert office.run(naming.unsettled) == []


def test_declining_needs_a_reason_and_tells_product_ops(office: Office) -> None:
    office.adopt(billing={"owner": CHARLIE})
    number = office.open_of(CHARLIE)
    with pytest.raises(FieldErrors, match="Say why"):
        office.run(naming.answer, CHARLIE, number, "decline", "", " ")
    office.run(naming.answer, CHARLIE, number, "decline", "", "I change teams")
    (told,) = promised(office.house.db, "people.named", PRODUCT_OPS)
    read_aloud(told)
    assert told.text.startswith("Charlie declines to be owner of Billing: I change teams")
    (left,) = office.run(naming.unsettled)
    assert left.naming.reason == "I change teams"


@pytest.mark.proves("R19")
def test_passing_on_asks_the_colleague_the_same(office: Office) -> None:
    office.adopt(billing={"owner": CHARLIE})
    office.run(naming.answer, CHARLIE, office.open_of(CHARLIE), "pass on", ALICE, "")
    (message,) = office.asked(ALICE)
    assert "Owner of Billing (passed on by Charlie)" in message.text
    assert "passes on being owner of Billing to Alice" in promised(office.house.db, "people.named", PRODUCT_OPS)[0].text
    office.run(naming.accept, ALICE, office.open_of(ALICE))
    assert "Alice accepts to be owner of Billing" in promised(office.house.db, "people.named", PRODUCT_OPS)[-1].text
    assert {each.name for each in office.run(naming.unsettled)} == {"Charlie", "Alice"}

    office.deliver()
    office.adopt(billing={"owner": ALICE})
    assert len(office.asked(ALICE)) == 1, "who has accepted already is not asked when the definitions follow"
    assert office.run(naming.open_for, ALICE) == []


@pytest.mark.parametrize(
    ("colleague", "why"), [("", "Choose whom"), (CHARLIE, "That is you"), ("U0EVE", "do not know this person")]
)
def test_one_passes_on_only_to_a_colleague_who_is_known(office: Office, colleague: str, why: str) -> None:
    office.adopt(billing={"owner": CHARLIE})
    with pytest.raises(FieldErrors, match=why):
        office.run(naming.answer, CHARLIE, office.open_of(CHARLIE), "pass on", colleague, "")


def test_what_was_passed_on_does_not_go_round_in_a_circle(office: Office) -> None:
    office.adopt(billing={"owner": CHARLIE})
    office.run(naming.answer, CHARLIE, office.open_of(CHARLIE), "pass on", ALICE, "")
    with pytest.raises(FieldErrors, match="Charlie was asked already"):
        office.run(naming.answer, ALICE, office.open_of(ALICE), "pass on", CHARLIE, "")


def test_an_answer_is_given_once_and_only_by_whom_it_was_asked(office: Office) -> None:
    office.adopt(billing={"owner": CHARLIE})
    number = office.open_of(CHARLIE)
    for wrong in (number, "", "x", "9" * 30):
        with pytest.raises(UserError, match="not yours"):
            office.run(naming.accept, ALICE, wrong)
    office.run(naming.accept, CHARLIE, number)
    with pytest.raises(UserError, match="answered that already"):
        office.run(naming.accept, CHARLIE, number)


def test_a_naming_that_the_definitions_take_back_waits_for_nobody(office: Office) -> None:
    office.adopt(billing={"owner": CHARLIE})
    office.asked(CHARLIE, NEW_YORK_MORNING)
    office.deliver()
    number = office.open_of(CHARLIE)
    office.adopt(billing={"owner": ALICE})
    said = promised(office.house.db, "prompts.day", CHARLIE)[-1].text
    assert "settled otherwise, nothing to do" in said
    with pytest.raises(UserError, match="no longer name you"):
        office.run(naming.accept, CHARLIE, number)


def test_who_is_named_anew_after_somebody_else_is_asked_anew(office: Office) -> None:
    office.adopt(billing={"owner": CHARLIE})
    assert len(office.asked(CHARLIE, NEW_YORK_MORNING)) == 1
    office.deliver()
    office.adopt(billing={"owner": ALICE})
    office.clock.turn(timedelta(days=30))
    office.adopt(billing={"owner": CHARLIE})
    assert len(office.asked(CHARLIE, NEW_YORK_MORNING + timedelta(days=33))) == 2


def test_who_slack_does_not_know_yet_is_asked_once_it_does(office: Office) -> None:
    office.run(keep, directory(member(ALICE, "Alice"), member(BOB, "Bob")))
    office.adopt(billing={"owner": CHARLIE})
    assert office.asked(CHARLIE, NEW_YORK_MORNING) == []
    office.run(keep, directory())
    office.adopt()
    assert len(office.asked(CHARLIE)) == 1


def test_rituals_and_functions_have_their_people_too(office: Office) -> None:
    named = {post.words for post in posts(office.house)}
    assert {"owner of Weekly product update", "lead of Support", "owner of Billing", "deputy of Billing"} <= named


def test_what_waits_for_an_answer_stands_among_what_is_on_me(office: Office) -> None:
    office.adopt(billing={"owner": CHARLIE})
    (obligation,) = office.run(naming.obligations, CHARLIE)
    assert obligation.title == "You were named owner of Billing"
    view = messages.naming_form(office.house, office.run(naming.get, CHARLIE, obligation.value))
    assert "Owner of Billing" in str(view.payload())


def test_another_workspace_has_its_own_namings(office: Office) -> None:
    office.adopt(billing={"owner": CHARLIE})
    number = office.open_of(CHARLIE)
    office.house = replace(office.house, workspace_id="T0OTHER")
    office.run(keep, directory())
    with pytest.raises(UserError, match="not yours"):
        office.run(naming.accept, CHARLIE, number)
    assert office.run(naming.open_for, CHARLIE) == []
