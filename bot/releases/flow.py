"""What happens to releases: registering, answering the four questions, working items off, signing off, reporting."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from bot.audit import record
from bot.db import Base, insert_or_ignore
from bot.definitions import PersonDefinition, ReadinessItem, ReleaseDefinition
from bot.definitions.releases import ANSWER_LIMIT, MOST_DAYS, NAME_LIMIT, RESERVED, SUMMARY_LIMIT, slug
from bot.delivery import outbox
from bot.errors import FieldErrors, UserError
from bot.house import House, Obligation, Section
from bot.markup import is_linkable
from bot.people.flow import nearest, require_person
from bot.people.model import People, Person, channel_id
from bot.releases import messages, model, readiness, report
from bot.releases.model import ItemState, Release, SignOff, Snapshot
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
from bot.releases.report import Report, rules_of, today
from bot.releases.tiers import tier_of
from bot.rituals.schedule import to_utc

AT_A_GLANCE = timedelta(days=30)
SOON = timedelta(days=10)
"""How long before it is due an open gate is somebody's obligation."""
LONGEST_LEAD = timedelta(days=2 * MOST_DAYS)
"""Calendar days that hold any number of working days an item may be due before a release."""
FURTHEST = timedelta(days=730)
SHORTEST_EVIDENCE = 20
EVIDENCE_LIMIT, REASON_LIMIT, RISK_LIMIT = 500, 300, 400


class Changed(UserError):
    """Somebody else changed the same thing after the form was opened."""


@dataclass(frozen=True)
class Brief:
    """What registering a release asks for."""

    name: str
    owner: str
    """Slack user id."""
    target: str
    """An ISO date."""
    confidence: str
    summary: str
    facts: tuple[str, ...]


# Registering.


def register(session: Session, house: House, slack_id: str, brief: Brief) -> Release:
    """Take a release into the register; `FieldErrors` for whatever does not fit."""
    require_person(session, house, slack_id)
    owner = _check(session, house, brief)
    key = slug(brief.name)
    inserted = insert_or_ignore(
        session,
        Release,
        workspace_id=house.workspace_id,
        name=brief.name.strip(),
        slug=key,
        owner=owner.ref,
        target=date.fromisoformat(brief.target),
        confidence=brief.confidence,
        summary=brief.summary.strip(),
        facts=list(brief.facts),
        audience="",
        changes="",
        monitoring="",
        rollback="",
        registered_by=slack_id,
        registered_at=house.clock.now(),
        version=1,
    )
    release = model.by_slug(session, house, key)
    assert release is not None
    if not inserted:
        taken = f"There is a release called “{release.name}” already. Choose another name, or `/launch-ready {key}`."
        raise FieldErrors({"name": taken})
    record(
        session, house, "release.registered", f"release:{release.id}", actor=slack_id,
        name=release.name, owner=owner.ref, target=brief.target, facts=list(brief.facts),
    )  # fmt: skip
    return release


def keep_in_step(session: Session, house: House) -> None:
    """Take over the releases the definitions state: what they state wins, what they leave out stays."""
    rules = house.definitions.releases
    for definition in rules.releases if rules else ():
        release = model.by_slug(session, house, slug(definition.name))
        if release is None:
            release = _insert(session, house, definition)
        stated = _stated(house, definition)
        changed = {name: value for name, value in stated.items() if getattr(release, name) != value}
        if not changed:
            continue
        for name, value in changed.items():
            setattr(release, name, value)
        release.version += 1
        record(session, house, "release.changed", f"release:{release.id}", by="definitions", fields=sorted(changed))
        session.flush()
        _refresh_card(session, house, release, None)


def answer(
    session: Session, house: House, slack_id: str, release_id: str, version: int, answers: Mapping[str, str]
) -> Report:
    """Keep the four answers; the release's owner or product ops may. `Changed` when `version` is not current."""
    release = answerable(session, house, slack_id, release_id)
    texts = {question: answers.get(question, "").strip() for question in QUESTIONS}
    tier = tier_of(rules_of(house), release.facts)
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
    if not _swap(session, Release, release.id, version, **texts):
        raise Changed("Somebody changed this release after you opened the form. What you see now is how it stands.")
    session.refresh(release)
    record(session, house, "release.answered", f"release:{release.id}", actor=slack_id, answers=texts)
    return _refresh_card(session, house, release, slack_id)


def answerable(session: Session, house: House, slack_id: str, release_id: str) -> Release:
    """The release, if this person may answer its four questions."""
    release = model.get(session, house, release_id)
    rules_of(house)
    person = require_person(session, house, slack_id)
    if person.ref != release.owner and not person.is_product_ops:
        owner = People(session, house).named(release.owner)
        raise UserError(f"The four questions about {release.name} are answered by its owner, {owner}.")
    return release


# Items and sign-offs.


