"""Somebody passes the gate of a box: what it rests on is kept, and the next box runs from then on, everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import versions
from bot.audit import Event, record
from bot.definitions.decisions import HEAD_OF_PRODUCT, PRODUCT_OPS
from bot.definitions.pilot import FEWEST_CYCLES, Box
from bot.delivery import outbox
from bot.errors import FieldErrors, UserError
from bot.house import Finding, House
from bot.people.flow import require_person
from bot.people.model import People, channel_id
from bot.pilot import messages, progress
from bot.pilot.progress import Progress

PASSED = "pilot.gate_passed"
"""What the audit trail calls it."""
WIDENED_EARLY = "IM07"
FEWEST = 20
"""Characters of a reason, as of any typed statement that stands for evidence."""


@dataclass(frozen=True)
class Gone:
    """A gate that was passed."""

    box: Box
    day: date
    by: str
    """By name; empty when it was passed without Drumbeat."""
    because: str
    early: Sequence[str] = ()
    """What spoke against it then: conditions that did not hold or that nobody knew, and too few cycles."""

    @property
    def name(self) -> str:
        return self.box.name


def may_pass(session: Session, house: House, slack_id: str) -> bool:
    person = People(session, house).by_slack(slack_id)
    return person is not None and bool({HEAD_OF_PRODUCT, PRODUCT_OPS}.intersection(person.roles))


def require_passable(session: Session, house: House, slack_id: str, box_id: str = "") -> Progress:
    """How the box that runs stands, to whoever may pass its gate; a `UserError` otherwise, or once it was passed."""
    require_person(session, house, slack_id)
    now = progress.look(session, house)
    if now is None:
        raise UserError("The pilot is over: all its gates are passed.")
    if not may_pass(session, house, slack_id):
        raise UserError("The gate is for the head of product or product ops to pass. `/cadence progress` shows it.")
    if box_id and now.box.id != box_id:
        raise UserError(f"That gate is passed already. {now.box.name} runs now.")
    return now


def against(now: Progress) -> list[str]:
    """What speaks against passing its gate: what of it does not hold, or is unknown, and too few cycles."""
    begun = set(now.box.rituals)
    few = [each for each in now.rituals if each.id in begun and each.held < FEWEST_CYCLES]
    return [
        *(f"{each.says} ({each.known.evidence})" for each in now.open),
        *(f"{each.name} was held {each.held} of at least {FEWEST_CYCLES} times" for each in few),
    ]


def pass_gate(session: Session, house: House, slack_id: str, box_id: str, reason: str) -> Progress | None:
    """Pass it: with a reason where anything speaks against it. Returns how the next box stands; None: it is over."""
    before = require_passable(session, house, slack_id, box_id)
    reason, early = reason.strip(), against(before)
    if early and len(reason) < FEWEST:
        why = f"Something speaks against it, so say why it is passed all the same: {FEWEST} characters or more."
        raise FieldErrors({"reason": why})
    gates = (*house.definitions.gates_passed, box_id)
    stored = versions.get(session, house.workspace_id, house.version)
    number = versions.store(
        session, house.workspace_id, house.clock.now(), stored.files,
        after=house.version, author=slack_id, note=reason,
        changes=[f"gate of {before.box.name} passed"], gates=gates,
    )  # fmt: skip
    new = house.by(replace(house.definitions, gates_passed=gates), number)
    evidence = {each.says: [each.holds, each.known.evidence] for each in before.gate}
    record(
        session, new, PASSED, _subject(before.box), actor=slack_id,
        reason=reason, early=early, evidence=evidence, version=number,
    )  # fmt: skip
    if new.links.adopt:
        new.links.adopt(session, new)
    after = progress.look(session, new)
    _tell(session, new, slack_id, before, early, reason, after)
    return after


def gone(session: Session, house: House) -> list[Gone]:
    """The gates that were passed, in order."""
    people, found = People(session, house), []
    events = _events(session, house)
    zone = house.definitions.organisation.zone
    for box in progress.of(house).boxes:
        if box.passed:
            found.append(Gone(box, box.passed.day, "", box.passed.because))
        elif event := events.get(_subject(box)) if box.id in house.definitions.gates_passed else None:
            detail, by = event.detail, people.called(event.actor) if event.actor else ""
            found.append(Gone(box, event.at.astimezone(zone).date(), by, detail["reason"], detail["early"]))
    return found


def passed_at(session: Session, house: House, box: Box) -> datetime | None:
    """When somebody passed its gate here."""
    event = _events(session, house).get(_subject(box))
    return event.at if event else None


def findings(session: Session, house: House) -> list[Finding]:
    """Gates that were passed early, for as long as the pilot goes on."""
    if progress.running(house) is None:
        return []
    pilot = progress.of(house)
    owner = People(session, house).by_ref(pilot.owner)
    return [
        Finding(
            WIDENED_EARLY,
            f"box:{each.box.id}",
            messages.widened_early(house, each),
            owner=owner.slack_id if owner else None,
            mend="see to it that it holds now; `/cadence progress` shows where it stands",
        )
        for each in gone(session, house)
        if each.early
    ]


def _events(session: Session, house: House) -> dict[str, Event]:
    """By the box, the last time its gate was passed."""
    query = select(Event).where(
        Event.workspace_id == house.workspace_id,
        Event.subject.in_([_subject(box) for box in progress.of(house).boxes]),
        Event.kind == PASSED,
    )
    return {event.subject: event for event in session.scalars(query.order_by(Event.id))}


def _subject(box: Box) -> str:
    return f"box:{box.id}"


def _tell(
    session: Session,
    house: House,
    slack_id: str,
    before: Progress,
    early: Sequence[str],
    reason: str,
    after: Progress | None,
) -> None:
    by = People(session, house).called(slack_id)
    channel = channel_id(session, house, house.definitions.organisation.channels.product_ops)
    told = messages.gate_passed(house, before, early, reason, by, after)
    outbox.post(session, house, channel, told, kind="pilot.gate", dedupe=f"pilot.gate:{house.version}")
