"""A review is announced, asks what it left, and is closed with that or with a reason."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot import app
from bot.blocks import context
from bot.db import Database
from bot.definitions import Calendar, Definitions, Ritual
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.markup import Mrkdwn
from bot.people.absence import set_away
from bot.people.directory import Directory, keep
from bot.reviews import flow, listeners
from bot.reviews.model import KIND
from bot.rituals.flow import Rituals
from bot.rituals.model import AWAITING_OUTPUT, CLOSED, CLOSED_WITHOUT_OUTPUT, PROMPTED, SKIPPED
from tests import people
from tests.aloud import read_aloud
from tests.fakes import make_house, promised
from tests.people import ALICE, BOB, CHARLIE, PRODUCT_OPS, UPDATES
from tests.rituals.desk import Desk, berlin, ritual

AGENDA = ("5 what moved", "15 decisions")


def something(_session: Session, _house: House, _ritual: str) -> list[str]:
    return ["D-7 Do we keep the free plan?"]


class ReviewDesk(Desk):
    """The same desk, with real reviews on it, in which something is to be decided."""

    def __init__(self, db: Database, *more: Ritual, **review: Any) -> None:
        meeting = ritual("roadmap", name="Roadmap review", kind="review", owner=ALICE, agenda=AGENDA, **review)
        super().__init__(db, ritual())
        calendar = Calendar(rituals=(meeting, *more))
        self.house = make_house(
            db,
            definitions=Definitions(people.organisation(), calendar),
            clock=self.clock,
            links=replace(app.LINKS, forum=(something,)),
        )
        self.rituals = Rituals({KIND: flow.Review()})
        self.plan()

    def close(self, artifact: str = "", reason: str = "", by: str = ALICE, id: str = "1", **more: Any) -> None:
        self.run(flow.close, by, id, artifact, reason, **more)

    def card(self) -> str:
        return promised(self.db, "review.card")[0].text


@pytest.fixture
def desk(db: Database) -> ReviewDesk:
    return ReviewDesk(db)


@pytest.mark.proves("R30")
def test_its_card_says_what_it_is_for_and_what_it_must_leave(desk: ReviewDesk) -> None:
    desk.until(berlin(25, 10))
    (card,) = promised(desk.db, "review.card")
    read_aloud(card)
    assert (card.channel, card.report_to) == (UPDATES, ALICE)
    for said in ("Roadmap review, Wed 25 Nov 2026", "Owner: Alice. It leaves: A page", "• 5 what moved", "Open."):
        assert said in card.text


def test_after_it_its_owner_is_asked_once_what_it_left(desk: ReviewDesk) -> None:
    desk.until(berlin(26, 16))
    (question,) = promised(desk.db, "prompts.day")
    assert (question.channel, question.state) == (ALICE, "queued")
    assert question.text.startswith("1 thing today, about 2 minutes\n*Roadmap review, Wed 25 Nov 2026*")
    assert "what exists now that did not before? Its owner, Alice, or product ops closes it." in question.text
    assert "Held, and awaiting its output." in desk.card()
    assert desk.states()[0] == ("25 Nov", AWAITING_OUTPUT)


@pytest.mark.proves("F12")
def test_what_was_decided_in_it_or_must_be_goes_to_the_decision_log(desk: ReviewDesk) -> None:
    desk.until(berlin(26, 16))
    desk.close("Notes", decided="end the free plan", undecided="Who leads the launch?")
    titles = [each.text.splitlines()[:2] for each in promised(desk.db, "decision.card")]
    assert titles == [["D-1 · decided", "We will end the free plan"], ["D-2 · to be decided", "Who leads the launch?"]]
    assert "Noted in: Roadmap review." in promised(desk.db, "decision.card")[0].text


def test_who_comes_too_late_to_close_it_decides_nothing(desk: ReviewDesk) -> None:
    desk.until(berlin(26, 16))
    desk.close("Notes")
    with pytest.raises(UserError, match="has ended already"):
        desk.close("Others", decided="end the free plan")
    assert promised(desk.db, "decision.card") == []


def test_its_card_names_what_is_to_be_decided_in_it_while_it_is_open(desk: ReviewDesk) -> None:
    lines = ["D-7 Do we keep the free plan?"]
    links = replace(desk.house.links, forum=(lambda _session, _house, ritual: lines if ritual == "roadmap" else [],))
    desk.house = replace(desk.house, links=links)
    desk.until(berlin(25, 10))
    assert "*To be decided here*\n• D-7 Do we keep the free plan?" in desk.card()
    desk.close("Notes")
    assert "To be decided here" not in desk.card()


@pytest.mark.proves("R30", "F12")
def test_it_closes_with_what_it_left(desk: ReviewDesk) -> None:
    desk.until(berlin(25, 12))
    desk.close("https://example.com/roadmap")
    assert desk.states()[0] == ("25 Nov", CLOSED)
    assert "Closed. It left: https://example.com/roadmap" in desk.card()
    desk.until(berlin(26, 17))
    assert promised(desk.db, "prompts.day") == []


def test_the_question_shows_what_it_left_once_that_is_said(desk: ReviewDesk) -> None:
    desk.until(berlin(26, 16))
    desk.close("https://example.com/roadmap")
    (question,) = promised(desk.db, "prompts.day")
    assert question.text.startswith("All done. Thank you")
    assert "Closed. It left: https://example.com/roadmap" in question.text


def test_product_ops_is_asked_when_slack_does_not_know_its_owner(desk: ReviewDesk) -> None:
    desk.run(keep, Directory(members=({"id": BOB, "tz": "Europe/Berlin"},), channels=()))
    desk.until(berlin(26, 16))
    (question,) = promised(desk.db, "review.question")
    read_aloud(question)
    assert question.channel == PRODUCT_OPS


@pytest.mark.proves("R30", "F12")
def test_it_closes_without_output_only_for_a_reason(desk: ReviewDesk) -> None:
    desk.until(berlin(25, 12))
    with pytest.raises(FieldErrors) as refused:
        desk.close()
    assert list(refused.value.fields) == ["artifact"]
    desk.close(reason="Nobody came")
    assert desk.states()[0] == ("25 Nov", CLOSED_WITHOUT_OUTPUT)
    assert "Closed without output: Nobody came" in desk.card()


def test_its_owner_and_product_ops_close_it_and_nobody_else(desk: ReviewDesk) -> None:
    desk.until(berlin(25, 12))
    with pytest.raises(UserError, match="Roadmap review is closed by its owner, Alice"):
        desk.close("A page", by=CHARLIE)
    with pytest.raises(UserError, match="I do not know you"):
        desk.close("A page", by="U0EVE")
    desk.close("A page", by=BOB)


def test_the_second_to_close_it_is_told(desk: ReviewDesk) -> None:
    desk.until(berlin(25, 12))
    desk.close("A page")
    with pytest.raises(UserError, match="has ended already: closed"):
        desk.close("Another page", by=BOB)
    assert "It left: A page" in desk.card()


@pytest.mark.parametrize("id", ["", "x", "2", "999", "-1", "9" * 40])
def test_what_is_not_open_or_not_there_is_refused(desk: ReviewDesk, id: str) -> None:
    desk.until(berlin(25, 12))
    with pytest.raises(UserError):
        desk.close("A page", id=id)


def test_another_workspace_cannot_close_it(desk: ReviewDesk) -> None:
    desk.until(berlin(25, 12))
    elsewhere = make_house(desk.db, definitions=desk.house.definitions, clock=desk.clock, workspace_id="T0OTHER")
    with desk.db.transaction() as session:
        with pytest.raises(UserError, match="no longer exists"):
            flow.close(session, elsewhere, ALICE, "1", "A page", "")
        assert flow.waiting_for(session, elsewhere, ALICE) == []


def test_one_that_nobody_closed_ends_when_the_next_opens(desk: ReviewDesk) -> None:
    desk.until(berlin(2, 10, month=12))
    assert desk.states()[:2] == [("25 Nov", CLOSED_WITHOUT_OUTPUT), ("2 Dec", PROMPTED)]
    assert flow.NOBODY_CLOSED_IT in desk.card()


def test_a_skipped_one_says_why_on_its_card(desk: ReviewDesk) -> None:
    desk.until(berlin(25, 12))
    desk.run(desk.rituals.skip, desk.ritual("roadmap"), BOB, "company retreat")
    assert desk.states()[0] == ("25 Nov", SKIPPED)
    assert "Skipped: company retreat" in desk.card()


def test_its_owner_sees_it_among_what_waits(desk: ReviewDesk) -> None:
    desk.until(berlin(25, 12))
    (obligation,) = desk.run(listeners.obligations, ALICE)
    assert (obligation.title, obligation.value) == ("Roadmap review: close it with what it left", "1")
    assert desk.run(listeners.obligations, BOB) == []
    desk.close("A page")
    assert desk.run(listeners.obligations, ALICE) == []


def test_its_words_are_shown_as_typed(desk: ReviewDesk) -> None:
    desk.until(berlin(25, 12) + timedelta(minutes=1))
    desk.close("<!channel> *bold* & @here :smile:")
    (card,) = promised(desk.db, "review.card")
    assert "It left: <!channel> *bold* & @here :smile:" in str(card.blocks)
    assert "<!channel>" not in card.text


def for_whom(desk: ReviewDesk) -> list[str]:
    """The lines of the card that mention somebody."""
    (card,) = promised(desk.db, "review.card")
    found = [str(block["elements"][0]["text"]) for block in card.blocks if "<@" in str(block)]
    assert [line for line in card.text.splitlines() if "<@" in line] == found
    assert all(context(Mrkdwn(line)) in card.blocks for line in found)
    return found


def test_its_card_mentions_its_owner_and_its_audience_where_its_ritual_says_so(db: Database) -> None:
    desk = ReviewDesk(db, audience=("@product-team", BOB), mentions=True)
    desk.run(keep, crowd("product-team", CHARLIE, "U0STRANGER", ALICE))
    desk.until(berlin(25, 10))
    assert for_whom(desk) == [f"For <@{ALICE}>, <@{BOB}> and <@{CHARLIE}>"]
    assert "Owner: Alice" in desk.card(), "names stay words"


def test_its_card_mentions_nobody_by_default(db: Database) -> None:
    desk = ReviewDesk(db, audience=(BOB,))
    desk.until(berlin(25, 10))
    assert for_whom(desk) == []


def test_its_card_mentions_nobody_who_is_away_or_whom_slack_does_not_know(db: Database) -> None:
    desk = ReviewDesk(db, audience=(BOB, CHARLIE), mentions=True)
    desk.run(keep, Directory(members=({"id": BOB, "tz": "Europe/Berlin"}, {"id": CHARLIE}), channels=()))
    desk.run(set_away, BOB, date(2026, 11, 25), date(2026, 11, 25))
    desk.until(berlin(25, 10))
    assert for_whom(desk) == [f"For <@{CHARLIE}>"]


def test_an_edit_of_its_card_mentions_the_same_people(db: Database) -> None:
    desk = ReviewDesk(db, audience=(BOB, CHARLIE), mentions=True)
    desk.run(set_away, BOB, date(2026, 11, 25), date(2026, 11, 25))
    desk.until(berlin(25, 10))
    before = for_whom(desk)
    desk.until(berlin(26, 9))
    desk.run(set_away, CHARLIE, date(2026, 11, 26), date(2026, 11, 27))
    desk.close("A page")
    assert "Closed. It left: A page" in desk.card()
    assert for_whom(desk) == before == [f"For <@{ALICE}> and <@{CHARLIE}>"]


def test_the_third_card_of_a_day_goes_into_the_thread_of_the_second(db: Database) -> None:
    others = [ritual(f"review-{n}", kind="review", owner=BOB, schedule={"prompt": f"1{n}:00"}) for n in (1, 2, 3)]
    desk = ReviewDesk(db, *others)
    desk.until(berlin(25, 14))
    first, second, *rest = promised(desk.db, "review.card")
    assert (first.target, second.target) == (None, None)
    assert [each.target for each in rest] == [second.id, second.id]
    desk.close("A page", by=BOB, id="4")
    assert "Closed. It left: A page" in promised(desk.db, "review.card")[3].text


def crowd(group: str, *slack_ids: str) -> Directory:
    """Alice, Bob and Charlie, and a user group of these people."""
    members = tuple({"id": each, "tz": "Europe/Berlin"} for each in (ALICE, BOB, CHARLIE))
    return Directory(members=members, channels=(), groups={group: slack_ids})
