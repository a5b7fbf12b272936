"""What people see of the meetings there were before: the list, and its two forms. Pure."""

from collections.abc import Sequence

from bot import blocks
from bot.blocks import Block, Message, Option, View
from bot.house import House
from bot.metadata import dump
from bot.reviews.model import AuditedMeeting
from bot.reviews.old_meetings import A_MONTH, LIMIT, RETIRE, VERDICTS, cost

WORDS = "reviews/audit.txt.j2"
MOST_SHOWN = 20


def table(house: House, found: Sequence[AuditedMeeting], *, may_judge: bool) -> Message:
    """Those without a verdict first; product ops gets a button at each."""
    saved = sum(cost(each) for each in found if each.verdict == RETIRE)
    costs = sum(cost(each) for each in found)
    facts = {"count": len(found), "saved": saved, "costs": costs, "open": sum(not each.verdict for each in found)}
    ordered = sorted(found, key=lambda each: bool(each.verdict))
    parts: list[Block] = [blocks.header(_words(house, "title")), blocks.section(_words(house, "sum", **facts))]
    for each in ordered[:MOST_SHOWN]:
        button = blocks.button("Judge", "reviews.judge", str(each.id)) if may_judge else None
        parts.append(blocks.section(_words(house, "line", meeting=each, costs=cost(each)), accessory=button))
    if len(ordered) > MOST_SHOWN:
        parts.append(blocks.context(_words(house, "more", count=len(ordered) - MOST_SHOWN)))
    if may_judge:
        parts.append(blocks.actions(blocks.button("List a meeting", "reviews.list_meeting")))
    return blocks.message(*parts)


def add_form(house: House) -> View:
    return blocks.modal(
        "reviews.listed",
        "List a meeting",
        blocks.section(_words(house, "add")),
        blocks.text_input("name", "What is it called?", max_length=75),
        blocks.select_input("often", "How often?", [Option(each, each.capitalize()) for each in A_MONTH]),
        blocks.text_input("minutes", "How many minutes?", max_length=4),
        blocks.text_input("people", "How many people come?", max_length=4),
        blocks.text_input("link", "The last thing it left: a link", max_length=LIMIT, optional=True),
        blocks.text_input("pain", "What hurts about it?", multiline=True, max_length=LIMIT, optional=True),
        submit="List it",
    )


def judge_form(house: House, meeting: AuditedMeeting, *, note: str = "") -> View:
    return blocks.modal(
        "reviews.judged",
        "Keep, redesign, retire",
        *(blocks.sections(note) if note else []),
        blocks.section(_words(house, "line", meeting=meeting, costs=cost(meeting))),
        blocks.radio_input(
            "verdict", "What becomes of it?", [Option(each, each.capitalize()) for each in VERDICTS],
            initial=meeting.verdict,
        ),
        blocks.text_input("reason", "Why?", multiline=True, initial=meeting.reason, max_length=LIMIT),
        submit="Say so",
        metadata=dump(meeting.id, meeting.version),
    )  # fmt: skip


def said(house: House, meeting: AuditedMeeting) -> View:
    """In place of a submitted form."""
    text = _words(house, "line", meeting=meeting, costs=cost(meeting))
    return blocks.modal("reviews.meeting", "Noted", *blocks.sections(text), submit="", close="Close")


def _words(house: House, block: str, **facts: object) -> str:
    return house.words.part(WORDS, block, **facts)
