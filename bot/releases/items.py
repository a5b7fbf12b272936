"""Readiness items are worked off: begun, done with evidence, or set aside with a reason and, if waived, until a day."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.audit import record
from bot.db import swap
from bot.definitions import PersonDefinition, ReadinessItem
from bot.errors import Changed, FieldErrors, UserError
from bot.house import House
from bot.markup import is_linkable
from bot.people.flow import require_person
from bot.people.model import People, Person
from bot.releases import assignments, course, forms, model, standing, timing
from bot.releases.model import CANCELLED, ItemState, Release
from bot.releases.readiness import DONE, IN_WORK, NOT_APPLICABLE, NOT_STARTED, SETTLED, STATES, WAIVED
from bot.releases.report import Report
from bot.releases.standing import rules_of
from bot.releases.versions import put

SHORTEST_EVIDENCE = 20
EVIDENCE_LIMIT, REASON_LIMIT = 500, 300


@dataclass(frozen=True)
class Standing:
    """How an item stands, as typed. The block ids of the form are these names."""

    state: str
    evidence: str = ""
    """For what is done: a link, or a statement."""
    reason: str = ""
    """Why it is not applicable, or waived."""
    until: str = ""
    """The last day of a waiver, as an ISO date."""


def updatable(session: Session, house: House, slack_id: str, release: Release) -> list[ReadinessItem]:
    """The items this person may update, in the order of the rules; a `UserError` when there is none."""
    person = require_person(session, house, slack_id)
    if release.state == CANCELLED:
        raise UserError(f"{release.name} is cancelled. `/launch-ready {release.slug}` shows it.")
    given = assignments.latest(session, house, [release.id])[release.id]
    points = standing.stands(session, house, release).points
    asked = [point.item for point in points if point.item.computed is None or point.item.is_found_out]
    mine = [item for item in asked if _may_update(house, person, release, item, given.get(item.id))]
    if not mine:
        owner = People(session, house).named(release.owner)
        raise UserError(
            f"No item of {release.name} is yours. Each is updated by the people of its function, or by {owner}."
        )
    return mine


def update(
    session: Session, house: House, slack_id: str, release_id: str, item_id: str, version: int, stands: Standing
) -> Report:
    """Note how an item stands. `Changed` when somebody else noted something after `version` was shown."""
    release = model.get(session, house, release_id)
    item = next((each for each in updatable(session, house, slack_id, release) if str(each.id) == item_id), None)
    if item is None:
        raise FieldErrors({"item": "This item is not yours to update, or is no longer asked for."})
    person = require_person(session, house, slack_id)
    wrong = _wrong(house, release, item, stands)
    if stands.state in (NOT_APPLICABLE, WAIVED) and (names := _others_veto(house, person, item)):
        wrong["state"] = f"Only people of {names} can set this aside: it is theirs to hold."
    if wrong:
        raise FieldErrors(wrong)
    before = model.items(session, house, [release.id])[release.id].get(item.id)
    was = before.state if before else NOT_STARTED
    now = house.clock.now()
    reopened = was in SETTLED and stands.state not in SETTLED
    values: dict[str, Any] = {
        "state": stands.state,
        "evidence": stands.evidence.strip(),
        "reason": stands.reason.strip() if stands.state in (NOT_APPLICABLE, WAIVED) else "",
        "until": date.fromisoformat(stands.until) if stands.state == WAIVED else None,
        "changed_by": slack_id,
        "changed_at": now,
        "reopened_at": now if reopened else before.reopened_at if before else None,
    }
    key = {"workspace_id": house.workspace_id, "release_id": release.id, "item_id": item.id}
    if not put(session, ItemState, before, version, key, values):
        raise Changed(_how_it_stands(session, house, release, item))
    record(
        session, house, "release.item", f"release:{release.id}", actor=slack_id,
        item=item.id, state=stands.state, evidence=values["evidence"], reason=values["reason"],
        until=stands.until if stands.state == WAIVED else None,
    )  # fmt: skip
    if WAIVED in (was, stands.state):
        timing.replan(session, house, release)
    return course.touched(session, house, release, slack_id)


def on_waiver(session: Session, house: House, ref: str) -> None:
    """A timer: a waiver is over. The item is open again, and who has it and who waived it are asked."""
    release = model.held(session, house, ref)
    if release is None or release.state == CANCELLED:
        return
    item_id = int(ref.rpartition(":")[2])
    state = model.items(session, house, [release.id])[release.id].get(item_id)
    if state is None or state.state != WAIVED:
        return
    # Who waived it and until when stays, until somebody says how it stands.
    swap(session, ItemState, state.id, state.version, state=NOT_STARTED, reopened_at=house.clock.now())
    session.refresh(state)
    record(session, house, "release.waiver_over", f"release:{release.id}", item=item_id, until=str(state.until))
    course.touched(session, house, release, None)


def _may_update(house: House, person: Person, release: Release, item: ReadinessItem, given_to: str | None) -> bool:
    return person.ref in (release.owner, given_to) or _definition(house, person).function in item.owners


def _others_veto(house: House, person: Person, item: ReadinessItem) -> str:
    """The functions that own an item, have a veto and are not this person's; in words, or nothing."""
    vetoes = {rule.function for rule in rules_of(house).sign_offs if rule.veto}.intersection(item.owners)
    if _definition(house, person).function in vetoes:
        return ""
    return " or ".join(standing.function_name(house.definitions.organisation, each) for each in sorted(vetoes))


