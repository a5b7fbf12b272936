"""What people see of the registers: the list, the part of an owner's day, and the forms. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot import blocks, markup
from bot.blocks import Block, Message, Option, View
from bot.blocks.build import OPTION_VALUE
from bot.house import House, Obligation, Panel, Part, WithoutNumber
from bot.metadata import dump
from bot.registers.model import (
    ABOUT_LIMIT,
    DETAIL_LIMIT,
    LIMIT,
    NEXT,
    QUESTION,
    RISK,
    SORTS,
    Entry,
    today,
)
from bot.registers.standing import Register

WORDS = "registers/registers.txt.j2"
MINUTES = 1
KEEP, END = "keep", "end"
ONE = {RISK: "A risk", QUESTION: "An open question", NEXT: "A next step"}
LABELS = {
    RISK: ("What may go wrong?", "What is done against it?", "Looked at again on"),
    QUESTION: ("What is open?", "Why does it matter?", "Answered by"),
    NEXT: ("What is to be done, and what comes of it?", "", "Until when?"),
}
"""What an entry's form asks: what it is, what stands beside that, its day."""
LIKELIHOODS = (Option("1", "1: unlikely"), Option("2", "2: possible"), Option("3", "3: likely"))
IMPACTS = (Option("1", "1: small"), Option("2", "2: felt by many"), Option("3", "3: what we do fails"))


def registers(
    house: House, found: Sequence[Register], names: Mapping[str, str], *, to_begin: Sequence[str]
) -> list[Message]:
    """All of them, for one reader; `names` are the owners' by Slack id, `to_begin` the registers with a usual start."""
    parts: list[Block] = []
    for register in found:
        lines = [standing(house, each, names[each.owner]) for each in register.entries]
        facts = {"lines": lines, "checked": register.checked}
        parts += [blocks.header(register.name), *blocks.sections(_linked(house, "register", **facts))]
        buttons = [blocks.button(f"Add {ONE[register.sort].lower()}", "registers.add", register.sort)]
        if not lines:
            buttons.append(blocks.button("I looked: there are none", "registers.none", register.sort))
        if register.sort in to_begin:
            buttons.append(blocks.button("Begin with the usual ones", "registers.begin", register.sort))
        parts.append(blocks.actions(*buttons))
    return blocks.pages(*parts, blocks.context(_words(house, "how")))


def standing(house: House, entry: Entry, owner: str) -> str:
    """An entry in a list, with what stands beside it; `owner` is a name."""
    return _words(house, "standing", entry=entry, line=linked(house, entry, owner))


def linked(house: House, entry: Entry, owner: str) -> str:
    """An entry in a line of something that it is about; `owner` is a name."""
    return _words(house, "linked", entry=entry, owner=owner, today=today(house))


def panel(house: House, lines: Sequence[str]) -> Panel:
    """On the card of a release."""
    shown = tuple(lines) or (_words(house, "none_linked"),)
    return Panel(_words(house, "panel_title"), shown, _words(house, "panel_button"), "registers.about")


def about(house: House, name: str, lines: Sequence[str]) -> Message:
    """The open entries about something, with a menu that adds another, unless its address is too long for one."""
    options = [Option(f"{sort}:{name}", one) for sort, one in ONE.items()]
    fits = all(len(each.value) <= OPTION_VALUE for each in options)
    return blocks.message(
        *blocks.sections(_linked(house, "about", name=name, lines=lines)),
        *([blocks.actions(blocks.menu("Add …", "registers.add", options))] if fits else []),
    )


def part(house: House, entry: Entry, *, waiting: bool) -> Part:
    """To its owner."""
    title = _words(house, "title", one=ONE[entry.sort], ref=entry.ref)
    if not waiting:
        return Part(title, _linked(house, "settled", entry=entry), waiting=False)
    value = str(entry.id)
    buttons = (
        blocks.button("Keep or end it", "registers.review", value, style="primary"),
        blocks.button("Change it", "registers.change", value),
    )
    return Part(title, _linked(house, "due", entry=entry), buttons, minutes=MINUTES)


def obligation(house: House, entry: Entry, due: datetime) -> Obligation:
    title = _words(house, "obligation", entry=entry)
    return Obligation(title, due, "registers.review", str(entry.id), "Keep or end it")


