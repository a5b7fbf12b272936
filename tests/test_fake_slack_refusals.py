"""What Slack refuses, the stand-in refuses, and with Slack's word for it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.blocks import home, modal, section, text_input
from bot.delivery.slack import make_session
from tests.fake_slack import FakeSlack, views
from tests.fakes import StoppedClock
from tests.people import ALICE, BOB, CHARLIE, LAUNCHES, UPDATES
from tests.slack_calls import call, refusal

FORM = modal("form", "A form", text_input("shipped", "What shipped?")).payload()
HOME = home(section("Hello")).payload()
PRIVATE, ARCHIVED, CLOSED, NOT_IN = "C0PRIVATE", "C0ARCHIVED", "C0CLOSED", "C0NOTIN"
SECTION = {"type": "section", "text": {"type": "plain_text", "text": "hello"}}
MARK = {"event_type": "drumbeat_message"}


@pytest.fixture(autouse=True)
def more_channels(slack: FakeSlack) -> None:
    slack.add_channel(PRIVATE, "private", is_private=True)
    slack.add_channel(CLOSED, "closed", is_private=True, has_bot=False)
    slack.add_channel(NOT_IN, "not-in", has_bot=False)
    slack.add_channel(ARCHIVED, "archived", is_archived=True)
    slack.direct(ALICE)
    slack.deactivate(CHARLIE)


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": CLOSED, "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": NOT_IN, "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": ARCHIVED, "text": "x"}, "is_archived"),
        ("chat.postMessage", {"channel": "U0NOBODY", "text": "x"}, "user_not_found"),
        ("chat.postMessage", {"channel": CHARLIE, "text": "x"}, "user_disabled"),
        ("chat.postMessage", {"channel": UPDATES}, "no_text"),
        ("chat.postMessage", {"channel": UPDATES, "text": ""}, "no_text"),
        ("chat.postMessage", {"channel": UPDATES, "text": "x", "blocks": [{"type": "?"}]}, "invalid_blocks"),
        ("chat.postMessage", {"channel": UPDATES, "text": "x", "blocks": [SECTION] * 51}, "invalid_blocks"),
        ("chat.postMessage", {"channel": UPDATES, "text": "x", "blocks": {"type": "?"}}, "invalid_blocks_format"),
        ("chat.postMessage", {"channel": UPDATES, "text": "x" * 40_001}, "msg_too_long"),
        ("chat.postMessage", {"channel": UPDATES, "text": "x", "markdown_text": "x"}, "markdown_text_conflict"),
        ("chat.postMessage", {"channel": UPDATES, "text": "x", "thread_ts": "1.1"}, "thread_not_found"),
        ("chat.postMessage", {"channel": UPDATES, "text": "x", "metadata": {"a": 1}}, "invalid_metadata_format"),
        ("chat.postMessage", {"channel": UPDATES, "text": "x", "metadata": MARK}, "invalid_metadata_format"),
        (
            "chat.postMessage",
            {"channel": UPDATES, "text": "x", "metadata": MARK | {"event_payload": {"k": {"a": {"b": 1}}}}},
            "invalid_metadata_schema",
        ),
        (
            "chat.postMessage",
            {"channel": UPDATES, "text": "x", "metadata": MARK | {"event_payload": {"k": "x" * 8_000}}},
            "metadata_too_large",
        ),
        ("chat.update", {"channel": UPDATES, "text": "x", "ts": "1.1"}, "message_not_found"),
        ("chat.update", {"channel": UPDATES, "text": "x" * 4_001, "ts": "1.1"}, "msg_too_long"),
        ("chat.update", {"channel": UPDATES, "ts": "1.1"}, "no_text"),
        ("chat.update", {"channel": ALICE, "text": "x", "ts": "1.1"}, "channel_not_found"),
        ("chat.update", {"channel": ARCHIVED, "text": "x", "ts": "1.1"}, "is_inactive"),
        ("chat.delete", {"channel": UPDATES, "ts": "1.1"}, "message_not_found"),
        ("chat.delete", {"channel": "C0NOWHERE", "ts": "1.1"}, "channel_not_found"),
        ("chat.postEphemeral", {"channel": UPDATES, "user": "U0NOBODY", "text": "x"}, "user_not_in_channel"),
        ("chat.postEphemeral", {"channel": UPDATES, "user": CHARLIE, "text": "x"}, "user_not_in_channel"),
        ("chat.postEphemeral", {"channel": ARCHIVED, "user": ALICE, "text": "x"}, "is_archived"),
        ("chat.getPermalink", {"channel": UPDATES, "message_ts": "1.1"}, "message_not_found"),
        ("chat.getPermalink", {"channel": NOT_IN, "message_ts": "1.1"}, "message_not_found"),
        ("chat.getPermalink", {"channel": CLOSED, "message_ts": "1.1"}, "channel_not_found"),
        ("conversations.history", {"channel": ALICE}, "channel_not_found"),
        ("conversations.history", {"channel": NOT_IN}, "not_in_channel"),
        ("conversations.history", {"channel": CLOSED}, "channel_not_found"),
        ("conversations.replies", {"channel": UPDATES, "ts": "1.1"}, "thread_not_found"),
        ("conversations.replies", {"channel": NOT_IN, "ts": "1.1"}, "not_in_channel"),
        ("conversations.info", {"channel": CLOSED}, "channel_not_found"),
        ("conversations.info", {"channel": "D0ALICE"}, "missing_scope"),
        ("conversations.members", {"channel": "D0ALICE"}, "missing_scope"),
        ("conversations.members", {"channel": "C0NOWHERE"}, "channel_not_found"),
        ("conversations.join", {"channel": "C0NOWHERE"}, "channel_not_found"),
        ("conversations.join", {"channel": CLOSED}, "channel_not_found"),
        ("conversations.join", {"channel": PRIVATE}, "method_not_supported_for_channel_type"),
        ("conversations.join", {"channel": ARCHIVED}, "is_archived"),
        ("conversations.open", {}, "users_list_not_supplied"),
        ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
        ("conversations.open", {"users": CHARLIE}, "user_disabled"),
        ("usergroups.users.list", {"usergroup": "S0NOBODY"}, "no_such_subteam"),
        ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
        ("users.profile.get", {"user": "U0NOBODY"}, "user_not_found"),
        ("users.lookupByEmail", {"email": "nobody@example.com"}, "users_not_found"),
        ("users.lookupByEmail", {"email": "charlie@example.com"}, "users_not_found"),
        ("views.open", {"trigger_id": "1.2", "view": FORM}, "invalid_trigger_id"),
        ("views.update", {"view_id": "V0NOWHERE", "view": FORM}, "not_found"),
        ("views.publish", {"user_id": ALICE, "view": FORM}, "invalid_arguments"),
        ("views.publish", {"user_id": "U0NOBODY", "view": HOME}, "invalid_arguments"),
        ("views.publish", {"user_id": ALICE, "view": HOME | {"blocks": [SECTION] * 101}}, "invalid_arguments"),
        ("views.publish", {"user_id": ALICE, "view": HOME | {"private_metadata": "x" * 250_000}}, "view_too_large"),
        ("views.publish", {"user_id": ALICE, "view": HOME, "hash": "156772938.1827394"}, "hash_conflict"),
        ("apps.connections.open", {}, "not_allowed_token_type"),
        ("no.such.method", {}, "unknown_method"),
    ],
)
def test_it_refuses_what_slack_refuses(slack: FakeSlack, method: str, args: Any, error: str) -> None:
    assert refusal(slack, method, **args) == error
    assert not slack.posts
    assert not slack.ephemerals
    assert not slack.homes


def test_it_takes_the_longest_that_slack_takes(slack: FakeSlack) -> None:
    ts = call(slack, "chat.postMessage", channel=UPDATES, text="x" * 40_000, blocks=[SECTION] * 50)["ts"]
    call(slack, "chat.update", channel=UPDATES, ts=ts, text="x" * 4_000)
    assert slack.said(UPDATES) == ["x" * 4_000]


def test_nobody_changes_or_deletes_what_somebody_else_wrote(slack: FakeSlack) -> None:
    alices = slack.say(UPDATES, "I said this", user=ALICE)
    assert refusal(slack, "chat.update", channel=UPDATES, ts=alices["ts"], text="x") == "cant_update_message"
    assert refusal(slack, "chat.delete", channel=UPDATES, ts=alices["ts"]) == "cant_delete_message"
    assert slack.said(UPDATES) == ["I said this"]


def test_what_was_deleted_is_not_changed_answered_or_deleted_again(slack: FakeSlack) -> None:
    post = call(slack, "chat.postMessage", channel=UPDATES, text="x")
    slack.delete({**post["message"], "channel": UPDATES})

    where = {"channel": UPDATES, "ts": post["ts"]}
    assert refusal(slack, "chat.update", **where, text="y") == "message_not_found"
    assert refusal(slack, "chat.delete", **where) == "message_not_found"
    assert refusal(slack, "conversations.replies", **where) == "thread_not_found"
    reply = {"channel": UPDATES, "text": "y", "thread_ts": post["ts"]}
    assert refusal(slack, "chat.postMessage", **reply) == "thread_not_found"


def test_one_message_is_read_by_its_own_time(slack: FakeSlack) -> None:
    root, later = slack.say(UPDATES, "root"), slack.say(UPDATES, "later")
    reply = slack.say(UPDATES, "reply", thread_ts=root["ts"])

    def said(method: str, **args: Any) -> list[str]:
        return [each["text"] for each in call(slack, method, channel=UPDATES, **args)["messages"]]

    at = {"latest": root["ts"], "limit": 1}
    assert said("conversations.history", **at) == []
    assert said("conversations.history", **at, inclusive=True) == ["root"]
    assert said("conversations.history", latest=reply["ts"], inclusive=True, limit=1) == ["later"], "no reply"
    there = {"oldest": reply["ts"], "latest": reply["ts"], "inclusive": True}
    assert said("conversations.replies", ts=root["ts"], **there) == ["reply"]
    assert said("conversations.replies", ts=reply["ts"]) == ["reply"]
    assert said("conversations.history", oldest=later["ts"], inclusive=True) == ["later"]


def test_the_link_to_a_reply_names_its_thread(slack: FakeSlack) -> None:
    root = slack.say(NOT_IN, "root")
    reply = slack.say(NOT_IN, "reply", thread_ts=root["ts"])

    def permalink(message: Any) -> str:
        return str(call(slack, "chat.getPermalink", channel=NOT_IN, message_ts=message["ts"])["permalink"])

    assert permalink(root) == f"https://acme.slack.com/archives/{NOT_IN}/p{root['ts'].replace('.', '')}"
    assert permalink(reply).endswith(f"?thread_ts={root['ts']}&cid={NOT_IN}")


def test_a_deleted_message_with_replies_leaves_a_stone(slack: FakeSlack) -> None:
    root = slack.say(UPDATES, "root")
    slack.say(UPDATES, "reply", thread_ts=root["ts"])
    slack.delete(root)
    (stone,) = call(slack, "conversations.history", channel=UPDATES)["messages"]
    assert (stone["subtype"], stone["ts"], stone["text"]) == ("tombstone", root["ts"], "This message was deleted.")


def test_a_message_loses_its_metadata_only_when_it_is_taken_away(slack: FakeSlack) -> None:
    mark = MARK | {"event_payload": {"k": "7"}}
    ts = call(slack, "chat.postMessage", channel=UPDATES, text="x", metadata=mark, blocks=[SECTION])["ts"]

    call(slack, "chat.update", channel=UPDATES, ts=ts, text="y")
    (message,) = slack.messages(UPDATES)
    assert message["metadata"] == mark
    assert "blocks" not in message
    call(slack, "chat.update", channel=UPDATES, ts=ts, text="z", metadata={})
    assert "metadata" not in slack.messages(UPDATES)[0]


def test_an_ephemeral_message_reaches_only_who_is_in_the_channel(slack: FakeSlack) -> None:
    slack.channels[LAUNCHES].members = [ALICE]
    assert call(slack, "chat.postEphemeral", channel=LAUNCHES, user=ALICE, text="x")["message_ts"]
    assert refusal(slack, "chat.postEphemeral", channel=LAUNCHES, user=BOB, text="x") == "user_not_in_channel"
    assert call(slack, "conversations.members", channel=LAUNCHES)["members"] == [ALICE]


def test_a_channel_is_joined_once_and_then_may_be_written_to(slack: FakeSlack) -> None:
    assert "warning" not in call(slack, "conversations.join", channel=NOT_IN)
    assert call(slack, "conversations.join", channel=NOT_IN)["warning"] == "already_in_channel"
    assert call(slack, "chat.postMessage", channel=NOT_IN, text="x")["ok"]


def test_a_private_channel_without_the_bot_is_not_even_listed(slack: FakeSlack) -> None:
    names = {each["name"] for each in call(slack, "conversations.list", exclude_archived=True)["channels"]}
    assert {"private", "not-in"} <= names
    assert not {"closed", "archived"} & names


def test_who_has_left_is_still_listed(slack: FakeSlack) -> None:
    listed = {each["id"]: each["deleted"] for each in call(slack, "users.list", limit=200)["members"]}
    assert listed == {ALICE: False, BOB: False, CHARLIE: True}


def test_too_many_people_are_listed_in_pages_only(slack: FakeSlack) -> None:
    for number in range(1_000):
        slack.add_user(f"U0MANY{number}", f"Many {number}")
    assert refusal(slack, "users.list") == "limit_required"
    assert len(call(slack, "users.list", limit=200)["members"]) == 200


def test_a_person_has_a_status_and_may_be_in_a_group(slack: FakeSlack) -> None:
    slack.set_status(BOB, "Holiday", ":palm_tree:", until=1_800_000_000)
    slack.add_usergroup("S0PRODUCT", "product", [ALICE, BOB])

    profile = call(slack, "users.profile.get", user=BOB)["profile"]
    assert (profile["status_text"], profile["status_expiration"]) == ("Holiday", 1_800_000_000)
    (group,) = call(slack, "usergroups.list")["usergroups"]
    assert (group["handle"], group["user_count"]) == ("product", 2)
    assert call(slack, "usergroups.users.list", usergroup="S0PRODUCT")["users"] == [ALICE, BOB]


def test_a_form_that_changed_meanwhile_is_not_replaced(slack: FakeSlack) -> None:
    first = call(slack, "views.open", trigger_id=slack.trigger(ALICE), view=FORM)["view"]
    second = call(slack, "views.update", view_id=first["id"], hash=first["hash"], view=FORM)["view"]

    stale = {"view_id": first["id"], "hash": first["hash"], "view": FORM}
    assert refusal(slack, "views.update", **stale) == "hash_conflict"
    assert call(slack, "views.update", view_id=first["id"], hash=second["hash"], view=FORM)["ok"]


def test_an_external_id_names_one_form(slack: FakeSlack) -> None:
    named = FORM | {"external_id": "one"}
    call(slack, "views.open", trigger_id=slack.trigger(ALICE), view=named)

    assert refusal(slack, "views.open", trigger_id=slack.trigger(ALICE), view=named) == "duplicate_external_id"
    assert call(slack, "views.update", external_id="one", view=named)["ok"]
    assert refusal(slack, "views.update", external_id="two", view=named) == "not_found"
    assert refusal(slack, "views.update", view=named) == "not_found"


def test_a_home_tab_that_changed_meanwhile_is_not_replaced(slack: FakeSlack) -> None:
    first = call(slack, "views.publish", user_id=ALICE, view=HOME)["view"]["hash"]
    second = call(slack, "views.publish", user_id=ALICE, view=HOME, hash=first)["view"]["hash"]
    assert refusal(slack, "views.publish", user_id=ALICE, view=HOME, hash=first) == "hash_conflict"
    assert call(slack, "views.publish", user_id=ALICE, view=HOME, hash=second)["ok"]


def test_three_forms_lie_on_one_another_and_no_fourth(slack: FakeSlack) -> None:
    assert refusal(slack, "views.push", trigger_id=slack.trigger(ALICE), view=FORM) == "not_found"
    root = call(slack, "views.open", trigger_id=slack.trigger(ALICE), view=FORM)["view"]
    for _ in range(views.DEEPEST_STACK - 1):
        pushed = call(slack, "views.push", trigger_id=slack.trigger(ALICE), view=FORM)["view"]
        assert pushed["root_view_id"] == root["id"]
    assert refusal(slack, "views.push", trigger_id=slack.trigger(ALICE), view=FORM) == "push_limit_reached"
    assert refusal(slack, "views.push", trigger_id=slack.trigger(BOB), view=FORM) == "not_found"


def test_a_trigger_is_good_for_three_seconds_and_one_form(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    used, old = slack.trigger(ALICE), slack.trigger(ALICE)
    assert call(slack, "views.open", trigger_id=used, view=FORM)["ok"]
    assert refusal(slack, "views.open", trigger_id=used, view=FORM) == "exchanged_trigger_id"
    # Rather than wait: triggers live by the real clock.
    monkeypatch.setattr("tests.fake_slack.records.TRIGGER_SECONDS", 0)
    assert refusal(slack, "views.open", trigger_id=old, view=FORM) == "expired_trigger_id"


def test_a_gesture_is_answered_five_times_within_half_an_hour(slack: FakeSlack, clock: StoppedClock) -> None:
    often, late = slack.response_url(ALICE), slack.response_url(ALICE)

    assert [answered(often) for _ in range(6)] == ["ok"] * 5 + ["used_url"]
    clock.turn(timedelta(minutes=31))
    assert answered(late) == "expired_url"
    assert answered(f"{late}x") == "expired_url"
    assert [reply["user"] for reply in slack.replies] == [ALICE] * 5


def answered(url: str) -> str:
    async def story() -> str:
        async with make_session() as session, session.post(url, json={"text": "x"}) as answer:
            return await answer.text() if answer.ok else str((await answer.json())["error"])

    return asyncio.run(story())
