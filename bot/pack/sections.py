"""The sections of the pack, each from the rooms that know it; put together as they are now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.house import House
from bot.pack import assumed, cadence, context, deciding, drift, launches, short, signals
from bot.pack.completeness import MUST_HAVES, MustHave, faults
from bot.pack.contents import CADENCE, CONTEXT, DRIFT, INSIGHTS, MODEL, RELEASES, RISKS, SECTIONS
from bot.pack_parts import Part, Register
from bot.pack_words import Say

WORDS = "pack/pack.txt.j2"

Gives = Callable[[Session, House], Sequence[Part]]

OWN: Mapping[str, Gives] = {
    CONTEXT: context.parts,
    MODEL: deciding.parts,
    CADENCE: cadence.parts,
    INSIGHTS: signals.parts,
    RELEASES: launches.parts,
    DRIFT: drift.parts,
}
"""What the pack reads by itself; rooms add to it by `house.links.pack`, before that."""


@dataclass(frozen=True)
class Section:
    id: str
    number: int
    title: str
    parts: Sequence[Part]
    missing: str
    """What to do so that it is there; empty when it is."""
    assumed: Sequence[str]
    """What it rests on that nobody has confirmed; the context has all of that in a table."""

    @property
    def file(self) -> str:
        return f"{self.number}-{self.id}.md"

    @property
    def anchor(self) -> str:
        return f"section-{self.id}"


@dataclass(frozen=True)
class Pack:
    title: str
    at: datetime
    """In the workspace's zone."""
    version: int
    """Of the definitions; 0 for some that were never stored."""
    sections: Sequence[Section]
    must_haves: Sequence[MustHave]
    short: Sequence[str]
    """It in a few sentences."""
    reasons: Sequence[str]
    """Why it must not be handed on; empty when it may."""

    @property
    def complete(self) -> int:
        return sum(each.is_there for each in self.must_haves)


def gather(session: Session, house: House) -> Pack:
    """The whole pack as everything is now."""
    house = _measured_once(session, house)
    organisation, registers = house.definitions.organisation, _registers(session, house)
    rests_on = {id: lines for id, lines in assumed.by_section(session, house).items() if id != CONTEXT}
    sections = [_section(session, house, id, registers, rests_on) for id in SECTIONS]
    return Pack(
        title=Say(house, WORDS).text("title", name=organisation.name),
        at=house.clock.now().astimezone(organisation.zone),
        version=house.version,
        sections=sections,
        must_haves=_must_haves(session, house, sections),
        short=short.points(session, house, registers or (), drift.differences(sections[SECTIONS.index(DRIFT)].parts)),
        reasons=[_reason(house, each) for each in registers or () if each.is_empty and not each.checked],
    )


def one(session: Session, house: House, id: str) -> Section:
    """One section alone."""
    return _section(session, house, id, None, {})


def must_haves(session: Session, house: House) -> list[MustHave]:
    """What every pack must have, without the rest of it."""
    house = _measured_once(session, house)
    registers = _registers(session, house)
    return _must_haves(session, house, [_section(session, house, id, registers, {}) for id in MUST_HAVES])


def _measured_once(session: Session, house: House) -> House:
    """The same, with the measures as they are now: several sections ask for them, and to compute them takes long."""
    if house.links.measured is None:
        return house
    found = house.links.measured(session, house)
    return replace(house, links=replace(house.links, measured=lambda _session, _house: found))


def _section(
    session: Session,
    house: House,
    id: str,
    registers: Sequence[Register] | None,
    rests_on: Mapping[str, Sequence[str]],
) -> Section:
    say = Say(house, WORDS)
    parts = [part for give in house.links.pack.get(id, ()) for part in give(session, house)]
    parts += OWN[id](session, house) if id in OWN else ()
    if id == DRIFT:
        parts = [drift.in_short(house, parts), *parts]
    if id == RISKS and registers is not None:
        parts += [_register(each) for each in registers]
    missing = "" if parts else say.text(f"missing_{id}")
    return Section(id, SECTIONS.index(id), say.text(f"section_{id}"), parts, missing, rests_on.get(id, ()))


def _registers(session: Session, house: House) -> Sequence[Register] | None:
    return house.links.registers(session, house) if house.links.registers else None


def _register(register: Register) -> Part:
    if not register.is_empty:
        return register.part
    return Part(register.part.title, says=[register.checked or register.mend])


def _reason(house: House, register: Register) -> str:
    return Say(house, WORDS).text("reason", name=register.name, mend=register.mend)


def _must_haves(session: Session, house: House, sections: Sequence[Section]) -> list[MustHave]:
    found = faults(session, house)
    return [MustHave(each.title, each.missing, found.get(each.id, ())) for each in sections if each.id in MUST_HAVES]
