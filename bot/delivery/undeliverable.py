"""When a promise cannot be kept: say so, once, to the person who can do something about it.

Troubles seldom come alone, so a notice waits a little, and what fails meanwhile is told in the same message.
"""

import html
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.blocks import Block, fit, message, pages, section
from bot.delivery import outbox
from bot.delivery.model import HELD, UPDATE, OutboxMessage, Pace, is_queued
from bot.logs import get_logger
from bot.markup import Mrkdwn, channel, escape, mention

KIND = "undeliverable"
INSTEAD = "undeliverable.instead"
"""To the workspace's channel for that, about a person who could not be told."""
QUOTE = 300
GATHER = 30_000
"""Milliseconds in which what else fails is told together."""

log = get_logger(__name__)


def report(session: Session, message_id: int, now: int) -> None:
    """Log that a message is dead or held, and promise its `report_to` a word on why and what to do."""
    lost = session.get(OutboxMessage, message_id, populate_existing=True)
    if lost is None:
        return
    log.error(
        "undeliverable",
        marker=lost.marker,
        kind=lost.kind,
        channel=lost.channel,
        workspace=lost.workspace_id,
        state=lost.state,
        reason=lost.error,
    )
    if lost.reported_at is not None:
        return
    lost.reported_at = now
    session.flush()
    try:
        # What fails here must not undo that the message was given up: it would then never be.
        with session.begin_nested():
            _tell(session, lost, now)
    except SQLAlchemyError:
        raise
    except Exception:
        log.exception("could not tell anybody of a message that was given up", marker=lost.marker)


def tell_instead(session: Session, workspace_id: str, channel_id: str) -> None:
    """From now on, this channel hears of people of the workspace who cannot be told."""
    outbox.make_pace(session, workspace_id)
    session.execute(
        update(Pace)
        .where(Pace.workspace_id == workspace_id)
        .values(told_instead=channel_id)
        .execution_options(synchronize_session=False)
    )


def explain(reason: str) -> tuple[str, str]:
    """Why Slack would not take a message, and what to do about it, in plain words."""
    code, _, detail = reason.partition(": ")
    if code == "gave_up":
        why, mend = explain(detail)
        return f"I kept trying and have given up. {why}", mend
    if code.startswith("invalid_metadata_"):
        return "Slack does not understand what I sent.", _OURS
    if code.startswith("slack_connect_"):
        return "The workspace's rules for shared channels do not allow it.", _ADMIN
    return _WORDS.get(code) or (
        f"Slack answered `{code}`, which I do not know.",
        "Show this to whoever runs me; the log holds the rest.",
    )


def _tell(session: Session, lost: OutboxMessage, now: int) -> None:
    """Its person; and when it was itself such a notice, the workspace's channel for that, but no further."""
    if lost.kind == INSTEAD:
        return
    if lost.kind == KIND:
        whom, notice, kind = _told_instead(session, lost), _notice_instead(lost), INSTEAD
    else:
        whom, notice, kind = lost.report_to, _notice(lost), KIND
    if whom is not None and not _told_with_others(session, lost.workspace_id, whom, notice, kind):
        outbox.enqueue(session, lost.workspace_id, now, whom, message(*notice), kind=kind, not_before=now + GATHER)


def _told_instead(session: Session, lost: OutboxMessage) -> str | None:
    return session.scalar(
        select(Pace.told_instead).where(Pace.workspace_id == lost.workspace_id, Pace.told_instead != lost.channel)
    )


def _told_with_others(session: Session, workspace_id: str, whom: str, notice: list[Block], kind: str) -> bool:
    """Add to a notice for this person or channel that was never tried, if there is one with room for it."""
    # Held, so that two who have something to tell at the same moment do not each begin a message.
    lane = outbox.hold_lane(session, workspace_id, whom)
    waiting = session.execute(
        select(OutboxMessage.id, OutboxMessage.payload)
        .where(
            OutboxMessage.workspace_id == workspace_id,
            OutboxMessage.lane == lane,
            OutboxMessage.kind == kind,
            is_queued(OutboxMessage.state),
            OutboxMessage.first_send.is_(None),
        )
        .order_by(OutboxMessage.id.desc())
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if waiting is None:
        return False
    together = pages(*_joined(waiting.payload["blocks"], notice))
    if len(together) > 1:
        return False
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == waiting.id)
        .values(payload=together[0].payload())
        .execution_options(synchronize_session=False)
    )
    return True


