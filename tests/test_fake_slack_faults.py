"""What the stand-in for Slack does to us: it is slow, strict, late and unfair, in Slack's ways."""

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.delivery.slack import make_client, make_session
from tests.fake_slack import (
    APP_TOKEN,
    BOT_TOKEN,
    Copies,
    FakeSlack,
    commits_late,
    cut_after,
    cut_before,
    refused,
    server_error,
)
from tests.fakes import StoppedClock
from tests.people import ALICE, BOB, LAUNCHES, UPDATES
from tests.slack_calls import call, refusal

OTHER = "xoxb-other"


def post(slack: FakeSlack, text: str = "hello", channel: str = UPDATES, **more: Any) -> str:
    return str(call(slack, "chat.postMessage", channel=channel, text=text, **more)["ts"])


def history(slack: FakeSlack, channel: str = UPDATES, **more: Any) -> list[str]:
    return [each["text"] for each in call(slack, "conversations.history", channel=channel, **more)["messages"]]


def marked(marker: str) -> Any:
    return {"event_type": "drumbeat_message", "event_payload": {"k": marker}}


# --- what was posted is seen later ---


def test_what_was_posted_is_in_the_history_only_after_a_while(slack: FakeSlack, clock: StoppedClock) -> None:
    slack.shows_after = 4
    root = post(slack, "now")
    post(slack, "a reply", thread_ts=root)

    assert history(slack) == []
    assert refusal(slack, "conversations.replies", channel=UPDATES, ts=root) == "thread_not_found"
    clock.turn(timedelta(seconds=4))
    assert history(slack) == ["now"]
    assert len(call(slack, "conversations.replies", channel=UPDATES, ts=root)["messages"]) == 2


def test_what_is_not_shown_yet_can_be_changed_and_deleted_all_the_same(slack: FakeSlack) -> None:
    slack.shows_after = 4
    ts = post(slack)

    call(slack, "chat.update", channel=UPDATES, ts=ts, text="changed")
    call(slack, "chat.delete", channel=UPDATES, ts=ts)
    assert slack.said(UPDATES) == []


# --- several workspaces ---


def test_each_token_speaks_in_its_own_workspace_only(slack: FakeSlack) -> None:
    other = slack.add_workspace("T0OTHER", token=OTHER, name="Globex")
    other.add_user("U0DORA", "Dora")
    other.add_channel("C0THEIRS", "theirs")

    call(slack, "chat.postMessage", OTHER, channel="C0THEIRS", text="to them")
    post(slack, "to us")

    assert (other.said("C0THEIRS"), slack.said(UPDATES)) == (["to them"], ["to us"])
    assert ([each["text"] for each in other.posts], [each["text"] for each in slack.posts]) == (["to them"], ["to us"])
    assert refusal(slack, "chat.postMessage", OTHER, channel=UPDATES, text="x") == "channel_not_found"
    assert refusal(slack, "chat.postMessage", channel="C0THEIRS", text="x") == "channel_not_found"
    assert refusal(slack, "conversations.history", channel="C0THEIRS") == "channel_not_found"
    assert refusal(slack, "users.info", OTHER, user=ALICE) == "user_not_found"
    assert [each["id"] for each in call(slack, "users.list", OTHER)["members"]] == ["U0DORA"]
    assert [each["id"] for each in call(slack, "conversations.list", OTHER)["channels"]] == ["C0THEIRS"]


def test_each_token_is_somebody_else(slack: FakeSlack) -> None:
    slack.add_workspace("T0OTHER", token=OTHER, name="Globex")

    ours, theirs = call(slack, "auth.test"), call(slack, "auth.test", OTHER)
    assert (theirs["team_id"], theirs["team"]) == ("T0OTHER", "Globex")
    assert not {ours[key] for key in ("team_id", "user_id", "bot_id")} & set(theirs.values())


