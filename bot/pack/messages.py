"""What people see of the pack in Slack. Pure."""

from collections.abc import Iterator, Sequence

from bot import blocks
from bot.blocks import Block, Message
from bot.house import House
from bot.markup import Mrkdwn, escape
from bot.pack import files
from bot.pack.sections import WORDS, Pack, Section
from bot.pack_parts import Cell, Part, Table
from bot.pack_words import Say

MOST_ROWS = 12
"""Rows of a table that a thread shows; the files have all."""


def summary(house: House, pack: Pack) -> Message:
    """To whoever asks: how complete it is, and why it is not handed on, if so."""
    say = Say(house, WORDS)
    body = [blocks.header(pack.title), *blocks.sections(_summary(house, pack))]
    if pack.reasons:
        return blocks.message(*body, blocks.section(files.refused(house, pack)), blocks.context(say.text("as_files")))
    button = blocks.button(say.text("post_button"), "pack.post", "post")
    return blocks.message(
        *body, blocks.actions(button), blocks.context(say.text("may_post")), blocks.context(say.text("as_files"))
    )


def posted(house: House, pack: Pack, note: str) -> Message:
    """To everybody in the channel, above its sections; `note` says what it lacks, if so."""
    say = Say(house, WORDS)
    return blocks.message(
        blocks.header(pack.title),
        *blocks.sections(_summary(house, pack)),
        *([blocks.context(note)] if note else []),
        blocks.context(say.text("in_thread")),
        blocks.context(say.text("as_files")),
    )


def section(house: House, section: Section) -> list[Message]:
    """One section in as many messages as it needs."""
    say = Say(house, WORDS)
    body = [blocks.header(say.text("section_headline", number=section.number, title=section.title))]
    if section.missing:
        body += blocks.sections(section.missing)
    if section.assumed:
        body += blocks.headed("\n".join([say.text("assumed_title"), *_points(section.assumed)]))
    for part in section.parts:
        body += _part(house, part)
    return blocks.pages(*body)


def _summary(house: House, pack: Pack) -> str:
    return Say(house, WORDS).text(
        "summary",
        version=files.version(house, pack),
        complete=files.complete(house, pack),
        must_haves=pack.must_haves,
    )


def _part(house: House, part: Part) -> Iterator[Block]:
    lines = [*part.says, *_points(part.points)]
    for chart in part.charts:
        rows = [_row(house, label, [says]) for label, says in chart.lines]
        lines += ["", *_captioned(part, chart.caption), *(_points(rows) or [chart.empty])]
    for table in (*([part.calendar.table] if part.calendar else []), *part.tables):
        lines += ["", *_captioned(part, table.caption), *_table(house, table)]
    text = "\n".join(lines).strip("\n")
    if part.title:
        yield blocks.section(Mrkdwn(f"*{escape(part.title)}*"))
    if text:
        yield from blocks.sections(text)


def _captioned(part: Part, caption: str) -> list[str]:
    return [] if part.speaks_for_itself else [caption]


def _table(house: House, table: Table) -> list[str]:
    rows = [_row(house, _one(row[0]), [_one(cell) for cell in row[1:]]) for row in table.rows[:MOST_ROWS]]
    if left := len(table.rows) - len(rows):
        rows.append(Say(house, WORDS).text("more_rows", count=left))
    return _points(rows) or [table.empty]


def _row(house: House, name: str, cells: Sequence[str]) -> str:
    return Say(house, WORDS).text("row", name=name, cells=[cell for cell in cells if cell not in ("", "–")])


def _one(cell: Cell) -> str:
    return cell if isinstance(cell, str) else ", ".join(cell)


def _points(lines: Sequence[str]) -> list[str]:
    return [f"• {line}" for line in lines]