def _joined(told: list[dict[str, Any]], notice: list[Block]) -> list[Block]:
    """What has the same reason as the last one shares its explanation."""
    return [*told[:-1], *notice] if told[-1] == notice[-1] else [*told, *notice]


def _notice(lost: OutboxMessage) -> list[Block]:
    """What could not be said where, its words, and last why that is and what to do."""
    why, mend = explain(lost.error or "unknown")
    where = _place(lost.channel)
    if lost.state == HELD:
        opening = f"I cannot tell whether this reached {where}, and will not risk saying it twice."
    elif lost.method == UPDATE:
        opening = f"I could not change what I had said in {where}. It should now read:"
    else:
        opening = f"I could not post this in {where} (message {lost.id})."
    # The stored text is escaped for Slack; here it is shown literally.
    said = html.unescape(str(lost.payload["text"]))
    return [
        section(Mrkdwn(opening)),
        section(fit(said, QUOTE)),
        section(Mrkdwn(f"*Why:* {_typed(why)}\n*What to do:* {_typed(mend)}")),
    ]


def _notice_instead(lost: OutboxMessage) -> list[Block]:
    """Without a word of what was meant for one person's eyes."""
    why, mend = explain(lost.error or "unknown")
    opening = f"I could not tell {_place(lost.channel)} that messages they answer for were not delivered."
    listed = "`drumbeat outbox list --state dead` shows which, and why."
    return [section(Mrkdwn(f"{opening} {listed}\n*Why:* {_typed(why)}\n*What to do:* {_typed(mend)}"))]


def _place(slack_id: str) -> Mrkdwn:
    try:
        return mention(slack_id) if slack_id[:1] in "UW" else channel(slack_id)
    except ValueError:
        return escape(slack_id)


def _typed(sentence: str) -> Mrkdwn:
    return escape(sentence)


_INVITE = "Invite me there with `/invite @Drumbeat`, then post what is quoted above yourself."
_THEN_AGAIN = "`drumbeat outbox retry` with its number then posts it, and what belongs to it."
_YOURSELF = "Post what is quoted above yourself."
_STATUS = "Look at slack-status.com; post it yourself if it is urgent."
_ADMIN = "Ask a workspace admin."
_REINSTALL = "Ask whoever runs me to install me again with the permissions my manifest lists."
_OURS = "This is my fault, not yours: show it to whoever runs me."

