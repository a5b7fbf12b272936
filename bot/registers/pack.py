"""What the operating system pack says of the registers, which every pack ends with."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.house import House
from bot.pack_parts import Cell, Part
from bot.pack_parts import Register as PackRegister
from bot.pack_words import Say
from bot.people.model import People
from bot.registers.model import RISK, Entry, open_entries, today
from bot.registers.standing import Register, registers

WORDS = "registers/pack.txt.j2"
HEAVIEST = 3


def in_pack(session: Session, house: House) -> Sequence[PackRegister]:
    """Each register: what is open in it, or who found it rightly empty."""
    people = People(session, house)
    return [_in_pack(house, people, each) for each in registers(session, house)]


def heaviest(session: Session, house: House) -> Sequence[str]:
    """The heaviest open risks, in a line each."""
    people, say = People(session, house), Say(house, WORDS)
    risks = [each for each in open_entries(session, house) if each.sort == RISK][:HEAVIEST]
    return [say.text("risk_line", entry=each, owner=people.called(each.owner)) for each in risks]


def _in_pack(house: House, people: People, register: Register) -> PackRegister:
    say = Say(house, WORDS)
    rows = [_row(house, say, people, each) for each in register.entries]
    return PackRegister(
        name=say.text("name", sort=register.sort),
        part=Part(register.name, tables=[say.table(register.sort, rows)]),
        is_empty=not register.entries,
        checked=say.text("checked", checked=register.checked) if register.checked else "",
        mend=say.text("mend", sort=register.sort),
    )


def _row(house: House, say: Say, people: People, entry: Entry) -> Sequence[Cell]:
    weight = (say.text("weight", entry=entry),) if entry.weight else ()
    what = (entry.what, say.text("about", about=entry.about)) if entry.about else entry.what
    day = say.text("day", on=entry.due_on, today=today(house))
    return (entry.ref, what, *weight, entry.detail or "–", people.called(entry.owner), day)
