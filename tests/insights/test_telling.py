"""Each submitter is told once what became of what they brought, in their own words and thread."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.db import Database
from bot.delivery.model import DEAD, OutboxMessage
from bot.house import House
from bot.insights import answering, capturing, merging, questions, telling, triage
from bot.insights.answering import Disposition, Overtaken
from bot.insights.capturing import Bringer
from bot.insights.model import API, CLOSED, DECIDED
from bot.people.model import Profile
from bot.pointing import Spot
from bot.releases import flow, rollout
from bot.releases.model import Release
from bot.releases.rule import Saying
from bot.timers import Timer
from tests.aloud import read_aloud
from tests.fake_slack import FakeSlack
from tests.fake_slack.shapes import Channel
from tests.fakes import Promised, StoppedClock, promised
from tests.fakes import deliver as deliver_to
from tests.insights import world
from tests.insights.world import (
    HEARD,
    INSIGHTS,
    NO,
    TAGS,
    day_messages,
    decided,
    deliver,
    heard,
    now,
    routed,
    run,
    told,
    wait,
)  # fmt: skip
from tests.lookback.after import go_live
from tests.people import ALICE, BOB, CHARLIE
from tests.releases import launch
from tests.releases.launch import DANA, ERIN, FRANK, GRACE, call, settle_everything
from tests.updates.team import berlin

SUPPORT = "C0SUPPORT"
SPOT = Spot(SUPPORT, "1790000000.000100")
YES = Disposition("accepted", reason="We do it next quarter", link="https://tracker.example.com/B-12")


def texts(house: House, to: str = CHARLIE) -> list[str]:
    return [each.text for each in told(house, to)]


def with_release(release: int) -> Disposition:
    return Disposition("accepted", release_id=release)


def registered(house: House) -> int:
    with house.db.transaction() as session:
        return launch.register(session, house).id


def goes_live(house: House, release: int) -> None:
    with house.db.transaction() as session:
        found = flow.find(session, house, "atlas")
        settle_everything(session, house, found)
        call(session, house, found, Saying("go"))
    run(house, rollout.live, ERIN, str(release))


def a_while(house: House, time: timedelta = timedelta(minutes=5)) -> None:
    """Slack takes what was promised, and the clock goes on."""
    deliver(house)
    wait(house, house.clock.now() + time)


# What is told.


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        (YES, ["I-1: accepted", "Alice has accepted it: We do it next quarter", "tracker.example.com/B-12",
               "You hear again when it is there", "We will do this"]),
        (Disposition("researching", researcher=DANA, answer_by="2026-12-10"),
         ["being researched", "Dana looks into it, and says more by", "10 Dec", "We are looking into it"]),
        (Disposition("addressed", link="https://help.example.com/split"),
         ["addressed already", "It is there already", "help.example.com/split"]),
        (Disposition("declined", reason="Few ask", forward="Sorry, not this year."),
         ["declined, because: Few ask", "Sorry, not this year."]),
        (Disposition("parked", reason="ten ask for it"), ["Alice has parked it until ten ask for it."]),
        (Disposition("parked", answer_by="2027-01-11"), ["Alice has parked it until", "11 Jan"]),
        (Disposition("parked", reason="ten ask", answer_by="2027-01-11"), ["until ten ask; it is looked at again on"]),
    ],
)  # fmt: skip
def test_each_disposition_is_told_with_what_it_holds_and_a_sentence_to_forward(
    house: House, said: Disposition, parts: list[str]
) -> None:
    decided(house, said)
    (text,) = texts(house)
    assert "You told us: “Invoices cannot be split between two payers”" in text
    assert "A sentence for the customer" in text
    for part in parts:
        assert part.replace("declined, because", "has declined it, because") in text


def test_everybody_reads_their_own_words_in_the_thread_of_their_own_card(house: House) -> None:
    routed(house)
    read_aloud(promised(house.db, "insights.announced")[0])
    heard(house, DANA, "dana", what="One invoice, two payers: how?")
    run(house, merging.merge, BOB, "I-2", "I-1")
    run(house, answering.dispose, ALICE, "I-1", NO)
    cards = {each.channel: each.id for each in promised(house.db, "insights.card") if each.method == "post"}
    for person, words in ((CHARLIE, "Invoices cannot be split"), (DANA, "One invoice, two payers: how?")):
        (said,) = told(house, person)
        if person == CHARLIE:
            read_aloud(said)
            read_aloud(next(each for each in promised(house.db, "insights.card") if each.id == cards[person]))
        assert words in said.text and said.target == cards[person]


def test_in_a_thread_of_a_channel_they_are_named_so_that_slack_notifies_them(house: House) -> None:
    decided(house, thread=SPOT)
    (said,) = told(house, SUPPORT)
    assert f"<@{CHARLIE}>" in str(said.blocks[0])
    (known,) = promised(house.db, "known")
    assert said.target == known.id
    assert texts(house) == []


def test_in_their_own_dm_they_are_not_named(house: House) -> None:
    decided(house)
    assert f"<@{CHARLIE}>" not in str(told(house)[0].blocks)


# Once.


def test_who_brought_it_twice_is_told_once(house: House) -> None:
    routed(house)
    heard(house, key="again", what="The same")
    run(house, merging.merge, BOB, "I-2", "I-1")
    run(house, answering.dispose, ALICE, "I-1", NO)
    assert len(texts(house)) == 1


def test_who_is_merged_into_what_is_answered_is_told_and_nobody_else_again(house: House) -> None:
    first = decided(house)
    a_while(house)
    assert now(house, first).state == CLOSED
    heard(house, DANA, "dana", what="Two payers, please")
    run(house, merging.merge, BOB, "I-2", "I-1")
    assert (len(texts(house)), len(texts(house, DANA))) == (1, 1)
    assert "Two payers, please" in texts(house, DANA)[0]
    assert now(house, first).state == DECIDED
    a_while(house)
    assert now(house, first).state == CLOSED


def test_who_says_the_same_later_is_told_too(house: House) -> None:
    decided(house)
    run(house, capturing.also, DANA, "I-1")
    assert (len(texts(house)), len(texts(house, DANA))) == (1, 1)


def test_when_a_merge_is_undone_after_the_answer_they_hear_that_it_does_not_hold_and_then_their_own(
    house: House,
) -> None:
    routed(house)
    routed(house, DANA, "dana", what="Two payers, please")
    run(house, merging.merge, BOB, "I-2", "I-1")
    run(house, answering.dispose, ALICE, "I-1", NO)
    run(house, merging.unmerge, BOB, "I-2")
    run(house, answering.dispose, ALICE, "I-2", YES)
    assert len(texts(house)) == 1
    declined, apart, accepted = texts(house, DANA)
    assert "I-1: declined" in declined
    assert "What I told you about I-1 does not hold" in apart
    assert "I-2: accepted" in accepted


def test_when_a_merge_is_undone_before_the_answer_nobody_hears_of_it(house: House) -> None:
    routed(house)
    routed(house, DANA, "dana")
    run(house, merging.merge, BOB, "I-2", "I-1")
    run(house, merging.unmerge, BOB, "I-2")
    run(house, answering.dispose, ALICE, "I-1", NO)
    assert (len(texts(house)), texts(house, DANA)) == (1, [])


def test_an_answer_anew_is_told_once_more_and_shown_on_the_card(house: House) -> None:
    insight = decided(house)
    a_while(house)
    run(house, answering.dispose, ALICE, "I-1", YES)
    assert ["declined" in texts(house)[0], "accepted" in texts(house)[1]] == [True, True]
    a_while(house)
    assert (len(texts(house)), now(house, insight).state) == (2, CLOSED)


def test_the_same_form_sent_twice_is_told_once(house: House) -> None:
    routed(house)
    for _ in range(2):
        run(house, answering.dispose, ALICE, "I-1", NO, 0)
    assert len(texts(house)) == 1


def test_of_two_who_answer_with_a_form_the_second_sees_the_first(house: House) -> None:
    routed(house)
    run(house, answering.dispose, FRANK, "I-1", YES, 0)
    with pytest.raises(Overtaken, match="Frank answered I-1"):
        run(house, answering.dispose, ALICE, "I-1", NO, 0)
    assert len(texts(house)) == 1


def test_put_out_of_scope_again_for_another_reason_is_told_again(house: House) -> None:
    heard(house)
    for reason in ("It is about another product", "It is a question"):
        run(house, triage.put_out_of_scope, BOB, "I-1", reason)
        run(house, triage.reopen, BOB, "I-1")
    assert [reason in text for reason, text in zip(("another product", "a question"), texts(house), strict=True)] == [
        True, True,
    ]  # fmt: skip


def test_each_who_vouches_for_a_source_hears_it_in_their_day_message(house: House) -> None:
    for key, person in (("a", CHARLIE), ("b", FRANK)):
        captured = replace(HEARD, how=API, source_id="support", what=f"By program {key}")
        run(house, capturing.take, Bringer(person, is_own=False, brought_by="Desk"), captured, key, "program:desk")
    run(house, triage.sort, BOB, "I-1", TAGS)
    run(house, merging.merge, BOB, "I-2", "I-1")
    insight = run(house, answering.dispose, ALICE, "I-1", NO)
    for person, words in ((CHARLIE, "By program a"), (FRANK, "By program b")):
        assert texts(house, person) == []
        said = day_messages(house, person, berlin(26, 12))
        assert sum("I-1: declined" in each.text and words in each.text for each in said) == 1
    a_while(house, timedelta(hours=2))
    assert now(house, insight).state == CLOSED


# When it ships.


def test_who_asked_for_it_hears_again_when_it_is_live_and_once(house: House) -> None:
    release = registered(house)
    decided(house, with_release(release))
    assert "It comes with Atlas." in texts(house)[0]
    a_while(house)
    goes_live(house, release)
    assert len(texts(house)) == 2 and "You asked, we did" in texts(house)[1]
    run(house, rollout.stop, ERIN, str(release), "Errors")
    with house.db.transaction() as session:
        call(session, house, flow.find(session, house, "atlas"), Saying("go"))
    run(house, rollout.live, ERIN, str(release))
    a_while(house)
    assert len(texts(house)) == 2


def test_what_is_live_already_when_it_is_accepted_is_told_in_one_message(house: House) -> None:
    release = go_live(house)
    insight = decided(house, with_release(release))
    (text,) = texts(house)
    assert "It came with Atlas, which is live." in text and "You hear again" not in text
    a_while(house)
    assert (len(texts(house)), now(house, insight).state) == (1, CLOSED)


def test_nothing_looks_any_more_at_what_is_live_and_was_told(house: House) -> None:
    decided(house, with_release(go_live(house)))
    a_while(house)
    a_while(house)
    with house.db.transaction() as session:
        assert not session.scalars(select(Timer).where(Timer.kind == telling.CLOSING, Timer.state == "armed")).all()


def test_what_went_live_at_the_moment_of_its_acceptance_is_told_a_little_later(house: House) -> None:
    release = registered(house)
    decided(house, with_release(release))
    with house.db.transaction() as session:
        # As when the two did not see each other.
        session.execute(update(Release).values(state="live"))
    a_while(house)
    assert ["You asked, we did" in text for text in texts(house)] == [False, True]


def test_what_is_declined_after_all_is_not_told_when_the_release_is_live(house: House) -> None:
    release = registered(house)
    decided(house, with_release(release))
    run(house, answering.dispose, ALICE, "I-1", NO)
    goes_live(house, release)
    assert len(texts(house)) == 2 and "declined" in texts(house)[1]


def test_when_the_release_is_cancelled_its_owner_answers_anew_and_its_submitters_hear_that_alone(house: House) -> None:
    release = registered(house)
    decided(house, with_release(release))
    a_while(house)
    run(house, rollout.cancel, ALICE, str(release), "Too dear")
    said = day_messages(house, ALICE, berlin(26, 12))
    assert sum("its release is cancelled" in each.text and "which is cancelled" in each.text for each in said) == 1
    assert len(texts(house)) == 1
    cards = [
        each.text for each in promised(house.db, channel=CHARLIE) if "is cancelled; they look at it again" in each.text
    ]
    assert cards
    run(house, answering.dispose, ALICE, "I-1", NO)
    assert len(texts(house)) == 2


# Who cannot be told as usual.


def leave(house: House, person: str) -> None:
    with house.db.transaction() as session:
        session.execute(update(Profile).where(Profile.slack_id == person).values(active=False))


def test_who_has_left_slack_is_not_told_and_holds_nothing_up(house: House) -> None:
    insight = routed(house)
    run(house, capturing.also, DANA, "I-1")
    leave(house, CHARLIE)
    run(house, answering.dispose, ALICE, "I-1", NO)
    assert (texts(house), len(texts(house, DANA))) == ([], 1)
    a_while(house)
    assert now(house, insight).state == CLOSED


def lose(house: House, messages: list[Promised]) -> None:
    with house.db.transaction() as session:
        ids = [each.id for each in messages]
        session.execute(update(OutboxMessage).where(OutboxMessage.id.in_(ids)).values(state=DEAD, error="gone"))


def test_what_cannot_be_said_in_their_thread_is_said_in_their_dm_and_then_it_is_closed(house: House) -> None:
    insight = decided(house, thread=SPOT)
    lose(house, told(house, SUPPORT))
    wait(house, house.clock.now() + timedelta(minutes=3))
    (directly,) = told(house)
    assert directly.target is None and now(house, insight).state == DECIDED
    a_while(house, timedelta(hours=1))
    assert now(house, insight).state == CLOSED
    assert len(told(house)) == 1


def test_who_cannot_be_told_directly_either_does_not_keep_it_open_for_ever(house: House) -> None:
    insight = decided(house, thread=SPOT)
    lose(house, told(house, SUPPORT))
    wait(house, house.clock.now() + timedelta(minutes=3))
    lose(house, told(house))
    wait(house, house.clock.now() + timedelta(days=1))
    assert now(house, insight).state == CLOSED


def test_what_is_lost_of_a_release_that_went_live_is_said_directly_too(house: House) -> None:
    release = registered(house)
    insight = decided(house, with_release(release), thread=SPOT)
    a_while(house)
    assert now(house, insight).state == CLOSED
    goes_live(house, release)
    lose(house, [each for each in told(house, SUPPORT) if "You asked, we did" in each.text])
    wait(house, house.clock.now() + timedelta(minutes=3))
    assert ["You asked, we did" in text for text in texts(house)] == [True]


def test_it_is_closed_only_once_slack_has_it(house: House) -> None:
    insight = decided(house)
    wait(house, house.clock.now() + timedelta(hours=5))
    assert now(house, insight).state == DECIDED
    a_while(house, timedelta(hours=6))
    assert now(house, insight).state == CLOSED


# Restricted ones.


def test_merged_into_a_restricted_one_they_go_on_in_their_dm_and_no_channel_reads_its_answer(
    db: Database, clock: StoppedClock
) -> None:
    house = world.make(db, clock, triagers=["product_ops", "security"])
    heard(house, DANA, "secret", theme_id="trust", what="Names leak")
    run(house, triage.sort, GRACE, "I-1", replace(TAGS, theme_id="trust"))
    heard(house, key="open", thread=SPOT)
    run(house, merging.merge, GRACE, "I-2", "I-1")
    run(house, answering.dispose, GRACE, "I-1", NO)
    assert (told(house, SUPPORT), len(told(house, CHARLIE))) == ([], 1)
    in_channels = [each.text for each in promised(house.db) if each.channel in (SUPPORT, INSIGHTS)]
    assert not any("Few ask for it" in text or "Names leak" in text for text in in_channels)


# Over the wire to a Slack that keeps threads.


@pytest.fixture
def channel(slack: FakeSlack) -> Channel:
    slack.add_channel(INSIGHTS, "insights")
    return slack.add_channel(SUPPORT, "support")


def test_it_stands_in_the_thread_that_it_came_from(
    house: House, slack: FakeSlack, clock: StoppedClock, channel: Channel
) -> None:
    asked = slack.say(SUPPORT, "We cannot split invoices", user=CHARLIE)
    insight = decided(house, thread=Spot(SUPPORT, asked["ts"]))
    asyncio.run(deliver_to(house.db, clock, slack))
    _, card, answer = [each for each in slack.messages(SUPPORT) if asked["ts"] in (each["ts"], each.get("thread_ts"))]
    assert "Declined by Alice" in card["text"]
    assert answer["text"].startswith(f"<@{CHARLIE}>\n*I-1: declined*")
    wait(house, clock.now() + timedelta(minutes=3))
    assert now(house, insight).state == CLOSED


def test_whoever_asked_hears_that_the_question_did_not_get_through(
    house: House, slack: FakeSlack, clock: StoppedClock, channel: Channel
) -> None:
    asked = slack.say(SUPPORT, "We cannot split invoices", user=CHARLIE)
    heard(house, thread=Spot(SUPPORT, asked["ts"]))
    asyncio.run(deliver_to(house.db, clock, slack))
    channel.is_archived = True
    run(house, questions.ask, BOB, "I-1", "Which plan?")
    for _ in range(3):
        asyncio.run(deliver_to(house.db, clock, slack))
        wait(house, clock.now() + timedelta(minutes=3))
    assert any("I-1: one question" in said for said in slack.said(BOB)), slack.said(BOB)


@pytest.mark.parametrize("gone", ["removed", "archived", "deleted"])
def test_where_the_thread_is_gone_they_are_told_in_their_dm(
    house: House, slack: FakeSlack, clock: StoppedClock, channel: Channel, gone: str
) -> None:
    asked = slack.say(SUPPORT, "We cannot split invoices", user=CHARLIE)
    heard(house, thread=Spot(SUPPORT, asked["ts"]))
    asyncio.run(deliver_to(house.db, clock, slack))
    # Into a public one it just comes back.
    channel.has_bot, channel.is_private, channel.is_archived = gone != "removed", gone == "removed", gone == "archived"
    if gone == "deleted":
        for message in [*slack.messages(SUPPORT)]:
            slack.delete({**message, "channel": SUPPORT})
        channel.messages.clear()
    run(house, triage.sort, BOB, "I-1", TAGS)
    insight = run(house, answering.dispose, ALICE, "I-1", NO)
    for _ in range(3):
        asyncio.run(deliver_to(house.db, clock, slack))
        wait(house, clock.now() + timedelta(minutes=3))
    assert sum("I-1: declined" in said for said in slack.said(CHARLIE)) == 1
    assert now(house, insight).state == CLOSED
