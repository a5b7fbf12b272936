"""The comms plan of a release as a form: all of it, and what may be skipped. Words and blocks only."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from bot import blocks
from bot.blocks import Block, Option, View
from bot.comms import messages
from bot.comms.audience import FRONT_LINE, LEADS, TOLD
from bot.comms.flow import Plan, Row
from bot.comms.model import PLANNED
from bot.delivery.outbox import Posted
from bot.house import House
from bot.markup import Mrkdwn, escape, link
from bot.releases.messages import short_day

WORDS = "comms/form.txt.j2"
MOST_OPTIONS = 100
FIRST_WORDS = 70
PARTS = {LEADS: "its lead", FRONT_LINE: "all of it"}
"""Whom of an audience a step is for, where that is not simply the audience."""


def plan(house: House, found: Plan, links: Mapping[Posted, str]) -> View:
    """`links` are the addresses of messages in channels, where Slack gives one."""
    rows = groupby(found.rows, lambda row: row.audience)
    asks = _skip(house, found) if found.can_skip else []
    intro = house.words.part(WORDS, "intro", name=found.release.name, count=len(found.rows), untold=found.untold)
    return blocks.modal(
        "comms.skipped",
        "Who hears what, when",
        blocks.section(intro),
        *(_audience(house, found, name, list(theirs), links) for name, theirs in rows),
        *asks,
        submit="Skip it" if asks else "",
        close="Close",
        metadata=str(found.release.id),
    )


def _audience(house: House, found: Plan, name: str, rows: Sequence[Row], links: Mapping[Posted, str]) -> Block:
    lines = [escape(name).join(("*", "*"))]
    for row in rows:
        first = messages.first_words(house, found.release, found.report, row.says, FIRST_WORDS)
        words = house.words.part(
            WORDS, "row", row=row, day=short_day(row.on.isoformat()), part=PARTS.get(row.group, ""), first=first
        )
        url = links.get(row.posted, "") if row.posted else ""
        lines.append(escape(words) + (f" {link(url, 'Read it')}" if url else ""))
    return blocks.section(Mrkdwn("\n".join(lines)))


def _skip(house: House, found: Plan) -> list[Block]:
    options = [
        Option(str(row.line_id), house.words.part(WORDS, "option", row=row, day=short_day(row.on.isoformat())))
        for row in found.rows
        if row.state == PLANNED and row.group != TOLD
    ]
    if not options:
        return []
    return [
        blocks.divider(),
        blocks.select_input("line", "Skip one of these", options[:MOST_OPTIONS]),
        blocks.text_input("reason", "Why?", max_length=300, hint="It stands in the plan with your name."),
    ]
