"""What people see of an action: the part of its owner's day, its line, and the forms that change and drop it. Pure."""

from datetime import date, datetime

from bot import blocks
from bot.actions.model import LIMIT, OPEN, Action, today
from bot.blocks import Block, Message, View
from bot.house import House, Obligation, Origin, Part
from bot.metadata import dump

WORDS = "actions/actions.txt.j2"
MINUTES = 1


def part(house: House, origin: Origin, action: Action) -> Part:
    """To its owner."""
    title = _words(house, "title", origin=origin)
    if action.state != OPEN:
        return Part(title, _words(house, "ended", action=action), waiting=False)
    value = str(action.id)
    buttons = (
        blocks.button("Done", "actions.done", value, style="primary"),
        blocks.button("Change", "actions.change", value),
        blocks.button("It will not be done", "actions.drop", value),
    )
    return Part(title, _words(house, "yours", action=action, day=short_day), buttons, minutes=MINUTES)


def obligation(house: House, origin: Origin, action: Action, due: datetime) -> Obligation:
    title = _words(house, "obligation", origin=origin, action=action)
    return Obligation(title, due, "actions.done", str(action.id), "Done")


def orphaned(house: House, origin: Origin, action: Action, owner: str) -> Obligation:
    """To product ops."""
    title = _words(house, "orphaned", origin=origin, action=action, owner=owner)
    return Obligation(title, None, "actions.change", str(action.id), "Hand on")


def line(house: House, action: Action, owner: str) -> Message:
    """That it was agreed, where that is talked about."""
    return _said(house, "line", action=action, owner=owner, day=short_day)


def standing(house: House, action: Action, owner: str) -> str:
    """How it stands now, in a line of a list."""
    return _words(house, "standing", action=action, owner=owner, day=short_day, today=today(house))


def late(house: House, action: Action, owner: str) -> Message:
    return _said(house, "late", action=action, owner=owner, day=short_day)


def late_news(house: House, origin: Origin, action: Action, owner: str) -> tuple[str, str]:
    """Title and text."""
    title = _words(house, "title", origin=origin)
    return title, _words(house, "late", action=action, owner=owner, day=short_day)


def changed(house: House, action: Action) -> str:
    return _words(house, "changed", what=action.what)


def kept(house: House, origin: Origin) -> Message:
    return _said(house, "kept", origin=origin)


def kept_form(house: House, origin: Origin) -> View:
    """In place of a submitted form."""
    text = _words(house, "kept", origin=origin)
    return blocks.modal("actions.kept", "Kept", *blocks.sections(text), submit="", close="Close")


def inputs(action: Action | None = None) -> list[Block]:
    """The three questions of an action, filled in with how one stands."""
    return [
        blocks.text_input(
            "what", "What is done?", multiline=True, initial=action.what if action else "", max_length=LIMIT
        ),
        blocks.user_input("owner", "Who does it?", initial=action.owner if action else ""),
        blocks.date_input("due", "Until when?", initial=action.due_on if action else None),
    ]


def change_form(house: House, origin: Origin, action: Action, *, note: str = "") -> View:
    return blocks.modal(
        "actions.changed",
        "An action",
        *(blocks.sections(note) if note else []),
        blocks.section(_words(house, "title", origin=origin)),
        *inputs(action),
        metadata=dump(action.id, action.version),
    )


def drop_form(action: Action) -> View:
    return blocks.modal(
        "actions.dropped",
        "It will not be done",
        blocks.section(action.what),
        blocks.text_input("because", "Why not?", multiline=True, max_length=LIMIT),
        metadata=dump(action.id, action.version),
    )


def short_day(day: date) -> str:
    """`Thu 10 Dec`"""
    return f"{day:%a %-d %b}"


def _said(house: House, block: str, **facts: object) -> Message:
    return blocks.message(*blocks.sections(_words(house, block, **facts)))


def _words(house: House, block: str, **facts: object) -> str:
    return house.words.part(WORDS, block, **facts)
