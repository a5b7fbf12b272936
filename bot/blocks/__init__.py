"""Everything Slack shows: blocks, messages and views, built from any words and checked before they leave.

A `str` is what somebody typed and is shown exactly so; a `Mrkdwn` is markup. No builder raises for what a
person typed. Text that is too long is cut with `…` where it is a label, and laid out over several sections
where it is content. Text with nothing in it shows as `—`; an optional one with nothing in it is left out.

Blocks are plain dicts: the builder library measured for this cost ten times as much per block and let
duplicate ids, mass mentions and oversized messages through, so the check had to be ours anyway.
"""

from bot.blocks.build import (
    Option,
    actions,
    bar_chart,
    button,
    channel_input,
    checkbox_input,
    context,
    date_input,
    divider,
    fields,
    headed,
    header,
    image,
    menu,
    overflow,
    radio_input,
    section,
    sections,
    select_input,
    text_input,
    user_input,
)
from bot.blocks.check import check_message, check_view
from bot.blocks.compose import Message, View, answers, home, message, modal, noted, pages, with_note
from bot.blocks.shape import PayloadError
from bot.blocks.text import Block, fit

__all__ = [
    "Block",
    "Message",
    "Option",
    "PayloadError",
    "View",
    "actions",
    "answers",
    "bar_chart",
    "button",
    "channel_input",
    "check_message",
    "check_view",
    "checkbox_input",
    "context",
    "date_input",
    "divider",
    "fields",
    "fit",
    "headed",
    "header",
    "home",
    "image",
    "menu",
    "message",
    "modal",
    "noted",
    "overflow",
    "pages",
    "radio_input",
    "section",
    "sections",
    "select_input",
    "text_input",
    "user_input",
    "with_note",
]
