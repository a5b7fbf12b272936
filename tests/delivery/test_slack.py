"""What Slack and the network do, as outcomes."""

import asyncio

import pytest

from bot.blocks import message, section
from bot.delivery.model import DELETE, POST, UPDATE
from bot.delivery.outcome import (
    Absent,
    Blind,
    Call,
    Finding,
    Found,
    Later,
    More,
    Never,
    NotNow,
    Outcome,
    RateLimited,
    Search,
    Sent,
    TokenDead,
    Unreachable,
    Unsure,
)
from bot.delivery.slack import SlackSender, make_client, make_session
from tests.fake_slack import (
    BOT_TOKEN,
    FakeSlack,
    Fault,
    cut_after,
    cut_before,
    failed_after,
    rate_limited,
    refused,
    server_error,
)
from tests.people import ALICE, UPDATES

HELLO = Call(POST, UPDATES, message(section("Hello")).payload(), "m1")
HOUR = 3_600_000


def send(slack: FakeSlack, call: Call = HELLO, token: str = BOT_TOKEN) -> Outcome:
    async def story() -> Outcome:
        async with make_session() as session:
            return await SlackSender(make_client(token, slack.url, session)).send(call)

    return asyncio.run(story())


def look(slack: FakeSlack, search: Search) -> Finding:
    async def story() -> Finding:
        async with make_session() as session:
            return await SlackSender(make_client(BOT_TOKEN, slack.url, session)).look(search)

    return asyncio.run(story())


def test_a_post_carries_its_marker_twice_and_unfurls_nothing(slack: FakeSlack) -> None:
    outcome = send(slack)
    (posted,) = slack.posts
    assert outcome == Sent(UPDATES, posted["ts"])
    assert posted["blocks"][0]["block_id"] == "mk:m1"
    assert posted["metadata"] == {"event_type": "drumbeat_message", "event_payload": {"k": "m1"}}
    (_, asked) = slack.calls[-1]
    assert (asked["unfurl_links"], asked["unfurl_media"]) == (False, False)


def test_a_change_keeps_the_marker_of_what_it_changes(slack: FakeSlack) -> None:
    sent = send(slack)
    assert isinstance(sent, Sent)
    changed = Call(UPDATE, UPDATES, message(section("Bye")).payload(), "m1", ts=sent.ts)
    assert send(slack, changed) == sent
    assert slack.said(UPDATES) == ["Bye"]
    assert look(slack, Search(UPDATES, "m1", 0)) == Found(UPDATES, (sent.ts,))


def test_a_message_without_blocks_is_found_by_its_metadata(slack: FakeSlack) -> None:
    sent = send(slack, Call(POST, UPDATES, {"text": "Hello"}, "m1"))
    assert isinstance(sent, Sent)
    assert look(slack, Search(UPDATES, "m1", 0)) == Found(UPDATES, (sent.ts,))


def test_what_slack_would_refuse_is_never_sent(slack: FakeSlack) -> None:
    outcome = send(slack, Call(POST, UPDATES, {"text": "Hello <!channel>"}, "m1"))
    assert isinstance(outcome, Never)
    assert outcome.reason.startswith("payload_refused: ")
    assert slack.calls == []


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (rate_limited(7), RateLimited(7_000)),
        (refused("rate_limited"), RateLimited(1_000)),
        (refused("service_unavailable"), Later("service_unavailable")),
        (refused("team_added_to_org"), Later("team_added_to_org")),
        (refused("external_channel_migrating"), Later("external_channel_migrating", HOUR)),
        (refused("message_limit_exceeded"), Later("message_limit_exceeded", HOUR)),
        (refused("token_revoked"), TokenDead("token_revoked")),
        (refused("account_inactive"), TokenDead("account_inactive")),
        (refused("channel_not_found"), Never("channel_not_found")),
        (refused("no_permission"), Never("no_permission")),
        (refused("is_archived"), Never("is_archived")),
        (refused("missing_scope"), Never("missing_scope")),
        (refused("invalid_blocks"), Never("invalid_blocks")),
        (refused("restricted_action_thread_locked"), Never("restricted_action_thread_locked")),
        (refused("slack_connect_file_link_sharing_blocked"), Never("slack_connect_file_link_sharing_blocked")),
        (refused("internal_error"), Unsure("internal_error")),
        (failed_after("fatal_error"), Unsure("fatal_error")),
        (refused("an_error_of_tomorrow"), Unsure("an_error_of_tomorrow")),
        (server_error(500), Unsure("http_500")),
        (server_error(503), Unsure("http_503")),
        (cut_before(), Unsure("no_answer: ServerDisconnectedError")),
        (cut_after(), Unsure("no_answer: ServerDisconnectedError")),
    ],
)
def test_each_refusal_has_its_outcome(slack: FakeSlack, fault: Fault, outcome: Outcome) -> None:
    slack.fail("chat.postMessage", fault)
    assert send(slack) == outcome
    assert slack.called("chat.postMessage") == 1


