"""The blocks Slack takes: what each must hold, how much, and where it may stand.

Blocks the bot has no use for (cards, plans, videos and the like) are missing, so they are refused.
"""

from typing import Any

from bot.blocks.elements import ACCESSORY, ACTION, ANSWER, IMAGE, IMAGE_FIELDS
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
    number,
    shape,
    string,
    typed,
)
from bot.blocks.wording import check_mass_mentions, plain, text

CHART_PARTS = 6
"""Older copies of Slack's page allow six series or segments, newer ones twelve: six is safe everywhere."""


def _block(required: dict[str, Check], optional: dict[str, Check] | None = None, *rules: Check) -> Check:
    return shape({"type": anything, **required}, {"block_id": string(255), **(optional or {})}, *rules)


def _distinct_action_ids(block: dict[str, Any]) -> None:
    ids = [element["action_id"] for element in block["elements"]]
    if len(set(ids)) < len(ids):
        raise PayloadError("two elements have the same action_id")


def _rows_are_even(table: dict[str, Any]) -> None:
    if len({len(row) for row in table["rows"]}) > 1:
        raise PayloadError("the rows differ in length")


def _series_match_categories(chart: dict[str, Any]) -> None:
    names = [series["name"] for series in chart["series"]]
    if len(set(names)) < len(names):
        raise PayloadError("two series have the same name")
    categories = chart["axis_config"]["categories"]
    if any([point["label"] for point in series["data"]] != categories for series in chart["series"]):
        raise PayloadError("a series has not exactly one point for each category, in their order")


def _plain_headings(table: dict[str, Any]) -> None:
    if any(cell["type"] == "rich_text" for cell in table["rows"][0]):
        raise PayloadError("a heading cannot be rich_text")


def _markdown(value: Any) -> None:
    string(12_000)(value)
    if "<!" in value:
        raise PayloadError("holds a special sequence: <!")
    check_mass_mentions(value)


def _column(value: Any) -> None:
    if value is not None:
        shape({}, {"align": choice("left", "center", "right"), "is_wrapped": flag})(value)


def _positive(value: Any) -> None:
    number(value)
    if value <= 0:
        raise PayloadError("must be more than 0")


_RICH_STYLE = shape({}, {name: flag for name in ("bold", "italic", "strike", "code", "underline")})
_RICH_PART = typed(
    {
        "text": shape({"type": anything, "text": string(3000)}, {"style": _RICH_STYLE}),
        "link": shape(
            {"type": anything, "url": string(3000, pattern=r"(?i:https?://|mailto:)\S+")},
            {"text": string(3000), "style": _RICH_STYLE, "unsafe": flag},
        ),
        "user": shape({"type": anything, "user_id": string(255)}, {"style": _RICH_STYLE}),
        "channel": shape({"type": anything, "channel_id": string(255)}, {"style": _RICH_STYLE}),
        "emoji": shape({"type": anything, "name": string(255)}, {"unicode": string(255)}),
    }
)
_RICH_SECTION = shape({"type": anything, "elements": many(_RICH_PART)})
_RICH_FRAME = shape({"type": anything, "elements": many(_RICH_PART)}, {"border": integer(0, 1)})
_RICH_SECTIONS = typed({"rich_text_section": _RICH_SECTION})
_RICH_LIST = shape(
    {"type": anything, "style": choice("bullet", "ordered"), "elements": many(_RICH_SECTIONS)},
    {"indent": integer(0, 8), "offset": integer(0), "border": integer(0, 1)},
)
RICH_TEXT = _block(
    {
        "elements": many(
            typed(
                {
                    "rich_text_section": _RICH_SECTION,
                    "rich_text_list": _RICH_LIST,
                    "rich_text_quote": _RICH_FRAME,
                    "rich_text_preformatted": _RICH_FRAME,
                }
            )
        )
    }
)

_CELL = typed(
    {
        "raw_text": shape({"type": anything, "text": string(3000)}),
        "raw_number": shape({"type": anything, "value": number}, {"text": string(3000)}),
        "rich_text": RICH_TEXT,
    }
)
_POINT = shape({"label": string(20), "value": number})
_SERIES = shape({"name": string(20), "data": many(_POINT, most=20)})
_AXES = shape({"categories": many(string(20), most=20)}, {"x_label": string(50), "y_label": string(50)})
_PIE = shape(
    {
        "type": anything,
        "segments": many(shape({"label": string(20), "value": _positive}), most=CHART_PARTS),
    }
)
_ON_AXES = shape(
    {"type": anything, "series": many(_SERIES, most=CHART_PARTS), "axis_config": _AXES},
    {},
    _series_match_categories,
)

BLOCKS: dict[str, Check] = {
    "section": _block(
        {},
        {
            "text": text(3000),
            "fields": many(text(2000), most=10),
            "accessory": ACCESSORY,
            "expand": flag,
        },
        at_least_one("text", "fields"),
    ),
    "header": _block({"text": plain(150)}),
    "divider": _block({}),
    "image": _block({"alt_text": string(2000)}, {**IMAGE_FIELDS, "title": plain(2000)}, exactly_one(*IMAGE_FIELDS)),
    "context": _block(
        {"elements": many(typed({"image": IMAGE, "plain_text": text(3000), "mrkdwn": text(3000)}), most=10)}
    ),
    "actions": _block({"elements": many(ACTION, most=25)}, {}, _distinct_action_ids),
    "input": _block(
        {"label": plain(2000), "element": ANSWER},
        {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "rich_text": RICH_TEXT,
    "markdown": _block({"text": _markdown}),
    "table": _block(
        {"rows": many(many(_CELL, most=20), most=100)},
        {"column_settings": many(_column, most=20)},
    ),
    "data_table": _block(
        {"caption": string(2000), "rows": many(many(_CELL, most=20), least=2, most=201)},
        {"page_size": integer(1, 100), "row_header_column_index": integer(0, 19)},
        _rows_are_even,
        _plain_headings,
    ),
    "data_visualization": _block(
        {
            "title": string(50),
            "chart": typed({"pie": _PIE, "bar": _ON_AXES, "line": _ON_AXES, "area": _ON_AXES}),
        }
    ),
}

_EVERYWHERE = (
    "section",
    "header",
    "divider",
    "image",
    "context",
    "actions",
    "input",
    "rich_text",
)

IN_MESSAGE = typed(BLOCKS)
IN_MODAL = typed(BLOCKS, *_EVERYWHERE)
IN_HOME = typed(BLOCKS, *_EVERYWHERE, "table", "data_table")
