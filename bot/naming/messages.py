"""What people see of being named. Pure: words and blocks only."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot import blocks
from bot.blocks import Block, Message, Option, View
from bot.house import House, Part
from bot.naming.model import ACCEPTED, OPEN, Naming
from bot.people.absence import LONGEST_REASON
from bot.people.messages import Gap, gap_blocks

WORDS = "naming/naming.txt.j2"
ACCEPT, PASS_ON, DECLINE = "accept", "pass on", "decline"
MINUTES = 1


@dataclass(frozen=True)
class Named:
    """One naming in words: `owner of Billing`."""

    naming: Naming
    post: str
    name: str
    """Who was named."""
    passed_by: str = ""
    passed_to: str = ""


def named(house: House, namings: Sequence[Named]) -> Message:
    """What somebody was named for and has not answered."""
    parts: list[Block] = [blocks.section(house.words.part(WORDS, "title", posts=[each.post for each in namings]))]
    for each in namings:
        parts.append(blocks.section(house.words.part(WORDS, "line", **_stand(each))))
        parts.append(blocks.actions(*_buttons(each)))
    return blocks.pages(*parts, blocks.context(house.words.part(WORDS, "meanwhile")))[0]


def part(house: House, each: Named) -> Part:
    """The question as a part of the day message; once it is answered, that."""
    title = house.words.part(WORDS, "part_title")
    text = house.words.part(WORDS, "line", **_stand(each))
    if each.naming.state != OPEN:
        return Part(title, text, waiting=False)
    meanwhile = house.words.part(WORDS, "meanwhile")
    return Part(title, f"{text}\n{meanwhile}", _buttons(each), minutes=MINUTES)


def naming_form(house: House, each: Named) -> View:
    choices = [
        Option(ACCEPT, "Accept", "It is mine."),
        Option(PASS_ON, "Pass on", "A colleague is asked the same."),
        Option(DECLINE, "Decline", "Product ops looks for somebody else."),
    ]
    return blocks.modal(
        "naming.answer",
        "You were named",
        blocks.section(house.words.part(WORDS, "line", **_stand(each))),
        blocks.radio_input("answer", "Do you take it on?", choices, initial=PASS_ON),
        blocks.user_input("colleague", "Pass it on to", optional=True),
        blocks.text_input(
            "reason", "Why?", max_length=LONGEST_REASON, hint="Needed to decline; product ops reads it.", optional=True
        ),
        metadata=str(each.naming.id),
    )


def answered(house: House, each: Named) -> Message:
    """For product ops: somebody declined, passed on, or took on what the definitions give to somebody else."""
    return blocks.message(blocks.section(house.words.part(WORDS, "told", **_stand(each))))


def nothing_named(house: House) -> Message:
    return blocks.message(blocks.section(house.words.part(WORDS, "nothing")))


def people_page(
    house: House, gaps: Sequence[Gap], open_namings: Sequence[Named], notes: Sequence[str]
) -> list[Message]:
    """For product ops: posts without an owner, namings nobody has taken on, and what else is amiss."""
    parts = gap_blocks(house, gaps, "gaps")
    lines = [unsettled(house, each) for each in open_namings]
    parts += blocks.headed(house.words.part(WORDS, "open_title", lines=lines))
    return blocks.pages(*parts, *(blocks.section(note) for note in notes))


def unsettled(house: House, each: Named) -> str:
    """A line for others: somebody was named, and has not taken it on."""
    return house.words.part(WORDS, "open", **_stand(each))


def _buttons(each: Named) -> tuple[Block, ...]:
    number = str(each.naming.id)
    return (
        blocks.button("Accept", "naming.accept", number, style="primary"),
        blocks.button("Pass on or decline", "naming.answer", number),
    )


def _stand(each: Named) -> dict[str, object]:
    naming = each.naming
    return {
        "post": each.post,
        "name": each.name,
        "state": naming.state,
        "taken": naming.state == ACCEPTED,
        "reason": naming.reason or "",
        "passed_by": each.passed_by,
        "passed_to": each.passed_to,
        "since": naming.named_at.date(),
    }
