"""The blocks and elements messages and views are made of."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from bot.blocks.text import NOTHING, Block, fit, plain_text, split, text_object
from bot.markup import CHANNEL_ID, USER_ID, Mrkdwn, escape

ANY_LENGTH = 10**9
LABEL = 75
LONGEST_ANSWER = 1500
MESSAGE_SHARE = 10_000
"""Characters of one message that a single block may take."""
OPTION_VALUE = 150
BUTTON_VALUE = 2000


@dataclass(frozen=True)
class Option:
    """One choice in a menu: what comes back (at most 150 characters), what is shown, and a line of help."""

    value: str
    label: str
    description: str = ""


def header(text: str) -> Block:
    """A large bold line of at most 150 characters."""
    return {"type": "header", "text": plain_text(text, 150)}


def section(text: str, *, accessory: Block | None = None, block_id: str | None = None) -> Block:
    """A paragraph. When it is too long for one, messages and views lay it out over several."""
    block = {"type": "section", "text": text_object(text, ANY_LENGTH)}
    return _some(block, accessory=accessory, block_id=block_id)


def sections(text: str) -> list[Block]:
    """As many sections as the whole text needs, divided between lines or words."""
    return [{"type": "section", "text": text_object(piece)} for piece in split(text)]


def headed(text: str) -> list[Block]:
    """A text whose first line, which must be ours and never a person's words, stands out as its heading."""
    heading, _, rest = text.partition("\n")
    return [section(Mrkdwn(f"*{escape(heading)}*")), *([section(rest)] if rest.strip() else [])]


def fields(*texts: str) -> Block:
    """Up to ten short texts in two columns."""
    limit = _share(texts, 2000)
    return {"type": "section", "fields": [text_object(text, limit) for text in texts]}


def context(*texts: str) -> Block:
    """Up to ten small grey texts in a row."""
    limit = _share(texts, 3000)
    return {"type": "context", "elements": [text_object(text, limit) for text in texts]}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def actions(*elements: Block, block_id: str | None = None) -> Block:
    """Up to 25 buttons and menus in a row; their action ids differ."""
    return _some({"type": "actions", "elements": list(elements)}, block_id=block_id)


def image(url: str, alt: str) -> Block:
    """A picture from a public web address; `alt` says what it shows to those who cannot see it."""
    return {"type": "image", "image_url": url, "alt_text": plain_text(alt, 2000)["text"]}


def button(
    label: str,
    action_id: str,
    value: str = "",
    *,
    style: Literal["primary", "danger"] | None = None,
    url: str | None = None,
) -> Block:
    """Something to press; `value` comes back (at most 2,000 characters), `url` is opened."""
    return _some(
        {"type": "button", "text": plain_text(label, LABEL), "action_id": action_id},
        value=fit(value, BUTTON_VALUE) if value.strip() else None,
        style=style,
        url=url,
    )


def menu(placeholder: str, action_id: str, options: Sequence[Option]) -> Block:
    """A drop-down list of up to 100 options for use in `actions` or beside a section."""
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain_text(placeholder, 150),
        "options": _options(options),
    }


def overflow(action_id: str, options: Sequence[Option]) -> Block:
    """The `⋯` menu with up to five options."""
    return {"type": "overflow", "action_id": action_id, "options": _options(options)}


def bar_chart(title: str, categories: Sequence[str], series: Mapping[str, Sequence[int]]) -> Block:
    """A picture of up to six named series, each with one number for each of up to twenty categories.

    Not every workspace takes it, and nothing reads it out: the text beside it says the same.
    """
    return {
        "type": "data_visualization",
        "title": fit(title, 50),
        "chart": {
            "type": "bar",
            "series": [
                {
                    "name": name,
                    "data": [{"label": each, "value": n} for each, n in zip(categories, numbers, strict=True)],
                }
                for name, numbers in series.items()
            ],
            "axis_config": {"categories": list(categories)},
        },
    }


def text_input(
    block_id: str,
    label: str,
    *,
    multiline: bool = False,
    initial: str = "",
    hint: str = "",
    placeholder: str = "",
    max_length: int = LONGEST_ANSWER,
    optional: bool = False,
) -> Block:
    """A field to type in; what takes more than `LONGEST_ANSWER` stands elsewhere, and is linked to."""
    max_length = min(max_length, LONGEST_ANSWER)
    element = _some(
        {"type": "plain_text_input", "action_id": block_id, "multiline": multiline, "max_length": max_length},
        initial_value=fit(initial, max_length) if initial.strip() else None,
        placeholder=_optional_text(placeholder, 150),
    )
    return _input(block_id, label, element, hint, optional)


