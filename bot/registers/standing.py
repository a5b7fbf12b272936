"""How each register stands: what is open in it, or who found it rightly empty; and what is amiss."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.house import Finding, House
from bot.people.model import People
from bot.registers import model
from bot.registers.model import SORTS, Entry

OVERDUE = timedelta(days=7)
"""So long after its day an entry that nobody has looked at is told of."""


@dataclass(frozen=True)
class Checked:
    """That there is nothing, says who, on which day."""

    by: str
    """By name."""
    on: date


@dataclass(frozen=True)
class Register:
    sort: str
    """One of `model.SORTS`."""
    entries: tuple[Entry, ...]
    """What is open: the heaviest risks first, the rest by their day."""
    checked: Checked | None
    """Who found it rightly empty since something last ended in it; none while anything is open, too."""

    @property
    def name(self) -> str:
        return SORTS[self.sort]

    @property
    def is_accounted_for(self) -> bool:
        """Whether it says something: entries, or that somebody looked and there are none."""
        return bool(self.entries) or self.checked is not None


def registers(session: Session, house: House) -> list[Register]:
    """All of them, in the order in which they are read; three questions to the database."""
    people, entries = People(session, house), model.open_entries(session, house)
    looks = model.last_looks(session, house)
    ended = model.last_ends(session, house, list(looks))
    zone = house.definitions.organisation.zone
    found = []
    for sort in SORTS:
        mine, look = tuple(each for each in entries if each.sort == sort), looks.get(sort)
        counts = look is not None and not mine and (sort not in ended or ended[sort] <= look.at)
        on = look.at.astimezone(zone).date() if look else date.min
        checked = Checked(people.called(look.by), on) if look is not None and counts else None
        found.append(Register(sort, mine, checked))
    return found


def findings(session: Session, house: House) -> Iterator[Finding]:
    """Registers of which nobody has said what stands in them, and entries whose day is long over."""
    first_late = model.today(house) - OVERDUE
    for register in registers(session, house):
        if not register.is_accounted_for:
            yield Finding(
                rule="IM09",
                about=f"register:{register.sort}",
                message=f"{register.name}: nobody has named any, or said that there are none.",
                mend=f"`/cadence {register.sort}` adds one; `/cadence registers` says that there are none",
                action_id="registers.none",
                value=register.sort,
                label="I looked: there are none",
            )
        for entry in register.entries:
            if entry.due_on <= first_late:
                yield Finding(
                    rule="IM08",
                    about=f"register:{entry.ref}",
                    message=f"{entry.ref} was to be looked at by {entry.due_on:%-d %b %Y}: {entry.what}",
                    owner=entry.owner,
                    mend=f"`/cadence {entry.sort} {entry.ref}` keeps it until another day, changes or ends it",
                    action_id="registers.review",
                    value=str(entry.id),
                    label="Review",
                )
