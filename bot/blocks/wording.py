"""Checks of texts: their length, and that nothing in them notifies, links or hides by accident."""

import re
from typing import Any

from bot.blocks.shape import Check, PayloadError, anything, flag, shape, string, typed

_MASS_MENTION = re.compile(r"@(?:here|channel|everyone)", re.IGNORECASE)
_SEQUENCE = re.compile(
    r"""<(?:
      @[UW][A-Z0-9]+(?:\|[^<>|\n]*)?
    | \#[CDG][A-Z0-9]+(?:\|[^<>|\n]*)?
    | !date\^-?[0-9]+\^[^<>|^\n]+(?:\^https?://[^<>|\s]+)?\|[^<>|\n]+
    | (?:https?://|mailto:)[^<>|\s]+(?:\|[^<>|\n]*)?
    )>""",
    re.VERBOSE | re.IGNORECASE,
)
_TARGET = re.compile(r"<[^<>|]*")


def plain(most: int) -> Check:
    """A `plain_text` object: shown literally, so it may hold anything a client can show."""
    return typed(_text_objects(most), "plain_text")


def text(most: int) -> Check:
    """A `plain_text` or `mrkdwn` object."""
    return typed(_text_objects(most))


def marked_up(most: int) -> Check:
    """A string in Slack's markup that notifies nobody but people named one by one."""
    check_string = string(most)

    def check(value: Any) -> None:
        check_string(value)
        check_markup(value)

    return check


def check_markup(value: str) -> None:
    """PayloadError for mass mentions and for a `<` that begins none of the sequences the bot writes."""
    if "<" in value:
        _check_sequences(value)
    check_mass_mentions(value)


def check_mass_mentions(value: str) -> None:
    """PayloadError for `@here` and its like, except in the address of a link."""
    if "@" in value and _MASS_MENTION.search(_TARGET.sub("", value)):
        raise PayloadError("mentions everybody: @here, @channel or @everyone")


def web_address(most: int = 3000) -> Check:
    """An address a click may lead to."""
    return string(most, pattern=r"(?i:https?://)[^\s<>]+")


def _check_sequences(value: str) -> None:
    start = value.find("<")
    while start >= 0:
        found = _SEQUENCE.match(value, start)
        if found is None:
            raise PayloadError(f"{value[start : start + 40]!r} is no mention, link or date the bot may write")
        start = value.find("<", found.end())


def _text_objects(most: int) -> dict[str, Check]:
    return {
        "plain_text": shape({"type": anything, "text": string(most)}, {"emoji": flag}),
        "mrkdwn": shape({"type": anything, "text": marked_up(most)}, {"verbatim": flag}),
    }
