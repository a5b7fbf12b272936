"""The Web API's `views` methods: forms, and the Home tab."""

import json

from bot.blocks import PayloadError, check_view
from tests.fake_slack.records import Records
from tests.fake_slack.shapes import Json, Refusal

DEEPEST_STACK = 3
LARGEST_VIEW = 250_000


def open_view(slack: Records, args: Json) -> Json:
    user = slack.use_trigger(args)
    return {"view": slack.keep_view(_new_form(slack, args), user)}


def push_view(slack: Records, args: Json) -> Json:
    user = slack.use_trigger(args)
    below = slack.top_view(user)
    if below is None:
        raise Refusal("not_found")
    if len(slack.stack(below)) >= DEEPEST_STACK:
        raise Refusal("push_limit_reached")
    return {"view": slack.keep_view(_new_form(slack, args), user, below)}


def update_view(slack: Records, args: Json) -> Json:
    old = _named(slack, args)
    if args.get("hash") and args["hash"] != old["hash"]:
        raise Refusal("hash_conflict")
    return {"view": slack.replace_view(old, _checked(args, "modal"))}


def publish_view(slack: Records, args: Json) -> Json:
    user = args.get("user_id")
    if user not in slack.users:
        raise Refusal("invalid_arguments", "[ERROR] invalid `user_id`")
    view = _checked(args, "home")
    if args.get("hash") and args["hash"] != slack.homes.get(user, {}).get("hash"):
        raise Refusal("hash_conflict")
    slack.homes[user] = {**view, "id": f"VHOME{user}", "hash": slack.stamp()}
    return {"view": slack.homes[user]}


def _named(slack: Records, args: Json) -> Json:
    for view in list(slack.views.values()):
        if args.get("view_id") == view["id"] or args.get("external_id", "") == view.get("external_id"):
            return view
    raise Refusal("not_found")


def _new_form(slack: Records, args: Json) -> Json:
    view = _checked(args, "modal")
    taken = {each.get("external_id") for each in list(slack.views.values())}
    if view.get("external_id") and view["external_id"] in taken:
        raise Refusal("duplicate_external_id")
    return view


def _checked(args: Json, kind: str) -> Json:
    view = args.get("view")
    if not isinstance(view, dict) or view.get("type") != kind:
        raise Refusal("invalid_arguments", f"[ERROR] a view of type {kind} is wanted")
    if len(json.dumps(view)) > LARGEST_VIEW:
        raise Refusal("view_too_large")
    try:
        check_view(view)
    except PayloadError as error:
        raise Refusal("invalid_arguments", f"[ERROR] {error}") from error
    return view
