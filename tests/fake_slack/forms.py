"""What a person's hand does to buttons, menus and forms, as Slack's client would report it."""

import time
from collections.abc import Mapping
from typing import Any

from tests.fake_slack.shapes import Json


def action(action_id: str, value: str, chosen: str) -> Json:
    """A pressed button, or with `chosen` a menu."""
    pressed: Json = {"action_id": action_id, "block_id": "actions", "action_ts": str(time.time())}
    if chosen:
        option = {"value": chosen, "text": {"type": "plain_text", "text": chosen}}
        return {**pressed, "type": "static_select", "selected_option": option}
    return {**pressed, "type": "button", "value": value}


def filled(view: Json, values: Mapping[str, Any]) -> Json:
    """A form's state. Raises AssertionError where Slack's client would not let it go."""
    inputs = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    unknown = set(values) - set(inputs)
    assert not unknown, f"the form has no input {', '.join(sorted(unknown))}; it has {', '.join(inputs)}"
    return {
        block_id: {block["element"]["action_id"]: _answered(block, values.get(block_id))}
        for block_id, block in inputs.items()
    }


def _answered(block: Json, answer: Any) -> Json:
    element = block["element"]
    kind = element["type"]
    key = _ANSWERS[kind]
    if answer is None:
        given = element.get(_INITIAL[key], [] if key == "selected_options" else None)
    elif key == "selected_options":
        given = [_option(element, value) for value in answer]
    elif key == "selected_option":
        given = _option(element, answer)
    else:
        given = answer
    assert given or block.get("optional"), f"input {block['block_id']} must be answered"
    return {"type": kind, key: given or ([] if key == "selected_options" else None)}


def _option(element: Json, value: str) -> Json:
    for option in element["options"]:
        if option["value"] == value:
            return dict(option)
    raise AssertionError(f"no option {value}: {[option['value'] for option in element['options']]}")


_ANSWERS = {
    "plain_text_input": "value",
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "checkboxes": "selected_options",
    "datepicker": "selected_date",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
}
_INITIAL = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_date": "initial_date",
    "selected_user": "initial_user",
    "selected_channel": "initial_channel",
    "selected_conversation": "initial_conversation",
}
