"""What a form was opened with, as text that Slack keeps beside it: the id of what it changes, and which versions."""

import json
from typing import Any

from bot.errors import UserError
from bot.gesture import Gesture


def dump(id: int, version: int, numbers: dict[str, int] | None = None) -> str:
    """`numbers` are by name, such as the version of each item by its id."""
    return json.dumps([id, version, numbers or {}], separators=(",", ":"))


def read(gesture: Gesture) -> tuple[str, int, dict[str, int]]:
    """The same again, from a submitted form; a `UserError` for anything else that Slack sends back."""
    try:
        id, version, numbers = json.loads(gesture.metadata)
        return str(id), _number(version), {str(key): _number(value) for key, value in numbers.items()}
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise UserError("I can not read this form any more. Close it and open it again.") from error


def _number(value: Any) -> int:
    """A number that a version can be: the database takes none of any size."""
    if not 0 <= (number := int(value)) < 2**31:
        raise ValueError(f"no version is {value}")
    return number
