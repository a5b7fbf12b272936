"""Who and what there is in a workspace: the Web API's `auth`, `users` and `conversations` methods."""

from typing import Any

from tests.fake_slack.records import Records
from tests.fake_slack.shapes import Channel, Json, Refusal

MOST_AT_ONCE = 1_000


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
    if args.get("channel"):
        return {"channel": {"id": slack.channel(args).id}}
    users = [user for user in str(args.get("users") or "").split(",") if user]
    if not users:
        raise Refusal("users_list_not_supplied")
    if any(user not in slack.users for user in users):
        raise Refusal("user_not_found")
    if any(slack.users[user]["deleted"] for user in users):
        raise Refusal("user_disabled")
    if len(users) > 1:
        # Drumbeat speaks to one person at a time; a group conversation would be another kind of channel.
        raise Refusal("method_not_supported_for_channel_type")
    return {"channel": {"id": slack.direct(users[0]).id}}


def list_conversations(slack: Records, args: Json) -> Json:
    known = [each for each in slack.channels.values() if not each.user and (each.has_bot or not each.is_private)]
    with_archived = str(args.get("exclude_archived", "")).lower() not in ("1", "true")
    channels = [_shown(channel) for channel in known if with_archived or not channel.is_archived]
    return _listed(channels, "channels", args)


def list_own_conversations(slack: Records, args: Json) -> Json:
    channels = [_shown(each) for each in slack.channels.values() if each.has_bot and not each.user]
    return _listed(channels, "channels", args)


def conversation_info(slack: Records, args: Json) -> Json:
    return {"channel": _shown(_of_many(slack, args))}


def list_members(slack: Records, args: Json) -> Json:
    channel = _of_many(slack, args)
    return _listed([user for user in slack.users if channel.holds(user)], "members", args)


def join(slack: Records, args: Json) -> Json:
    channel = slack.visible(args)
    if channel.is_private or channel.user:
        raise Refusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise Refusal("is_archived")
    already = {"warning": "already_in_channel"} if channel.has_bot else {}
    channel.has_bot = True
    return {"channel": _shown(channel), **already}


def list_users(slack: Records, args: Json) -> Json:
    """Everybody, whoever has left too."""
    if len(slack.users) > MOST_AT_ONCE and not args.get("limit"):
        raise Refusal("limit_required")
    return _listed(list(slack.users.values()), "members", args)


def user_info(slack: Records, args: Json) -> Json:
    if args.get("user") not in slack.users:
        raise Refusal("user_not_found")
    return {"user": slack.users[args["user"]]}


def user_profile(slack: Records, args: Json) -> Json:
    return {"profile": user_info(slack, args)["user"]["profile"]}


def user_by_email(slack: Records, args: Json) -> Json:
    for user in slack.users.values():
        if user["profile"].get("email") == args.get("email") and not user["deleted"]:
            return {"user": user}
    raise Refusal("users_not_found")


def list_usergroups(slack: Records, _args: Json) -> Json:
    shown = [{**group, "user_count": len(group["users"])} for group in slack.usergroups.values()]
    return {"usergroups": [{key: group[key] for key in group if key != "users"} for group in shown]}


def usergroup_users(slack: Records, args: Json) -> Json:
    if args.get("usergroup") not in slack.usergroups:
        raise Refusal("no_such_subteam")
    return {"users": slack.usergroups[args["usergroup"]]["users"]}


def _of_many(slack: Records, args: Json) -> Channel:
    """A channel. The bot has no scope that lets it ask about conversations of people, its own with them included."""
    channel = slack.visible(args)
    if channel.user:
        raise Refusal("missing_scope")
    return channel


def _listed(items: list[Any], name: str, args: Json) -> Json:
    start, limit = int(args.get("cursor") or 0), int(args.get("limit") or MOST_AT_ONCE)
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
        "is_ext_shared": channel.is_shared,
        "is_pending_ext_shared": False,
        "is_org_shared": False,
    }