_WORDS: dict[str, tuple[str, str]] = {
    "channel_not_found": (
        "The channel is gone, or it is private and I am not in it.",
        f"Invite me there, or write another channel into the definitions. {_THEN_AGAIN}",
    ),
    "not_in_channel": ("I am not in that channel.", _INVITE),
    "no_permission": ("I may not post there.", _INVITE),
    "is_archived": (
        "The channel is archived.",
        f"Unarchive it. {_THEN_AGAIN} Or write another channel into the definitions, for the next time.",
    ),
    "is_inactive": ("The conversation is frozen.", "Choose another channel in the definitions."),
    "restricted_action": ("Posting there is restricted.", f"{_ADMIN} They can let apps post there."),
    "restricted_action_read_only_channel": (
        "The channel is read-only.",
        f"{_ADMIN} They can let apps post there.",
    ),
    "restricted_action_thread_only_channel": (
        "The channel takes only replies in threads.",
        "Choose another channel in the definitions.",
    ),
    "restricted_action_non_threadable_channel": (
        "The channel does not allow threads.",
        "Choose another channel in the definitions.",
    ),
    "restricted_action_thread_locked": (
        "The thread is locked.",
        _YOURSELF,
    ),
    "cannot_reply_to_message": ("That message takes no replies.", _YOURSELF),
    "thread_not_found": (
        "The message I wanted to reply to has been deleted.",
        "Post what is quoted above yourself if it still matters.",
    ),
    "user_not_found": (
        "Slack does not know this person.",
        "Check their Slack id or e-mail address in the definitions.",
    ),
    "user_disabled": (
        "This person's Slack account is switched off.",
        "Name somebody else in the definitions.",
    ),
    "user_not_visible": ("I may not see this person.", "Check their Slack id in the definitions."),
    "messages_tab_disabled": ("My messages tab is switched off.", _REINSTALL),
    "cannot_dm_bot": (
        "That is a bot, and bots do not talk to each other.",
        "Name a person in the definitions.",
    ),
    "message_not_found": ("The message has been deleted in Slack.", "Nothing, unless it should come back."),
    "cant_update_message": (
        "Slack does not let me change that message.",
        _YOURSELF,
    ),
    "cant_delete_message": ("Slack does not let me delete that message.", "Delete it yourself."),
    "edit_window_closed": (
        "This workspace does not allow changes to messages this old.",
        f"{_ADMIN} They set how long messages may be edited.",
    ),
    "missing_scope": ("I lack a permission.", _REINSTALL),
    "not_allowed_token_type": ("I was given the wrong kind of token.", _REINSTALL),
    "method_not_supported_for_channel_type": (
        "Slack does not allow that in this kind of conversation.",
        "Choose another channel in the definitions.",
    ),
    "send_on_behalf_not_allowed": ("The workspace's policy does not allow it.", _ADMIN),
    "access_denied": ("The workspace's policy does not allow it.", _ADMIN),
    "ekm_access_denied": ("The workspace's encryption policy does not allow it.", _ADMIN),
    "enterprise_is_restricted": ("The organisation's policy does not allow it.", _ADMIN),
    "two_factor_setup_required": ("The workspace asks for two-factor sign-in first.", _ADMIN),
    "message_limit_exceeded": ("The workspace has used up its messages.", _ADMIN),
    "storage_limit_reached": ("The workspace has used up its storage.", _ADMIN),
    "plan_upgrade_required": ("The workspace's plan does not include it.", _ADMIN),
    "external_channel_migrating": ("Slack is moving the shared channel.", _STATUS),
    "accesslimited": ("Slack limits what I may do at the moment.", _ADMIN),
    "org_login_required": ("The workspace is being moved into an organisation.", _ADMIN),
    "team_added_to_org": ("The workspace is being moved into an organisation.", _ADMIN),
    "team_access_not_granted": ("I am not let into this workspace of the organisation.", _ADMIN),
    **dict.fromkeys(
        (
            "account_inactive",
            "app_access_restricted",
            "invalid_auth",
            "not_authed",
            "token_expired",
            "token_revoked",
        ),
        ("Slack does not let me do it with the token I was given.", _REINSTALL),
    ),
    "msg_too_long": ("It is too long.", _OURS),
    "msg_blocks_too_long": ("It is too long.", _OURS),
    "no_text": ("It says nothing.", _OURS),
    **dict.fromkeys(
        (
            "as_user_not_supported",
            "attachment_payload_limit_exceeded",
            "block_mismatch",
            "invalid_arguments",
            "invalid_attachments",
            "invalid_blocks",
            "invalid_blocks_format",
            "markdown_text_conflict",
            "metadata_too_large",
            "too_many_attachments",
        ),
        ("Slack does not understand what I sent.", _OURS),
    ),
    "payload_refused": ("Slack would not understand it, so I did not send it.", _OURS),
    "service_unavailable": (
        "Slack is not available.",
        _STATUS,
    ),
    "internal_error": ("Slack keeps failing.", _STATUS),
    "fatal_error": ("Slack keeps failing.", _STATUS),
    "request_timeout": ("Slack keeps failing.", _STATUS),
    "update_failed": ("Slack keeps failing.", _STATUS),
    "no_answer": ("Slack does not answer.", _STATUS),
    "history_too_busy": (
        "Slack's answer was lost, and too much has been written there since for me to look for it.",
        "Look whether it is there; if it is not, post what is quoted above yourself.",
    ),
    "history_unreadable": (
        "Slack's answer was lost, and I could not read there whether it arrived.",
        "Look whether it is there. If I am let in to read, I look again and post it when it is missing.",
    ),
}
