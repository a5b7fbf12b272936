"""Every form, and Home, twice: as eyes see it, and as a screen reader reads it; kept as texts in tests/samples/views.

A form is kept by the test that `OPENED_BY` names, which opens it as people do. `DRUMBEAT_GOLDEN=1` writes them anew.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.blocks.check import check_view
from tests.aloud import HOW, RENEW, words

GOLDEN = Path(__file__).parent / "samples" / "views"
_TABLE = GOLDEN / "opened_by.json"
OPENED_BY: dict[str, str] = json.loads(_TABLE.read_text(encoding="utf-8"))
"""A test for every form."""

KINDS = {
    "plain_text_input": "text", "number_input": "number", "url_text_input": "link", "static_select": "menu",
    "multi_static_select": "menu, several", "radio_buttons": "one of", "checkboxes": "any of", "datepicker": "day",
    "timepicker": "time", "users_select": "person", "conversations_select": "channel", "button": "button",
    "overflow": "menu", "multi_users_select": "people", "image": "picture",
}  # fmt: skip


def read_view(name: str, view: dict[str, Any]) -> None:
    """Compares a view with the one of its name that we have read; Slack must take it."""
    check_view(view)
    golden = GOLDEN / f"{name}.txt"
    both = "\n".join([name, "\n=== shown", *_shown(view), "\n=== read aloud", *_heard(view), ""])
    if RENEW in os.environ:
        golden.write_text(both, encoding="utf-8")
    assert golden.is_file(), HOW
    assert both == golden.read_text(encoding="utf-8"), HOW


def _shown(view: dict[str, Any]) -> Iterator[str]:
    if "title" in view:
        yield f"# {view['title']['text']}"
    for block in view["blocks"]:
        yield _field(block) if block["type"] == "input" else "\n".join(_lines(block))
    if buttons := [f"[{view[each]['text']}]" for each in ("submit", "close") if each in view]:
        yield " ".join(buttons)


def _heard(view: dict[str, Any]) -> Iterator[str]:
    """In order: a field by its name, whether it must be answered, its kind, what is in it, and its hint."""
    if "title" in view:
        yield f"Window: {view['title']['text']}"
    for block in view["blocks"]:
        if block["type"] == "input":
            element, must = block["element"], "may be left out" if block.get("optional") else "must be answered"
            said = [block["label"]["text"], KINDS[element["type"]], must, *_filled(element), *_text(block, "hint")]
            yield ", ".join(said)
        elif block["type"] != "divider":
            yield from _lines(block)
    yield from (f"{view[each]['text']}, button" for each in ("submit", "close") if each in view)


def _field(block: dict[str, Any]) -> str:
    element = block["element"]
    asked = f"{block['label']['text']}{' (optional)' if block.get('optional') else ''}"
    lines = [f"{asked}  <{KINDS[element['type']]}>"]
    lines += [f"  in it, in grey: {each}" for each in _text(element, "placeholder")]
    lines += [f"  filled in: {each}" for each in _filled(element)]
    lines += [f"  - {_option(each)}" for each in element.get("options", ())]
    lines += [f"  hint: {each}" for each in _text(block, "hint")]
    return "\n".join(lines)


def _lines(block: dict[str, Any]) -> Iterator[str]:
    if block["type"] == "divider":
        yield "———"
    yield from words({name: block[name] for name in ("title", "text", "alt_text", "fields") if name in block})
    for each in [*block.get("elements", ()), *filter(None, [block.get("accessory")])]:
        if each["type"] in ("plain_text", "mrkdwn", "image"):
            yield from words(each)
            continue
        name = (*_text(each, "text"), *_text(each, "placeholder"), "…")[0]
        options = "".join(f"\n  - {_option(option)}" for option in each.get("options", ()))
        yield f"[{name}]  <{KINDS[each['type']]}>{options}"


def _filled(element: dict[str, Any]) -> list[str]:
    chosen = [*element.get("initial_options", ()), *filter(None, [element.get("initial_option")])]
    plain = ("initial_value", "initial_date", "initial_time", "initial_user", "initial_conversation")
    return [*(each["text"]["text"] for each in chosen), *(element[each] for each in plain if element.get(each))]


def _option(option: dict[str, Any]) -> str:
    return ": ".join([*_text(option, "text"), *_text(option, "description")])


def _text(part: dict[str, Any], name: str) -> list[str]:
    return [part[name]["text"]] if name in part else []
