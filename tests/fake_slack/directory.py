"""Who and what there is in a workspace: the Web API's `auth`, `users` and `conversations` methods."""

from tests.fake_slack.records import Records
from tests.fake_slack.shapes import Channel, Json, Refusal


def auth_test(slack: Records, _args: Json) -> Json:
    return {
        "url": f"https://{slack.name.lower()}.slack.com/",
        "team": slack.name,
        "user": "drumbeat",
        "team_id": slack.team_id,
        "user_id": slack.bot_user,
        "bot_id": slack.bot,
    }


def open_conversation(slack: Records, args: Json) -> Json:
    if "channel" in args:
        return {"channel": {"id": slack.channel(args).id}}
    users = str(args.get("users", "")).split(",")
    if any(user not in slack.users for user in users):
        raise Refusal("user_not_found")
    return {"channel": {"id": slack.direct(users[0]).id}}


def list_conversations(slack: Records, args: Json) -> Json:
    channels = [_shown(channel) for channel in slack.channels.values() if not channel.user]
    return _listed(channels, "channels", args)


def list_own_conversations(slack: Records, args: Json) -> Json:
    channels = [_shown(each) for each in slack.channels.values() if each.has_bot and not each.user]
    return _listed(channels, "channels", args)


def conversation_info(slack: Records, args: Json) -> Json:
    return {"channel": _shown(slack.channel(args))}


def join(slack: Records, args: Json) -> Json:
    channel = slack.channel(args)
    if channel.is_private:
        raise Refusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise Refusal("is_archived")
    channel.has_bot = True
    return {"channel": _shown(channel)}


def list_users(slack: Records, args: Json) -> Json:
    return _listed(list(slack.users.values()), "members", args)


def user_info(slack: Records, args: Json) -> Json:
    if args.get("user") not in slack.users:
        raise Refusal("user_not_found")
    return {"user": slack.users[args["user"]]}


def user_by_email(slack: Records, args: Json) -> Json:
    for user in slack.users.values():
        if user["profile"].get("email") == args.get("email"):
            return {"user": user}
    raise Refusal("users_not_found")


def _listed(items: list[Json], name: str, args: Json) -> Json:
    start, limit = int(args.get("cursor") or 0), int(args.get("limit") or 1000)
    cursor = str(start + limit) if len(items) > start + limit else ""
    return {name: items[start : start + limit], "response_metadata": {"next_cursor": cursor}}


def _shown(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": not channel.user,
        "is_im": bool(channel.user),
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_member": channel.has_bot,
    }