def updatable(session: Session, house: House, slack_id: str, release: Release) -> list[ReadinessItem]:
    """The items this person may update, in the order of the rules; a `UserError` when there is none."""
    person = require_person(session, house, slack_id)
    asked = [point.item for point in _stands(session, house, release).points if point.item.computed is None]
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
    if not _put(session, ItemState, before, version, key, values):
        raise Changed(_how_item_stands(session, house, release, item))
    record(
        session, house, "release.item", f"release:{release.id}", actor=slack_id,
        item=item.id, state=state, evidence=values["evidence"], reason=values["reason"],
    )  # fmt: skip
    return _refresh_card(session, house, release, slack_id)


def signable(session: Session, house: House, slack_id: str, release: Release) -> str:
    """The function this person may sign off for, by id; a `UserError` when there is none."""
    person = require_person(session, house, slack_id)
    asked = _stands(session, house, release).sign_offs
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
    if not _put(session, SignOff, before, version, key, values):
        raise Changed("A colleague signed off after you opened the form. What you see now is how it stands.")
    record(
        session, house, "release.signed_off", f"release:{release.id}", actor=slack_id,
        function=function, said=said, risk=values["risk"],
    )  # fmt: skip
    return _refresh_card(session, house, release, slack_id)


# Reporting.


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


def check(session: Session, house: House, slack_id: str, release: Release) -> Report:
    """Compute how ready a release is now, keep what was found, and show it on the release's one card."""
    require_person(session, house, slack_id)
    found = _keep(session, house, release, slack_id)
    _show(session, house, release, found)
    return found


def coming(session: Session, house: House, slack_id: str) -> list[Report]:
    """The releases of the next 30 days, by date."""
    require_person(session, house, slack_id)
    rules_of(house)
    first = today(house)
    return report.compile_all(session, house, model.planned(session, house, first, first + AT_A_GLANCE))


def digest_section(session: Session, house: House, first: date, last: date) -> Section:
    """The releases between two days for the weekly digest, with how ready each is."""
    reports: list[Report] = []
    if house.definitions.releases is not None:
        reports = report.compile_all(session, house, model.planned(session, house, first, last))
    return messages.digest_section(house, reports)


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    """What releases need from this person within ten days: gates to settle, answers and sign-offs to give."""
    person = People(session, house).by_slack(slack_id)
    if person is None or house.definitions.releases is None:
        return []
    first = today(house)
    releases = model.planned(session, house, first, first + SOON + LONGEST_LEAD)
    states = model.items(session, house, [release.id for release in releases])
    signed = model.sign_offs(session, house, [release.id for release in releases])
    found = []
    for release in releases:
        stands = report.assess(house, release, states[release.id], signed[release.id])
        for point in stands.open_gates:
            if point.due > first + SOON:
                continue
            due = _end_of(house, point.due)
            if point.item.computed == "sign-offs":
                unsigned = [function for function, said in stands.sign_offs.items() if said in ("", NOT_READY)]
                if _may_sign(house, person, release) and _is_in_charge(house, release, person, unsigned):
                    found.append(messages.sign_off_obligation(house, release, due))
            elif _is_in_charge(house, release, person, point.item.owners):
                found.append(messages.item_obligation(house, release, point.item, due))
    return found


# How: in the order in which the verbs above call them.


def _check(session: Session, house: House, brief: Brief) -> Person:
    """The owner of a brief that keeps every rule, else `FieldErrors`."""
    wrong = {}
    key = slug(brief.name)
    if not key:
        wrong["name"] = "Use at least one letter or digit."
    elif key in RESERVED:
        wrong["name"] = f"“{brief.name.strip()}” is a word of this command. Choose another name."
    elif len(brief.name.strip()) > NAME_LIMIT:
        wrong["name"] = f"Keep the name under {NAME_LIMIT} characters."
    if complaint := _wrong_date(house, brief.target):
        wrong["target"] = complaint
    if brief.confidence not in messages.CONFIDENCE_NAMES:
        wrong["confidence"] = "Pick how sure the date is."
    if not brief.summary.strip():
        wrong["summary"] = "Say in plain words what changes."
    elif len(brief.summary.strip()) > SUMMARY_LIMIT:
        wrong["summary"] = f"Keep this under {SUMMARY_LIMIT} characters; link to the rest."
    if not {fact.id for fact in rules_of(house).facts}.issuperset(brief.facts):
        wrong["facts"] = "These questions have changed meanwhile. Close the form and open it again."
    owner = People(session, house).by_slack(brief.owner)
    if owner is None:
        wrong["owner"] = "I do not know this person. Pick somebody named in `organisation.yaml`."
    elif owner.is_product_ops and "product_manager" not in owner.roles:
        wrong["owner"] = "Product ops can register a release for somebody, but not own it: the owner makes the call."
    if wrong or owner is None:
        raise FieldErrors(wrong)
    return owner


