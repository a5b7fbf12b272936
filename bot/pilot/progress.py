"""How far the pilot is: the box that runs, its day, what it has left, and how its gate stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.definitions import Ritual, assumed
from bot.definitions.pilot import Box, Pilot
from bot.errors import UserError
from bot.house import House
from bot.pilot import facts
from bot.pilot.facts import Standing
from bot.rituals.model import Occurrence

NO_PILOT = "There is no pilot here: all rituals ask everybody. `pilot.yaml` would say where to try things first."


@dataclass(frozen=True)
class Tried:
    """A ritual of the pilot, and how often it has been held."""

    id: str
    name: str
    held: int


@dataclass(frozen=True)
class Progress:
    day: int
    """Day 0 is the first."""
    last_day: int
    areas: Sequence[str]
    """By name."""
    why: str
    cycles: int
    box: Box
    deliverables: Sequence[Standing]
    gate: Sequence[Standing]
    rituals: Sequence[Tried]

    @property
    def done(self) -> int:
        return sum(each.holds is True for each in self.deliverables)

    @property
    def open(self) -> Sequence[Standing]:
        """What of the gate does not hold, or is not known to."""
        return [each for each in self.gate if not each.holds]


def of(house: House) -> Pilot:
    """The pilot; a `UserError` without one."""
    if house.definitions.pilot is None:
        raise UserError(NO_PILOT)
    return house.definitions.pilot


def running(house: House) -> Box | None:
    """The box that runs; None without a pilot, and once it is over."""
    pilot = house.definitions.pilot
    return pilot.current(house.definitions.gates_passed) if pilot else None


def days(house: House, pilot: Pilot) -> tuple[int, int]:
    """The day it is today, and the last one; day 0 is the first."""
    today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
    return pilot.day(today), pilot.boxes[-1].days[1]


def look(session: Session, house: House) -> Progress | None:
    """How far it is now; None once it is over. A `UserError` without a pilot."""
    pilot, box = of(house), running(house)
    if box is None:
        return None
    day, last_day = days(house, pilot)
    held = facts.cycles(session, house, pilot)
    areas, label = house.definitions.organisation.areas, assumed(house.definitions, "pilot.areas")
    return Progress(
        day=day,
        last_day=last_day,
        areas=[f"{area.name} {label}".strip() for area in areas if area.id in pilot.areas],
        why=f"{pilot.why} {assumed(house.definitions, 'pilot.why')}".strip(),
        cycles=pilot.cycles,
        box=box,
        deliverables=facts.standings(session, house, pilot, box.deliverables),
        gate=facts.standings(session, house, pilot, box.gate),
        rituals=[Tried(ritual.id, ritual.name, held.get(ritual.id, 0)) for ritual in _tried(house, pilot, box)],
    )


def _tried(house: House, pilot: Pilot, box: Box) -> list[Ritual]:
    """The rituals of this box and those before it."""
    begun = pilot.boxes[: pilot.boxes.index(box) + 1]
    ids = [id for each in begun for id in each.rituals]
    return [ritual for id in ids if (ritual := house.definitions.calendar.ritual(id))]


def holds_back(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> str:
    """Why a ritual does not begin yet: its box is still to come."""
    box = house.definitions.begins_with(ritual)
    return f"it begins with a later step of the pilot: {box.name}" if box else ""
