"""What people do with a release: find it, answer the four questions, work items off, sign off."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.audit import record
from bot.definitions import PersonDefinition, ReadinessItem
from bot.definitions.releases import ANSWER_LIMIT, slug
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.markup import is_linkable
from bot.people.flow import nearest, require_person
from bot.people.model import People, Person
from bot.releases import forms, model, readiness, report
from bot.releases.card import show
from bot.releases.model import ItemState, Release, SignOff
from bot.releases.readiness import (
    DONE,
    NOT_APPLICABLE,
    NOT_READY,
    NOT_STARTED,
    QUESTIONS,
    READY_WITH_RISK,
    SETTLED,
    SHORTEST_ANSWER,
    SIGN_OFFS,
    STATES,
    WAIVED,
)
from bot.releases.report import Report, rules_of
from bot.releases.versions import Changed, put, swap

SHORTEST_EVIDENCE = 20
EVIDENCE_LIMIT, REASON_LIMIT, RISK_LIMIT = 500, 300, 400


def find(session: Session, house: House, words: str) -> Release:
    """The release people mean by these words; a `UserError` with the nearest names when there is none."""
    rules_of(house)
    names = model.names(session, house)
    key = slug(words)
    if key not in names:
        key = nearest(words, names, "release", "`/launch-ready` lists them, `/launch-ready new` registers one.")
    release = model.by_slug(session, house, key)
    assert release is not None
    return release


def answer(
    session: Session, house: House, slack_id: str, release_id: str, version: int, answers: Mapping[str, str]
) -> Report:
    """Keep the four answers; the release's owner or product ops may. `Changed` when `version` is not current."""
    release = answerable(session, house, slack_id, release_id)
    texts = {question: answers.get(question, "").strip() for question in QUESTIONS}
    tier = report.tier(house, release)
    wrong = {
        question: "Write something, a few words will do."
        if SHORTEST_ANSWER[tier] == 1
        else f"Write at least {SHORTEST_ANSWER[tier]} characters: this release is {tier}."
        for question in readiness.missing_answers(tier, texts)
    }
    wrong |= {
        question: f"Keep this under {ANSWER_LIMIT} characters; link to the rest."
        for question, text in texts.items()
        if len(text) > ANSWER_LIMIT
    }
    if wrong:
        raise FieldErrors(wrong)
    if not swap(session, Release, release.id, version, **texts):
        session.refresh(release)
        raise Changed(forms.answered_meanwhile(house, release, texts))
    session.refresh(release)
    record(session, house, "release.answered", f"release:{release.id}", actor=slack_id, answers=texts)
    return show(session, house, release, slack_id)


def answerable(session: Session, house: House, slack_id: str, release_id: str) -> Release:
    """The release, if this person may answer its four questions."""
    release = model.get(session, house, release_id)
    rules_of(house)
    person = require_person(session, house, slack_id)
    if person.ref != release.owner and not person.is_product_ops:
        owner = People(session, house).named(release.owner)
        raise UserError(f"The four questions about {release.name} are answered by its owner, {owner}.")
    return release


def updatable(session: Session, house: House, slack_id: str, release: Release) -> list[ReadinessItem]:
    """The items this person may update, in the order of the rules; a `UserError` when there is none."""
    person = require_person(session, house, slack_id)
    asked = [point.item for point in report.stands(session, house, release).points if point.item.computed is None]
    mine = [item for item in asked if _may_update(house, person, release, item)]
    if not mine:
        owner = People(session, house).named(release.owner)
        raise UserError(
            f"No item of {release.name} is yours. Each is updated by the people of its function, or by {owner}."
        )
    return mine


def update_item(
    session: Session,
    house: House,
    slack_id: str,
    release_id: str,
    item_id: str,
    version: int,
    *,
    state: str,
    evidence: str,
    reason: str,
) -> Report:
    """Note how an item stands. `Changed` when somebody else noted something after `version` was shown."""
    release = model.get(session, house, release_id)
    item = next((each for each in updatable(session, house, slack_id, release) if str(each.id) == item_id), None)
    if item is None:
        raise FieldErrors({"item": "This item is not yours to update, or is no longer asked for."})
    _check_item(item, state, evidence, reason)
    before = model.items(session, house, [release.id])[release.id].get(item.id)
    now = house.clock.now()
    reopened = before is not None and before.state in SETTLED and state not in SETTLED
    values: dict[str, Any] = {
        "state": state,
        "evidence": evidence.strip(),
        "reason": reason.strip() if state in (NOT_APPLICABLE, WAIVED) else "",
        "changed_by": slack_id,
        "changed_at": now,
        "reopened_at": now if reopened else before.reopened_at if before else None,
    }
    key = {"workspace_id": house.workspace_id, "release_id": release.id, "item_id": item.id}
    if not put(session, ItemState, before, version, key, values):
        raise Changed(_how_item_stands(session, house, release, item))
    record(
        session, house, "release.item", f"release:{release.id}", actor=slack_id,
        item=item.id, state=state, evidence=values["evidence"], reason=values["reason"],
    )  # fmt: skip
    return show(session, house, release, slack_id)


