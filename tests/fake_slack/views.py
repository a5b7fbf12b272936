"""The Web API's `views` methods: forms, and the Home tab."""

from bot.blocks import PayloadError, check_view
from tests.fake_slack.records import Records
from tests.fake_slack.shapes import Json, Refusal


def open_view(slack: Records, args: Json) -> Json:
    slack.use_trigger(args)
    return {"view": slack.keep_view(_checked(args, "modal"))}


def push_view(slack: Records, args: Json) -> Json:
    return open_view(slack, args)


def update_view(slack: Records, args: Json) -> Json:
    view_id = args.get("view_id", "")
    if view_id not in slack.views:
        raise Refusal("not_found")
    if args.get("hash") and args["hash"] != slack.views[view_id]["hash"]:
        raise Refusal("hash_conflict")
    return {"view": slack.keep_view(_checked(args, "modal"), view_id)}


def publish_view(slack: Records, args: Json) -> Json:
    if args.get("user_id") not in slack.users:
        raise Refusal("invalid_arguments")
    view = _checked(args, "home")
    slack.homes[args["user_id"]] = view
    return {"view": {**view, "id": f"VHOME{args['user_id']}", "hash": slack.stamp()}}


def _checked(args: Json, kind: str) -> Json:
    view = args.get("view")
    if not isinstance(view, dict) or view.get("type") != kind:
        raise Refusal("invalid_arguments", f"[ERROR] a view of type {kind} is wanted")
    try:
        check_view(view)
    except PayloadError as error:
        raise Refusal("invalid_arguments", f"[ERROR] {error}") from error
    return view