def test_a_token_nobody_knows_and_one_that_was_taken_back_are_refused(slack: FakeSlack) -> None:
    assert refusal(slack, "auth.test", "xoxb-nobody") == "invalid_auth"
    assert refusal(slack, "auth.test", APP_TOKEN) == "not_allowed_token_type"
    slack.revoke(BOT_TOKEN)
    assert refusal(slack, "chat.postMessage", channel=UPDATES, text="x") == "token_revoked"
    slack.revoke(BOT_TOKEN, "account_inactive")
    assert refusal(slack, "auth.test") == "account_inactive"
    slack.restore(BOT_TOKEN)
    assert call(slack, "auth.test")["team_id"]


# --- rate limits ---


def test_a_channel_takes_a_few_messages_at_once_and_then_one_a_second(slack: FakeSlack, clock: StoppedClock) -> None:
    slack.keep_limits()

    def posted(times: int) -> int:
        return sum(attempt(slack, "chat.postMessage", channel=UPDATES, text="x") == 0 for _ in range(times))

    assert posted(5) == 3
    clock.turn(timedelta(seconds=1))
    assert posted(2) == 1
    assert attempt(slack, "chat.postMessage", channel=UPDATES, text="x") == 1
    assert attempt(slack, "chat.postMessage", channel=LAUNCHES, text="x") == 0
    assert slack.refused_calls == {"chat.postMessage": 4}


def test_a_workspace_takes_some_hundred_messages_a_minute(slack: FakeSlack, clock: StoppedClock) -> None:
    slack.keep_limits()
    for number in range(101):
        slack.add_channel(f"C0ROOM{number}", f"room-{number}")
    other = slack.add_workspace("T0OTHER", token=OTHER)
    other.add_channel("C0THEIRS", "theirs")

    waits = attempts(slack, [("chat.postMessage", {"channel": f"C0ROOM{n // 3}", "text": "x"}) for n in range(301)])

    assert waits == [0] * 300 + [60]
    assert attempt(slack, "chat.postMessage", OTHER, channel="C0THEIRS", text="x") == 0
    clock.turn(timedelta(minutes=1))
    assert attempt(slack, "chat.postMessage", channel=UPDATES, text="x") == 0


@pytest.mark.parametrize(
    ("method", "args", "most"),
    [
        ("users.list", {}, 20),
        ("conversations.info", {"channel": UPDATES}, 50),
        ("users.info", {"user": ALICE}, 100),
    ],
)
def test_each_method_has_its_tier(slack: FakeSlack, method: str, args: Any, most: int) -> None:
    slack.keep_limits()
    slack.add_workspace("T0OTHER", token=OTHER)

    assert attempts(slack, [(method, args)] * (most + 2)) == [0] * most + [60, 60]
    assert slack.refused_calls == {method: 2}
    assert attempt(slack, "auth.test") == 0
    assert attempt(slack, "conversations.list", OTHER) == 0


def test_an_app_sold_outside_the_marketplace_reads_fifteen_messages_a_minute(
    slack: FakeSlack, clock: StoppedClock
) -> None:
    slack.reads_a_minute = 1
    for number in range(20):
        post(slack, str(number))

    assert len(history(slack, limit=200)) == 15
    assert attempt(slack, "conversations.history", channel=UPDATES) == 60
    clock.turn(timedelta(seconds=60))
    assert attempt(slack, "conversations.history", channel=UPDATES) == 0


def test_nothing_is_limited_until_somebody_asks_for_it(slack: FakeSlack) -> None:
    assert attempts(slack, [("users.list", {})] * 30) == [0] * 30
    assert not slack.refused_calls


def attempt(slack: FakeSlack, method: str, token: str = BOT_TOKEN, **args: Any) -> int:
    """How long Slack wants us to wait; 0 when it did what we asked."""
    return attempts(slack, [(method, args)], token)[0]


def attempts(slack: FakeSlack, calls: list[tuple[str, Any]], token: str = BOT_TOKEN) -> list[int]:
    async def story() -> list[int]:
        async with make_session() as session:
            client = make_client(token, slack.url, session)
            return [await one(client, method, args) for method, args in calls]

    async def one(client: Any, method: str, args: Any) -> int:
        try:
            await client.api_call(method, json=args)
        except SlackApiError as error:
            assert (error.response.status_code, error.response["error"]) == (429, "ratelimited")
            return int(error.response.headers["Retry-After"])
        return 0

    return asyncio.run(story())


