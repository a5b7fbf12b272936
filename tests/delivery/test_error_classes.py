"""What each refusal of Slack comes to: what the ritual's owner reads, and what the operator sees."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot import doctor, operations
from bot.blocks import message, section
from bot.clock import to_millis
from bot.db import Database
from bot.delivery import outbox, refusal
from bot.delivery.model import OutboxMessage
from bot.delivery.undeliverable import KIND
from bot.house import House
from bot.operations import Message
from tests.fake_slack import FakeSlack, refused
from tests.fakes import StoppedClock, relaying
from tests.people import UPDATES, WORKSPACE

HOUR = 60 * 60

RETRIED = {
    # Slack did not take it. Seconds until the next try; the owner reads nothing while there is hope.
    "ratelimited": 1,
    "rate_limited": 1,
    "service_unavailable": 1.6,
    "accesslimited": 1.6,
    "org_login_required": 1.6,
    "team_added_to_org": 1.6,
    "external_channel_migrating": HOUR,
    "message_limit_exceeded": HOUR,
    "plan_upgrade_required": HOUR,
    "storage_limit_reached": HOUR,
}
AMBIGUOUS = ("internal_error", "fatal_error", "request_timeout", "update_failed", "an_error_of_tomorrow")
INSTALLATION_DEAD = (
    "account_inactive",
    "app_access_restricted",
    "invalid_auth",
    "not_authed",
    "team_access_not_granted",
    "token_expired",
    "token_revoked",
)
GIVEN_UP = {
    # What the owner reads of why, and of what to do.
    "missing_scope": ("I lack a permission.", "install me again"),
    "not_allowed_token_type": ("the wrong kind of token", "install me again"),
    "ekm_access_denied": ("encryption policy", "Ask a workspace admin."),
    "access_denied": ("policy does not allow it", "Ask a workspace admin."),
    "enterprise_is_restricted": ("organisation's policy", "Ask a workspace admin."),
    "two_factor_setup_required": ("two-factor sign-in", "Ask a workspace admin."),
    "slack_connect_file_link_sharing_blocked": ("shared channels", "Ask a workspace admin."),
    "send_on_behalf_not_allowed": ("policy does not allow it", "Ask a workspace admin."),
    "channel_not_found": ("gone, or it is private and I am not in it", "Invite me there"),
    "is_archived": ("The channel is archived.", "Unarchive it."),
    "is_inactive": ("frozen", "Choose another channel"),
    "restricted_action": ("restricted", "let apps post"),
    "restricted_action_read_only_channel": ("read-only", "let apps post"),
    "restricted_action_thread_only_channel": ("only replies", "Choose another channel"),
    "restricted_action_non_threadable_channel": ("does not allow threads", "Choose another channel"),
    "restricted_action_thread_locked": ("locked", "yourself"),
    "messages_tab_disabled": ("messages tab", "install me again"),
    "user_disabled": ("switched off", "Name somebody else"),
    "user_not_found": ("does not know this person", "in the definitions"),
    "user_not_visible": ("may not see this person", "in the definitions"),
    "cannot_reply_to_message": ("takes no replies", "yourself"),
    "thread_not_found": ("has been deleted", "yourself"),
    "not_in_channel": ("I am not in that channel.", "/invite @Drumbeat"),
    "no_permission": ("may not post there", "/invite @Drumbeat"),
    "message_not_found": ("has been deleted", "unless it should come back"),
    "cant_update_message": ("does not let me change", "yourself"),
    "cant_delete_message": ("does not let me delete", "yourself"),
    "edit_window_closed": ("changes to messages this old", "how long messages may be edited"),
    **dict.fromkeys(("msg_too_long", "msg_blocks_too_long"), ("too long", "my fault, not yours")),
    "no_text": ("says nothing", "my fault, not yours"),
    **dict.fromkeys(
        (
            "invalid_blocks",
            "invalid_blocks_format",
            "invalid_attachments",
            "too_many_attachments",
            "attachment_payload_limit_exceeded",
            "metadata_too_large",
            "invalid_metadata_format",
            "invalid_metadata_schema",
            "markdown_text_conflict",
            "invalid_arguments",
            "block_mismatch",
        ),
        ("does not understand what I sent", "my fault, not yours"),
    ),
}


def tell(house: House, slack: FakeSlack, clock: StoppedClock, *errors: str) -> dict[str, list[EventDict]]:
    """Post one message for each error, refused with it; what was logged of each."""
    logged: dict[str, list[EventDict]] = {}

    async def story() -> None:
        async with relaying(house.db, clock, slack) as relay:
            for number, error in enumerate(errors):
                slack.add_channel(f"C0ROOM{number}", f"room-{number}")
                with house.db.transaction() as session:
                    words = message(section(f"said with {error}"))
                    person = f"U0OWNER{number}"
                    outbox.post(session, house, f"C0ROOM{number}", words, kind=error[:60], report_to=person)
                slack.fail("chat.postMessage", refused(error))
                with capture_logs() as logged[error]:
                    await relay.once()
                clock.turn(timedelta(seconds=0.3))

    asyncio.run(story())
    return logged


def listed(house: House) -> dict[str, Message]:
    """What `drumbeat outbox list` shows, by kind."""
    return {each.kind: each for each in house.db.call(operations.messages) if each.kind != KIND}


def notices(house: House) -> list[str]:
    with house.db.transaction() as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == KIND).order_by(OutboxMessage.id))
        return [str(row.payload["blocks"]) for row in rows]


@pytest.mark.parametrize("error", RETRIED)
def test_what_slack_did_not_take_is_tried_again_and_troubles_nobody(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack, error: str
) -> None:
    asked = clock.now()
    logged = tell(house, slack, clock, error)

    shown = listed(house)[error]
    reason = "ratelimited" if error == "rate_limited" else error
    assert (shown.state, shown.reason, notices(house)) == ("queued", reason, [])
    assert shown.next_try is not None
    assert shown.next_try - asked >= timedelta(seconds=RETRIED[error])
    assert [each["event"] for each in logged[error]] == ["will try again"]
    assert logged[error][0]["reason"] == reason


def test_what_slack_may_have_taken_is_looked_for_and_troubles_nobody(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    logged = tell(house, slack, clock, *AMBIGUOUS)

    for error in AMBIGUOUS:
        assert (listed(house)[error].state, listed(house)[error].reason) == ("unsure", error)
        assert logged[error][0]["event"] == "may or may not have been posted"
    assert notices(house) == []
    # A few seconds later nothing was sent a second time.
    assert slack.called("chat.postMessage") == len(AMBIGUOUS)


def test_a_dead_installation_is_the_operators_and_nobody_elses_trouble(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    for error in INSTALLATION_DEAD:
        slack.fail("auth.test", refused(error))
        logged = tell(house, slack, clock, error)

        shown = listed(house)[error]
        assert (shown.state, shown.reason) == ("queued", error)
        assert "Slack refuses this installation since" in shown.why
        assert "SLACK_BOT_TOKEN" in shown.mend
        assert [each["event"] for each in logged[error] if each["log_level"] == "error"] == [
            "slack refuses this installation; its messages and timers wait"
        ]
        (found,) = db.call(doctor._refusals, WORKSPACE)
        assert error in found.says
        with db.transaction() as session:
            session.query(OutboxMessage).delete()
        db.call(refusal.clear, WORKSPACE)
        # The next is said in the same channel.
        clock.turn(timedelta(seconds=1.1))
    assert notices(house) == []


def test_what_slack_will_never_take_is_explained_to_its_owner_and_listed_for_the_operator(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    slack.fail("conversations.join", refused("missing_scope"))
    logged = tell(house, slack, clock, *GIVEN_UP)

    told, shown = notices(house), listed(house)
    assert len(told) == len(GIVEN_UP)
    for (error, (why, mend)), notice in zip(GIVEN_UP.items(), told, strict=True):
        assert f"said with {error}" in notice
        for words in (why, mend):
            assert words.replace("'", "\\'") in notice or words in notice, (error, words)
        assert (shown[error].state, shown[error].reason) == ("dead", error)
        assert why in shown[error].why
        assert mend in shown[error].mend
        (line,) = [each for each in logged[error] if each["event"] == "undeliverable"]
        assert (line["log_level"], line["reason"]) == ("error", error)
        assert line["marker"]
    findings = db.call(doctor._messages, WORKSPACE, to_millis(clock.now()))
    assert findings[0].says == f"{len(GIVEN_UP)} of the last week could not be delivered"


def test_a_public_channel_is_joined_when_we_are_allowed_to(
    db: Database, house: House, clock: StoppedClock, slack: FakeSlack
) -> None:
    slack.channels[UPDATES].has_bot = False
    with db.transaction() as session:
        outbox.post(session, house, UPDATES, message(section("hello")), kind="test", report_to="U0OWNER")

    async def story() -> None:
        async with relaying(db, clock, slack) as relay:
            await relay.once()

    asyncio.run(story())
    assert slack.said(UPDATES) == ["hello"]
    assert slack.called("conversations.join") == 1
