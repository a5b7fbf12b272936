"""What a ritual does when it opens, reaches its cutoff and ends: chosen by name in the calendar."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from bot.definitions import Ritual
from bot.house import House
from bot.people.model import Person
from bot.rituals.model import Occurrence
from bot.rituals.schedule import Slot
from bot.timers import Step


class Kind(Protocol):
    """One way for a ritual to run. Every method works inside the caller's transaction."""

    def opens_at(self, session: Session, house: House, ritual: Ritual, slot: Slot) -> datetime:
        """When the first participant is asked."""
        ...

    def planned(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> Sequence[Step]:
        """What happens before `occurrence` opens, which has just been planned; what was said of it follows its times.

        What has happened before it was planned anew does not happen again.
        """
        ...

    def open(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        """Prompt the participants; `occurrence` has just become prompted."""
        ...

    def moved(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        """Say at its new times what was not said yet; the calendar has moved the open `occurrence`.

        Its own timers are cancelled. A message that is still queued is taken back if it is to be said later now.
        """
        ...

    def cutoff(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        """Stop waiting; `occurrence` now awaits its output."""
        ...

    def publish(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        """Leave the artifact and close the occurrence, or leave it waiting for someone who must."""
        ...

    def skip(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        """Take back what was asked; `occurrence` has just been skipped, with its reason."""
        ...

    def let_off(
        self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence, person: Person, reason: str
    ) -> bool:
        """Stop asking one participant, this time; false when nothing is asked of them."""
        ...


class AsksNobody:
    """What a kind does that only posts: nothing, until it publishes."""

    def opens_at(self, session: Session, house: House, ritual: Ritual, slot: Slot) -> datetime:
        return slot.at(ritual.schedule.prompt, ritual.zone_for(house.definitions.organisation))

    def planned(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> Sequence[Step]:
        return ()

    def open(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        """Nobody is asked for anything."""

    def moved(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        """Nothing was said yet."""

    def cutoff(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        """There are no answers to wait for."""

    def skip(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        """Nothing was asked that could be taken back. The next one looks back to the last that was posted."""

    def let_off(
        self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence, person: Person, reason: str
    ) -> bool:
        return False


Kinds = Mapping[str, Kind]
