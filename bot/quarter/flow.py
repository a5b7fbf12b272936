"""The ritual kind that plans a quarter: areas are asked, people meet at its cutoff, a plan is closed by its end."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot import timers
from bot.definitions import Ritual
from bot.delivery import outbox
from bot.house import House
from bot.people.model import People, Person, channel_id
from bot.prompts import flow as prompts
from bot.quarter import asking, assembling, closing, messages, model, rights, spans
from bot.rituals import model as occurrences
from bot.rituals.model import Occurrence
from bot.rituals.schedule import Slot, prompt_at
from bot.timers import Step

PACKET = "quarter.packet"
"""The timer of the packet; its ref is the occurrence's id."""


class QuarterPlanning:
    """The ritual kind."""

    def opens_at(self, session: Session, house: House, ritual: Ritual, slot: Slot) -> datetime:
        organisation, people = house.definitions.organisation, People(session, house)
        owners = [people.by_ref(area.owner) for area in house.definitions.areas_of(ritual)]
        alike = {(person.zone, person.holidays) for person in owners if person is not None}
        asked = [prompt_at(slot, ritual, organisation, zone, holidays) for zone, holidays in alike]
        return min(asked, default=slot.at(ritual.schedule.prompt, ritual.zone_for(organisation)))

    def planned(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> Sequence[Step]:
        return ()

    def open(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        asking.begin(session, house, ritual, occurrence)
        _arm(session, house, ritual, occurrence)

    def moved(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        asking.ask_all(session, house, ritual, occurrence)
        _arm(session, house, ritual, occurrence)

    def cutoff(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        asking.ask_to_close(session, house, ritual, occurrence)
        if not ritual.packet:
            asking.refresh(session, house, ritual, occurrence)

    def publish(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        """A person closes it; that nobody has is told."""
        closing.publish(session, house, ritual, occurrence)

    def skip(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        timers.replan(session, house, closing.plan_of(occurrence), [])
        asking.refresh(session, house, ritual, occurrence)

    def let_off(
        self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence, person: Person, reason: str
    ) -> bool:
        parts = [each for each, of in model.asked_of(session, house, person.slack_id) if of.id == occurrence.id]
        for part in parts:
            part.asked = part.stands_in_for = None
            session.flush()
            prompts.changed(session, house, asking.key_of(part, person.slack_id))
        return bool(parts)


def on_packet(session: Session, house: House, ref: str) -> None:
    """A timer: what people are to read before they meet is posted, and nobody is waited for any more."""
    occurrence = occurrences.get(session, house, ref, lock=True)
    house = occurrences.house_of(session, house, occurrence)
    ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
    if ritual is None or occurrence.state not in occurrences.RUNNING:
        return
    people = People(session, house)
    to_decide = [line for look in house.links.forum for line in look(session, house, ritual.id)]
    first, *rest = messages.packet(
        house, assembling.assemble(session, house, ritual, occurrence), people.named(ritual.owner), to_decide,
        people.called, closing.names_of(rights.closers(session, house, ritual)),
    )  # fmt: skip
    channel, key = channel_id(session, house, ritual.channel), model.card_key(occurrence)
    message_id = outbox.post(
        session, house, channel, first, kind="quarter.packet", dedupe=key,
        report_to=asking.owner_id(session, house, ritual), routine=True,
    )  # fmt: skip
    for number, page in enumerate(rest):
        outbox.reply(session, house, message_id, page, kind="quarter.packet", dedupe=f"{key}:{number}")
    asking.refresh(session, house, ritual, occurrence)


def _arm(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
    steps = [Step(PACKET, str(occurrence.id), spans.answers_by(house, ritual, occurrence))] if ritual.packet else []
    timers.replan(session, house, closing.plan_of(occurrence), steps)
