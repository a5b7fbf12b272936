"""The Web API's `conversations.history` and `conversations.replies`."""

from tests.fake_slack.records import Records
from tests.fake_slack.shapes import Channel, Json, Refusal


def history(slack: Records, args: Json) -> Json:
    channel = slack.readable(args)
    return _page([each for each in _shown(slack, channel) if not _is_reply(each)][::-1], args)


def replies(slack: Records, args: Json) -> Json:
    """A thread by the `ts` of its first message; by that of a reply only this reply, as Slack does it."""
    channel = slack.readable(args)
    root = str(args.get("ts", ""))
    thread = [each for each in _shown(slack, channel) if root in (each["ts"], each.get("thread_ts"))]
    if not any(each["ts"] == root for each in thread):
        raise Refusal("thread_not_found")
    return _page(thread, args)


def _shown(slack: Records, channel: Channel) -> list[Json]:
    now = slack.now()
    return [each for each in channel.messages if channel.shown_from.get(each["ts"], now) <= now]


def _is_reply(message: Json) -> bool:
    return bool(message.get("thread_ts", message["ts"]) != message["ts"])


def _page(messages: list[Json], args: Json) -> Json:
    limit = int(args.get("limit") or 100)
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    ends = {oldest, latest} if _is_set(args, "inclusive") else set()
    wanted = [each for each in messages if oldest < float(each["ts"]) < latest or float(each["ts"]) in ends]
    start = int(args.get("cursor") or 0)
    page = [_without_metadata(message, args) for message in wanted[start : start + limit]]
    more = len(wanted) > start + limit
    cursor = str(start + limit) if more else ""
    return {"messages": page, "has_more": more, "response_metadata": {"next_cursor": cursor}}


def _without_metadata(message: Json, args: Json) -> Json:
    if _is_set(args, "include_all_metadata") or "metadata" not in message:
        return message
    return {**message, "metadata": {"event_type": message["metadata"]["event_type"]}}


def _is_set(args: Json, flag: str) -> bool:
    return str(args.get(flag, "")).lower() in ("1", "true")
