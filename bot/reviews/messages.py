"""What people see of a review: its card in the channel, the question to its owner, the closing form."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot import blocks
from bot.blocks import Message, View
from bot.definitions import Ritual
from bot.house import House, Part
from bot.rituals.model import RUNNING, Occurrence

REVIEW = "reviews/review.txt.j2"
MINUTES = 2
"""How long it takes to say what a meeting left."""


def card(
    house: House,
    ritual: Ritual,
    occurrence: Occurrence,
    owner: str,
    mentions: Sequence[str] = (),
    to_decide: Sequence[str] = (),
) -> Message:
    """The card in the channel: what it is for, its agenda, what is to be decided in it; edited as it ends."""
    words = house.words
    parts = [
        blocks.header(words.part(REVIEW, "title", ritual=ritual, occurrence=occurrence)),
        *blocks.sections(words.part(REVIEW, "about", ritual=ritual, owner=owner)),
        *(blocks.headed(words.part(REVIEW, "to_decide", lines=to_decide)) if to_decide else []),
        blocks.section(words.part(REVIEW, "state", ritual=ritual, occurrence=occurrence)),
    ]
    if mentions:
        parts.append(blocks.context(words.part("reviews/mentions.mrkdwn.j2", "card", mentions=mentions)))
    if occurrence.state in RUNNING:
        parts.append(blocks.actions(_close_button(occurrence)))
    return blocks.message(*parts)


def question(house: House, ritual: Ritual, occurrence: Occurrence, owner: str) -> Message:
    """Asks the owner, once, what the review left."""
    text = house.words.part(REVIEW, "question", ritual=ritual, occurrence=occurrence, owner=owner)
    return blocks.message(blocks.section(text), blocks.actions(_close_button(occurrence)))


def part(house: House, ritual: Ritual, occurrence: Occurrence, owner: str, zone: ZoneInfo) -> Part:
    """The same question as a part of the owner's day message, which may come before; once it is closed, that."""
    waiting = occurrence.state in RUNNING
    words = "state" if not waiting else "held" if house.clock.now() < occurrence.cutoff_at else "question"
    begins = f"{occurrence.opens_at.astimezone(zone):%a %-d %b, %H:%M}"
    return Part(
        title=house.words.part(REVIEW, "title", ritual=ritual, occurrence=occurrence),
        text=house.words.part(REVIEW, words, ritual=ritual, occurrence=occurrence, owner=owner, begins=begins),
        buttons=(_close_button(occurrence),) if waiting else (),
        waiting=waiting,
        minutes=MINUTES,
    )


def form(house: House, ritual: Ritual, occurrence: Occurrence) -> View:
    words = house.words
    return blocks.modal(
        "reviews.close",
        "Close a review",
        blocks.section(words.part(REVIEW, "form", ritual=ritual, occurrence=occurrence)),
        blocks.text_input(
            "artifact", "What exists now: a link, or its name", max_length=500, hint=ritual.artifact, optional=True
        ),
        blocks.text_input("reason", "Nothing? Then why not", multiline=True, max_length=300, optional=True),
        blocks.text_input(
            "decided",
            "Decided anything? We will …",
            max_length=200,
            hint="It goes to the decision log under your name.",
            optional=True,
        ),
        blocks.text_input("undecided", "Need a decision? Say what must be decided", max_length=150, optional=True),
        submit="Close it",
        metadata=str(occurrence.id),
    )


def _close_button(occurrence: Occurrence) -> blocks.Block:
    return blocks.button("Close with what it left", "reviews.close", str(occurrence.id), style="primary")
