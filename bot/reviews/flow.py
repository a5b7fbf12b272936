"""What happens around a meeting: announce it, ask its owner what it left, close it with that or with a reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.actions import flow as actions
from bot.definitions import Ritual
from bot.delivery import outbox
from bot.errors import FieldErrors, UserError
from bot.house import Ahead, DecisionDraft, House, Part
from bot.people.flow import require_person
from bot.people.model import People, Person, channel_id
from bot.prompts import flow as prompts
from bot.reviews import cancelling, card, choices, left, messages, packet
from bot.reviews.model import ASYNC, KEEP, KIND, PAUSE
from bot.rituals import model as occurrences
from bot.rituals.model import Occurrence
from bot.rituals.schedule import Slot
from bot.timers import Step

PACKET = "review.packet"
"""The timer of a packet; its ref is the occurrence's id."""
NOBODY_CLOSED_IT = "nobody closed it before the next one opened"

THEN = (KEEP, ASYNC, PAUSE)
"""What may become of a review that left nothing."""


class Said(NamedTuple):
    """One action of the closing form, as typed: who is a Slack user id, the day an ISO date."""

    what: str
    owner: str
    due: str


class Review:
    """The ritual kind: a meeting that must leave an artifact."""

    def opens_at(self, session: Session, house: House, ritual: Ritual, slot: Slot) -> datetime:
        return slot.at(ritual.schedule.prompt, ritual.zone_for(house.definitions.organisation))

    def planned(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> Sequence[Step]:
        if card.refresh(session, house, ritual, occurrence):
            prompts.changed(session, house, cancelling.key(occurrence))
        at = packet.posted_at(house, ritual, occurrence.opens_at)
        others = [step for look in house.links.before_reviews for step in look(session, house, occurrence)]
        return [*others, *([Step(PACKET, str(occurrence.id), at)] if at is not None else [])]

    def open(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        _close_forgotten(session, house, ritual, occurrence)
        card.post(session, house, ritual, occurrence, occurrence.opens_at)
        prompts.changed(session, house, cancelling.key(occurrence))
        _ask_owner(session, house, ritual, occurrence)

    def moved(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        slot = occurrences.slot_of(house, ritual, occurrence)
        later = self.opens_at(session, house, ritual, slot) if slot else house.clock.now()
        # A packet is there to be read before.
        if ritual.packet or not card.put_off(session, house, ritual, occurrence, later):
            _refresh(session, house, ritual, occurrence)
        _ask_owner(session, house, ritual, occurrence)

    def cutoff(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        _refresh(session, house, ritual, occurrence)
        people = People(session, house)
        if people.by_ref(ritual.owner) is not None:
            return
        outbox.post(
            session,
            house,
            channel_id(session, house, house.definitions.organisation.channels.product_ops),
            messages.question(house, ritual, occurrence, people.named(ritual.owner)),
            kind="review.question",
            dedupe=f"review-question:{occurrence.id}",
        )

    def publish(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        """Nothing to post: a person closes it, with what it left."""

    def let_off(
        self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence, person: Person, reason: str
    ) -> bool:
        return False

    def skip(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        _refresh(session, house, ritual, occurrence)


def on_packet(session: Session, house: House, ref: str) -> None:
    """A timer: what an occurrence is to look at is posted, as its card; its owner may cancel what has nothing."""
    occurrence = occurrences.get(session, house, ref, lock=True)
    ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
    if ritual is None or occurrence.state != occurrences.SCHEDULED or occurrence.opens_at <= house.clock.now():
        return
    card.post(session, house, ritual, occurrence, house.clock.now())
    owner = People(session, house).by_ref(ritual.owner)
    if owner is not None:
        cancelling.offer(session, house, occurrence, owner)


def ahead(session: Session, house: House, slack_id: str, until: datetime) -> list[Ahead]:
    """The reviews of this person that open up to then."""
    people = People(session, house)
    person, reviews = (
        people.by_slack(slack_id),
        (each for each in house.definitions.calendar.rituals if each.kind == KIND),
    )
    own = [each for each in reviews if person is not None and people.by_ref(each.owner) == person]
    # All at once, since Home asks it of whoever looks.
    current = occurrences.current(session, house, [ritual.id for ritual in own]) if own else {}
    upcoming = [(ritual, current[ritual.id].upcoming) for ritual in own]
    # What is paused for good opens never, which is after any day.
    return [Ahead(ritual.name, next_.opens_at) for ritual, next_ in upcoming if next_ and next_.opens_at <= until]


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How the question what a review left looks now, to its owner; `ref` is the occurrence's id."""
    occurrence = occurrences.get(session, house, ref)
    house = occurrences.house_of(session, house, occurrence)
    ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
    if ritual is None:
        return None
    people = People(session, house)
    owner = people.by_ref(ritual.owner)
    zone = owner.zone if owner else house.definitions.organisation.zone
    return messages.part(house, ritual, occurrence, people.named(ritual.owner), zone)


def closable(session: Session, house: House, slack_id: str, occurrence_id: str) -> tuple[Ritual, Occurrence]:
    """The open review behind a button, if this person may close it; a `UserError` otherwise."""
    occurrence = occurrences.get(session, house, occurrence_id)
    now = house.definitions.calendar.ritual(occurrence.ritual_id)
    house = occurrences.house_of(session, house, occurrence)
    ritual = house.definitions.calendar.ritual(occurrence.ritual_id)
    if ritual is None or ritual.kind != KIND:
        raise UserError("That ritual is no longer in the calendar.")
    person = require_person(session, house, slack_id)
    people = People(session, house)
    # Who has the ritual now may close it, beside who had it when it opened.
    owners = [people.by_ref(each.owner) for each in (ritual, now) if each]
    if person not in owners and not person.is_product_ops:
        raise UserError(f"{ritual.name} is closed by its owner, {people.named(ritual.owner)}.")
    if occurrence.state not in occurrences.RUNNING:
        raise UserError(f"{ritual.name} of {occurrence.day:%-d %B} has ended already: {occurrence.state}.")
    return ritual, occurrence


def close(
    session: Session,
    house: House,
    slack_id: str,
    occurrence_id: str,
    artifact: str,
    reason: str,
    decided: str = "",
    undecided: str = "",
    agreed: Sequence[Said] = (),
    then: str = "",
) -> None:
    """Close a review with its artifact, or without one for a reason, and say what becomes of it `then`.

    What was `decided` in it, or must be, goes to the decision log; those who are to do what was `agreed` are asked.
    """
    ritual, occurrence = closable(session, house, slack_id, occurrence_id)
    artifact, reason = artifact.strip(), reason.strip()
    if not artifact and not reason:
        raise FieldErrors({"artifact": "Name what it left, or say below why it left nothing."})
    if artifact and then:
        raise FieldErrors({"then": "Choose this only when it left nothing."})
    _agree(session, house, slack_id, ritual, agreed)
    state = occurrences.CLOSED if artifact else occurrences.CLOSED_WITHOUT_OUTPUT
    if not occurrences.move(
        session, house, occurrence, state, actor=slack_id, artifact=artifact or None, reason=reason or None
    ):
        raise UserError(f"{ritual.name} of {occurrence.day:%-d %B} has just been closed by someone else.")
    for text, is_decided in ((decided.strip(), True), (undecided.strip(), False)):
        if text and house.links.log_decision is not None:
            draft = DecisionDraft(slack_id, text, is_decided, ritual.name, ritual_id=ritual.id)
            house.links.log_decision(session, house, draft)
    if artifact:
        left.post(session, house, ritual, occurrence)
    if then in THEN:
        choices.chosen_at_close(session, house, ritual, occurrence, slack_id, then, reason)
    _refresh(session, occurrences.house_of(session, house, occurrence), ritual, occurrence)
    _look_whether_empty(session, house, ritual, occurrence)


def waiting_for(session: Session, house: House, slack_id: str) -> list[tuple[Ritual, Occurrence]]:
    """The reviews that await their output from this person."""
    people = People(session, house)
    person = people.by_slack(slack_id)
    found = []
    for occurrence in occurrences.all_running(session, house) if person is not None else ():
        then = occurrences.house_of(session, house, occurrence).definitions
        ritual = then.calendar.ritual(occurrence.ritual_id)
        if ritual is not None and ritual.kind == KIND and people.by_ref(ritual.owner) == person:
            found.append((ritual, occurrence))
    return found


def _agree(session: Session, house: House, slack_id: str, ritual: Ritual, agreed: Sequence[Said]) -> None:
    """Every action with anything in it; what is missing or wrong is told at its own field."""
    wrong: dict[str, str] = {}
    for number, said in enumerate(agreed, 1):
        try:
            if any(said):
                actions.agree(session, house, slack_id, f"{packet.SORT}:{ritual.id}", *said)
        except FieldErrors as error:
            wrong |= {f"{field}_{number}": sentence for field, sentence in error.fields.items()}
    if wrong:
        raise FieldErrors(wrong)


def _look_whether_empty(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
    # By the calendar of today: only what is in it can be changed, or paused.
    now = house.definitions.calendar.ritual(ritual.id)
    if now is not None and occurrence.state == occurrences.CLOSED_WITHOUT_OUTPUT:
        choices.ask_if_empty(session, house, now, occurrence)


def _ask_owner(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
    """Have the owner asked what it left, once it is over."""
    owner = People(session, house).by_ref(ritual.owner)
    if owner is not None:
        at = occurrence.cutoff_at
        prompts.ask(session, house, owner.slack_id, _key(occurrence), KIND, str(occurrence.id), at=at, foreseen=True)


def _key(occurrence: Occurrence) -> str:
    return f"{KIND}:{occurrence.id}"


def _close_forgotten(session: Session, house: House, ritual: Ritual, opening: Occurrence) -> None:
    """An earlier occurrence that nobody closed ends now, with that as its reason."""
    earlier = session.scalars(
        select(Occurrence).where(
            Occurrence.workspace_id == house.workspace_id,
            Occurrence.ritual_id == ritual.id,
            occurrences.IS_RUNNING,
            Occurrence.slot < opening.slot,
        )
    ).all()
    for occurrence in earlier:
        occurrences.move(session, house, occurrence, occurrences.CLOSED_WITHOUT_OUTPUT, reason=NOBODY_CLOSED_IT)
        _refresh(session, house, ritual, occurrence)
        _look_whether_empty(session, house, ritual, occurrence)


def _refresh(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
    card.refresh(session, house, ritual, occurrence)
    for key in (_key(occurrence), cancelling.key(occurrence)):
        prompts.changed(session, house, key)
