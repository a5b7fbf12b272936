"""What Slack takes inside blocks: buttons, menus, inputs, and the objects they are made of."""

from datetime import date
from typing import Any

from bot.blocks.shape import (
    Check,
    PayloadError,
    anything,
    at_least_one,
    choice,
    exactly_one,
    flag,
    integer,
    many,
    shape,
    string,
    typed,
)
from bot.blocks.wording import plain, text, web_address

OPTIONS = 100
GROUPS = 100
CHOICES_IN_SIGHT = 10


def _initial_is_offered(element: dict[str, Any]) -> None:
    chosen = [*element.get("initial_options", ())]
    if "initial_option" in element:
        chosen.append(element["initial_option"])
    if not chosen:
        return
    groups = element.get("option_groups", ())
    offered = [*element.get("options", ()), *(option for group in groups for option in group["options"])]
    if any(option not in offered for option in chosen):
        raise PayloadError("an initial option is none of the options, exactly as written")


def _not_more_chosen_than_allowed(element: dict[str, Any]) -> None:
    names = ("initial_options", "initial_users", "initial_conversations", "initial_channels")
    most = element.get("max_selected_items", GROUPS * OPTIONS)
    if any(len(element.get(name, ())) > most for name in names):
        raise PayloadError("more is chosen at first than max_selected_items allows")


def _lengths_agree(element: dict[str, Any]) -> None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if least > most:
        raise PayloadError("min_length is more than max_length")
    try:
        string(most, least=0)(element.get("initial_value", ""))
    except PayloadError as error:
        raise error.inside("initial_value") from None


def _one_default(element: dict[str, Any]) -> None:
    initial = "initial_conversation" in element or "initial_conversations" in element
    if initial and element.get("default_to_current_conversation"):
        raise PayloadError("has two defaults: an initial conversation and the current one")


def _day(value: Any) -> None:
    string(10, pattern=r"\d{4}-\d{2}-\d{2}")(value)
    try:
        date.fromisoformat(value)
    except ValueError:
        raise PayloadError(f"{value!r} is no day of the calendar") from None


USER = string(255, pattern="[UW][A-Z0-9]+")
CHANNEL = string(255, pattern="[CDG][A-Z0-9]+")
CONVERSATION = string(255, pattern="[CDGUW][A-Z0-9]+")
ACTION_ID = string(255)
WRITTEN_NUMBER = string(64, pattern=r"-?\d+(\.\d+)?")

CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)
FILTER = shape(
    {},
    {
        "include": many(choice("im", "mpim", "private", "public")),
        "exclude_bot_users": flag,
        "exclude_external_shared_channels": flag,
    },
    at_least_one("include", "exclude_bot_users", "exclude_external_shared_channels"),
)
DISPATCH = shape({"trigger_actions_on": many(choice("on_enter_pressed", "on_character_entered"), most=2)})
SLACK_FILE = shape({}, {"id": string(255), "url": web_address()}, exactly_one("id", "url"))
IMAGE_FIELDS = {"image_url": web_address(), "slack_file": SLACK_FILE}
IMAGE = shape({"type": anything, "alt_text": string(2000)}, IMAGE_FIELDS, exactly_one(*IMAGE_FIELDS))
URL_SOURCE = shape({"type": choice("url"), "url": web_address(), "text": string(75)})

_LISTED = shape({"text": plain(75), "value": string(150)}, {"description": plain(75)})
_LINKED = shape({"text": plain(75), "value": string(150)}, {"description": plain(75), "url": web_address()})
_IN_SIGHT = shape({"text": text(75), "value": string(150)}, {"description": text(75)})
_GROUP = shape({"label": plain(75), "options": many(_LISTED, most=OPTIONS)})


def _element(fields: dict[str, Check], optional: dict[str, Check] | None = None, *rules: Check) -> Check:
    """Any interactive element. Slack does not insist on an action id, but without one nobody could answer."""
    needed = {"type": anything, "action_id": ACTION_ID, **fields}
    return shape(needed, {"confirm": CONFIRM, "focus_on_load": flag, **(optional or {})}, *rules)


def _typing(least_fields: dict[str, Check], fields: dict[str, Check], *rules: Check) -> Check:
    needed = {"type": anything, "action_id": ACTION_ID, **least_fields}
    shared = {"placeholder": plain(150), "dispatch_action_config": DISPATCH, "focus_on_load": flag}
    return shape(needed, {**shared, **fields}, *rules)