def test_slack_is_asked_again_within_the_hour_however_long_it_wants_to_be_left_alone(slack: FakeSlack) -> None:
    slack.fail("chat.postMessage", rate_limited(10**17))
    assert send(slack) == RateLimited(HOUR)


def test_joining_a_channel_first_lets_no_request_outlive_its_time(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.slack.REQUEST", 500)
    slack.fail("chat.postMessage", Fault(error="not_in_channel", hang=0.3))
    slack.fail("conversations.join", Fault(error="internal_error", hang=0.3))
    assert send(slack) == Unsure("no_answer: TimeoutError")
    assert slack.called("chat.postMessage") == 1


def test_a_wrong_token_is_a_dead_token(slack: FakeSlack) -> None:
    assert send(slack, token="xoxb-wrong") == TokenDead("invalid_auth")


def test_without_a_connection_nothing_was_sent() -> None:
    gone = FakeSlack()
    gone.start()
    gone.stop()
    outcome = send(gone)
    assert isinstance(outcome, Unreachable)


def test_a_marker_is_found_on_a_later_page(slack: FakeSlack) -> None:
    sent = send(slack)
    assert isinstance(sent, Sent)
    chatter(slack, 250)
    first = look(slack, Search(UPDATES, "m1", 0))
    assert isinstance(first, More)
    assert first.read == 200
    assert look(slack, Search(UPDATES, "m1", 0, cursor=first.cursor)) == Found(UPDATES, (sent.ts,))


def test_every_copy_on_a_page_is_told(slack: FakeSlack) -> None:
    one, two = send(slack), send(slack)
    assert isinstance(one, Sent)
    assert isinstance(two, Sent)
    assert look(slack, Search(UPDATES, "m1", 0)) == Found(UPDATES, (two.ts, one.ts))


def test_a_history_read_to_its_end_tells_absence(slack: FakeSlack) -> None:
    chatter(slack, 200)
    assert look(slack, Search(UPDATES, "m1", 0)) == Absent(UPDATES)


def test_a_copy_too_many_is_deleted(slack: FakeSlack) -> None:
    sent = send(slack)
    assert isinstance(sent, Sent)
    assert send(slack, Call(DELETE, UPDATES, {}, "m1", ts=sent.ts)) == sent
    assert slack.said(UPDATES) == []
    assert send(slack, Call(DELETE, UPDATES, {}, "m1", ts=sent.ts)) == Never("message_not_found")


def test_a_person_is_looked_for_in_the_direct_conversation(slack: FakeSlack) -> None:
    sent = send(slack, Call(POST, ALICE, HELLO.payload, "m1"))
    assert isinstance(sent, Sent)
    assert look(slack, Search(ALICE, "m1", 0)) == Found(sent.channel, (sent.ts,))


def test_a_reply_is_looked_for_in_its_thread(slack: FakeSlack) -> None:
    root = send(slack)
    assert isinstance(root, Sent)
    reply = send(slack, Call(POST, UPDATES, HELLO.payload, "m2", thread_ts=root.ts))
    assert isinstance(reply, Sent)
    assert look(slack, Search(UPDATES, "m2", 0)) == Absent(UPDATES)
    assert look(slack, Search(UPDATES, "m2", 0, thread_ts=root.ts)) == Found(UPDATES, (reply.ts,))


@pytest.mark.parametrize(
    ("fault", "finding"),
    [
        (rate_limited(9), NotNow("ratelimited", 9_000, for_all=True)),
        (refused("missing_scope"), Blind("missing_scope")),
        (refused("not_in_channel"), Blind("not_in_channel")),
        (refused("internal_error"), NotNow("internal_error", 5_000)),
        (refused("token_revoked"), TokenDead("token_revoked")),
        (server_error(), NotNow("http_500", 5_000)),
    ],
)
def test_each_failed_look_has_its_finding(slack: FakeSlack, fault: Fault, finding: Finding) -> None:
    slack.fail("conversations.history", fault)
    assert look(slack, Search(UPDATES, "m1", 0)) == finding


def chatter(slack: FakeSlack, count: int) -> None:
    start = int(slack.channels[UPDATES].messages[-1]["ts"].split(".")[0]) if slack.posts else 1
    slack.channels[UPDATES].messages.extend(
        {"type": "message", "user": ALICE, "text": "…", "ts": f"{start + 1 + number}.000000"} for number in range(count)
    )