def _wrong_date(house: House, text: str) -> str | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "Pick the day it goes out."
    if day < today(house):
        return "This day is over. Pick today or a later day."
    if day > today(house) + FURTHEST:
        return "That is over two years away. Register it when it is nearer."
    return None


def _insert(session: Session, house: House, definition: ReleaseDefinition) -> Release:
    key = slug(definition.name)
    blank: dict[str, Any] = {"confidence": definition.confidence, "facts": [], **dict.fromkeys(QUESTIONS, "")}
    if insert_or_ignore(
        session,
        Release,
        workspace_id=house.workspace_id,
        slug=key,
        registered_by=None,
        registered_at=house.clock.now(),
        version=1,
        **(blank | _stated(house, definition)),
    ):
        record(session, house, "release.registered", f"release:{key}", by="definitions", name=definition.name)
    release = model.by_slug(session, house, key)
    assert release is not None
    return release


def _stated(house: House, definition: ReleaseDefinition) -> dict[str, Any]:
    """The columns of a release that its definition states."""
    owner = house.definitions.organisation.person(definition.owner)
    said: dict[str, Any] = {
        "name": definition.name,
        "owner": owner.ref if owner else definition.owner,
        "target": definition.date,
        "summary": definition.summary,
    }
    if "confidence" in definition.model_fields_set:
        said["confidence"] = definition.confidence
    if "facts" in definition.model_fields_set:
        said["facts"] = list(definition.facts)
    answers = definition.answers
    return said | {
        question: getattr(answers, question) for question in QUESTIONS if question in answers.model_fields_set
    }


def _stands(session: Session, house: House, release: Release) -> readiness.Readiness:
    states = model.items(session, house, [release.id])[release.id]
    signed = model.sign_offs(session, house, [release.id])[release.id]
    return report.assess(house, release, states, signed)


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


def _put(
    session: Session,
    table: type[ItemState] | type[SignOff],
    before: ItemState | SignOff | None,
    version: int,
    key: Mapping[str, Any],
    values: Mapping[str, Any],
) -> bool:
    """Write a row unless it is no longer the one of `version` (0: none yet); true when it was written."""
    if version == 0:
        return insert_or_ignore(session, table, **key, **values, version=1)
    if before is None or not _swap(session, table, before.id, version, **values):
        return False
    session.refresh(before)
    return True


def _swap(session: Session, table: type[Base], id: int, version: int, **values: Any) -> bool:
    """Change a row if it still has this version; true when it did."""
    columns = table.__table__.c
    result = session.execute(
        update(table)
        .where(columns.id == id, columns.version == version)
        .values(**values, version=version + 1)
        .execution_options(synchronize_session=False)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1


def _how_item_stands(session: Session, house: House, release: Release, item: ReadinessItem) -> str:
    state = model.items(session, house, [release.id])[release.id].get(item.id)
    if state is None:
        return messages.meanwhile(house, item, NOT_STARTED, "", "")
    session.refresh(state)
    by = People(session, house).called(state.changed_by)
    return messages.meanwhile(house, item, state.state, state.evidence or state.reason, by)


def _keep(session: Session, house: House, release: Release, slack_id: str | None) -> Report:
    found = report.compile(session, house, release)
    session.add(
        Snapshot(
            workspace_id=house.workspace_id,
            release_id=release.id,
            as_of=house.clock.now(),
            asked_by=slack_id,
            content=found.to_json(),
        )
    )
    return found


def _show(session: Session, house: House, release: Release, found: Report) -> None:
    card = messages.card(house, found)
    if release.card_id is not None:
        outbox.update(session, house, release.card_id, card)
        return
    owner = People(session, house).by_ref(release.owner)
    release.card_id = outbox.post(
        session,
        house,
        channel_id(session, house, house.definitions.organisation.channels.launches),
        card,
        kind="release.card",
        dedupe=f"release:{release.id}",
        report_to=owner.slack_id if owner else None,
    )


def _refresh_card(session: Session, house: House, release: Release, slack_id: str | None) -> Report:
    """How the release stands now; when its card is posted, the card says so too."""
    if release.card_id is None:
        return report.compile(session, house, release)
    found = _keep(session, house, release, slack_id)
    _show(session, house, release, found)
    return found


def _may_sign(house: House, person: Person, release: Release) -> bool:
    return person.ref != release.owner and not person.is_product_ops


def _is_in_charge(house: House, release: Release, person: Person, owners: Any) -> bool:
    return any(each.ref == person.ref for each in report.in_charge(house, release, list(owners)))


def _end_of(house: House, day: date) -> datetime:
    organisation = house.definitions.organisation
    return to_utc(datetime.combine(day, organisation.working_hours.end), organisation.zone)