def signable(session: Session, house: House, slack_id: str, release: Release) -> str:
    """The function this person may sign off for, by id; a `UserError` when there is none."""
    person = require_person(session, house, slack_id)
    asked = report.stands(session, house, release).sign_offs
    if not asked:
        raise UserError(f"{release.name} needs no sign-offs.")
    if person.ref == release.owner:
        raise UserError(f"You own {release.name}. Each function signs off for itself, never the owner for it.")
    if person.is_product_ops:
        raise UserError("Product ops keeps the process and has no vote. Each function signs off for itself.")
    function = _definition(house, person).function
    if function not in asked:
        organisation = house.definitions.organisation
        names = " and ".join(report.function_name(organisation, each) for each in asked)
        raise UserError(f"{release.name} is signed off by people of {names}.")
    return function


def sign_off(
    session: Session,
    house: House,
    slack_id: str,
    release_id: str,
    function: str,
    version: int,
    *,
    said: str,
    risk: str,
) -> Report:
    """Record a function's own answer. `Changed` when a colleague answered after `version` was shown."""
    release = model.get(session, house, release_id)
    if function != signable(session, house, slack_id, release):
        raise FieldErrors({"function": "Only people of that function can sign off for it."})
    wrong = {}
    if said not in SIGN_OFFS:
        wrong["said"] = "Pick ready, ready with risk or not ready."
    if said in (READY_WITH_RISK, NOT_READY) and not risk.strip():
        wrong["risk"] = "What is the risk, what eases it, who looks after it, and until when?"
    if len(risk) > RISK_LIMIT:
        wrong["risk"] = f"Keep this under {RISK_LIMIT} characters; link to the rest."
    if wrong:
        raise FieldErrors(wrong)
    before = model.sign_offs(session, house, [release.id])[release.id].get(function)
    values = {"said": said, "risk": risk.strip(), "changed_by": slack_id, "changed_at": house.clock.now()}
    key = {"workspace_id": house.workspace_id, "release_id": release.id, "function": function}
    if not put(session, SignOff, before, version, key, values):
        raise Changed(_how_sign_off_stands(session, house, release, function))
    record(
        session, house, "release.signed_off", f"release:{release.id}", actor=slack_id,
        function=function, said=said, risk=values["risk"],
    )  # fmt: skip
    return show(session, house, release, slack_id)


def _definition(house: House, person: Person) -> PersonDefinition:
    definition = house.definitions.organisation.person(person.ref)
    assert definition is not None
    return definition


def _may_update(house: House, person: Person, release: Release, item: ReadinessItem) -> bool:
    return person.ref == release.owner or _definition(house, person).function in item.owners


def _check_item(item: ReadinessItem, state: str, evidence: str, reason: str) -> None:
    wrong = {}
    if state not in STATES:
        wrong["state"] = "Pick how it stands."
    words = evidence.strip()
    if state == DONE and len(words) < SHORTEST_EVIDENCE and not _is_link(words):
        wrong["evidence"] = (
            f"Done needs something to see ({item.evidence}): a link, or at least {SHORTEST_EVIDENCE} characters."
        )
    if state in (NOT_APPLICABLE, WAIVED) and not reason.strip():
        wrong["reason"] = "Say why: it is shown on the card with your name."
    if len(words) > EVIDENCE_LIMIT:
        wrong["evidence"] = f"Keep this under {EVIDENCE_LIMIT} characters; link to the rest."
    if len(reason.strip()) > REASON_LIMIT:
        wrong["reason"] = f"Keep this under {REASON_LIMIT} characters."
    if wrong:
        raise FieldErrors(wrong)


def _is_link(text: str) -> bool:
    return text.startswith(("https://", "http://")) and is_linkable(text)


def _how_item_stands(session: Session, house: House, release: Release, item: ReadinessItem) -> str:
    state = model.items(session, house, [release.id])[release.id].get(item.id)
    if state is None:
        return forms.meanwhile(house, item, NOT_STARTED, "", "")
    session.refresh(state)
    by = People(session, house).called(state.changed_by)
    return forms.meanwhile(house, item, state.state, state.evidence or state.reason, by)


def _how_sign_off_stands(session: Session, house: House, release: Release, function: str) -> str:
    said = model.sign_offs(session, house, [release.id])[release.id].get(function)
    if said is None:
        return forms.signed_meanwhile(house, "", "", "")
    session.refresh(said)
    return forms.signed_meanwhile(house, said.said, said.risk, People(session, house).called(said.changed_by))