def _wrong(house: House, release: Release, item: ReadinessItem, stands: Standing) -> dict[str, str]:
    wrong = {}
    if stands.state not in STATES:
        wrong["state"] = "Pick how it stands."
    elif item.is_found_out and stands.state in (IN_WORK, DONE):
        wrong["state"] = "I find out myself whether this is done: the card says what is missing. You can waive it."
    words, reason = stands.evidence.strip(), stands.reason.strip()
    if stands.state == DONE and len(words) < SHORTEST_EVIDENCE and not _is_link(words):
        wrong["evidence"] = (
            f"Done needs something to see ({item.evidence}): a link, or at least {SHORTEST_EVIDENCE} characters."
        )
    if stands.state in (NOT_APPLICABLE, WAIVED) and not reason:
        wrong["reason"] = "Say why: it is shown on the card with your name."
    if stands.state == WAIVED and (complaint := _wrong_end(house, release, stands.until)):
        wrong["until"] = complaint
    if len(words) > EVIDENCE_LIMIT:
        wrong["evidence"] = f"Keep this under {EVIDENCE_LIMIT} characters; link to the rest."
    if len(reason) > REASON_LIMIT:
        wrong["reason"] = f"Keep this under {REASON_LIMIT} characters."
    return wrong


def _wrong_end(house: House, release: Release, text: str) -> str | None:
    today, longest = standing.today(house), rules_of(house).longest_waiver
    last = max(release.target, today + timedelta(days=longest))
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "A waiver ends: pick its last day. Then the item opens again."
    if day < today:
        return "That day is over. Pick today or a later day."
    if day > last:
        return f"A waiver lasts {longest} days, or until the release. Pick a day up to {last:%-d %b %Y}."
    return None


def _is_link(text: str) -> bool:
    return text.startswith(("https://", "http://")) and is_linkable(text)


def _how_it_stands(session: Session, house: House, release: Release, item: ReadinessItem) -> str:
    state = model.items(session, house, [release.id])[release.id].get(item.id)
    if state is None:
        return forms.meanwhile(house, item, NOT_STARTED, "", "")
    session.refresh(state)
    by = People(session, house).called(state.changed_by)
    return forms.meanwhile(house, item, state.state, state.evidence or state.reason, by)


def _definition(house: House, person: Person) -> PersonDefinition:
    definition = house.definitions.organisation.person(person.ref)
    assert definition is not None
    return definition
