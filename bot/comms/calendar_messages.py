"""The launch calendar in words, and as a picture. Words and blocks only."""

from typing import Any

from bot import blocks
from bot.blocks import Block, Message, View
from bot.blocks.text import size
from bot.comms.calendar import Calendar
from bot.definitions.releases import TIERS
from bot.house import House
from bot.releases.messages import CONFIDENCE_NAMES, headline, short_day

CALENDAR = "comms/calendar.txt.j2"
MOST_WEEKS = 20
"""As many points as Slack draws."""
MOST_CHARACTERS = 12_000
"""Of the whole; above this Slack starts to refuse messages."""


def message(house: House, found: Calendar, *, picture: bool = False) -> Message:
    return blocks.message(*_blocks(house, found, picture=picture))


def form(house: House, found: Calendar) -> View:
    """The same where there is no conversation to answer in."""
    return blocks.modal("comms.looked", "Launch calendar", *_blocks(house, found), submit="", close="Close")


def _blocks(house: House, found: Calendar, *, picture: bool = False) -> list[Block]:
    """When very much is in the way, the first clashes of each release and how many more there are."""
    for most in (5, 2, 0):
        parts = _parts(house, found, most, picture=picture)
        if size(str(parts)) <= MOST_CHARACTERS:
            break
    return parts


def _parts(house: House, found: Calendar, most: int, *, picture: bool) -> list[Block]:
    def part(block: str, **facts: Any) -> str:
        words = {"short_day": short_day, "confidence": CONFIDENCE_NAMES, "headline": headline, "most": most}
        return house.words.part(CALENDAR, block, calendar=found, **words, **facts)

    weeks = [blocks.headed(part("week", week=week)) for week in found.weeks]
    has_some = any(week.entries for week in found.weeks)
    return [
        blocks.header(part("title")),
        *([_picture(found, part("picture_title"))] if picture and has_some else []),
        *(block for each in weeks for block in each),
        *([] if has_some else [blocks.section(part("empty"))]),
        blocks.context(part("footer")),
    ]


def _picture(found: Calendar, title: str) -> Block:
    """How many releases of each tier go out in each week; the text below says the same, and more."""
    weeks = [week for week in found.weeks if week.entries][:MOST_WEEKS]
    names = [f"{week.first:%-d %b %y}" for week in weeks]
    counts = {tier: [sum(each.report.tier == tier for each in week.entries) for week in weeks] for tier in TIERS}
    return blocks.bar_chart(title, names, {tier: numbers for tier, numbers in counts.items() if any(numbers)})
