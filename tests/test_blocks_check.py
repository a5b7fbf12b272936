"""What Slack would refuse, one payload each, and what it takes."""

import copy
from typing import Any

import pytest

from bot.blocks import PayloadError, check_message, check_view
from tests.people import ALICE, UPDATES

Payload = dict[str, Any]


def plain(text: str) -> Payload:
    return {"type": "plain_text", "text": text, "emoji": False}


def markup(text: str) -> Payload:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def options(count: int) -> list[Payload]:
    return [{"text": plain(f"Area {number}"), "value": f"a{number}"} for number in range(count)]


SECTION = {"type": "section", "text": markup("*Digest* of the week")}
BUTTON = {"type": "button", "action_id": "updates.open", "text": plain("Open form"), "value": "7"}
SELECT = {"type": "static_select", "action_id": "area", "options": options(3)}
TYPING = {"type": "plain_text_input", "action_id": "next", "multiline": True}
INPUT = {"type": "input", "block_id": "next", "label": plain("What is next?"), "element": TYPING}
IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "Readiness over time"}
CELL = {"type": "raw_text", "text": "Billing"}
TABLE = {"type": "table", "rows": [[CELL, CELL], [CELL, CELL]]}
DATA_TABLE = {**TABLE, "type": "data_table", "caption": "Areas"}
PIE: Payload = {
    "type": "data_visualization",
    "title": "Status",
    "chart": {"type": "pie", "segments": [{"label": "Green", "value": 3}]},
}
LINES: Payload = {
    "type": "data_visualization",
    "title": "Load",
    "chart": {
        "type": "line",
        "series": [{"name": "Minutes", "data": [{"label": "Mon", "value": 4}, {"label": "Tue", "value": -1}]}],
        "axis_config": {"categories": ["Mon", "Tue"], "y_label": "Minutes"},
    },
}
CONFIRM = {
    "title": plain("Sure?"),
    "text": markup("This *posts* it."),
    "confirm": plain("Post"),
    "deny": plain("Wait"),
}


def rich(*parts: Payload) -> Payload:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(parts)}]}


def message(*blocks: Any, **more: Any) -> Payload:
    return {"text": "Digest of the week", "blocks": list(blocks), **more}


def modal(*blocks: Payload, **more: Any) -> Payload:
    return {"type": "modal", "title": plain("Weekly update"), "submit": plain("Save"), "blocks": [*blocks], **more}


def home(*blocks: Payload, **more: Any) -> Payload:
    return {"type": "home", "blocks": [*blocks], **more}


def section(**parts: Any) -> Payload:
    return {"type": "section", **parts}


def actions(*elements: Payload, **more: Any) -> Payload:
    return {"type": "actions", "elements": [*elements], **more}


def asking(element: Payload, **more: Any) -> Payload:
    return {**INPUT, "element": element, **more}


def without(payload: Payload, name: str) -> Payload:
    return {key: value for key, value in payload.items() if key != name}


GOOD_MESSAGES = {
    "text alone": {"text": "Hello"},
    "text and no blocks": message(),
    "a mention and a link": message(
        section(text=markup(f"<@{ALICE}> in <#{UPDATES}>: <https://example.com/?a=1&amp;b=2|spec>"))
    ),
    "a date": message(section(text=markup("due <!date^1785942000^{date_short} {time}|Wed 17:00>"))),
    "a date with a link": message(section(text=markup("<!date^1^{time}^https://example.com|soon>"))),
    "mail to somebody at here.example": message(section(text=markup("<mailto:a@here.example|Alice>"))),
    "a quote": message(section(text=markup("> said"))),
    "3,000 characters": message(section(text=markup("x" * 3000))),
    "plain text that looks like a mention": message(section(text=plain("<!channel> @here"))),
    "ten fields": message(section(fields=[plain("x")] * 10)),
    "an accessory": message(section(text=plain("x"), accessory=BUTTON)),
    "a picture beside text": message(section(text=plain("x"), accessory=IMAGE)),
    "a header": message({"type": "header", "text": plain("x" * 150)}),
    "context": message({"type": "context", "elements": [plain("x"), markup("*x*"), IMAGE]}),
    "a divider": message({"type": "divider", "block_id": "line"}),
    "an image with a title": message({**IMAGE, "title": plain("Readiness")}),
    "a file of Slack's": message({**without(IMAGE, "image_url"), "slack_file": {"id": "F1"}}),
    "one action id in two blocks": message(actions(BUTTON), actions(BUTTON)),
    "a button that asks first": message(actions({**BUTTON, "style": "danger", "confirm": CONFIRM})),
    "a link button": message(actions({**BUTTON, "url": "https://example.com"})),
    "an overflow menu": message(actions({"type": "overflow", "action_id": "more", "options": options(5)})),
    "50 blocks": message(*[{"type": "divider"}] * 50),
    "rich text": message(rich({"type": "text", "text": "<!channel>", "style": {"bold": True}})),
    "Markdown": message({"type": "markdown", "text": "# Digest\n<b>"}),
    "a table": message({**TABLE, "column_settings": [{"align": "right"}, None]}),
    "a data table": message(DATA_TABLE),
    "a pie": message(PIE),
    "two charts": message(LINES, PIE),
    "an input": message(INPUT),
    "40,000 characters of text": {"text": "x" * 40_000},
}

