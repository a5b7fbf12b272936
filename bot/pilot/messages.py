"""What people see of the pilot. Words and blocks only."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from bot import blocks
from bot.blocks import Block, Message, View
from bot.definitions import Ritual
from bot.definitions.pilot import Box
from bot.house import House, Part
from bot.people.model import Person
from bot.pilot.model import ChangeNotice
from bot.pilot.progress import Progress

WORDS, GATE, NOTICE = "pilot/progress.txt.j2", "pilot/gate.txt.j2", "pilot/notice.txt.j2"
RETRO = "pilot/retro.txt.j2"
MOST_NAMES = 12
LONGEST_REASON = 500


class Gone(Protocol):
    """A gate that was passed."""

    @property
    def name(self) -> str: ...
    @property
    def day(self) -> date: ...
    @property
    def by(self) -> str: ...
    @property
    def because(self) -> str: ...
    @property
    def early(self) -> Sequence[str]: ...


def progress(house: House, now: Progress, passed: Sequence[Gone], *, may_pass: bool) -> Message:
    parts = ["deliverables", "gate", "rituals", *(["passed"] if passed else [])]
    shown = {"now": now, "box": now.box, "passed": passed}
    button = blocks.button(_words(house, "button"), "pilot.gate", now.box.id)
    return blocks.message(
        blocks.header(_words(house, "title", **shown)),
        blocks.context(_words(house, "where", **shown)),
        *blocks.headed(_words(house, "about", **shown)),
        *(block for part in parts for block in blocks.headed(_words(house, part, **shown))),
        *([blocks.actions(button)] if may_pass else []),
    )


def over(house: House, passed: Sequence[Gone]) -> Message:
    return blocks.message(*blocks.headed(_words(house, "over", passed=passed)))


def line(house: House, box: Box, day: int, last_day: int) -> list[Block]:
    """The line on Home."""
    return [blocks.context(_words(house, "line", box=box, day=day, last_day=last_day))]


def gate_form(house: House, now: Progress, against: Sequence[str]) -> View:
    """Passes the gate of the box that runs; something that speaks against it needs a reason."""
    return blocks.modal(
        "pilot.gate",
        _gate(house, "title"),
        *blocks.headed(_gate(house, "about", box=now.box)),
        *blocks.headed(_words(house, "gate", now=now)),
        *(blocks.headed(_gate(house, "against", against=against)) if against else []),
        blocks.text_input(
            "reason",
            _gate(house, "reason"),
            multiline=True,
            max_length=LONGEST_REASON,
            optional=not against,
        ),
        submit=_gate(house, "submit"),
        metadata=now.box.id,
        about=now.box.id,
    )


def gate_passed(
    house: House, before: Progress, early: Sequence[str], reason: str, by: str, after: Progress | None
) -> Message:
    """To where product ops reads."""
    said = {"box": before.box, "next": after.box if after else None, "by": by, "early": early, "reason": reason}
    return blocks.message(*blocks.headed(_gate(house, "passed", **said)))


def gate_kept(house: House, after: Progress | None) -> View:
    """What stands in the form's place."""
    text = _gate(house, "kept", next=after.box if after else None)
    return blocks.modal("pilot.kept", _gate(house, "title"), blocks.section(text), submit="", close="Close")


def widened_early(house: House, passed: Gone) -> str:
    return _gate(house, "early", passed=passed)


def notice_form(house: House, ritual: Ritual, found: Sequence[Person], day: date | None, ask: str) -> View:
    """The change notice of a ritual, prefilled from what it asks and what it is for."""
    filled = _notice(house, "what_filled", ritual=ritual, rhythm=ritual.schedule.rhythm())
    return blocks.modal(
        "pilot.notice",
        _notice(house, "title"),
        *blocks.headed(_notice(house, "about", ritual=ritual, names=_names(found))),
        blocks.text_input("what", _notice(house, "what"), multiline=True, initial=filled, max_length=LONGEST_REASON),
        blocks.text_input(
            "why", _notice(house, "why"), multiline=True, initial=ritual.purpose, max_length=LONGEST_REASON
        ),
        blocks.date_input("first_day", _notice(house, "first_day"), initial=day),
        blocks.user_input("ask", _notice(house, "ask"), initial=ask),
        submit=_notice(house, "submit"),
        metadata=ritual.id,
        about=ritual.id,
    )


def notice_kept(house: House, found: Sequence[Person]) -> View:
    """What stands in the form's place."""
    text = _notice(house, "kept", names=_names(found))
    return blocks.modal("pilot.kept", _notice(house, "title"), blocks.section(text), submit="", close="Close")


def notice(house: House, ritual: Ritual, told: ChangeNotice, ask: str) -> tuple[str, str]:
    """What those read who are told, as title and text."""
    title = _notice(house, "told_title", ritual=ritual, notice=told)
    return title, _notice(house, "told", notice=told, ask=ask)


def notice_button(house: House) -> str:
    return _notice(house, "button")


def warned(house: House, block: str, ritual: Ritual, day: date, found: Sequence[Person]) -> tuple[str, str]:
    """To product ops, as title and text: some would be asked and were not told (`untold`), or it was `held_back`."""
    said = {"ritual": ritual, "day": day, "names": _names(found)}
    return _notice(house, f"{block}_title", **said), _notice(house, block, **said)


def held_back(house: House, found: Sequence[Person]) -> str:
    """The reason for which an occurrence is skipped."""
    return _notice(house, "reason", names=_names(found))


def ambush(house: House, ritual: Ritual, day: date, found: Sequence[Person]) -> str:
    return _notice(house, "ambush", ritual=ritual, day=day, names=_names(found))


def retro_asked(house: House, ritual: Ritual, by_week: bool, number: int, *, is_said: bool) -> Part:
    """Asks somebody to look back at the end of a week, or after so many cycles of a ritual."""
    return Part(
        retro_title(house, ritual, by_week, number),
        house.words.part(RETRO, "text", ritual=ritual, said=is_said),
        () if is_said else (blocks.button(retro_button(house), "pilot.retro", ritual.id),),
        waiting=not is_said,
        minutes=5,
    )


def retro_title(house: House, ritual: Ritual, by_week: bool, number: int) -> str:
    return house.words.part(RETRO, "title", ritual=ritual, by_week=by_week, number=number)


def retro_button(house: House) -> str:
    return house.words.part(RETRO, "button")


def _names(found: Sequence[Person]) -> list[str]:
    more = len(found) - MOST_NAMES
    names = [person.name for person in found[:MOST_NAMES]]
    return [*names, f"{more} more"] if more > 0 else names


def _notice(house: House, block: str, **facts: object) -> str:
    return house.words.part(NOTICE, block, **facts)


def _words(house: House, block: str, **facts: object) -> str:
    return house.words.part(WORDS, block, **facts)


def _gate(house: House, block: str, **facts: object) -> str:
    return house.words.part(GATE, block, **facts)
