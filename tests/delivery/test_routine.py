"""Routine posts: a channel gets so many of them in a day, and the rest in the thread of the last."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.blocks import Message, context, header, message, section
from bot.blocks.check import MESSAGE_BLOCKS
from bot.db import Database
from bot.definitions import Definitions
from bot.delivery import outbox
from bot.delivery.model import OutboxMessage
from bot.house import House
from tests import people
from tests.fake_slack import FakeSlack, refused
from tests.fakes import WEDNESDAY, StoppedClock, deliver, make_house, promised
from tests.people import LAUNCHES, UPDATES

NOTE = "In this thread, since the channel has had its 2 routine posts of the day."
HOUR = timedelta(hours=1)


def definitions(most: int) -> Definitions:
    organisation = people.organisation().model_copy(update={"channel_posts_a_day": most})
    return Definitions(organisation, people.calendar())


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    """In Berlin; two routine posts a day, as everywhere by default."""
    return make_house(db, clock=clock)


def post(house: House, *texts: str, channel: str = UPDATES, not_before: datetime | None = None) -> list[int]:
    with house.db.transaction() as session:
        return [
            outbox.post(session, house, channel, say(text), kind="card", routine=True, not_before=not_before)
            for text in texts
        ]


def say(text: str) -> Message:
    return message(header(text), section("…"))


def threads(house: House, channel: str = UPDATES) -> list[int | None]:
    """Of every post in order, the message in whose thread it goes."""
    return [each.target for each in promised(house.db, channel=channel) if each.method == "post"]


def state(house: House, message_id: int, becomes: str) -> None:
    """As delivery would write it down."""
    with house.db.transaction() as session:
        session.get_one(OutboxMessage, message_id).state = becomes


def stand(slack: FakeSlack, channel: str = UPDATES) -> dict[str, list[str]]:
    """What stands in the channel, each with the titles in its thread."""
    messages = slack.messages(channel)
    top = [each for each in messages if "thread_ts" not in each]
    replies = {each["ts"]: [title(one) for one in messages if one.get("thread_ts") == each["ts"]] for each in top}
    assert sum(map(len, replies.values())) + len(top) == len(messages), "every thread begins with what stands there"
    return {title(each): replies[each["ts"]] for each in top}


def title(posted: dict[str, Any]) -> str:
    return str(posted["text"]).partition("\n")[0]


def test_what_comes_after_a_days_share_goes_into_the_thread_of_the_last(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    post(house, "one", "two", "three", "four")
    asyncio.run(deliver(house.db, clock, slack))
    assert stand(slack) == {"one": [], "two": ["three", "four"]}


def test_it_says_why_in_one_small_line_and_others_do_not(house: House, clock: StoppedClock, slack: FakeSlack) -> None:
    post(house, "one", "two", "three")
    asyncio.run(deliver(house.db, clock, slack))
    one, two, three = slack.messages(UPDATES)
    assert three["text"] == f"three\n…\n{NOTE}"
    assert three["blocks"][-1] == context(NOTE)
    assert "routine" not in str([one, two])


def test_with_one_post_a_day_it_says_so(db: Database, clock: StoppedClock, slack: FakeSlack) -> None:
    house = make_house(db, definitions(1), clock)
    post(house, "one", "two")
    asyncio.run(deliver(db, clock, slack))
    assert stand(slack) == {"one": ["two"]}
    assert "its 1 routine post of the day." in slack.said(UPDATES)[1]


def test_its_own_replies_follow_into_the_same_thread(house: House, clock: StoppedClock, slack: FakeSlack) -> None:
    *_, three = post(house, "one", "two", "three")
    with house.db.transaction() as session:
        outbox.post(session, house, UPDATES, say("its details"), kind="card", thread_of=three)
    asyncio.run(deliver(house.db, clock, slack))
    assert stand(slack) == {"one": [], "two": ["three", "its details"]}
    assert NOTE not in slack.said(UPDATES)[3], "a reply stands in a thread anyway"


def test_corrections_find_it_there_and_keep_the_line(house: House, clock: StoppedClock, slack: FakeSlack) -> None:
    *_, three = post(house, "one", "two", "three")
    for text in ("queued still", "corrected", "and again"):
        with house.db.transaction() as session:
            outbox.update(session, house, three, say(text))
        asyncio.run(deliver(house.db, clock, slack))
    assert stand(slack) == {"one": [], "two": ["and again"]}
    assert slack.said(UPDATES)[2] == f"and again\n…\n{NOTE}"
    with house.db.transaction() as session:
        outbox.update(session, house, three, say("and again"))
    assert [each.method for each in promised(house.db)].count("update") == 2, "what says the same changes nothing"


def test_each_day_counts_anew_by_the_workspaces_clock(house: House, clock: StoppedClock) -> None:
    midnight = datetime.fromisoformat("2026-11-26T00:00+01:00")
    clock.set(midnight - timedelta(minutes=1))
    _one, two, *_ = post(house, "one", "two", "three")
    clock.set(midnight)
    post(house, "four", "five")
    assert threads(house) == [None, None, two, None, None]


def test_what_is_to_come_on_another_day_counts_for_that_day(house: House) -> None:
    tomorrow = WEDNESDAY + 24 * HOUR
    _one, two = post(house, "one", "two", not_before=tomorrow)
    post(house, "three")
    post(house, "four", not_before=tomorrow + HOUR)
    assert threads(house) == [None, None, None, two]


def test_only_routine_posts_of_the_same_channel_and_workspace_count(house: House) -> None:
    elsewhere = make_house(house.db, clock=house.clock, workspace_id="T0OTHER")
    post(elsewhere, "theirs", "theirs too")
    post(house, "one", channel=LAUNCHES)
    with house.db.transaction() as session:
        for _ in range(3):
            outbox.post(session, house, UPDATES, say("a decision"), kind="decision.card")
    post(house, "two", "three")
    assert threads(house) == [None] * 7


def test_a_known_key_counts_once(house: House) -> None:
    with house.db.transaction() as session:
        for _ in range(3):
            outbox.post(session, house, UPDATES, say("one"), kind="card", dedupe="card:1", routine=True)
    post(house, "two")
    assert threads(house) == [None, None]


@pytest.mark.parametrize("lost", ["cancelled", "dead", "held"])
def test_what_does_not_stand_there_takes_nobodys_place(house: House, lost: str) -> None:
    _one, two = post(house, "one", "two")
    state(house, two, lost)
    (three,) = post(house, "three")
    post(house, "four")
    assert threads(house)[-2:] == [None, three]


def test_nothing_waits_for_a_post_that_is_to_come_later(house: House) -> None:
    (one,) = post(house, "one")
    post(house, "in the evening", not_before=WEDNESDAY + 8 * HOUR)
    (three,) = post(house, "three")
    assert threads(house)[-1] == one
    with house.db.transaction() as session:
        assert session.get_one(OutboxMessage, three).not_before == 0


def test_with_nothing_there_yet_it_waits_for_the_first_to_come(db: Database, clock: StoppedClock) -> None:
    house = make_house(db, definitions(2), clock)
    post(house, "at night", not_before=WEDNESDAY + 9 * HOUR)
    (evening,) = post(house, "in the evening", not_before=WEDNESDAY + 8 * HOUR)
    post(house, "three")
    assert threads(house) == [None, None, evening]


def test_what_waits_for_a_lost_thread_will_have_its_place(db: Database, clock: StoppedClock, slack: FakeSlack) -> None:
    """Otherwise both would stand in the channel, one after the other."""
    house = make_house(db, definitions(1), clock)
    one, _two = post(house, "one", "two")
    state(house, one, "cancelled")
    post(house, "three")
    asyncio.run(deliver(db, clock, slack))
    assert stand(slack) == {"two": ["three"]}


def test_a_share_made_smaller_later_leaves_what_stands(house: House) -> None:
    _one, two = post(house, "one", "two")
    (_three,) = post(replace(house, definitions=definitions(1)), "three")
    (four,) = post(replace(house, definitions=definitions(3)), "four")
    post(replace(house, definitions=definitions(3)), "five")
    assert threads(house) == [None, None, two, None, four]


def test_what_was_to_stand_in_a_lost_thread_stands_in_another(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    post(house, "one")
    asyncio.run(deliver(house.db, clock, slack))
    post(house, "two", "three", "four")
    slack.fail("chat.postMessage", refused("invalid_blocks"))
    asyncio.run(deliver(house.db, clock, slack))
    assert [each.state for each in promised(house.db)] == ["sent", "dead", "sent", "sent"]
    assert stand(slack) == {"one": ["three", "four"]}


def test_with_no_other_thread_it_begins_its_own_and_the_rest_follow(
    db: Database, clock: StoppedClock, slack: FakeSlack
) -> None:
    house = make_house(db, definitions(1), clock)
    one, two, *_ = post(house, "one", "two", "three")
    with db.transaction() as session:
        outbox.post(session, house, UPDATES, say("details of two"), kind="card", thread_of=two)
    state(house, one, "dead")
    asyncio.run(deliver(db, clock, slack))
    assert stand(slack) == {"two": ["three", "details of two"]}
    assert slack.said(UPDATES)[0] == "two\n…", "what stands in no thread does not say why it does"


@pytest.mark.parametrize("lost", ["cancelled", "held"])
def test_a_thread_that_is_taken_back_or_in_doubt_holds_up_nothing(
    house: House, clock: StoppedClock, slack: FakeSlack, lost: str
) -> None:
    _one, two, *_ = post(house, "one", "two", "three")
    state(house, two, lost)
    asyncio.run(deliver(house.db, clock, slack))
    assert stand(slack) == {"one": ["three"]}


def test_when_somebody_deletes_the_thread_it_stands_in_the_channel(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    post(house, "one", "two")
    asyncio.run(deliver(house.db, clock, slack))
    slack.delete({**slack.messages(UPDATES)[1], "channel": UPDATES})
    (three,) = post(house, "three")
    with house.db.transaction() as session:
        outbox.post(session, house, UPDATES, say("its details"), kind="card", thread_of=three)
    asyncio.run(deliver(house.db, clock, slack))
    assert stand(slack) == {"one": [], "three": ["its details"]}
    assert {each.state for each in promised(house.db)} == {"sent"}


def test_what_slack_will_never_take_is_given_up_there_too(house: House, clock: StoppedClock, slack: FakeSlack) -> None:
    post(house, "one", "two")
    asyncio.run(deliver(house.db, clock, slack))
    slack.fail("chat.postMessage", refused("invalid_blocks"))
    post(house, "three")
    asyncio.run(deliver(house.db, clock, slack))
    assert [each.state for each in promised(house.db)] == ["sent", "sent", "dead"]


def test_a_message_that_is_full_says_all_it_has_to_say_and_not_why(
    house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    full = message(*(section(f"line {n}") for n in range(MESSAGE_BLOCKS)))
    post(house, "one", "two")
    with house.db.transaction() as session:
        outbox.post(session, house, UPDATES, full, kind="card", routine=True)
    asyncio.run(deliver(house.db, clock, slack))
    assert len(slack.messages(UPDATES)[2]["blocks"]) == MESSAGE_BLOCKS
    assert slack.said(UPDATES)[2] == full.text


def test_counting_takes_one_query_by_its_index(house: House) -> None:
    post(house, "one", "two")
    counting = [sql for sql in _statements(house, "three") if "routine_day = " in sql[0]]
    assert len(counting) == 1
    with house.db.engine.connect() as connection:
        sql, values = counting[0]
        steps = [step.detail for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert ["ix_outbox_routine" in steps[0], *("PRIMARY KEY" in step for step in steps[1:])] == [True, True]


def _statements(house: House, text: str) -> Sequence[tuple[str, Any]]:
    """What the database is asked to promise one routine post."""
    statements: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, sql: str, values: Any, *_rest: Any) -> None:
        statements.append((sql, values))

    event.listen(house.db.engine, "before_cursor_execute", keep)
    post(house, text)
    event.remove(house.db.engine, "before_cursor_execute", keep)
    return statements
