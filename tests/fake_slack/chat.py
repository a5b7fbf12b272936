"""The Web API's `chat` methods."""

from bot.blocks import PayloadError, check_message
from tests.fake_slack.records import Records
from tests.fake_slack.shapes import APP, Json, Refusal


def post_message(slack: Records, args: Json) -> Json:
    channel = slack.writable(args)
    thread = args.get("thread_ts")
    if thread and not any(message["ts"] == thread for message in channel.messages):
        raise Refusal("thread_not_found")
    message = _new_message(slack, args)
    if thread:
        message["thread_ts"] = thread
    slack.keep_message(channel, message)
    slack.posts.append({**message, "channel": channel.id})
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def update_message(slack: Records, args: Json) -> Json:
    if str(args.get("channel", ""))[:1] in "UW":
        raise Refusal("channel_not_found")
    channel = slack.writable(args)
    _check_content(args, for_update=True)
    message = slack.message(channel, args.get("ts", ""), "message_not_found")
    message.pop("blocks", None)
    message.update({key: args[key] for key in ("text", "blocks", "metadata") if key in args})
    slack.updates.append({**message, "channel": channel.id})
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": message}


def delete_message(slack: Records, args: Json) -> Json:
    channel = slack.channel(args)
    message = slack.message(channel, args.get("ts", ""), "message_not_found")
    channel.messages.remove(message)
    return {"channel": channel.id, "ts": message["ts"]}


def post_ephemeral(slack: Records, args: Json) -> Json:
    channel = slack.writable(args)
    if args.get("user") not in slack.users:
        raise Refusal("user_not_in_channel")
    _check_content(args)
    slack.ephemerals.append({**args, "channel": channel.id})
    return {"message_ts": slack.stamp()}


def permalink(slack: Records, args: Json) -> Json:
    channel = slack.channel(args)
    ts = slack.message(channel, args.get("message_ts", ""), "message_not_found")["ts"]
    address = f"https://{slack.name.lower()}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": address}


def _new_message(slack: Records, args: Json) -> Json:
    _check_content(args)
    message: Json = {key: args[key] for key in ("text", "blocks", "metadata") if key in args}
    return {
        "type": "message",
        "user": slack.bot_user,
        "bot_id": slack.bot,
        "app_id": APP,
        **message,
        "ts": slack.stamp(),
    }


def _check_content(args: Json, *, for_update: bool = False) -> None:
    content: Json = {key: args[key] for key in ("text", "blocks") if key in args}
    if not content:
        raise Refusal("no_text")
    metadata = args.get("metadata")
    if metadata and not (metadata.get("event_type") and isinstance(metadata.get("event_payload"), dict)):
        raise Refusal("invalid_metadata_format")
    try:
        check_message(content, for_update=for_update)
    except PayloadError as error:
        raise Refusal("invalid_blocks", str(error)) from error
