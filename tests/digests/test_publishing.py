"""An issue goes out once: to its channel, and with the day message to whoever has it. Corrections follow it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import app
from bot.db import Database
from bot.delivery.model import UPDATE
from bot.digests import model, subscribing
from bot.digests.model import Issue
from bot.house import House
from bot.people.absence import set_away
from bot.people.model import Profile
from bot.prompts.model import DAY, DayMessage
from bot.rituals import model as occurrences
from bot.updates import flow as updates
from bot.updates.answer import RED, Answer
from bot.updates.model import Ask
from tests.aloud import read_aloud
from tests.digests import world
from tests.digests.world import BRIEF, ENGINEERING, MARKET, dms, in_channel
from tests.fakes import StoppedClock
from tests.insights.world import deliver, run, wait
from tests.people import ALICE, BOB, CHARLIE, UPDATES
from tests.releases import launch
from tests.releases.launch import DANA, ERIN, FRANK
from tests.updates.team import GOOD, SHAKY, berlin


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    return world.make(db, clock)


def answered(house: House, answer: Answer = GOOD) -> None:
    """Alice's update for Billing."""
    with house.db.transaction() as session:
        ask = session.scalars(select(Ask).where(Ask.area_id == "billing").order_by(Ask.id.desc())).first()
        assert ask is not None
        updates.submit(session, house, ALICE, str(ask.occurrence_id), "billing", answer)


def registered(house: House) -> None:
    """Something else that the go-to-market digest would show changes meanwhile."""
    with house.db.transaction() as session:
        launch.register(session, house, target="2026-12-02")


def issue(house: House, ritual_id: str) -> Issue:
    found = run(house, model.last, ritual_id)
    assert found is not None
    return found


def away(house: House, person: str, days: int) -> None:
    today = house.clock.now().date()
    run(house, set_away, person, today, today + timedelta(days=days))


def has(house: House, person: str, words: str) -> bool:
    return any(words in each.text for each in dms(house, person))


def test_it_stands_in_its_channel_once_and_closes_with_its_artifact(house: House) -> None:
    wait(house, berlin(26, 16, 31))
    (said,) = in_channel(house)
    read_aloud(said)
    assert (said.channel, said.report_to) == (UPDATES, ALICE)
    assert said.text.startswith("Go-to-market digest, Thu 26 Nov 2026\n*What changed*")
    found = run(house, occurrences.latest_published, "market")
    assert found is not None and found.artifact == "What changed"


def test_it_counts_among_what_a_channel_gets_in_a_day(house: House) -> None:
    organisation = house.definitions.organisation.model_copy(update={"channel_posts_a_day": 1})
    house = replace(house, definitions=replace(house.definitions, organisation=organisation))
    wait(house, berlin(26, 16, 31))
    (said,) = in_channel(house)
    assert said.target is not None, "the weekly digest was the one post of this day"


def test_without_a_channel_it_goes_to_its_subscribers_alone(house: House) -> None:
    wait(house, world.MONDAY)
    assert not any("brief" in each.text for each in in_channel(house))
    assert has(house, FRANK, "Leadership brief, Mon 30 Nov 2026")
    assert not any(has(house, each, "Leadership brief") for each in (ALICE, BOB, CHARLIE, DANA, ERIN))


def test_it_is_part_of_the_one_day_message_with_a_button_that_opens_all_of_it(house: House) -> None:
    wait(house, berlin(10, 12, month=12))
    with house.db.transaction() as session:
        sent = session.execute(select(DayMessage.person, DayMessage.day).where(DayMessage.what == DAY)).all()
    assert len(sent) == len(set(sent))
    monday = next(each for each in dms(house, FRANK) if "Leadership brief, Mon 30 Nov 2026" in each.text)
    buttons = [each for block in monday.blocks for each in block.get("elements", [])]
    with house.db.transaction() as session:
        first = session.scalars(
            select(Issue.id).where(Issue.ritual_id == "leadership-brief").order_by(Issue.at)
        ).first()
    assert ("Read it", "digests.read", str(first)) in [
        (each["text"]["text"], each["action_id"], each["value"]) for each in buttons if each["type"] == "button"
    ]


def test_each_issue_looks_back_to_the_one_before(house: House) -> None:
    wait(house, world.MONDAY)
    first = issue(house, "leadership-brief")
    assert first.at - first.since == timedelta(days=7)
    wait(house, berlin(7, 9, 1, month=12))
    assert issue(house, "leadership-brief").since == first.at


