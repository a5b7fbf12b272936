"""What people see of ideas: the forms, the list, the changelog. Pure."""

from collections.abc import Mapping, Sequence

from bot import blocks
from bot.blocks import Block, Message, Option, View
from bot.house import House, Obligation, Part
from bot.improvements.model import ANSWERS, LIMIT, Improvement
from bot.metadata import dump

WORDS = "improvements/improvements.txt.j2"
MINUTES_EACH = 1
MOST_SHOWN = 15


def bring_form(better: str) -> View:
    return blocks.modal(
        "improvements.brought",
        "An idea",
        blocks.text_input("friction", "What hampers you?", multiline=True, max_length=LIMIT),
        blocks.text_input("better", "What would be better?", multiline=True, initial=better, max_length=LIMIT),
    )


def answer_form(house: House, idea: Improvement, by: str, ops: str) -> View:
    """`by` is the author's name, `ops` the Slack id of who answers."""
    choices = [Option(value, label) for value, label in ANSWERS.items()]
    return blocks.modal(
        "improvements.answered",
        idea.ref,
        *blocks.sections(_words(house, "idea", idea=idea, by=by)),
        blocks.radio_input("choice", "What becomes of it?", choices),
        blocks.text_input(
            "reason", "Why?", multiline=True, optional=True, max_length=LIMIT, hint="Needed to decline it."
        ),
        blocks.user_input("owner", "Who does it?", initial=ops, optional=True, hint="Needed to do or to try it."),
        metadata=dump(idea.id, idea.version),
    )


def done_form(house: House, idea: Improvement, by: str) -> View:
    return blocks.modal(
        "improvements.done",
        idea.ref,
        *blocks.sections(_words(house, "idea", idea=idea, by=by)),
        blocks.text_input("changed", "What is different now?", multiline=True, max_length=LIMIT),
        metadata=dump(idea.id, idea.version),
    )


def kept_form(house: House, idea: Improvement) -> View:
    """In place of a submitted form."""
    return blocks.modal(
        "improvements.kept", "Kept", *blocks.sections(_words(house, "kept", idea=idea)), submit="", close="Close"
    )


def part(house: House, waiting: Sequence[Improvement]) -> Part:
    """To product ops."""
    title = _words(house, "title")
    text = _words(house, "waiting", count=len(waiting))
    if not waiting:
        return Part(title, text, waiting=False)
    return Part(
        title,
        text,
        (blocks.button("Answer them", "improvements.show", style="primary"),),
        minutes=min(len(waiting), MOST_SHOWN) * MINUTES_EACH,
    )


def obligation(house: House, waiting: Sequence[Improvement]) -> Obligation:
    return Obligation(_words(house, "waiting", count=len(waiting)), None, "improvements.show", "", "Answer them")


def listed(
    house: House,
    mine: Sequence[Improvement],
    waiting: Sequence[Improvement],
    under_way: Sequence[Improvement],
    names: Mapping[str, str],
    *,
    product_ops: bool,
    reader: str,
) -> list[Message]:
    """For product ops what waits, for everybody what is under way and what became of their own."""
    parts: list[Block] = []
    if product_ops:
        parts.append(blocks.header(_words(house, "title")))
        parts.append(blocks.section(_words(house, "waiting", count=len(waiting))))
        for idea in waiting[:MOST_SHOWN]:
            parts += blocks.sections(_words(house, "idea", idea=idea, by=names[idea.author]))
            parts.append(blocks.actions(blocks.button("Answer it", "improvements.answer", str(idea.id))))
    parts.append(blocks.header("Under way"))
    for idea in under_way[:MOST_SHOWN]:
        parts += blocks.sections(_words(house, "under_way", idea=idea, owner=names[idea.owner or ""]))
        if product_ops or idea.owner == reader:
            parts.append(blocks.actions(blocks.button("It is done", "improvements.finish", str(idea.id))))
    if not under_way:
        parts.append(blocks.section(_words(house, "none_under_way")))
    parts += blocks.headed(_words(house, "mine", ideas=[_words(house, "standing", idea=each) for each in mine]))
    return blocks.pages(*parts, blocks.context(_words(house, "how")))


def told(house: House, idea: Improvement) -> tuple[str, str]:
    """To the author: title and text."""
    return _words(house, "told_title", idea=idea), _words(house, "told", idea=idea)


def changelog(house: House, told: Sequence[Improvement], names: Mapping[str, str]) -> list[Message]:
    """What was changed because somebody asked: the message and, where it is too long for one, its thread."""
    entries = [
        block for idea in told for block in blocks.sections(_words(house, "entry", idea=idea, by=names[idea.author]))
    ]
    title = _words(house, "changelog_title")
    return blocks.pages(blocks.header(title), *entries, blocks.context(_words(house, "how")))


def _words(house: House, block: str, **facts: object) -> str:
    return house.words.part(WORDS, block, **facts)