def yours(house: House, entry: Entry, by: str) -> tuple[str, str]:
    """Title and text for an owner, of what somebody else (a name) put into a register."""
    title = _words(house, "title", one=ONE[entry.sort], ref=entry.ref)
    return title, _linked(house, "yours", entry=entry, by=by)


def seed(house: House, block: str) -> tuple[str, str]:
    """What a register may begin with: its words, and what stands beside them."""
    what, _, detail = _words(house, block).partition("\n")
    return what, detail


def binding(house: House, name: str) -> str:
    """The risk that something which binds the company is forgotten."""
    return _words(house, "binding", name=name)


def without_number(house: House, each: WithoutNumber) -> tuple[str, str]:
    """The question what number shows that something has become easier, and why that matters."""
    what, _, detail = _words(house, "without_number", each=each).partition("\n")
    return what, detail


def changed(house: House, entry: Entry) -> str:
    return _words(house, "changed", entry=entry)


def checked(house: House, sort: str) -> Message:
    return blocks.message(blocks.section(_words(house, "checked", name=SORTS[sort])))


def begun(house: House, entries: Sequence[Entry]) -> Message:
    return blocks.message(blocks.section(_words(house, "begun", entries=entries)))


def kept_form(house: House, entry: Entry) -> View:
    """In place of a submitted form."""
    text = _words(house, "kept", entry=entry)
    return blocks.modal("registers.done", "Kept", *blocks.sections(text), submit="", close="Close")


def add_form(sort: str, what: str, slack_id: str, *, about: str = "") -> View:
    inputs = _inputs(sort, what=what, owner=slack_id, about=about)
    return blocks.modal("registers.added", ONE[sort], *inputs, metadata=sort)


def change_form(entry: Entry, *, note: str = "") -> View:
    inputs = _inputs(
        entry.sort,
        what=entry.what,
        detail=entry.detail,
        likelihood=str(entry.likelihood or ""),
        impact=str(entry.impact or ""),
        owner=entry.owner,
        due=entry.due_on,
        about=entry.about,
    )
    return blocks.modal(
        "registers.changed",
        entry.ref,
        *(blocks.sections(note) if note else []),
        *inputs,
        metadata=dump(entry.id, entry.version),
    )


def review_form(house: House, entry: Entry) -> View:
    ways = [Option(KEEP, "Keep it"), Option(END, "It has ended")]
    return blocks.modal(
        "registers.reviewed",
        entry.ref,
        blocks.section(_linked(house, "due", entry=entry)),
        blocks.radio_input("now", "What now?", ways, initial=KEEP),
        blocks.date_input("due", "Kept until", optional=True, hint="Needed to keep it."),
        blocks.text_input(
            "outcome", "How did it end?", optional=True, max_length=LIMIT, hint="Needed to end it; it stays."
        ),
        metadata=dump(entry.id, entry.version),
    )


def _inputs(
    sort: str,
    *,
    what: str = "",
    detail: str = "",
    likelihood: str = "",
    impact: str = "",
    owner: str = "",
    due: date | None = None,
    about: str = "",
) -> list[Block]:
    """The questions of an entry, filled in with how it stands."""
    what_label, detail_label, due_label = LABELS[sort]
    parts = [blocks.text_input("what", what_label, multiline=True, initial=what, max_length=LIMIT)]
    if detail_label:
        parts.append(blocks.text_input("detail", detail_label, multiline=True, initial=detail, max_length=DETAIL_LIMIT))
    if sort == RISK:
        parts.append(blocks.radio_input("likelihood", "How likely is it?", LIKELIHOODS, initial=likelihood))
        parts.append(blocks.radio_input("impact", "How bad would it be?", IMPACTS, initial=impact))
    return [
        *parts,
        blocks.user_input("owner", "Whose is it?", initial=owner),
        blocks.date_input("due", due_label, initial=due),
        blocks.text_input(
            "about",
            "What is it about?",
            initial=about,
            optional=True,
            max_length=ABOUT_LIMIT,
            hint="A link, or a record's name, such as D-42.",
        ),
    ]


def _words(house: House, block: str, **facts: object) -> str:
    return house.words.part(WORDS, block, **facts)


def _linked(house: House, block: str, **facts: object) -> str:
    """The same, in which addresses can be clicked."""
    return markup.with_links(_words(house, block, **facts))