def select_input(
    block_id: str,
    label: str,
    options: Sequence[Option],
    *,
    initial: str = "",
    hint: str = "",
    optional: bool = False,
) -> Block:
    """One of up to 100 options from a list. An `initial` value that is no option chooses nothing."""
    return _choice("static_select", block_id, label, options, initial, hint, optional)


def radio_input(
    block_id: str,
    label: str,
    options: Sequence[Option],
    *,
    initial: str = "",
    hint: str = "",
    optional: bool = False,
) -> Block:
    """One of up to ten options, all in sight. An `initial` value that is no option chooses nothing."""
    return _choice("radio_buttons", block_id, label, options, initial, hint, optional)


def checkbox_input(
    block_id: str,
    label: str,
    options: Sequence[Option],
    *,
    initial: Iterable[str] = (),
    hint: str = "",
    optional: bool = False,
) -> Block:
    """Any of up to ten options. `initial` values that are no options choose nothing."""
    offered = _options(options)
    element = _some(
        {"type": "checkboxes", "action_id": block_id, "options": offered},
        initial_options=_chosen(offered, initial),
    )
    return _input(block_id, label, element, hint, optional)


def date_input(
    block_id: str, label: str, *, initial: date | None = None, hint: str = "", optional: bool = False
) -> Block:
    """A day, picked from a calendar."""
    element = _some(
        {"type": "datepicker", "action_id": block_id},
        initial_date=initial.isoformat() if initial else None,
    )
    return _input(block_id, label, element, hint, optional)


def user_input(block_id: str, label: str, *, initial: str = "", hint: str = "", optional: bool = False) -> Block:
    """A person of the workspace. An `initial` that is no Slack user id chooses nobody."""
    element = _some({"type": "users_select", "action_id": block_id}, initial_user=_id(initial, USER_ID))
    return _input(block_id, label, element, hint, optional)


def channel_input(block_id: str, label: str, *, initial: str = "", hint: str = "", optional: bool = False) -> Block:
    """A public or private channel. An `initial` that is no Slack channel id chooses none."""
    element = _some(
        {"type": "conversations_select", "action_id": block_id, "filter": {"include": ["public", "private"]}},
        initial_conversation=_id(initial, CHANNEL_ID),
    )
    return _input(block_id, label, element, hint, optional)


def _share(texts: Sequence[str], limit: int) -> int:
    """How long each text may be, so that all of them fit in one message."""
    return min(limit, MESSAGE_SHARE // max(len(texts), 1))


def _choice(
    kind: str, block_id: str, label: str, options: Sequence[Option], initial: str, hint: str, optional: bool
) -> Block:
    offered = _options(options)
    chosen = _chosen(offered, [initial])
    element = _some(
        {"type": kind, "action_id": block_id, "options": offered},
        initial_option=chosen[0] if chosen else None,
    )
    return _input(block_id, label, element, hint, optional)


def _input(block_id: str, label: str, element: Block, hint: str, optional: bool) -> Block:
    return _some(
        {
            "type": "input",
            "block_id": block_id,
            "label": plain_text(label, 2000),
            "element": element,
            "optional": optional,
        },
        hint=_optional_text(hint, 2000),
    )


def _options(options: Sequence[Option]) -> list[Block]:
    return [
        _some(
            {"text": plain_text(option.label, LABEL), "value": _value(option.value)},
            description=_optional_text(option.description, LABEL),
        )
        for option in options
    ]


def _value(value: str) -> str:
    return fit(value, OPTION_VALUE) if value.strip() else NOTHING


def _chosen(offered: list[Block], values: Iterable[str]) -> list[Block]:
    wanted = {_value(value) for value in values if value}
    return [option for option in offered if option["value"] in wanted]


def _id(value: str, form: re.Pattern[str]) -> str:
    return value if form.fullmatch(value) else ""


def _optional_text(text: str, limit: int) -> Block | None:
    return plain_text(text, limit) if text.strip() else None


def _some(block: Block, **parts: Any) -> Block:
    """`block` with those parts that say something."""
    return {**block, **{name: part for name, part in parts.items() if part}}
