"""The Web API's `chat` methods."""

import json

from bot.blocks import PayloadError, check_message
from tests.fake_slack.records import Records
from tests.fake_slack.shapes import APP, Channel, Json, Refusal

LONGEST_TEXT = 40_000
LONGEST_EDITED_TEXT = 4_000
LARGEST_METADATA = 8_000
"""Slack has a limit and does not publish it."""


def post_message(slack: Records, args: Json) -> Json:
    channel = slack.writable(args)
    _check_thread(channel, args)
    _check_content(args, LONGEST_TEXT)
    message = _new_message(slack, args)
    slack.keep_message(channel, message)
    slack.posts.append({**message, "channel": channel.id})
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def update_message(slack: Records, args: Json) -> Json:
    channel = slack.readable(args)
    if channel.is_archived:
        raise Refusal("is_inactive")
    _check_content(args, LONGEST_EDITED_TEXT)
    message = slack.message(channel, args.get("ts", ""), "message_not_found")
    if message.get("bot_id") != slack.bot:
        raise Refusal("cant_update_message")
    message.pop("blocks", None)
    message.update({key: args[key] for key in ("text", "blocks", "metadata") if key in args})
    if not message.get("metadata"):
        message.pop("metadata", None)
    slack.updates.append({**message, "channel": channel.id})
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": message}


def delete_message(slack: Records, args: Json) -> Json:
    channel = slack.readable(args)
    message = slack.message(channel, args.get("ts", ""), "message_not_found")
    if message.get("bot_id") != slack.bot:
        raise Refusal("cant_delete_message")
    channel.messages.remove(message)
    return {"channel": channel.id, "ts": message["ts"]}


def post_ephemeral(slack: Records, args: Json) -> Json:
    channel = slack.writable(args)
    reader = slack.users.get(str(args.get("user")))
    if reader is None or reader["deleted"] or not channel.holds(reader["id"]):
        raise Refusal("user_not_in_channel")
    _check_content(args, LONGEST_TEXT)
    ts = slack.stamp()
    slack.ephemerals.append({**args, "channel": channel.id, "ts": ts, "is_ephemeral": True})
    return {"message_ts": ts}


def permalink(slack: Records, args: Json) -> Json:
    """The link of a reply names its thread, too."""
    channel = slack.visible(args)
    message = slack.message(channel, args.get("message_ts", ""), "message_not_found")
    address = f"https://{slack.name.lower()}.slack.com/archives/{channel.id}/p{message['ts'].replace('.', '')}"
    thread = message.get("thread_ts", message["ts"])
    in_thread = f"?thread_ts={thread}&cid={channel.id}" if thread != message["ts"] else ""
    return {"channel": channel.id, "permalink": address + in_thread}


def _check_thread(channel: Channel, args: Json) -> None:
    thread = args.get("thread_ts")
    if thread and not any(message["ts"] == thread for message in channel.messages):
        raise Refusal("thread_not_found")


def _new_message(slack: Records, args: Json) -> Json:
    message: Json = {key: args[key] for key in ("text", "blocks", "metadata", "thread_ts") if args.get(key)}
    return {
        "type": "message",
        "user": slack.bot_user,
        "bot_id": slack.bot,
        "bot_profile": {"id": slack.bot, "app_id": APP, "name": "Drumbeat", "deleted": False},
        "app_id": APP,
        "text": "",
        **message,
        "ts": slack.stamp(),
    }


def _check_content(args: Json, longest: int) -> None:
    if args.get("markdown_text") and (args.get("text") or args.get("blocks")):
        raise Refusal("markdown_text_conflict")
    text, blocks = args.get("text") or "", args.get("blocks") or []
    if not text and not blocks:
        raise Refusal("no_text")
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    if len(text) > longest:
        raise Refusal("msg_too_long")
    _check_metadata(args.get("metadata"))
    try:
        check_message({"text": text or " ", "blocks": blocks}, for_update=longest == LONGEST_EDITED_TEXT)
    except PayloadError as error:
        raise Refusal("invalid_blocks", str(error)) from error


def _check_metadata(metadata: object) -> None:
    if not metadata:
        return
    if not isinstance(metadata, dict) or not metadata.get("event_type"):
        raise Refusal("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise Refusal("invalid_metadata_format")
    if not all(_is_flat(value) for value in metadata["event_payload"].values()):
        raise Refusal("invalid_metadata_schema")
    if len(json.dumps(metadata)) > LARGEST_METADATA:
        raise Refusal("metadata_too_large")


def _is_flat(value: object) -> bool:
    """Whether it is a plain value, or holds plain values one level down."""
    if isinstance(value, dict):
        return all(_is_plain(each) for each in value.values())
    if isinstance(value, list):
        return all(_is_plain(each) for each in value)
    return _is_plain(value)


def _is_plain(value: object) -> bool:
    return isinstance(value, (str, int, float, bool))