def test_one_that_was_skipped_is_made_up_for_by_the_next(house: House) -> None:
    wait(house, world.MONDAY)
    first = issue(house, "leadership-brief")
    ritual = house.definitions.calendar.ritual("leadership-brief")
    assert ritual is not None
    run(house, app.RITUALS.skip, ritual, BOB, "retreat")
    wait(house, berlin(14, 9, 1, month=12))
    assert issue(house, "leadership-brief").since == first.at


def test_who_is_away_gets_it_when_they_are_back_and_only_the_newest(house: House) -> None:
    wait(house, berlin(30, 8))
    away(house, FRANK, 8)
    wait(house, berlin(7, 12, month=12))
    assert not has(house, FRANK, "Leadership brief")
    wait(house, berlin(9, 12, month=12))
    assert has(house, FRANK, "Leadership brief, Mon 7 Dec 2026")
    assert not has(house, FRANK, "Leadership brief, Mon 30 Nov 2026")


def test_who_has_left_gets_nothing(house: House) -> None:
    with house.db.transaction() as session:
        session.scalars(select(Profile).where(Profile.slack_id == FRANK)).one().active = False
    wait(house, world.MONDAY)
    assert not has(house, FRANK, "Leadership brief")
    assert run(house, model.copies, issue(house, "leadership-brief").id) == []


def test_a_correction_changes_the_copy_in_the_channel_and_no_day_message(house: House) -> None:
    wait(house, berlin(25, 11))
    answered(house)
    wait(house, berlin(27, 10, 1))
    deliver(house)
    before = {each.id for each in (*dms(house, ERIN), *dms(house, CHARLIE))}
    registered(house)
    answered(house, replace(GOOD, ask="The churn number", ask_of=CHARLIE))
    assert "Billing needs from Charlie: The churn number" in issue(house, "engineering").says["whole"]
    assert in_channel(house)[-1].method != UPDATE, "what it asks for is not in the go-to-market digest"
    assert {each.id for each in (*dms(house, ERIN), *dms(house, CHARLIE))} == before


def test_a_correction_in_a_channel_is_marked(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock, {**ENGINEERING, "channel": UPDATES})
    wait(house, berlin(25, 11))
    answered(house)
    wait(house, berlin(27, 10, 1))
    deliver(house)
    answered(house, replace(SHAKY, status=RED, ask="The churn number", ask_of=CHARLIE))
    first, edit = in_channel(house)
    assert (edit.method, edit.target) == (UPDATE, first.id)
    assert "Billing needs from Charlie: The churn number" in edit.text
    assert "Edited Fri 27 Nov 2026, 10:01, since an update was corrected" in edit.text
    answered(house, replace(SHAKY, status=RED, ask="The churn number", ask_of=CHARLIE))
    assert len(in_channel(house)) == 2, "nothing else in it has changed"


def test_a_correction_before_the_issue_is_in_it_and_leaves_the_one_before_alone(house: House) -> None:
    wait(house, berlin(20, 12, month=12))
    said = [each.text for each in in_channel(house)]
    wait(house, berlin(23, 11, month=12))
    answered(house, replace(GOOD, ask="A number", ask_of=CHARLIE))
    assert [each.text for each in in_channel(house)] == said
    assert issue(house, "engineering").edited_at is None


def test_what_nobody_was_told_yet_is_told_as_corrected(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock, ENGINEERING)
    wait(house, berlin(25, 11))
    answered(house)
    wait(house, berlin(27, 9))
    away(house, ERIN, 4)
    wait(house, berlin(27, 10, 1))
    answered(house, replace(GOOD, ask="The churn number", ask_of=CHARLIE))
    wait(house, berlin(2, 12, month=12))
    assert has(house, ERIN, "Billing needs from Charlie: The churn number")


def test_other_workspaces_have_their_own(house: House, db: Database, clock: StoppedClock) -> None:
    other = world.make(db, StoppedClock(clock.now()), BRIEF, MARKET, workspace_id="T0OTHER")
    run(other, subscribing.choose, BOB, "leadership", wanted=True)
    wait(house, world.MONDAY)
    wait(other, world.MONDAY)
    assert [each.person for each in run(house, model.copies, issue(house, "leadership-brief").id)] == [FRANK]
    theirs = issue(other, "leadership-brief").id
    assert {each.person for each in run(other, model.copies, theirs)} == {BOB, FRANK}
    assert run(house, model.of_id, theirs) is None and run(house, model.copies, theirs) == []