def _menu(fields: dict[str, Check], *rules: Check) -> Check:
    return _element({}, {"placeholder": plain(150), **fields}, *rules)


def _menu_of_several(fields: dict[str, Check], *rules: Check) -> Check:
    several = {"max_selected_items": integer(1), **fields}
    return _menu(several, _not_more_chosen_than_allowed, *rules)


_STATIC = {"options": many(_LISTED, most=OPTIONS), "option_groups": many(_GROUP, most=GROUPS)}
_ONE_LIST = exactly_one(*_STATIC)
_EXTERNAL = {"min_query_length": integer(0, 3000)}
_CONVERSATIONS = {"default_to_current_conversation": flag, "filter": FILTER}
_ANSWERABLE = {"response_url_enabled": flag}

ELEMENTS: dict[str, Check] = {
    "button": shape(
        {"type": anything, "action_id": ACTION_ID, "text": plain(75)},
        {
            "value": string(2000),
            "url": web_address(),
            "style": choice("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "static_select": _menu({**_STATIC, "initial_option": _LISTED}, _ONE_LIST, _initial_is_offered),
    "multi_static_select": _menu_of_several(
        {**_STATIC, "initial_options": many(_LISTED)}, _ONE_LIST, _initial_is_offered
    ),
    "external_select": _menu({**_EXTERNAL, "initial_option": _LISTED}),
    "multi_external_select": _menu_of_several({**_EXTERNAL, "initial_options": many(_LISTED)}),
    "users_select": _menu({"initial_user": USER}),
    "multi_users_select": _menu_of_several({"initial_users": many(USER)}),
    "conversations_select": _menu(
        {**_CONVERSATIONS, **_ANSWERABLE, "initial_conversation": CONVERSATION}, _one_default
    ),
    "multi_conversations_select": _menu_of_several(
        {**_CONVERSATIONS, "initial_conversations": many(CONVERSATION)}, _one_default
    ),
    "channels_select": _menu({**_ANSWERABLE, "initial_channel": CHANNEL}),
    "multi_channels_select": _menu_of_several({"initial_channels": many(CHANNEL)}),
    "overflow": shape(
        {"type": anything, "action_id": ACTION_ID, "options": many(_LINKED, most=5)}, {"confirm": CONFIRM}
    ),
    "checkboxes": _element(
        {"options": many(_IN_SIGHT, most=CHOICES_IN_SIGHT)},
        {"initial_options": many(_IN_SIGHT)},
        _initial_is_offered,
    ),
    "radio_buttons": _element(
        {"options": many(_IN_SIGHT, most=CHOICES_IN_SIGHT)},
        {"initial_option": _IN_SIGHT},
        _initial_is_offered,
    ),
    "datepicker": _menu({"initial_date": _day}),
    "timepicker": _menu({"initial_time": string(5, pattern=r"([01]\d|2[0-3]):[0-5]\d"), "timezone": string(64)}),
    "datetimepicker": _element({}, {"initial_date_time": integer(1_000_000_000, 9_999_999_999)}),
    "plain_text_input": _typing(
        {},
        {
            "multiline": flag,
            "initial_value": string(3000),
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
        _lengths_agree,
    ),
    "number_input": _typing(
        {"is_decimal_allowed": flag},
        {"initial_value": WRITTEN_NUMBER, "min_value": WRITTEN_NUMBER, "max_value": WRITTEN_NUMBER},
    ),
    "email_text_input": _typing({}, {"initial_value": string(3000)}),
    "url_text_input": _typing({}, {"initial_value": web_address()}),
    "image": IMAGE,
}
"""Every element the bot may send. What is missing here, Slack may take but the bot does not use."""

_MENUS_OF_ONE = (
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
)
_MENUS_OF_SEVERAL = tuple(f"multi_{name}" for name in _MENUS_OF_ONE)
_PICKED = ("checkboxes", "radio_buttons", "datepicker", "timepicker")

ACCESSORY = typed(ELEMENTS, "button", "image", "overflow", *_MENUS_OF_ONE, *_MENUS_OF_SEVERAL, *_PICKED)
ACTION = typed(ELEMENTS, "button", "overflow", *_MENUS_OF_ONE, *_PICKED, "datetimepicker")
ANSWER = typed(
    ELEMENTS,
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    *_MENUS_OF_ONE,
    *_MENUS_OF_SEVERAL,
    *_PICKED,
    "datetimepicker",
)