GOOD_VIEWS = {
    "a form": modal(INPUT, private_metadata="", callback_id="updates.submit", close=plain("Cancel")),
    "a form without inputs or submit": without(modal(SECTION), "submit"),
    "a form of 100 blocks": modal(*[SECTION] * 100),
    "a Home tab": home(SECTION, actions(BUTTON)),
    "a Home tab with a table": home(TABLE),
    "a menu with a choice made": modal(asking({**SELECT, "initial_option": options(3)[1]})),
    "a menu in groups": modal(
        asking(
            {
                **without(SELECT, "options"),
                "option_groups": [{"label": plain("A"), "options": options(2)}],
                "initial_option": options(2)[1],
            }
        )
    ),
    "checkboxes": modal(
        asking({"type": "checkboxes", "action_id": "x", "options": options(10), "initial_options": options(2)})
    ),
    "radio buttons in markup": modal(
        asking({"type": "radio_buttons", "action_id": "x", "options": [{"text": markup("*a*"), "value": "a"}]})
    ),
    "a date": modal(asking({"type": "datepicker", "action_id": "x", "initial_date": "2028-02-29"})),
    "a time": modal(asking({"type": "timepicker", "action_id": "x", "initial_time": "23:59"})),
    "a moment": modal(asking({"type": "datetimepicker", "action_id": "x", "initial_date_time": 1785942000})),
    "a person": modal(asking({"type": "users_select", "action_id": "x", "initial_user": ALICE})),
    "several people": modal(
        asking({"type": "multi_users_select", "action_id": "x", "initial_users": [ALICE], "max_selected_items": 1})
    ),
    "a channel": modal(
        asking(
            {
                "type": "conversations_select",
                "action_id": "x",
                "filter": {"include": ["public", "private"]},
                "initial_conversation": UPDATES,
            }
        )
    ),
    "a number": modal(
        asking({"type": "number_input", "action_id": "x", "is_decimal_allowed": False, "min_value": "0"})
    ),
    "an address": modal(asking({"type": "url_text_input", "action_id": "x", "initial_value": "https://example.com"})),
    "an input that reports while typing": modal(
        asking({**TYPING, "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]}}),
    ),
}

BAD_MESSAGES: dict[str, tuple[Payload, str]] = {
    "no text": ({"blocks": [SECTION]}, "text is missing"),
    "empty text": (message(text=""), "text: is empty"),
    "blank text": (message(text=" \n"), "text: is empty"),
    "text that is no string": (message(text=None), "text: must be a string"),
    "text too long": (message(text="x" * 40_001), "more than 40000"),
    "text that calls the channel": (message(text="<!channel>"), "no mention, link or date"),
    "text that calls @here": (message(text="hi @Here"), "mentions everybody"),
    "text with a bare <": (message(text="a < b"), "no mention, link or date"),
    "text with a zero byte": (message(text="a\0b"), "control character"),
    "text with half a pair": (message(text="a\ud83d"), "half a surrogate pair"),
    "names turned into links": (message(link_names=True), "link_names"),
    "full parsing": (message(parse="full"), "parse"),
    "blocks that are no list": (message(blocks={}), "blocks: must be a list"),
    "51 blocks": (message(*[{"type": "divider"}] * 51), "blocks: has 51, more than 50"),
    "too many characters": (message(*[section(text=plain("x" * 2500))] * 6), "more than 13000"),
    "an unknown block": (message({"type": "banner"}), "blocks/0: 'banner' is an unknown type"),
    "a block without type": (message({"text": plain("x")}), "unknown type"),
    "a block that is none": (message("hello"), "blocks/0: must be an object"),
    "an unknown field": (message({**SECTION, "colour": "red"}), "section has no field colour"),
    "a field that is null": (message({**SECTION, "accessory": None}), "accessory: must be an object"),
    "two equal block ids": (
        message({**SECTION, "block_id": "a"}, {"type": "divider", "block_id": "a"}),
        "2 blocks have the block_id 'a'",
    ),
    "a long block id": (message({**SECTION, "block_id": "b" * 256}), "block_id: has 256"),
    "an empty section": (message(section()), "needs text or fields"),
    "a section's text too long": (message(section(text=plain("x" * 3001))), "blocks/0/text/text: has 3001"),
    "a section of 1,501 emoji": (message(section(text=plain("🎉" * 1501))), "has 3002"),
    "a section's text empty": (message(section(text=plain(""))), "text: is empty"),
    "a section's text a string": (message(section(text="x")), "text: must be an object"),
    "a text of no known type": (message(section(text={"type": "markdown", "text": "x"})), "unknown type"),
    "a text object without text": (message(section(text={"type": "mrkdwn"})), "text is missing"),
    "verbatim plain text": (message(section(text={**plain("x"), "verbatim": True})), "no field verbatim"),
    "emoji in markup": (message(section(text={**markup("x"), "emoji": True})), "no field emoji"),
    "eleven fields": (message(section(fields=[plain("x")] * 11)), "fields: has 11"),
    "a field too long": (message(section(fields=[plain("x" * 2001)])), "fields/0/text: has 2001"),
    "no fields": (message(section(fields=[])), "fields: needs at least 1"),
    "markup that calls everyone": (message(section(text=markup("<!everyone>"))), "no mention, link or date"),
    "markup that calls a group": (message(section(text=markup("<!subteam^S012>"))), "no mention"),
    "markup with @channel": (message(section(text=markup("@channel"))), "mentions everybody"),
    "a label with @channel": (
        message(section(text=markup("<https://example.com|@channel>"))),
        "mentions everybody",
    ),
    "a script behind a link": (message(section(text=markup("<javascript:x|y>"))), "no mention, link or date"),
    "a link to an app": (message(section(text=markup("<slack://open|y>"))), "no mention, link or date"),
    "a date without fallback": (message(section(text=markup("<!date^1^{time}>"))), "no mention, link or date"),
    "context that calls @here": (message({"type": "context", "elements": [markup("@here")]}), "mentions"),
    "a field that calls @here": (message(section(fields=[markup("@here")])), "fields/0/text: mentions"),
    "an input beside text": (message(section(text=plain("x"), accessory=TYPING)), "not allowed here"),
    "an unknown accessory": (message(section(text=plain("x"), accessory={"type": "dial"})), "unknown type"),
    "a header in markup": (message({"type": "header", "text": markup("x")}), "'mrkdwn' is not allowed here"),
    "a header too long": (message({"type": "header", "text": plain("x" * 151)}), "has 151"),
    "a header without text": (message({"type": "header"}), "text is missing"),
    "an image without words": (message(without(IMAGE, "alt_text")), "alt_text is missing"),
    "an image with empty words": (message({**IMAGE, "alt_text": ""}), "alt_text: is empty"),
    "an image without source": (message(without(IMAGE, "image_url")), "exactly one of"),
    "an image with two sources": (message({**IMAGE, "slack_file": {"id": "F1"}}), "exactly one of"),
    "an image from a file": (message({**IMAGE, "image_url": "file:///a.png"}), "not the form"),
    "an image address too long": (message({**IMAGE, "image_url": "https://" + "a" * 3000}), "has 3008"),
    "eleven things of context": (message({"type": "context", "elements": [plain("x")] * 11}), "has 11"),
    "no context": (message({"type": "context", "elements": []}), "needs at least 1"),
    "a button in context": (message({"type": "context", "elements": [BUTTON]}), "unknown type"),
    "26 actions": (
        message(actions(*({**BUTTON, "action_id": f"a{number}"} for number in range(26)))),
        "elements: has 26",
    ),
    "no actions": (message(actions()), "needs at least 1"),
    "two equal action ids": (message(actions(BUTTON, BUTTON)), "same action_id"),
    "an input among actions": (message(actions(TYPING)), "not allowed here"),
    "a button without action id": (message(actions(without(BUTTON, "action_id"))), "action_id is missing"),
    "an action id too long": (message(actions({**BUTTON, "action_id": "a" * 256})), "has 256"),
    "a button without text": (message(actions(without(BUTTON, "text"))), "text is missing"),
    "a button's text too long": (message(actions({**BUTTON, "text": plain("x" * 76)})), "has 76"),
    "a button's text in markup": (message(actions({**BUTTON, "text": markup("x")})), "not allowed here"),
    "a button's value too long": (message(actions({**BUTTON, "value": "x" * 2001})), "has 2001"),
    "a button's value a number": (message(actions({**BUTTON, "value": 7})), "value: must be a string"),
    "a button of another colour": (message(actions({**BUTTON, "style": "green"})), "none of primary, danger"),
    "a button to a script": (message(actions({**BUTTON, "url": "javascript:x"})), "not the form"),
    "a question too long": (
        message(actions({**BUTTON, "confirm": {**CONFIRM, "title": plain("x" * 101)}})),
        "confirm/title/text: has 101",
    ),
    "a question without answer": (
        message(actions({**BUTTON, "confirm": without(CONFIRM, "deny")})),
        "deny is missing",
    ),
    "six options behind dots": (
        message(actions({"type": "overflow", "action_id": "x", "options": options(6)})),
        "has 6, more than 5",
    ),
    "a menu without options": (message(actions({**SELECT, "options": []})), "options: needs at least 1"),
    "a menu of 101 options": (message(actions({**SELECT, "options": options(101)})), "has 101"),
    "a menu with options and groups": (
        message(actions({**SELECT, "option_groups": [{"label": plain("x"), "options": options(1)}]})),
        "exactly one of",
    ),
    "an option's text too long": (
        message(actions({**SELECT, "options": [{"text": plain("x" * 76), "value": "x"}]})),
        "options/0/text/text: has 76",
    ),
    "an option's value too long": (
        message(actions({**SELECT, "options": [{"text": plain("x"), "value": "x" * 151}]})),
        "value: has 151",
    ),
    "an option without value": (
        message(actions({**SELECT, "options": [{"text": plain("x")}]})),
        "value is missing",
    ),
    "a listed option in markup": (
        message(actions({**SELECT, "options": [{"text": markup("x"), "value": "x"}]})),
        "not allowed here",
    ),
    "a placeholder too long": (message(actions({**SELECT, "placeholder": plain("x" * 151)})), "has 151"),
    "Markdown that calls everybody": (message({"type": "markdown", "text": "<!here>"}), "special sequence"),
    "Markdown that calls @here": (message({"type": "markdown", "text": "@here"}), "mentions everybody"),
    "Markdown too long together": (
        message(*[{"type": "markdown", "text": "x" * 6001}] * 2),
        "markdown blocks together have 12002",
    ),
    "two tables": (message(TABLE, TABLE), "2 blocks of type table"),
    "a table of 101 rows": (message({**TABLE, "rows": [[CELL]] * 101}), "rows: has 101"),
    "a table of 21 columns": (message({**TABLE, "rows": [[CELL] * 21]}), "rows/0: has 21"),
    "a table too long": (
        message({**TABLE, "rows": [[{**CELL, "text": "x" * 2001}]] * 5}),
        "table and data_table blocks together have 10005",
    ),
    "a cell of no known type": (message({**TABLE, "rows": [[{"type": "x"}]]}), "rows/0/0: 'x' is an unknown"),
    "a data table without data": (message({**DATA_TABLE, "rows": [[CELL]]}), "needs at least 2"),
    "a data table without caption": (message(without(DATA_TABLE, "caption")), "caption is missing"),
    "a ragged data table": (message({**DATA_TABLE, "rows": [[CELL], [CELL, CELL]]}), "differ in length"),
    "a heading in rich text": (
        message({**DATA_TABLE, "rows": [[rich({"type": "text", "text": "x"})], [CELL]]}),
        "a heading cannot be rich_text",
    ),
    "three charts": (message(PIE, PIE, PIE), "3 blocks of type data_visualization"),
    "an empty slice": (
        message({**PIE, "chart": {"type": "pie", "segments": [{"label": "x", "value": 0}]}}),
        "must be more than 0",
    ),
    "a chart that is not finite": (
        message({**PIE, "chart": {"type": "pie", "segments": [{"label": "x", "value": float("nan")}]}}),
        "must be a number",
    ),
    "a chart's points off its axis": (
        message({**LINES, "chart": {**LINES["chart"], "axis_config": {"categories": ["Mon"]}}}),
        "not exactly one point",
    ),
    "a series twice": (
        message({**LINES, "chart": {**LINES["chart"], "series": LINES["chart"]["series"] * 2}}),
        "two series have the same name",
    ),
    "rich text that calls everybody": (message(rich({"type": "broadcast", "range": "here"})), "unknown type"),
    "rich text to a script": (message(rich({"type": "link", "url": "javascript:x"})), "not the form"),
}

BAD_VIEWS: dict[str, tuple[Payload, str]] = {
    "no kind": (without(home(SECTION), "type"), "unknown kind of view"),
    "another kind": (home(SECTION, type="workflow_step"), "unknown kind of view"),
    "no blocks": (home(), "blocks: needs at least 1"),
    "101 blocks": (home(*[SECTION] * 101), "has 101, more than 100"),
    "no title": (without(modal(SECTION), "title"), "title is missing"),
    "a title too long": (modal(SECTION, title=plain("x" * 25)), "title/text: has 25"),
    "a title in markup": (modal(SECTION, title=markup("x")), "not allowed here"),
    "submit too long": (modal(SECTION, submit=plain("x" * 25)), "submit/text: has 25"),
    "close too long": (modal(SECTION, close=plain("x" * 25)), "close/text: has 25"),
    "inputs and no submit": (without(modal(INPUT), "submit"), "submit is missing"),
    "metadata too long": (modal(INPUT, private_metadata="x" * 3001), "private_metadata: has 3001"),
    "a callback id too long": (modal(INPUT, callback_id="x" * 256), "callback_id: has 256"),
    "an external id too long": (modal(INPUT, external_id="x" * 256), "external_id: has 256"),
    "an unknown field": (modal(INPUT, size="large"), "modal has no field size"),
    "a submit button at home": (home(SECTION, submit=plain("Save")), "home has no field submit"),
    "a table in a form": (modal(TABLE), "'table' is not allowed here"),
    "Markdown in a form": (modal({"type": "markdown", "text": "x"}), "not allowed here"),
    "Markdown at home": (home({"type": "markdown", "text": "x"}), "not allowed here"),
    "a chart at home": (home(PIE), "not allowed here"),
    "more than 250 kB": (home(*[section(text=plain("x" * 3000))] * 84), "more than 250000"),
    "two equal block ids": (modal(INPUT, INPUT), "2 blocks have the block_id 'next'"),
    "two in focus": (
        modal(*(asking({**TYPING, "focus_on_load": True}, block_id=name) for name in ("a", "b"))),
        "two elements want the focus",
    ),
    "an input without label": (modal(without(INPUT, "label")), "label is missing"),
    "an input without element": (modal(without(INPUT, "element")), "element is missing"),
    "an input's label in markup": (modal({**INPUT, "label": markup("x")}), "not allowed here"),
    "an input's label too long": (modal({**INPUT, "label": plain("x" * 2001)}), "has 2001"),
    "an input's hint too long": (modal({**INPUT, "hint": plain("x" * 2001)}), "has 2001"),
    "a button as an input": (modal(asking(BUTTON)), "'button' is not allowed here"),
    "an initial text too long": (
        modal(asking({**TYPING, "max_length": 10, "initial_value": "x" * 11})),
        "initial_value: has 11",
    ),
    "a limit that is too high": (modal(asking({**TYPING, "max_length": 3001})), "not between 1 and 3000"),
    "a limit that is true": (modal(asking({**TYPING, "max_length": True})), "must be a whole number"),
    "limits that cross": (
        modal(asking({**TYPING, "min_length": 5, "max_length": 4})),
        "min_length is more than max_length",
    ),
    "an initial option not offered": (
        modal(asking({**SELECT, "initial_option": {"text": plain("Other"), "value": "a1"}})),
        "none of the options",
    ),
    "11 checkboxes": (
        modal(asking({"type": "checkboxes", "action_id": "x", "options": options(11)})),
        "has 11, more than 10",
    ),
    "11 radio buttons": (
        modal(asking({"type": "radio_buttons", "action_id": "x", "options": options(11)})),
        "has 11, more than 10",
    ),
    "no boxes ticked, said": (
        modal(asking({"type": "checkboxes", "action_id": "x", "options": options(1), "initial_options": []})),
        "initial_options: needs at least 1",
    ),
    "a day that never was": (
        modal(asking({"type": "datepicker", "action_id": "x", "initial_date": "2027-02-29"})),
        "no day of the calendar",
    ),
    "a day written otherwise": (
        modal(asking({"type": "datepicker", "action_id": "x", "initial_date": "3 Aug"})),
        "not the form",
    ),
    "an hour that never was": (
        modal(asking({"type": "timepicker", "action_id": "x", "initial_time": "24:00"})),
        "not the form",
    ),
    "a person by name": (
        modal(asking({"type": "users_select", "action_id": "x", "initial_user": "alice"})),
        "not the form",
    ),
    "more people than allowed": (
        modal(
            asking(
                {"type": "multi_users_select", "action_id": "x", "initial_users": [ALICE] * 2, "max_selected_items": 1}
            )
        ),
        "more is chosen at first",
    ),
    "two initial channels": (
        modal(
            asking(
                {
                    "type": "conversations_select",
                    "action_id": "x",
                    "initial_conversation": UPDATES,
                    "default_to_current_conversation": True,
                }
            )
        ),
        "two defaults",
    ),
    "an empty filter": (
        modal(asking({"type": "conversations_select", "action_id": "x", "filter": {}})),
        "filter: needs include or",
    ),
    "a number as a number": (
        modal(asking({"type": "number_input", "action_id": "x", "is_decimal_allowed": True, "min_value": 0})),
        "min_value: must be a string",
    ),
    "a number that may or may not be whole": (
        modal(asking({"type": "number_input", "action_id": "x"})),
        "is_decimal_allowed is missing",
    ),
    "an optional that is no flag": (modal({**INPUT, "optional": "yes"}), "must be true or false"),
}


@pytest.mark.parametrize("payload", GOOD_MESSAGES.values(), ids=GOOD_MESSAGES)
def test_a_message_slack_takes_passes(payload: Payload) -> None:
    check_message(payload)


@pytest.mark.parametrize("payload", GOOD_VIEWS.values(), ids=GOOD_VIEWS)
def test_a_view_slack_takes_passes(payload: Payload) -> None:
    check_view(payload)


@pytest.mark.parametrize(("payload", "reason"), BAD_MESSAGES.values(), ids=BAD_MESSAGES)
def test_a_message_is_refused_with_the_reason(payload: Payload, reason: str) -> None:
    with pytest.raises(PayloadError) as refusal:
        check_message(payload)

    assert reason in str(refusal.value)


@pytest.mark.parametrize(("payload", "reason"), BAD_VIEWS.values(), ids=BAD_VIEWS)
def test_a_view_is_refused_with_the_reason(payload: Payload, reason: str) -> None:
    with pytest.raises(PayloadError) as refusal:
        check_view(payload)

    assert reason in str(refusal.value)


def test_an_edit_may_say_less_than_a_post() -> None:
    check_message({"text": "x" * 4000}, for_update=True)
    with pytest.raises(PayloadError, match="text: has 4001 characters, more than 4000"):
        check_message({"text": "x" * 4001}, for_update=True)


def test_a_refusal_says_where() -> None:
    long = {**SELECT, "options": [*options(2), {"text": plain("x" * 76), "value": "x"}]}

    with pytest.raises(PayloadError) as refusal:
        check_message(message(SECTION, actions(BUTTON, long)))

    assert str(refusal.value) == ("blocks/1/elements/1/options/2/text/text: has 76 characters, more than 75")


def test_checking_changes_nothing() -> None:
    payload = message(SECTION, actions(BUTTON, SELECT), IMAGE)
    before = copy.deepcopy(payload)

    check_message(payload)

    assert payload == before