# --- what goes wrong ---


def test_what_is_late_appears_by_itself(slack: FakeSlack) -> None:
    slack.fail("chat.postMessage", commits_late(0.2))
    with pytest.raises(ClientError):
        post(slack, "late")

    assert slack.said(UPDATES) == []
    assert ever(lambda: slack.said(UPDATES) == ["late"])
    slack.commit_late()
    assert slack.said(UPDATES) == ["late"]


def test_what_is_late_may_also_hang(slack: FakeSlack) -> None:
    slack.fail("chat.postMessage", commits_late(0.05, hang=0.3))
    began = time.monotonic()
    with pytest.raises(ClientError):
        post(slack, "late")

    assert time.monotonic() - began >= 0.3
    assert slack.said(UPDATES) == ["late"]


def test_what_is_late_is_not_done_in_a_channel_archived_meanwhile(slack: FakeSlack) -> None:
    slack.fail("chat.postMessage", commits_late(0.1))
    with pytest.raises(ClientError):
        post(slack, "late")
    slack.channels[UPDATES].is_archived = True

    time.sleep(0.2)
    assert slack.said(UPDATES) == []


def test_chance_gives_the_same_faults_for_the_same_seed(other_slacks: list[FakeSlack]) -> None:
    def fates(slack: FakeSlack, seed: int) -> str:
        slack.mix(seed, {refused("no_luck"): 0.3, server_error(): 0.2}, "users.info")
        return "".join(fate(slack) for _ in range(40))

    def fate(slack: FakeSlack) -> str:
        try:
            call(slack, "users.info", user=BOB)
        except SlackApiError as error:
            return "r" if error.response.status_code == 200 else "s"
        return "."

    one, again, another = (fates(slack, seed) for slack, seed in zip(other_slacks, (1, 1, 2), strict=True))
    assert one == again
    assert one != another
    assert set(one) == {".", "r", "s"}
    assert call(other_slacks[0], "auth.test")["ok"], "what was not named goes well"


def test_healed_nothing_goes_wrong_by_chance(slack: FakeSlack) -> None:
    slack.mix(1, {refused("no_luck"): 1})
    assert refusal(slack, "auth.test") == "no_luck"
    slack.heal()
    assert call(slack, "auth.test")["ok"]


def test_copies_are_counted_by_their_marker(slack: FakeSlack) -> None:
    other = slack.add_workspace("T0OTHER", token=OTHER)
    other.add_channel("C0THEIRS", "theirs")
    blocks = [{"type": "section", "block_id": "mk:7", "text": {"type": "plain_text", "text": "hello"}}]

    first = post(slack, metadata=marked("7"))
    post(slack, blocks=blocks)
    post(slack, metadata=marked("8"))
    slack.fail("chat.postMessage", cut_after())
    slack.fail("chat.postMessage", cut_before())
    for _ in range(2):
        with pytest.raises(ClientError):
            post(slack, channel=ALICE, metadata=marked("7"))
    assert slack.copies("7") == Copies(posted=3, standing=3)

    call(slack, "chat.update", channel=UPDATES, ts=first, text="changed", metadata=marked("9"))
    assert slack.copies("7") == Copies(posted=3, standing=3)
    call(slack, "chat.delete", channel=UPDATES, ts=first)
    call(slack, "chat.postMessage", OTHER, channel="C0THEIRS", text="x", metadata=marked("7"))
    assert slack.copies("7") == Copies(posted=4, standing=3)
    assert other.copies("7") == Copies(posted=1, standing=1)
    assert slack.copies("9") == Copies(posted=0, standing=0)


def ever(happened: Any) -> bool:
    until = time.monotonic() + 5
    while time.monotonic() < until:
        if happened():
            return True
        time.sleep(0.01)
    return False


@pytest.fixture
def other_slacks(clock: StoppedClock) -> Iterator[list[FakeSlack]]:
    slacks = [FakeSlack(clock) for _ in range(3)]
    for each in slacks:
        each.start()
    yield slacks
    for each in slacks:
        each.stop()
