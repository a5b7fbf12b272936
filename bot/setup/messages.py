"""What people see of the interview: a form for each question, how far it is, and what it proposes."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from bot import blocks, presets
from bot.blocks import Block, Message, Option, View
from bot.definitions import Assumption
from bot.house import House, Part, Planned
from bot.setup import areas
from bot.setup.composing import Composed
from bot.setup.questions import CORE, SHAPE, UNKNOWN, Field, Question, in_words, value_in_words
from bot.setup.resolving import Assumed, Resolved

WORDS = "setup/interview.txt.j2"
DONT_KNOW = "I don't know yet"
MOST_SHOWN = 25
"""Lines of what a proposal changes."""
LONG = 1500
LEFT_OUT = "There are more than fit here: those that do not stand here stay as they are."


def form(
    house: House, question: Question, asked: Collection[str], initial: Mapping[str, Any], *, answered: int, seen: int,
    note: str = "",
) -> View:  # fmt: skip
    """One question. `initial` is what was answered before, or what is likely; people by their Slack id."""
    fields = [each for each in question.fields if each.id in asked]
    return blocks.modal(
        "setup.answer",
        question.title,
        *blocks.sections(house.words.part(WORDS, "asks", asks=question.asks)),
        *([blocks.context(note)] if note else []),
        *(_input(field, initial.get(field.id)) for field in fields),
        blocks.context(house.words.part(WORDS, "progress", answered=answered, of=len(CORE), done=None)),
        submit="Save",
        close="Finish later",
        metadata=f"{question.id}:{seen}",
        about=question.id,
    )


def with_what_did_not_fit(field: Field, typed: Sequence[str], initial: Any) -> Sequence[str]:
    """What was typed into `form`, with the lines of `initial` that it left out, but for what was typed anew."""
    before = str(initial or "")
    left_out = before.removeprefix(areas.fitting(before, LONG)).splitlines() if field.kind == "lines" else []
    if not any(left_out) or list(typed) == [UNKNOWN]:
        return typed
    lines = [line for text in typed for line in text.splitlines()]
    named = {_named(line) for line in lines}
    return ["\n".join([*lines, *(line for line in left_out if line and _named(line) not in named)])]


def _named(line: str) -> str:
    """What a line is about: that which stands before its first comma or equals sign."""
    return re.split("[,=]", line)[0].strip().casefold()


def all_asked(house: House, note: str = "") -> View:
    """In the place of a form, once there is none to follow."""
    return blocks.modal(
        "setup.asked",
        "Setup",
        *([blocks.context(note)] if note else []),
        blocks.section(house.words.part(WORDS, "all_asked", of=len(CORE))),
        blocks.actions(blocks.button("Show what comes of it", "setup.propose", style="primary")),
        submit="",
        close="Close",
    )


def progress(
    house: House, answered: int, lines: Sequence[str], next: Question | None, done: date | None,
    again: Sequence[Question],
) -> Message:  # fmt: skip
    """How far it is, with what goes on from here; `again` are the questions that can be answered anew."""
    options = [Option(each.id, each.title) for each in again]
    return blocks.message(
        blocks.header(house.words.part(WORDS, "title")),
        blocks.section(house.words.part(WORDS, "progress", answered=answered, of=len(CORE), done=done)),
        *(blocks.sections("\n".join(lines)) if lines else []),
        blocks.actions(*buttons(answered, next)),
        *([blocks.actions(blocks.menu("Answer again", "setup.answer", options))] if options else []),
    )


def buttons(answered: int, next: Question | None) -> list[Block]:
    if next is None:
        return [blocks.button("Show what comes of it", "setup.propose", style="primary")]
    label = "Start here" if not answered else f"Go on: {next.title}"
    return [
        blocks.button(label, "setup.answer", next.id, style="primary"),
        blocks.button(DONT_KNOW, "setup.unknown", next.id),
        blocks.button("Use the starter, adjust later", "setup.skip"),
    ]


def answer_line(
    house: House, question: Question, values: Mapping[str, Any] | None, called: Callable[[str], str]
) -> str:
    """One question with what was answered, in a line; `called` names people."""
    said = [in_words(field, values[field.id], called) for field in question.fields if values and values.get(field.id)]
    unknown = values is not None and any(values.get(each.id) is None for each in question.fields)
    return house.words.part(
        WORDS, "answer", title=question.title, said=said, unknown=unknown, is_answered=values is not None
    )


def overtaken(
    house: House, name: str, question: Question, values: Mapping[str, Any], called: Callable[[str], str]
) -> str:
    said = [in_words(field, values[field.id], called) for field in question.fields if values.get(field.id)]
    return house.words.part(WORDS, "overtaken", name=name, said=said)


def tile(house: House, answered: int, next: Question | None) -> list[Block]:
    """On Home, for whoever sets up, until the interview is finished."""
    return [
        blocks.header(house.words.part(WORDS, "title")),
        blocks.section(house.words.part(WORDS, "tile", answered=answered, of=len(CORE), ready=next is None)),
        blocks.actions(*buttons(answered, next), blocks.button("Leave all as it is", "setup.leave")),
        blocks.divider(),
    ]


def is_it_still_so(house: House, since: date) -> list[Block]:
    """On Home, when how the company is made up was said long ago."""
    again = blocks.button("Look at it again", "setup.answer", SHAPE.id)
    return [
        blocks.section(house.words.part(WORDS, "is_it_still_so", since=since)),
        blocks.actions(again),
        blocks.divider(),
    ]


def proposal(
    house: House, composed: Composed, resolved: Resolved, planned: Planned, of: str, assumed: Sequence[str]
) -> list[Message]:
    """What comes of the interview, before anything is changed; `of` is what it rests on, as the flow has it.

    `assumed` are the lines of what is assumed.
    """
    version = of.partition(":")[0]
    sentence = resolved.values["sentence"]
    facts = {
        "preset": presets.name_of(composed.preset),
        "says": presets.PRESETS[composed.preset].says,
        "small": composed.is_small,
        "model": resolved.get("more", "model"),
        "pilot": resolved.get("areas", "pilot"),
        "product_managers": resolved.product_managers,
        "sentence": sentence,
    }
    parts = [
        blocks.header(house.words.part(WORDS, "proposed")),
        *blocks.sections(house.words.part(WORDS, "preset", **facts)),
        *blocks.headed(house.words.part(WORDS, "rests_on", lines=assumed)),
    ]
    if planned.mistakes:
        parts += blocks.sections(house.words.part(WORDS, "mistakes", lines=planned.mistakes[:MOST_SHOWN]))
    else:
        shown, more = planned.changes[:MOST_SHOWN], len(planned.changes[MOST_SHOWN:])
        parts += blocks.sections(house.words.part(WORDS, "changes", lines=shown, more=more, version=version))
    options = [Option(id, presets.name_of(id), each.says) for id, each in presets.PRESETS.items()]
    ways = [blocks.menu("Begin with something else", "setup.preset", options)]
    if not planned.mistakes and not planned.is_same:
        ways.insert(0, blocks.button("Apply", "setup.apply", of, style="primary"))
    return blocks.pages(*parts, blocks.actions(*ways))


def proposed_line(house: House, each: Assumed, called: Callable[[str], str]) -> str:
    """One thing that is assumed by what is proposed."""
    return house.words.part(WORDS, "assumed", each=each, value=value_in_words(each.what, each.value, called))


def applied(house: House, number: int, assumed: int) -> Message:
    return blocks.message(*blocks.sections(house.words.part(WORDS, "applied", number=number, assumed=assumed)))


def assumption_part(house: House, each: Assumption, label: str, value: str) -> Part:
    """In the day message of whoever is to confirm it."""
    title, text = (house.words.part(WORDS, part, each=each, label=label, value=value) for part in ("ask_title", "ask"))
    buttons = (
        blocks.button("Yes, confirm", "setup.confirm", each.what, style="primary"),
        blocks.button("Change it", "setup.change", each.what),
        blocks.button("Another day or person", "setup.put_off", each.what),
    )
    return Part(title, text, buttons, minutes=1)


def assumption_line(house: House, each: Assumption, label: str, value: str, owner: str) -> str:
    return house.words.part(WORDS, "assumption", each=each, label=label, value=value, owner=owner)


def assumptions(house: House, lines: Sequence[str], theirs: Mapping[str, str]) -> list[Block]:
    """`theirs` are those that the reader may confirm, change or put off: what each is called, by its path."""
    found = blocks.headed(house.words.part(WORDS, "assumptions", lines=lines))
    if theirs:
        options = [Option(what, label) for what, label in theirs.items()]
        ways = (("Confirm", "setup.confirm"), ("Change", "setup.change"), ("Another day or person", "setup.put_off"))
        found.append(blocks.actions(*(blocks.menu(label, action_id, options) for label, action_id in ways)))
    return found


def put_off(house: House, each: Assumption, label: str, value: str, owner: str) -> View:
    return blocks.modal(
        "setup.put_off",
        "Another day or person",
        *blocks.sections(house.words.part(WORDS, "ask_title", each=each, label=label)),
        *blocks.sections(house.words.part(WORDS, "ask", each=each, label=label, value=value)),
        blocks.user_input("owner", "Who confirms it?", initial=owner),
        blocks.date_input("day", "By when?", initial=each.confirm_by),
        submit="Save",
        metadata=each.what,
        about=each.what,
    )


def is_put_off(house: House, label: str, name: str, day: date) -> View:
    said = house.words.part(WORDS, "is_put_off", label=label, name=name, day=day)
    return blocks.modal("setup.is_put_off", "Kept", *blocks.sections(said), submit="", close="Close")


def confirmed(house: House, label: str, number: int) -> Message:
    return blocks.message(blocks.section(house.words.part(WORDS, "confirmed", label=label, number=number)))


def _input(field: Field, initial: Any) -> Block:
    shown = areas.fitting(str(initial or ""), LONG) if field.kind == "lines" else str(initial or "")
    left_out = LEFT_OUT if shown != str(initial or "") else ""
    hint = " ".join(
        each for each in (left_out, field.hint, "" if field.may_be_empty else f"Empty: {DONT_KNOW}.") if each
    )
    options = [Option(id, name) for id, name in (field.options or {}).items()]
    if not field.may_be_empty:
        options.append(Option(UNKNOWN, DONT_KNOW))
    if field.kind == "choice":
        return blocks.select_input(
            field.id, field.label, options, initial=str(initial or ""), hint=field.hint, optional=field.may_be_empty
        )
    if field.kind == "choices":
        chosen = initial if isinstance(initial, list) else []
        return blocks.checkbox_input(
            field.id, field.label, options, initial=chosen, hint=field.hint, optional=field.may_be_empty
        )
    if field.kind == "person":
        return blocks.user_input(field.id, field.label, initial=str(initial or ""), hint=hint, optional=True)
    if field.kind == "day":
        day = date.fromisoformat(str(initial)) if initial else None
        return blocks.date_input(field.id, field.label, initial=day, hint=hint, optional=True)
    return blocks.text_input(
        field.id, field.label, multiline=field.kind == "lines", initial=shown, hint=hint,
        max_length=LONG if field.kind == "lines" else field.longest, optional=True,
    )  # fmt: skip
